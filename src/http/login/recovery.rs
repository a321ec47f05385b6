//! A recovery code, in the place of a factor that was lost. No browser is trusted for one: whoever
//! has found the sheet would be asked for nothing more, for as long as trust lasts, and the person
//! who lost a factor sets up another one soon, which ends all trust anyhow.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    second,
    visitor::{At, Visitor},
};
use crate::{
    domain::{credentials::WordCode, signin},
    http::web::{FormAction, Frame, Language, Page, PageForm, PageRefusal, Said},
};

#[derive(Template)]
#[template(path = "login/recovery.html")]
struct RecoveryPage<'a> {
    t: Frame,
    path: String,
    error: Option<&'a str>,
}

/// Shows the form, to whoever has proven the first factor in this sign-in.
pub(super) async fn show(visitor: Visitor) -> Result<Response, PageRefusal> {
    form(&visitor, StatusCode::OK, None).await
}

/// Takes the form.
pub(super) async fn submit(
    visitor: Visitor,
    PageForm(fields): PageForm,
) -> Result<Response, PageRefusal> {
    let Ok(code) = WordCode::read(fields.text("recovery_code")) else {
        let error = Some(Language::recovery_not_a_code as Said);
        return form(&visitor, StatusCode::BAD_REQUEST, error).await;
    };
    let attempt = signin::with_recovery_code(visitor.desk(), visitor.visit(), &code).await;
    let outcome = attempt.map_err(|error| visitor.failed(&error))?;
    match second::went_on(&visitor, outcome)? {
        Some(answer) => Ok(answer),
        None => {
            let error = Some(Language::recovery_refused as Said);
            form(&visitor, StatusCode::FORBIDDEN, error).await
        }
    }
}

async fn form(
    visitor: &Visitor,
    status: StatusCode,
    error: Option<Said>,
) -> Result<Response, PageRefusal> {
    let sign_in = match visitor.at(second::SECOND).await? {
        At::Here(sign_in) => sign_in,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let t = visitor.frame(&sign_in).await?;
    let page = RecoveryPage {
        path: visitor.path(),
        error: error.map(|error| error(*t)),
        t,
    };
    Ok(Page::of(&page)
        .status(status)
        .form_action(FormAction::ThenAnApplication)
        .into_response())
}
