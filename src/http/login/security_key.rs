//! A security key, or a passkey, at the second step.

use axum::{Router, http::StatusCode, response::Response, routing::post};

use super::{second, visitor::Visitor};
use crate::{
    domain::signin::{self, KeyOutcome},
    http::web::{Language, PageForm, PageRefusal, Said, State},
};

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route("/login/{handle}/security-key", post(submit))
        .route("/login/{handle}/security-key/options", post(options))
}

/// Gives the script a challenge.
async fn options(visitor: Visitor, _: PageForm) -> Result<Response, PageRefusal> {
    let party = visitor.party()?;
    let asked = signin::security_key_challenge(visitor.desk(), visitor.visit(), party).await;
    visitor.challenge(asked)
}

/// Takes the answer of a key.
async fn submit(visitor: Visitor, PageForm(form): PageForm) -> Result<Response, PageRefusal> {
    let party = visitor.party()?;
    let answer = form.text("credential");
    let visit = visitor.visit().trusting(second::wants_trust(&form));
    let attempt = signin::with_security_key(visitor.desk(), visit, party, answer).await;
    let error = match attempt.map_err(|error| visitor.failed(&error))? {
        KeyOutcome::Decided(outcome) => match second::went_on(&visitor, outcome)? {
            Some(answer) => return Ok(answer),
            None => Language::key_refused as Said,
        },
        KeyOutcome::Expired => Language::key_expired,
        KeyOutcome::Unknown(_) => Language::key_refused,
    };
    second::form(&visitor, StatusCode::FORBIDDEN, Some(error)).await
}
