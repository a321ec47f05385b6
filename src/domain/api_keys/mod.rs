//! Owns secrets for programs: made, shown once, stored as digests, with scopes, an owner
//! and an end; rotated with an overlap, so that a program can be given the new secret
//! before the old one ends. Does not own what a scope opens: the doors do.

mod authenticate;
mod listing;
mod registry;
mod rotation;
mod scope;
mod store;
mod text;

use std::time::Duration;

use serde_json::json;

pub use authenticate::{Refusal, authenticate};
pub use listing::{KeyState, ListedKey, ListedSecret, SecretState, list};
pub use registry::Registry;
pub use rotation::rotate;
pub use scope::{EVERY_AUDIENCE, Scope, Scopes, UnknownScope};

use super::{
    access,
    audit::{Change, ConnectionId, Event},
    directory::UserId,
};
use crate::foundation::{
    clock::Timestamp,
    crypto::token::Secret,
    db::{Error, Fetch},
};
use crate::typed_id;

typed_id!(
    /// An API key, through all its rotations.
    pub ApiKeyId
);
typed_id!(
    /// One secret of an API key.
    pub ApiKeySecretId
);

/// No secret lives longer: a key that nobody renews is a key that nobody remembers.
pub const LONGEST_LIFETIME: Duration = Duration::from_secs(3 * 366 * 86_400);
/// How long an ended secret is kept, so that people can look up what became of it.
const KEPT: Duration = Duration::from_secs(30 * 86_400);
const MOST_NAME_CHARS: usize = 100;

/// An API key that was presented and is good.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// The key.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// Whose it is; nobody's when it belongs to the installation.
    pub owner: Option<UserId>,
    /// The connection that it is a secret of.
    pub connection: Option<ConnectionId>,
    /// What it may be used for.
    pub scopes: Scopes,
    /// The end of the secret that was presented.
    pub expires_at: Timestamp,
}

/// A secret that was just made: the only time it is in the clear.
#[derive(Debug)]
pub struct Issued {
    /// The key.
    pub id: ApiKeyId,
    /// Its text.
    pub secret: Secret,
    /// Its end.
    pub expires_at: Timestamp,
    /// What it may be used for.
    pub scopes: Scopes,
}

/// An API key that is wanted.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub owner: Option<UserId>,
    /// What it may be used for.
    pub scopes: Scopes,
    /// How long a secret of it lives.
    pub lifetime: Duration,
}

/// Why a key is not made, rotated or revoked.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// There is no such key.
    #[error("there is no API key {0}")]
    NoSuchKey(ApiKeyId),
    /// It was revoked.
    #[error("API key {0} is revoked")]
    Revoked(ApiKeyId),
    /// Its last secret has ended.
    #[error("API key {0} has expired: create another")]
    Expired(ApiKeyId),
    /// Two secrets live already.
    #[error(
        "API key {id} has two secrets until {until}: wait, or rotate with an overlap of 0s, which ends both"
    )]
    RotationUnderWay {
        /// The key.
        id: ApiKeyId,
        /// When the older secret ends.
        until: Timestamp,
    },
    /// The name is empty, too long, or holds control characters.
    #[error("the name of an API key has 1 to {MOST_NAME_CHARS} characters")]
    Name,
    /// Without a scope a key opens nothing.
    #[error("an API key needs a scope")]
    NoScope,
    /// A resource server that sees nothing asks in vain.
    #[error(
        "name whose tokens the key may see: introspection:https://orders.example.com, the name of a client, or introspection:* for all"
    )]
    NoAudience,
    /// It would live for no time, or too long.
    #[error("an API key lives for a second or more and {} days or less", LONGEST_LIFETIME.as_secs() / 86_400)]
    Lifetime,
    /// The owner does not exist or has no access.
    #[error("the owner has no access ({0})")]
    OwnerWithoutAccess(String),
    /// The database cannot answer.
    #[error(transparent)]
    Database(#[from] Error),
}

/// Makes a key and its first secret.
///
/// # Errors
/// What is wanted cannot be; nothing is written.
pub async fn create(change: &mut Change, wanted: NewApiKey) -> Result<Issued, NotChanged> {
    create_with(change, wanted, None).await
}

/// Makes a key of a connection: a bearer secret of it.
///
/// # Errors
/// What is wanted cannot be; nothing is written.
pub async fn create_for(
    change: &mut Change,
    connection: ConnectionId,
    wanted: NewApiKey,
) -> Result<Issued, NotChanged> {
    create_with(change, wanted, Some(connection)).await
}

/// The key of a connection that is not revoked, the newest of several.
///
/// # Errors
/// The database cannot answer.
pub async fn newest_of(
    from: impl Fetch,
    connection: ConnectionId,
) -> Result<Option<ApiKeyId>, Error> {
    store::newest_of(from, connection).await
}

async fn create_with(
    change: &mut Change,
    wanted: NewApiKey,
    connection: Option<ConnectionId>,
) -> Result<Issued, NotChanged> {
    check(&wanted)?;
    if let Some(owner) = wanted.owner {
        refuse_without_access(change, owner).await?;
    }
    let id = ApiKeyId::new(change.now());
    store::insert(change, id, &wanted, connection).await?;
    let issued = issue(change, id, wanted.scopes, wanted.lifetime).await?;
    change.record(
        Event::new("api_key.created")
            .subject("api_key", id)
            .detail(json!({
                "name": wanted.name,
                "owner": wanted.owner,
                "connection": connection,
                "scopes": issued.scopes,
                "expires_at": issued.expires_at.to_rfc3339(),
            })),
    );
    Ok(issued)
}

fn check(wanted: &NewApiKey) -> Result<(), NotChanged> {
    let chars = wanted.name.trim().chars().count();
    if chars == 0 || chars > MOST_NAME_CHARS || wanted.name.chars().any(char::is_control) {
        return Err(NotChanged::Name);
    }
    if wanted.scopes.is_empty() {
        return Err(NotChanged::NoScope);
    }
    if wanted.scopes.contain(&Scope::Introspection(None)) {
        return Err(NotChanged::NoAudience);
    }
    if wanted.lifetime.as_secs() == 0 || wanted.lifetime > LONGEST_LIFETIME {
        return Err(NotChanged::Lifetime);
    }
    Ok(())
}

/// Held, so that a deactivation at the same moment either sees the new key and ends it,
/// or is seen here.
async fn refuse_without_access(change: &mut Change, owner: UserId) -> Result<(), NotChanged> {
    access::hold(change, owner)
        .await
        .map_err(|error| match error {
            Error::ForeignKey => NotChanged::OwnerWithoutAccess("there is no such user".to_owned()),
            other => NotChanged::Database(other),
        })?;
    let now = change.now();
    let access = access::may_use(change, owner, now).await?;
    if access.is_allowed() {
        Ok(())
    } else {
        Err(NotChanged::OwnerWithoutAccess(access.words()))
    }
}

async fn issue(
    change: &mut Change,
    id: ApiKeyId,
    scopes: Scopes,
    lifetime: Duration,
) -> Result<Issued, Error> {
    let secret = text::generate();
    let expires_at = change.now().plus(lifetime);
    store::insert_secret(change, id, &secret, expires_at).await?;
    Ok(Issued {
        id,
        secret,
        expires_at,
        scopes,
    })
}

/// Ends a key with all its secrets, at once.
///
/// # Errors
/// There is no such key, or it is revoked already.
pub async fn revoke(change: &mut Change, id: ApiKeyId, reason: &str) -> Result<(), NotChanged> {
    if !store::revoke(change, id, reason).await? {
        let exists = store::exists(change, id).await?;
        return Err(if exists {
            NotChanged::Revoked(id)
        } else {
            NotChanged::NoSuchKey(id)
        });
    }
    let event = Event::new("api_key.revoked").subject("api_key", id);
    change.record(event.detail(json!({ "reason": reason })));
    Ok(())
}

/// Ends all keys of a user, in the caller's change: part of cutting the user's access.
/// How many it ended. Nothing brings them back.
///
/// # Errors
/// The database cannot answer.
pub async fn end_of_user(change: &mut Change, user: UserId, reason: &str) -> Result<u64, Error> {
    let ended = store::revoke_of_user(change, user, reason).await?;
    if ended > 0 {
        let event = Event::new("api_key.revoked_of_user").subject("user", user);
        change.record(event.detail(json!({ "keys": ended, "reason": reason })));
    }
    Ok(ended)
}

/// Removes up to `most` secrets and keys that ended a month ago; the audit log keeps what
/// became of them. How many.
///
/// # Errors
/// The database cannot answer.
pub async fn sweep(change: &mut Change, most: i64) -> Result<u64, Error> {
    let before = change.now().minus(KEPT);
    let secrets = store::delete_ended_secrets(change, before, most).await?;
    let revoked = store::delete_revoked(change, before, most).await?;
    let empty = store::delete_without_secrets(change, before, most).await?;
    Ok(secrets + revoked + empty)
}
