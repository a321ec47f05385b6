//! Challenges that wait for their answer. Each is answered once, by whoever it was made for, and
//! for what it was made for.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use webauthn_rs_core::error::WebauthnError;

use super::{relying_party::PATIENCE, store};
use crate::domain::{
    audit::{Actor, Change},
    directory::UserId,
};
use crate::foundation::{
    clock::Timestamp,
    crypto::{digest::Digest, token::Secret},
    db::{self, Db},
};

/// How many challenges of one sign-in or session may wait at once: a page asks for one when it
/// opens, and for one at a press of its button.
const MOST_WAITING: i64 = 24;

/// What an answer will do. An answer to one purpose is none to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Sign in with a passkey alone.
    SignIn,
    /// Prove a second factor.
    Second,
    /// Add a passkey.
    AddPasskey,
    /// Add a security key.
    AddSecurityKey,
}

impl Purpose {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Second => "second",
            Self::AddPasskey => "add_passkey",
            Self::AddSecurityKey => "add_security_key",
        }
    }
}

/// Where a challenge was asked for: it is answered there or nowhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding(String);

impl Binding {
    /// A sign-in, by its handle.
    #[must_use]
    pub fn sign_in(handle: &Secret) -> Self {
        Self(format!("sign_in:{}", handle.digest().as_str()))
    }

    /// A session, by its public name.
    #[must_use]
    pub fn session(id: impl fmt::Display) -> Self {
        Self(format!("session:{id}"))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why nothing can be asked.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// The database could not answer.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// Too many challenges wait, or the user has too many credentials.
    #[error("too many")]
    TooMany,
    /// The library refuses to ask; that is a fault of this server.
    #[error("a WebAuthn ceremony cannot begin: {0}")]
    Library(#[from] WebauthnError),
    /// What was kept cannot be written or read.
    #[error("the state of a WebAuthn ceremony: {0}")]
    State(#[from] serde_json::Error),
}

/// A ceremony: what for, where, and about whom if that is known.
#[derive(Clone, Copy)]
pub(super) struct Ceremony<'a> {
    pub(super) purpose: Purpose,
    pub(super) binding: &'a Binding,
    pub(super) user: Option<UserId>,
}

/// Keeps what the answer to `challenge` is checked against.
pub(super) async fn keep(
    change: &mut Change,
    ceremony: Ceremony<'_>,
    challenge: &[u8],
    state: &impl Serialize,
) -> Result<(), CeremonyError> {
    let (challenge, state) = (Digest::of(challenge), serde_json::to_string(state)?);
    let until = change.now().plus(PATIENCE);
    if !store::keep(change, ceremony, &challenge, &state, until, MOST_WAITING).await? {
        return Err(CeremonyError::TooMany);
    }
    change.unrecorded("a challenge that nobody has answered");
    Ok(())
}

/// Uses a challenge up, in a change of its own: whatever the answer is worth, there is no other.
/// `None`: it was not made for this, was answered, or has expired.
pub(super) async fn take<T: DeserializeOwned>(
    db: &Db,
    now: Timestamp,
    ceremony: Ceremony<'_>,
    challenge: &Digest,
) -> Result<Option<T>, db::Error> {
    let mut change = Change::begin(db, Actor::Anonymous, now).await?;
    let state = store::take(&mut change, ceremony, challenge).await?;
    change.unrecorded("a challenge is used up");
    change.commit().await?;
    let read = |state: String| {
        serde_json::from_str(&state)
            .map_err(|error| db::Error::Corrupt(format!("webauthn_ceremonies.state: {error}")))
    };
    state.map(read).transpose()
}

/// Deletes challenges that have expired. How many, at most `limit`.
///
/// # Errors
/// When the database cannot answer.
pub async fn sweep(change: &mut Change, limit: i64) -> Result<u64, db::Error> {
    let swept = store::sweep(change, limit).await?;
    change.unrecorded("a sweep of what had expired");
    Ok(swept)
}
