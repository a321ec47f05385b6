//! The new password of a user who must choose one before the session begins.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    gone, sign_in,
    visitor::{At, Visitor},
};
use crate::{
    domain::signin::{self, Found, Method, Outcome, Proof, SignIn, Step},
    http::web::{
        FormAction, Frame, Language, NewPasswordField, NewPasswordWrong, Page, PageForm,
        PageRefusal, see_other,
    },
};

#[derive(Template)]
#[template(path = "login/new_password.html")]
pub(super) struct NewPasswordPage<'a> {
    pub(super) t: Frame,
    pub(super) action: String,
    /// Why it has to be chosen.
    pub(super) lead: &'static str,
    pub(super) field: NewPasswordField,
    pub(super) error: Option<&'a str>,
}

/// Shows the form, to whoever has proven the old password in this sign-in.
pub(super) async fn show(visitor: Visitor) -> Result<Response, PageRefusal> {
    match visitor.at(Step::ChoosePassword).await? {
        At::Here(sign_in) => form(&visitor, &sign_in, StatusCode::OK, None).await,
        At::Elsewhere(answer) => Ok(answer),
    }
}

/// Takes the form.
pub(super) async fn submit(
    visitor: Visitor,
    PageForm(fields): PageForm,
) -> Result<Response, PageRefusal> {
    let typed = match NewPasswordWrong::read(&fields) {
        Ok(typed) => typed,
        Err(wrong) => return again(&visitor, wrong).await,
    };
    let attempt = signin::with_new_password(visitor.desk(), visitor.visit(), typed).await;
    match attempt.map_err(|error| visitor.failed(&error))? {
        Outcome::Session(completed) => Ok(sign_in::led_on(&visitor, &completed)),
        Outcome::Next(step) => Ok(visitor.lead_to(step)),
        Outcome::PasswordRefused(refused) => {
            again(&visitor, NewPasswordWrong::Refused(refused)).await
        }
        Outcome::Gone(found) => not_here(&visitor, &found),
        Outcome::Refused => not_here(&visitor, &Found::Unknown),
    }
}

async fn again(visitor: &Visitor, wrong: NewPasswordWrong) -> Result<Response, PageRefusal> {
    match visitor.at(Step::ChoosePassword).await? {
        At::Here(sign_in) => form(visitor, &sign_in, StatusCode::BAD_REQUEST, Some(wrong)).await,
        At::Elsewhere(answer) => Ok(answer),
    }
}

async fn form(
    visitor: &Visitor,
    sign_in: &SignIn,
    status: StatusCode,
    wrong: Option<NewPasswordWrong>,
) -> Result<Response, PageRefusal> {
    let t = visitor.frame(sign_in).await?;
    let error = wrong.map(|wrong| wrong.text(*t));
    let page = NewPasswordPage {
        action: format!("{}/password", visitor.path()),
        lead: lead(sign_in, *t),
        field: NewPasswordField::of(&visitor.state, *t),
        error: error.as_deref(),
        t,
    };
    Ok(Page::of(&page)
        .status(status)
        .form_action(FormAction::ThenAnApplication)
        .into_response())
}

/// Why one has to be chosen: who came with a pass has had no password that could be at fault.
fn lead(sign_in: &SignIn, t: Language) -> &'static str {
    let by_pass = |proof: &Proof| proof.method == Method::TemporaryPass;
    if sign_in.proofs.iter().any(by_pass) {
        t.new_password_lead_after_pass()
    } else {
        t.new_password_lead()
    }
}

/// Without a proof this page is not reached by its address: the sign-in comes first.
fn not_here(visitor: &Visitor, found: &Found) -> Result<Response, PageRefusal> {
    match found {
        Found::Open(_) => Ok(see_other(&visitor.path())),
        other => Err(gone::page(other, visitor.request_id.clone())),
    }
}
