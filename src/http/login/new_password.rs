//! The new password of a user who must choose one before the session begins.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{gone, sign_in, visitor::Visitor};
use crate::{
    domain::{
        credentials::PasswordRefused,
        signin::{self, Found, NewPasswordRefused, Outcome, SignIn},
    },
    http::web::{FormAction, Page, PageForm, PageRefusal, see_other},
};

#[derive(Template)]
#[template(path = "login/new_password.html")]
struct NewPasswordPage<'a> {
    action: String,
    error: Option<&'a str>,
}

/// Shows the form, to whoever has proven the old password in this sign-in.
pub(super) async fn show(visitor: Visitor) -> Result<Response, PageRefusal> {
    match visitor.found().await? {
        Found::Open(SignIn { proof: Some(_), .. }) => Ok(form(&visitor, StatusCode::OK, None)),
        other => not_here(&visitor, &other),
    }
}

/// Takes the form.
pub(super) async fn submit(
    visitor: Visitor,
    PageForm(fields): PageForm,
) -> Result<Response, PageRefusal> {
    let typed = fields.text("new_password");
    if typed != fields.text("new_password_again") {
        return match visitor.found().await? {
            Found::Open(SignIn { proof: Some(_), .. }) => {
                let sentence = "The two passwords are not the same.";
                Ok(form(&visitor, StatusCode::BAD_REQUEST, Some(sentence)))
            }
            other => not_here(&visitor, &other),
        };
    }
    let attempt = signin::with_new_password(visitor.desk(), visitor.visit(), typed).await;
    match attempt.map_err(|error| visitor.failed(&error))? {
        Outcome::Session(completed) => Ok(sign_in::led_on(&visitor, &completed)),
        Outcome::PasswordRefused(refused) => {
            let sentence = sentence(refused);
            Ok(form(&visitor, StatusCode::BAD_REQUEST, Some(sentence)))
        }
        Outcome::Gone(found) => not_here(&visitor, &found),
        Outcome::Refused | Outcome::ChoosePassword => not_here(&visitor, &Found::Unknown),
    }
}

fn form(visitor: &Visitor, status: StatusCode, error: Option<&str>) -> Response {
    let page = NewPasswordPage {
        action: format!("{}/password", visitor.path()),
        error,
    };
    Page::of(&page)
        .status(status)
        .form_action(FormAction::ThenAnApplication)
        .into_response()
}

/// Without a proof this page is not reached by its address: the sign-in comes first.
fn not_here(visitor: &Visitor, found: &Found) -> Result<Response, PageRefusal> {
    match found {
        Found::Open(_) => Ok(see_other(&visitor.path())),
        other => Err(gone::page(other, visitor.request_id.clone())),
    }
}

const fn sentence(refused: NewPasswordRefused) -> &'static str {
    match refused {
        NewPasswordRefused::Policy(PasswordRefused::TooShort) => {
            "The new password needs at least 8 characters."
        }
        NewPasswordRefused::Policy(PasswordRefused::TooLong) => {
            "The new password is too long: 1024 bytes are the most."
        }
        NewPasswordRefused::Same => "Choose another password than the one you have had so far.",
    }
}
