//! The person's own password: changed by whoever has proven themself just now.

use askama::Template;
use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{Around, Ended, Notice, Owner, Section};
use crate::{
    domain::{
        lifecycle::{self, NewPassword},
        signin::AttemptError,
    },
    http::web::{
        Frame, NewPasswordField, NewPasswordWrong, Page, PageForm, PageRefusal, RequestId, State,
        see_other,
    },
};

pub(super) const PATH: &str = "/account/password";

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage<'a> {
    t: Frame,
    around: Around,
    action: &'static str,
    user_name: &'a str,
    field: NewPasswordField,
    error: Option<String>,
}

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route(PATH, get(show).post(submit))
        // Password managers lead here (A Well-Known URL for Changing Passwords, W3C).
        .route("/.well-known/change-password", get(well_known))
}

async fn well_known() -> Response {
    see_other(PATH)
}

async fn show(owner: Owner) -> Result<Response, Ended> {
    owner.fresh().await?;
    Ok(form(&owner, None))
}

async fn submit(owner: Owner, PageForm(fields): PageForm) -> Result<Response, Ended> {
    owner.fresh().await?;
    let typed = match NewPasswordWrong::read(&fields) {
        Ok(typed) => typed,
        Err(wrong) => return Ok(form(&owner, Some(wrong))),
    };
    let whose = (&owner.user, owner.session.id);
    let request_id = owner.request_id.as_ref().map(RequestId::as_str);
    let visit = (owner.place.shown(), request_id);
    let attempt = lifecycle::change_password(owner.state.desk(), whose, visit, typed).await;
    let came = attempt.map_err(|error| failed(&owner, &error))?;
    Ok(match came {
        NewPassword::Set => owner.done(Section::Security.path(), Notice::PasswordChanged),
        NewPassword::Refused(refused) => form(&owner, Some(NewPasswordWrong::Refused(refused))),
        // The session has ended in the meantime: the page itself leads to a sign-in.
        NewPassword::Gone => see_other(PATH),
    })
}

fn failed(owner: &Owner, error: &AttemptError) -> Ended {
    let request_id = owner.request_id.clone();
    match error {
        AttemptError::Database(error) => owner.failed(error),
        AttemptError::Password(error) => PageRefusal::password(*error, request_id).into(),
    }
}

fn form(owner: &Owner, wrong: Option<NewPasswordWrong>) -> Response {
    let t = owner.frame();
    let status = match wrong {
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    };
    let page = PasswordPage {
        around: owner.around(Section::Security),
        action: PATH,
        user_name: &owner.user.profile.user_name,
        field: NewPasswordField::of(&owner.state, *t),
        error: wrong.map(|wrong| wrong.text(*t)),
        t,
    };
    Page::of(&page).status(status).into_response()
}
