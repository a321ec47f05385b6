//! What a user has, and what becomes of it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{answer, store};
use crate::domain::{
    audit::{Change, Event},
    devices,
    directory::UserId,
    mail::{self, FactorKind, Occasion, Post},
};
use crate::foundation::{
    clock::Timestamp,
    crypto::random,
    db::{self, Fetch},
};
use crate::typed_id;

typed_id!(
    /// A WebAuthn credential, by the name that pages and events call it.
    pub WebauthnId
);

/// What a credential can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// It verifies the person by itself: it opens a sign-in alone.
    Passkey,
    /// It proves possession: it serves beside a password.
    SecurityKey,
}

impl Kind {
    pub(super) const fn in_letters(self) -> FactorKind {
        match self {
            Self::Passkey => FactorKind::Passkey,
            Self::SecurityKey => FactorKind::SecurityKey,
        }
    }

    /// Its word in rows and events.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::SecurityKey => "security_key",
        }
    }
}

/// Not a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a kind of WebAuthn credential")]
pub struct KindUnknown;

impl std::str::FromStr for Kind {
    type Err = KindUnknown;

    fn from_str(text: &str) -> Result<Self, KindUnknown> {
        let all = [Self::Passkey, Self::SecurityKey];
        let found = all.into_iter().find(|kind| kind.word() == text);
        found.ok_or(KindUnknown)
    }
}

/// A credential as its owner sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebauthnCredential {
    /// Its name in pages and events.
    pub id: WebauthnId,
    /// What it can do.
    pub kind: Kind,
    /// What its owner calls it.
    pub name: String,
    /// What authenticators call it.
    pub credential_id: Vec<u8>,
    /// Whether it exists elsewhere too, so that it survives its device (BS, §6.1.3).
    pub backed_up: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last proved something.
    pub last_used_at: Option<Timestamp>,
    /// Since when it proves nothing any more, because there may be a copy of it.
    pub suspended_at: Option<Timestamp>,
}

impl WebauthnCredential {
    /// What authenticators call it, as browsers write it.
    #[must_use]
    pub fn written_credential_id(&self) -> String {
        answer::written(&self.credential_id)
    }
}

/// What authenticators should know of a user, for the browser to tell them (WebAuthn Level 3
/// §5.1.10).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserAtAuthenticators {
    /// The user handle.
    pub handle: String,
    /// The ids of all credentials that are accepted.
    pub accepted: Vec<String>,
}

/// The credentials of a user, oldest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(from: impl Fetch, user: UserId) -> Result<Vec<WebauthnCredential>, db::Error> {
    store::list(from, user).await
}

/// What authenticators should know of a user. `None` when they know nothing.
///
/// # Errors
/// When the database cannot answer.
pub async fn at_authenticators(
    mut from: impl Fetch,
    user: UserId,
) -> Result<Option<UserAtAuthenticators>, db::Error> {
    let Some(handle) = store::handle(&mut from, user).await? else {
        return Ok(None);
    };
    let all = store::list(from, user).await?;
    let accepted = all.iter().filter(|known| known.suspended_at.is_none());
    let accepted = accepted.map(WebauthnCredential::written_credential_id);
    Ok(Some(UserAtAuthenticators {
        handle,
        accepted: accepted.collect(),
    }))
}

/// The user handle, made at the first need: random, so that it tells nothing (§14.6.1).
pub(super) async fn handle_for(change: &mut Change, user: UserId) -> Result<Vec<u8>, db::Error> {
    let fresh = answer::written(&random::bytes::<32>());
    let handle = store::handle_or(change, user, &fresh).await?;
    change.unrecorded("a name for authenticators");
    let read = URL_SAFE_NO_PAD.decode(&handle);
    read.map_err(|error| db::Error::Corrupt(format!("webauthn_users.handle: {error}")))
}

/// Gives a credential of the user another name. Whether they have it.
///
/// # Errors
/// When the database cannot answer.
pub async fn rename(
    change: &mut Change,
    user: UserId,
    id: WebauthnId,
    name: &str,
) -> Result<bool, db::Error> {
    let renamed = store::rename(change, user, id, name).await?;
    if renamed {
        change.record(
            Event::new("webauthn.renamed")
                .subject("user", user)
                .detail(json!({ "credential": id, "name": name })),
        );
    }
    Ok(renamed)
}

/// Takes a credential of the user away, and tells them; its kind and name, if they had it.
///
/// # Errors
/// When the database cannot answer.
pub async fn remove(
    change: &mut Change,
    post: &Post,
    user: UserId,
    id: WebauthnId,
) -> Result<Option<(Kind, String)>, db::Error> {
    let removed = store::remove(change, user, id).await?;
    if let Some((kind, name)) = &removed {
        devices::end_trust(change, user, "factors_changed").await?;
        change.record(
            Event::new("webauthn.removed")
                .subject("user", user)
                .detail(json!({ "credential": id, "kind": kind.word(), "name": name })),
        );
        let letter = Occasion::FactorRemoved {
            kind: kind.in_letters(),
            name: name.clone(),
            by_administrator: false,
        };
        mail::notify(change, post, user, letter).await?;
    }
    Ok(removed)
}

/// Suspends a credential of which there may be a copy, and tells its owner. Whether it was not
/// suspended already.
pub(super) async fn suspend(
    change: &mut Change,
    post: &Post,
    user: UserId,
    id: WebauthnId,
    reason: &'static str,
) -> Result<bool, db::Error> {
    let Some((kind, name)) = store::suspend(change, id).await? else {
        return Ok(false);
    };
    change.record(
        Event::new("webauthn.suspended")
            .subject("user", user)
            .detail(json!({ "credential": id, "reason": reason })),
    );
    let kind = kind.in_letters();
    let letter = Occasion::FactorSuspended { kind, name };
    mail::notify(change, post, user, letter).await?;
    Ok(true)
}
