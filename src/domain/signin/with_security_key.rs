//! A security key, or a passkey, beside what was proven already.

use serde_json::Value as Json;

use super::{
    AttemptError, Desk, Found, KeyOutcome, Method, Outcome, SignIn, Visit, find,
    with_key::{accept, disproved},
};
use crate::domain::{
    audit::{Actor, Change},
    credentials::webauthn::{self, Answer, Binding, CeremonyError, RelyingParty},
};

/// Asks the browser for one of the keys of the person whose proofs the sign-in holds. `None`: the
/// sign-in cannot go on, or they have no key.
///
/// # Errors
/// When the database cannot answer, or too many challenges wait.
pub async fn security_key_challenge(
    desk: Desk<'_>,
    visit: Visit<'_>,
    party: &RelyingParty,
) -> Result<Option<Json>, CeremonyError> {
    let now = desk.clock.now();
    let found = find(desk.db, visit.handle, visit.browser, now).await?;
    let Found::Open(SignIn {
        user: Some(user), ..
    }) = found
    else {
        return Ok(None);
    };
    let binding = Binding::sign_in(visit.handle);
    let mut change = Change::begin(desk.db, Actor::Anonymous, now).await?;
    let asked = webauthn::ask_second(&mut change, party, &binding, user).await?;
    change.commit().await?;
    Ok(asked)
}

/// Takes what a key answered (the JSON of `PublicKeyCredential.toJSON()`). A passkey counts as a
/// key here: the first factor stays what it was, with all that follows from it.
///
/// # Errors
/// When the database cannot answer.
pub async fn with_security_key(
    desk: Desk<'_>,
    visit: Visit<'_>,
    party: &RelyingParty,
    text: &str,
) -> Result<KeyOutcome, AttemptError> {
    let now = desk.clock.now();
    let found = find(desk.db, visit.handle, visit.browser, now).await?;
    let Found::Open(SignIn {
        user: Some(user), ..
    }) = found
    else {
        return Ok(KeyOutcome::Decided(Outcome::Gone(found)));
    };
    let answer = Answer {
        binding: &Binding::sign_in(visit.handle),
        user: Some(user),
        text,
    };
    match webauthn::verify(desk.db, now, party, answer).await? {
        Ok(proven) => accept(desk, visit, &proven, Method::SecurityKey).await,
        Err(why) => Ok(disproved(why)),
    }
}
