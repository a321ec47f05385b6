//! A passkey in the place of user name and password.

use axum::{Router, http::StatusCode, response::Response, routing::post};

use super::{
    gone,
    sign_in::{self, Again, Forgotten},
    visitor::Visitor,
};
use crate::{
    domain::signin::{self, KeyOutcome, Outcome},
    http::web::{Language, PageForm, PageRefusal, State},
};

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route("/login/{handle}/passkey", post(submit))
        .route("/login/{handle}/passkey/options", post(options))
}

/// Gives the script a challenge.
async fn options(visitor: Visitor, _form: PageForm) -> Result<Response, PageRefusal> {
    let party = visitor.party()?;
    let asked = signin::passkey_challenge(visitor.desk(), visitor.visit(), party).await;
    visitor.challenge(asked)
}

/// Takes the answer of an authenticator.
async fn submit(visitor: Visitor, PageForm(form): PageForm) -> Result<Response, PageRefusal> {
    let party = visitor.party()?;
    let answer = form.text("credential");
    let attempt = signin::with_passkey(visitor.desk(), visitor.visit(), party, answer).await;
    let mut what = Again {
        username: "",
        status: StatusCode::FORBIDDEN,
        error: Language::passkey_refused,
        forgotten: None,
    };
    match attempt.map_err(|error| visitor.failed(&error))? {
        KeyOutcome::Decided(Outcome::Session(completed)) => {
            return Ok(sign_in::led_on(&visitor, &completed));
        }
        KeyOutcome::Decided(Outcome::Next(step)) => return Ok(visitor.lead_to(step)),
        KeyOutcome::Decided(Outcome::Gone(found)) => {
            return Err(gone::page(&found, visitor.request_id));
        }
        KeyOutcome::Decided(Outcome::Refused | Outcome::PasswordRefused(_)) => {}
        KeyOutcome::Expired => what.error = Language::key_expired,
        KeyOutcome::Unknown(credential) => {
            what.forgotten = Some(Forgotten {
                party: party.id().to_owned(),
                credential,
            });
        }
    }
    sign_in::again(&visitor, what).await
}
