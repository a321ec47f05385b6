//! User name or e-mail, and a temporary pass in the place of the password.

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
    domain::{
        credentials::WordCode,
        signin::{self, Step},
    },
    http::web::{FormAction, Frame, Language, Page, PageForm, PageRefusal, Said},
};

#[derive(Template)]
#[template(path = "login/pass.html")]
struct PassPage<'a> {
    t: Frame,
    path: String,
    username: &'a str,
    error: Option<&'a str>,
}

/// Shows the form.
pub(super) async fn show(visitor: Visitor) -> Result<Response, PageRefusal> {
    form(&visitor, StatusCode::OK, None, None).await
}

/// Takes the form.
pub(super) async fn submit(
    visitor: Visitor,
    PageForm(fields): PageForm,
) -> Result<Response, PageRefusal> {
    let login = fields.text("username").trim();
    let Ok(pass) = WordCode::read(fields.text("temporary_pass")) else {
        let error = Some(Language::pass_not_a_code as Said);
        return form(&visitor, StatusCode::BAD_REQUEST, Some(login), error).await;
    };
    let attempt = signin::with_temporary_pass(visitor.desk(), visitor.visit(), login, &pass).await;
    let outcome = attempt.map_err(|error| visitor.failed(&error))?;
    match second::went_on(&visitor, outcome)? {
        Some(answer) => Ok(answer),
        None => {
            let error = Some(Language::pass_refused as Said);
            form(&visitor, StatusCode::FORBIDDEN, Some(login), error).await
        }
    }
}

async fn form(
    visitor: &Visitor,
    status: StatusCode,
    username: Option<&str>,
    error: Option<Said>,
) -> Result<Response, PageRefusal> {
    let sign_in = match visitor.at(Step::First).await? {
        At::Here(sign_in) => sign_in,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let t = visitor.frame(&sign_in).await?;
    let hint = sign_in.login_hint.as_deref();
    let page = PassPage {
        path: visitor.path(),
        username: username.or(hint).unwrap_or_default(),
        error: error.map(|error| error(*t)),
        t,
    };
    Ok(Page::of(&page)
        .status(status)
        .form_action(FormAction::ThenAnApplication)
        .into_response())
}
