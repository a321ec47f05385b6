//! Presenting a key.

use std::sync::Arc;
use std::time::Duration;

use super::registry::{Held, Registry};
use super::{ApiKey, store, text};
use crate::domain::{
    access,
    audit::{Actor, Change},
};
use crate::foundation::{
    clock::Timestamp,
    crypto::token::Secret,
    db::{Db, Error},
};

/// Last use is marked at most so often: a mark is a durable write, and a program that
/// calls a thousand times a second shall not cost a thousand of them.
const MARK_EVERY: Duration = Duration::from_secs(60);

/// Why a presented key is not accepted. For the log: a caller learns only that it is not.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It cannot be a key: wrong prefix, length, alphabet or checksum.
    #[error("the API key is malformed")]
    Malformed,
    /// Nobody has it.
    #[error("the API key is unknown")]
    Unknown,
    /// The secret has ended.
    #[error("the API key has expired")]
    Expired,
    /// The key was revoked.
    #[error("the API key is revoked")]
    Revoked,
    /// Its owner has no access: blocked, inactive, or outside validity.
    #[error("the API key's owner has no access ({0})")]
    OwnerWithoutAccess(String),
    /// The database cannot answer: the caller is told to come again.
    #[error(transparent)]
    Database(#[from] Error),
}

/// Finds the key of a presented text. A malformed one costs no query, and neither does a key
/// of the installation, which [`Registry`] holds; one that has an owner costs two. Not to be
/// called while a [`Change`] is open: it may write the mark of last use.
///
/// # Errors
/// It is not accepted.
pub async fn authenticate(
    keys: &Registry,
    db: &Db,
    presented: &str,
    now: Timestamp,
) -> Result<Arc<ApiKey>, Refusal> {
    if !text::is_well_formed(presented) {
        return Err(Refusal::Malformed);
    }
    let digest = Secret::from(presented).digest();
    let found = match keys.get(db, &digest).await? {
        Some(held) => held,
        None => Arc::new(Held::of(
            store::find(db, &digest).await?.ok_or(Refusal::Unknown)?,
        )),
    };
    if found.revoked {
        return Err(Refusal::Revoked);
    }
    if found.key.expires_at <= now {
        return Err(Refusal::Expired);
    }
    if let Some(owner) = found.key.owner {
        let access = access::may_use(db, owner, now).await?;
        if !access.is_allowed() {
            return Err(Refusal::OwnerWithoutAccess(access.words()));
        }
    }
    if found.is_to_be_marked(now, MARK_EVERY) {
        mark(db, &found, now).await;
    }
    Ok(found.key.clone())
}

/// A mark that cannot be written refuses nobody.
async fn mark(db: &Db, found: &Held, now: Timestamp) {
    if let Err(error) = try_mark(db, found, now).await {
        tracing::warn!(%error, api_key = %found.key.id, "the last use could not be marked");
    }
}

async fn try_mark(db: &Db, found: &Held, now: Timestamp) -> Result<(), Error> {
    let actor = Actor::ApiKey(found.key.id.to_string());
    let mut change = Change::begin(db, actor, now).await?;
    change.unrecorded("a mark of last use");
    store::mark_used(&mut change, found.secret_id, now.minus(MARK_EVERY)).await?;
    change.commit().await
}
