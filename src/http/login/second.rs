//! The second factor: the page that shows the ways that a person has, and the code of an
//! authenticator app.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    by_mail, gone, sign_in,
    visitor::{At, Visitor},
};
use crate::{
    domain::{
        credentials::{self, Enrolled, TotpCode},
        signin::{self, Outcome, SignIn, Step},
    },
    http::web::{Form, FormAction, Frame, Language, Page, PageForm, PageRefusal, Said, see_other},
};

/// The step that this page is for.
pub(super) const SECOND: Step = Step::Second {
    bound: false,
    by_mail: false,
};

#[derive(Template)]
#[template(path = "login/second.html")]
struct SecondPage<'a> {
    t: Frame,
    path: String,
    /// Whether there is an authenticator app that will do.
    totp: bool,
    /// Whether there is a recovery code that will do.
    recovery: bool,
    /// Whether a mailed code will do.
    by_mail: bool,
    /// The script that asks for a key, when there is one.
    script: Option<String>,
    /// Whether this browser may be trusted.
    trust: bool,
    error: Option<&'a str>,
}

/// Shows the ways, to whoever has proven the first factor in this sign-in.
pub(super) async fn show(visitor: Visitor) -> Result<Response, PageRefusal> {
    form(&visitor, StatusCode::OK, None).await
}

/// Takes the code of an authenticator app.
pub(super) async fn submit(
    visitor: Visitor,
    PageForm(fields): PageForm,
) -> Result<Response, PageRefusal> {
    let Ok(code) = TotpCode::read(fields.text("code")) else {
        let error = Some(Language::totp_not_a_code as Said);
        return form(&visitor, StatusCode::BAD_REQUEST, error).await;
    };
    let visit = visitor.visit().trusting(wants_trust(&fields));
    let attempt = signin::with_totp(visitor.desk(), visit, &code).await;
    let outcome = attempt.map_err(|error| visitor.failed(&error))?;
    match went_on(&visitor, outcome)? {
        Some(answer) => Ok(answer),
        None => {
            form(
                &visitor,
                StatusCode::FORBIDDEN,
                Some(Language::totp_refused),
            )
            .await
        }
    }
}

/// Whether the box is ticked with which the person has this browser trusted.
pub(super) fn wants_trust(form: &Form) -> bool {
    form.text("trust_device") == "yes"
}

/// What every way of proving a second factor answers when it was taken, or when the sign-in is
/// not at this step; nothing when it was refused.
pub(super) fn went_on(
    visitor: &Visitor,
    outcome: Outcome,
) -> Result<Option<Response>, PageRefusal> {
    match outcome {
        Outcome::Session(completed) => Ok(Some(sign_in::led_on(visitor, &completed))),
        Outcome::Next(step) => Ok(Some(visitor.lead_to(step))),
        Outcome::Gone(found) => Err(gone::page(&found, visitor.request_id.clone())),
        Outcome::Refused | Outcome::PasswordRefused(_) => Ok(None),
    }
}

/// Whether the person may have this browser trusted: the box stands only where ticking it comes to
/// something.
async fn may_trust(visitor: &Visitor, sign_in: &SignIn) -> Result<bool, PageRefusal> {
    let may = signin::may_trust(&visitor.state.db, visitor.desk(), sign_in).await;
    may.map_err(|error| PageRefusal::database(&error, visitor.request_id.clone()))
}

/// What the person of a sign-in can prove themself with.
pub(super) async fn ways(visitor: &Visitor, sign_in: &SignIn) -> Result<Enrolled, PageRefusal> {
    let Some(user) = sign_in.user else {
        return Ok(Enrolled::default());
    };
    let enrolled = credentials::enrolled(&visitor.state.db, user).await;
    enrolled.map_err(|error| PageRefusal::database(&error, visitor.request_id.clone()))
}

/// Shows the ways, and what went wrong.
pub(super) async fn form(
    visitor: &Visitor,
    status: StatusCode,
    error: Option<Said>,
) -> Result<Response, PageRefusal> {
    let (sign_in, step) = match visitor.at_step(SECOND).await? {
        At::Here(at) => at,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let bound = matches!(step, Step::Second { bound: true, .. });
    let by_mail = matches!(step, Step::Second { by_mail: true, .. });
    let ways = ways(visitor, &sign_in).await?;
    if by_mail && !ways.has_second(false) {
        return Ok(see_other(&by_mail::page(visitor)));
    }
    let t = visitor.frame(&sign_in).await?;
    let page = SecondPage {
        path: visitor.path(),
        totp: ways.totp && !bound,
        recovery: ways.recovery_codes && !bound,
        by_mail,
        trust: may_trust(visitor, &sign_in).await?,
        script: visitor
            .key_script()
            .filter(|_| ways.passkey || ways.security_key),
        error: error.map(|error| error(*t)),
        t,
    };
    Ok(Page::of(&page)
        .asks_authenticators(page.script.is_some())
        .status(status)
        .form_action(FormAction::ThenAnApplication)
        .into_response())
}
