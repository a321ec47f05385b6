//! A passkey: who it is, what they have and what they know, in one gesture.

use serde_json::Value as Json;

use super::{
    AttemptError, Desk, Found, KeyOutcome, Method, Outcome, Visit, find,
    with_key::{accept, disproved},
};
use crate::domain::{
    audit::{Actor, Change},
    credentials::webauthn::{self, Answer, Binding, CeremonyError, RelyingParty},
};

/// Asks the browser for a passkey, in an open sign-in. `None`: the sign-in cannot go on.
///
/// # Errors
/// When the database cannot answer, or too many challenges wait.
pub async fn passkey_challenge(
    desk: Desk<'_>,
    visit: Visit<'_>,
    party: &RelyingParty,
) -> Result<Option<Json>, CeremonyError> {
    let now = desk.clock.now();
    let found = find(desk.db, visit.handle, visit.browser, now).await?;
    if !matches!(found, Found::Open(_)) {
        return Ok(None);
    }
    let binding = Binding::sign_in(visit.handle);
    let mut change = Change::begin(desk.db, Actor::Anonymous, now).await?;
    let asked = webauthn::ask_sign_in(&mut change, party, &binding).await?;
    change.commit().await?;
    Ok(Some(asked))
}

/// Takes what a passkey answered (the JSON of `PublicKeyCredential.toJSON()`).
///
/// # Errors
/// When the database cannot answer.
pub async fn with_passkey(
    desk: Desk<'_>,
    visit: Visit<'_>,
    party: &RelyingParty,
    text: &str,
) -> Result<KeyOutcome, AttemptError> {
    let now = desk.clock.now();
    let found = find(desk.db, visit.handle, visit.browser, now).await?;
    if !matches!(found, Found::Open(_)) {
        return Ok(KeyOutcome::Decided(Outcome::Gone(found)));
    }
    let answer = Answer {
        binding: &Binding::sign_in(visit.handle),
        user: None,
        text,
    };
    match webauthn::verify(desk.db, now, party, answer).await? {
        Ok(proven) => accept(desk, visit, &proven, Method::Passkey).await,
        Err(why) => Ok(disproved(why)),
    }
}
