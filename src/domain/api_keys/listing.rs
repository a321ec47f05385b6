//! What there is, for people: each key with its secrets, and which of them is in use.

use super::{ApiKeyId, ApiKeySecretId, Scopes, store};
use crate::domain::{audit::ConnectionId, directory::UserId};
use crate::foundation::{
    clock::Timestamp,
    db::{Error, Fetch},
};

/// How a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// One secret lives.
    Active,
    /// Two secrets live: a rotation is under way.
    Rotating,
    /// No secret lives.
    Expired,
    /// Ended by somebody.
    Revoked,
}

/// How one secret of a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretState {
    /// The newest, and it lives.
    Live,
    /// A newer one lives; this one still does, until its end.
    Ending,
    /// It has ended.
    Ended,
}

impl KeyState {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Rotating => "rotating",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl SecretState {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Ending => "ending",
            Self::Ended => "ended",
        }
    }
}

/// A key as it is listed.
#[derive(Clone, Debug)]
pub struct ListedKey {
    /// The key.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub owner: Option<UserId>,
    /// The connection that it is a secret of.
    pub connection: Option<ConnectionId>,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// How it stands.
    pub state: KeyState,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Why it was revoked.
    pub revoke_reason: Option<String>,
    /// Its secrets, the oldest first.
    pub secrets: Vec<ListedSecret>,
}

/// A secret as it is listed: never itself.
#[derive(Clone, Debug)]
pub struct ListedSecret {
    /// The secret.
    pub id: ApiKeySecretId,
    /// The beginning of its text.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its end.
    pub expires_at: Timestamp,
    /// Its last use, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// How it stands.
    pub state: SecretState,
}

impl ListedKey {
    /// When the last of its secrets ends.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.secrets.iter().map(|secret| secret.expires_at).max()
    }
}

/// All keys, the oldest first.
///
/// # Errors
/// The database cannot answer.
pub async fn list(from: impl Fetch, now: Timestamp) -> Result<Vec<ListedKey>, Error> {
    let mut keys = store::list(from).await?;
    for key in &mut keys {
        settle(key, now);
    }
    Ok(keys)
}

fn settle(key: &mut ListedKey, now: Timestamp) {
    let revoked = key.revoked_at.is_some();
    let mut live = 0;
    for secret in key.secrets.iter_mut().rev() {
        secret.state = match (revoked || secret.expires_at <= now, live) {
            (true, _) => SecretState::Ended,
            (false, 0) => SecretState::Live,
            (false, _) => SecretState::Ending,
        };
        live += usize::from(secret.state != SecretState::Ended);
    }
    key.state = match (revoked, live) {
        (true, _) => KeyState::Revoked,
        (false, 0) => KeyState::Expired,
        (false, 1) => KeyState::Active,
        (false, _) => KeyState::Rotating,
    };
}
