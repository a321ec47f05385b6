//! What passkeys and security keys have in common.

use super::{
    AttemptError, Desk, Method, Outcome, Visit, advance,
    advance::held_and_allowed,
    attempt::{begin, gone},
    note_proof,
};
use crate::domain::{
    credentials::webauthn::{self, Asserted, AssertionRefused},
    directory::UserId,
};

/// What came of an answer to a challenge.
#[derive(Debug)]
pub enum KeyOutcome {
    /// The attempt was decided.
    Decided(Outcome),
    /// The challenge is gone: it took too long, or was answered already.
    Expired,
    /// Nobody has the credential with this id (any more): the browser can be told to forget it.
    Unknown(String),
}

/// Takes a proven credential as a proof by `method`. Nothing is counted when it is refused: a key
/// cannot be guessed, and whoever has it gets in however many passwords were tried.
pub(super) async fn accept(
    desk: Desk<'_>,
    visit: Visit<'_>,
    proven: &Asserted,
    method: Method,
) -> Result<KeyOutcome, AttemptError> {
    let user = proven.user;
    let mut change = begin(desk, visit, user).await?;
    if let Err(reason) = held_and_allowed(&mut change, user).await? {
        return Ok(refused(Some(user), &reason));
    }
    if !webauthn::confirm(&mut change, proven).await? {
        return Ok(refused(Some(user), "key used or removed meanwhile"));
    }
    let (handle, browser) = (visit.handle, visit.browser);
    let noted = note_proof(&mut change, handle, browser, user, method).await?;
    let outcome = if noted {
        advance(desk, visit, change).await?
    } else {
        gone(desk, visit, change).await?
    };
    Ok(KeyOutcome::Decided(outcome))
}

/// The reason goes to the log only.
pub(super) fn refused(user: Option<UserId>, reason: &str) -> KeyOutcome {
    match user {
        Some(user) => tracing::info!(%user, reason, "sign-in refused"),
        None => tracing::info!(reason, "sign-in refused"),
    }
    KeyOutcome::Decided(Outcome::Refused)
}

/// What an answer comes to that proves nothing.
pub(super) fn disproved(why: AssertionRefused) -> KeyOutcome {
    match why {
        AssertionRefused::Expired => KeyOutcome::Expired,
        AssertionRefused::Unknown(id) => KeyOutcome::Unknown(id),
        AssertionRefused::Wrong { user, reason } => refused(user, &reason),
    }
}
