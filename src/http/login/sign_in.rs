//! User name or e-mail, and password.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    gone,
    visitor::{At, Visitor},
};
use crate::{
    domain::signin::{self, Completed, Found, Outcome, SignIn, Step},
    http::web::{
        CookieName, FormAction, Frame, Language, Page, PageForm, PageRefusal, Said, SetCookies,
        paths, see_other,
    },
};

#[derive(Template)]
#[template(path = "login/sign_in.html")]
struct SignInPage<'a> {
    t: Frame,
    action: String,
    application: Option<&'a str>,
    username: &'a str,
    error: Option<&'a str>,
}

impl SignInPage<'_> {
    fn answer(&self, status: StatusCode) -> Response {
        Page::of(self)
            .status(status)
            .form_action(FormAction::ThenAnApplication)
            .into_response()
    }
}

/// Shows the form, or leads to where the sign-in stands.
pub(super) async fn show(visitor: Visitor) -> Result<Response, PageRefusal> {
    let sign_in = match visitor.at(Step::First).await? {
        At::Here(sign_in) => sign_in,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let page = SignInPage {
        t: visitor.frame(&sign_in).await?,
        action: visitor.path(),
        application: sign_in.application.as_deref(),
        username: sign_in.login_hint.as_deref().unwrap_or_default(),
        error: None,
    };
    Ok(page.answer(StatusCode::OK))
}

/// Takes the form.
pub(super) async fn submit(
    visitor: Visitor,
    PageForm(form): PageForm,
) -> Result<Response, PageRefusal> {
    let (login, password) = (form.text("username").trim(), form.text("password"));
    if login.is_empty() || password.is_empty() {
        return again(
            &visitor,
            login,
            StatusCode::BAD_REQUEST,
            Language::sign_in_incomplete,
        )
        .await;
    }
    let attempt = signin::with_password(visitor.desk(), visitor.visit(), login, password).await;
    match attempt.map_err(|error| visitor.failed(&error))? {
        Outcome::Session(completed) => Ok(led_on(&visitor, &completed)),
        Outcome::Next(step) => Ok(visitor.lead_to(step)),
        Outcome::Refused | Outcome::PasswordRefused(_) => {
            again(
                &visitor,
                login,
                StatusCode::FORBIDDEN,
                Language::sign_in_refused,
            )
            .await
        }
        Outcome::Gone(found) => Err(gone::page(&found, visitor.request_id)),
    }
}

/// Sets the session's cookie and leads on.
pub(super) fn led_on(visitor: &Visitor, completed: &Completed) -> Response {
    let cookies = SetCookies::none().set(&visitor.state, CookieName::Session, &completed.secret);
    (
        cookies,
        see_other(&paths::destination(&completed.destination)),
    )
        .into_response()
}

async fn again(
    visitor: &Visitor,
    username: &str,
    status: StatusCode,
    error: Said,
) -> Result<Response, PageRefusal> {
    let sign_in = open(visitor).await?;
    let t = visitor.frame(&sign_in).await?;
    let page = SignInPage {
        action: visitor.path(),
        application: sign_in.application.as_deref(),
        username,
        error: Some(error(*t)),
        t,
    };
    Ok(page.answer(status))
}

async fn open(visitor: &Visitor) -> Result<SignIn, PageRefusal> {
    match visitor.found().await? {
        Found::Open(sign_in) => Ok(sign_in),
        other => Err(gone::page(&other, visitor.request_id.clone())),
    }
}
