//! Setting up a second factor, where one is asked for that the person does not have.

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
        credentials::{
            FactorName, TotpCode, WordCode,
            totp::{AuthenticatorRefused, Offer},
        },
        directory::UserId,
        signin::{self, Enrolment, Outcome, Step},
    },
    http::web::{
        Form, FormAction, Frame, Language, Page, PageForm, PageRefusal, Said, SetCookies,
        TotpSetup, pages::RecoveryCodesPage, paths,
    },
};

const ENROL: Step = Step::Enrol {
    may_postpone: false,
    bound: false,
};

#[derive(Template)]
#[template(path = "login/enrol.html")]
struct EnrolPage<'a> {
    t: Frame,
    path: String,
    bound: bool,
    may_postpone: bool,
    /// The authenticator app, where one will do.
    setup: Option<TotpSetup>,
    /// The script that asks for a new key, where this server can have any.
    script: Option<String>,
    error: Option<&'a str>,
}

/// What was sent and refused.
pub(super) struct Refused<'a> {
    pub(super) status: StatusCode,
    pub(super) sentence: Said,
    pub(super) fields: &'a Form,
}

/// Shows what can be set up, to whoever has proven the first factor in this sign-in.
pub(super) async fn show(visitor: Visitor) -> Result<Response, PageRefusal> {
    form(&visitor, None).await
}

/// Takes the authenticator app.
pub(super) async fn submit(
    visitor: Visitor,
    PageForm(fields): PageForm,
) -> Result<Response, PageRefusal> {
    let refused = |status, sentence| {
        Some(Refused {
            status,
            sentence,
            fields: &fields,
        })
    };
    let bad = StatusCode::BAD_REQUEST;
    let Ok(code) = TotpCode::read(fields.text("code")) else {
        return form(&visitor, refused(bad, Language::totp_not_a_code)).await;
    };
    let Ok(name) = FactorName::read(fields.text("name")) else {
        return form(&visitor, refused(bad, Language::factor_name_refused)).await;
    };
    let reader = visitor.reader().await?;
    let (desk, visit) = (visitor.desk(), visitor.visit());
    let done =
        signin::with_new_authenticator(desk, visit, fields.text("offer"), &name, &code).await;
    let sentence: Said = match done.map_err(|error| visitor.failed(&error))? {
        Enrolment::Done { outcome, codes } => return led_on(&visitor, reader, outcome, codes),
        Enrolment::NotHere(outcome) => return elsewhere(&visitor, outcome),
        Enrolment::Stale => Language::totp_stale,
        Enrolment::Refused(AuthenticatorRefused::TooMany) => Language::totp_too_many,
        Enrolment::Refused(AuthenticatorRefused::WrongCode | AuthenticatorRefused::Twice) => {
            Language::totp_refused
        }
    };
    form(&visitor, refused(StatusCode::FORBIDDEN, sentence)).await
}

/// Puts it off.
pub(super) async fn later(visitor: Visitor, _: PageForm) -> Result<Response, PageRefusal> {
    let outcome = signin::postpone_enrolment(visitor.desk(), visitor.visit()).await;
    elsewhere(&visitor, outcome.map_err(|error| visitor.failed(&error))?)
}

/// Goes on after a factor was set up, over the page with the recovery codes if some were made.
pub(super) fn led_on(
    visitor: &Visitor,
    (t, user): (Frame, String),
    outcome: Outcome,
    codes: Option<impl IntoIterator<Item = WordCode>>,
) -> Result<Response, PageRefusal> {
    let Some(codes) = codes else {
        return elsewhere(visitor, outcome);
    };
    let (cookies, onward) = match &outcome {
        Outcome::Session(completed) => (
            visitor.cookies(completed),
            paths::destination(&completed.destination),
        ),
        _ => (SetCookies::none(), visitor.path()),
    };
    let codes = codes.into_iter().map(|code| code.shown()).collect();
    let page = RecoveryCodesPage::new(t, codes, user, onward);
    Ok((cookies, Page::of(&page)).into_response())
}

/// Refused without a word: the person may not use access any more.
pub(super) fn elsewhere(visitor: &Visitor, outcome: Outcome) -> Result<Response, PageRefusal> {
    let answer = second::went_on(visitor, outcome)?;
    Ok(answer.unwrap_or_else(|| visitor.lead_to(Step::First)))
}

/// Shows what can be set up, and what went wrong.
pub(super) async fn form(
    visitor: &Visitor,
    refused: Option<Refused<'_>>,
) -> Result<Response, PageRefusal> {
    let (sign_in, step) = match visitor.at_step(ENROL).await? {
        At::Here(at) => at,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let (may_postpone, bound) = match step {
        Step::Enrol {
            may_postpone,
            bound,
        } => (may_postpone, bound),
        _ => (false, false),
    };
    let t = visitor.frame(&sign_in).await?;
    let setup = match sign_in.user {
        Some(user) if !bound => Some(setup(visitor, &t, user, refused.as_ref()).await?),
        _ => None,
    };
    let page = EnrolPage {
        path: visitor.path(),
        bound,
        may_postpone,
        setup,
        script: visitor.key_script(),
        error: refused.as_ref().map(|refused| (refused.sentence)(*t)),
        t,
    };
    let status = refused.map_or(StatusCode::OK, |refused| refused.status);
    Ok(Page::of(&page)
        .asks_authenticators(page.script.is_some())
        .status(status)
        .form_action(FormAction::ThenAnApplication)
        .into_response())
}

/// The secret that was offered before, as long as it holds: the app may have it already.
async fn setup(
    visitor: &Visitor,
    t: &Frame,
    user: UserId,
    refused: Option<&Refused<'_>>,
) -> Result<TotpSetup, PageRefusal> {
    let (key, now) = (&visitor.state.master_key, visitor.state.clock.now());
    let before = refused.map(|refused| Offer::open(refused.fields.text("offer"), key, user, now));
    let offer = match before {
        Some(Ok(offer)) => offer,
        Some(Err(_)) | None => Offer::new(user, now),
    };
    let user_name = visitor.user_name(user).await?;
    let action = format!("{}/enrol", visitor.path());
    let setup = TotpSetup::new(&visitor.state, t, &offer, &user_name, action);
    Ok(match refused {
        Some(refused) => setup.again(refused.fields.text("name")),
        None => setup,
    })
}
