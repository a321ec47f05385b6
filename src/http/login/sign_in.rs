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
    http::web::{FormAction, Frame, Language, Page, PageForm, PageRefusal, Said, paths, see_other},
};

#[derive(Template)]
#[template(path = "login/sign_in.html")]
struct SignInPage<'a> {
    t: Frame,
    action: String,
    /// Where a link is asked for, when letters are sent.
    forgot: Option<String>,
    application: Option<&'a str>,
    username: &'a str,
    error: Option<&'a str>,
    /// The script that asks for passkeys, when this server can have any.
    script: Option<String>,
    /// A passkey that its browser can forget.
    forgotten: Option<Forgotten>,
}

/// A credential that nobody has.
pub(super) struct Forgotten {
    /// The relying party's id.
    pub(super) party: String,
    /// The credential's id.
    pub(super) credential: String,
}

/// What the page says beside its fields.
pub(super) struct Again<'a> {
    /// What was typed as the user name.
    pub(super) username: &'a str,
    /// With which status.
    pub(super) status: StatusCode,
    /// What went wrong.
    pub(super) error: Said,
    /// A passkey that its browser can forget.
    pub(super) forgotten: Option<Forgotten>,
}

impl SignInPage<'_> {
    fn answer(&self, status: StatusCode) -> Response {
        Page::of(self)
            .status(status)
            .form_action(FormAction::ThenAnApplication)
            .asks_authenticators(self.script.is_some())
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
        forgot: forgot(&visitor),
        application: sign_in.application.as_deref(),
        username: sign_in.login_hint.as_deref().unwrap_or_default(),
        error: None,
        script: visitor.key_script(),
        forgotten: None,
    };
    Ok(page.answer(StatusCode::OK))
}

fn forgot(visitor: &Visitor) -> Option<String> {
    let letters = visitor.state.post.is_on();
    letters.then(|| format!("{}/forgot", visitor.path()))
}

/// Takes the form.
pub(super) async fn submit(
    visitor: Visitor,
    PageForm(form): PageForm,
) -> Result<Response, PageRefusal> {
    let (login, password) = (form.text("username").trim(), form.text("password"));
    let say = |status, error: Said| Again {
        username: login,
        status,
        error,
        forgotten: None,
    };
    if login.is_empty() || password.is_empty() {
        let incomplete = say(StatusCode::BAD_REQUEST, Language::sign_in_incomplete);
        return again(&visitor, incomplete).await;
    }
    let attempt = signin::with_password(visitor.desk(), visitor.visit(), login, password).await;
    match attempt.map_err(|error| visitor.failed(&error))? {
        Outcome::Session(completed) => Ok(led_on(&visitor, &completed)),
        Outcome::Next(step) => Ok(visitor.lead_to(step)),
        Outcome::Refused | Outcome::PasswordRefused(_) => {
            again(
                &visitor,
                say(StatusCode::FORBIDDEN, Language::sign_in_refused),
            )
            .await
        }
        Outcome::Gone(found) => Err(gone::page(&found, visitor.request_id)),
    }
}

/// Sets the session's cookie and leads on.
pub(super) fn led_on(visitor: &Visitor, completed: &Completed) -> Response {
    (
        visitor.cookies(completed),
        see_other(&paths::destination(&completed.destination)),
    )
        .into_response()
}

/// Shows the form again, and what went wrong.
pub(super) async fn again(visitor: &Visitor, what: Again<'_>) -> Result<Response, PageRefusal> {
    let sign_in = open(visitor).await?;
    let t = visitor.frame(&sign_in).await?;
    let page = SignInPage {
        action: visitor.path(),
        forgot: forgot(visitor),
        application: sign_in.application.as_deref(),
        username: what.username,
        error: Some((what.error)(*t)),
        script: visitor.key_script(),
        forgotten: what.forgotten,
        t,
    };
    Ok(page.answer(what.status))
}

async fn open(visitor: &Visitor) -> Result<SignIn, PageRefusal> {
    match visitor.found().await? {
        Found::Open(sign_in) => Ok(sign_in),
        other => Err(gone::page(&other, visitor.request_id.clone())),
    }
}
