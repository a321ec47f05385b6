//! A code that is mailed to the person. To look at the page sends nothing: the button does.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    enrol, second,
    visitor::{At, Visitor},
};
use crate::{
    domain::{
        credentials::{MailedCode, mailed_code::NoCode},
        signin::{self, CodeAsked, CodeStanding, SignIn, Step},
    },
    http::web::{FormAction, Frame, Language, Page, PageForm, PageRefusal, Said, see_other},
};

#[derive(Template)]
#[template(path = "login/by_mail.html")]
struct ByMailPage<'a> {
    t: Frame,
    path: String,
    /// Where codes go, so that only who knows the address recognises it.
    address: String,
    /// Whether one was sent that can be used.
    sent: bool,
    /// Whether there are other ways.
    others: bool,
    error: Option<&'a str>,
    /// Whether that is about the code that was typed.
    wrong: bool,
}

/// Shows how the code stands, to whoever has proven the first factor in this sign-in.
pub(super) async fn show(visitor: Visitor) -> Result<Response, PageRefusal> {
    form(&visitor, StatusCode::OK, None).await
}

/// Sends a code. The answer leads on, so that to load its page anew sends no other.
pub(super) async fn send(visitor: Visitor, _: PageForm) -> Result<Response, PageRefusal> {
    let asked = signin::mail_code(visitor.desk(), visitor.visit()).await;
    let many = StatusCode::TOO_MANY_REQUESTS;
    match asked.map_err(|error| visitor.failed(&error))? {
        CodeAsked::Sent => Ok(see_other(&page(&visitor))),
        CodeAsked::Not(NoCode::TooSoon) => {
            form(&visitor, many, Some(Language::mailed_too_soon)).await
        }
        CodeAsked::Not(NoCode::TooMany) => {
            form(&visitor, many, Some(Language::mailed_too_many)).await
        }
        CodeAsked::NotHere(outcome) => enrol::elsewhere(&visitor, outcome),
    }
}

/// Takes the code.
pub(super) async fn submit(
    visitor: Visitor,
    PageForm(fields): PageForm,
) -> Result<Response, PageRefusal> {
    let Ok(code) = MailedCode::read(fields.text("code")) else {
        let error = Some(Language::mailed_not_a_code as Said);
        return form(&visitor, StatusCode::BAD_REQUEST, error).await;
    };
    let attempt = signin::with_mailed_code(visitor.desk(), visitor.visit(), &code).await;
    let outcome = attempt.map_err(|error| visitor.failed(&error))?;
    match second::went_on(&visitor, outcome)? {
        Some(answer) => Ok(answer),
        None => {
            let error = Some(Language::mailed_refused as Said);
            form(&visitor, StatusCode::FORBIDDEN, error).await
        }
    }
}

/// Its address in this sign-in.
pub(super) fn page(visitor: &Visitor) -> String {
    format!("{}/second/mail", visitor.path())
}

async fn form(
    visitor: &Visitor,
    status: StatusCode,
    error: Option<Said>,
) -> Result<Response, PageRefusal> {
    let (sign_in, step) = match visitor.at_step(second::SECOND).await? {
        At::Here(at) => at,
        At::Elsewhere(answer) => return Ok(answer),
    };
    let standing = match step {
        Step::Second { by_mail: true, .. } => standing(visitor, &sign_in).await?,
        _ => None,
    };
    let Some(CodeStanding {
        address,
        open_until,
    }) = standing
    else {
        return Ok(visitor.lead_to(step));
    };
    let others = second::ways(visitor, &sign_in).await?.has_second(false);
    let t = visitor.frame(&sign_in).await?;
    let page = ByMailPage {
        path: visitor.path(),
        address: masked(&address),
        sent: open_until.is_some(),
        others,
        error: error.map(|error| error(*t)),
        wrong: error.is_some() && status != StatusCode::TOO_MANY_REQUESTS,
        t,
    };
    Ok(Page::of(&page)
        .status(status)
        .form_action(FormAction::ThenAnApplication)
        .into_response())
}

async fn standing(
    visitor: &Visitor,
    sign_in: &SignIn,
) -> Result<Option<CodeStanding>, PageRefusal> {
    let Some(user) = sign_in.user else {
        return Ok(None);
    };
    let (db, now) = (&visitor.state.db, visitor.state.clock.now());
    let standing = signin::code_standing(db, visitor.visit(), user, now).await;
    standing.map_err(|error| PageRefusal::database(&error, visitor.request_id.clone()))
}

/// `m•••@example.com`: enough for whoever knows the address, and no more for whoever knows only the
/// password.
fn masked(address: &str) -> String {
    let (name, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}•••@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_so_that_only_who_knows_it_recognises_it() {
        for (address, shown) in [
            ("mira@example.com", "m•••@example.com"),
            ("m@example.com", "m•••@example.com"),
            ("écluse@example.com", "é•••@example.com"),
            ("\"a@b\"@example.com", "\"•••@example.com"),
            ("nonsense", "n•••@"),
        ] {
            assert_eq!(masked(address), shown);
        }
    }
}
