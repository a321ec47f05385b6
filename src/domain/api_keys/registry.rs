//! The keys of the installation in memory: a provisioning client calls a thousand times with
//! the same key, and its calls shall not pay a query each to learn that it still stands.
//!
//! Keys with an owner are not here: whether they stand hangs on the owner's access, which is
//! asked of the database at every call, and there may be as many as there are people.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::store::Found;
use super::{ApiKey, ApiKeySecretId, store};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::db::{Db, Error};

/// No installation has so many provisioning keys; a table that was filled by a mistake does
/// not fill the memory. What is left out is looked up.
const MOST: i64 = 10_000;

/// A key's secret, as of one revision, whatever has become of it.
pub(super) struct Held {
    pub(super) key: Arc<ApiKey>,
    pub(super) secret_id: ApiKeySecretId,
    pub(super) revoked: bool,
    /// In milliseconds; the least number when it was never used.
    marked_at: AtomicI64,
}

struct Snapshot {
    /// What this process had announced when it was read.
    announced: u64,
    revision: i64,
    secrets: HashMap<Digest, Arc<Held>>,
}

/// The keys that nobody owns. Shared by all requests.
pub struct Registry(RwLock<Arc<Snapshot>>);

impl Registry {
    /// Reads the keys.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn load(db: &Db) -> Result<Self, Error> {
        Ok(Self(RwLock::new(Arc::new(Snapshot::read(db).await?))))
    }

    /// The secret of a digest. What this process changed is seen at once; what another did,
    /// within the second in which [`Registry::refresh`] is called.
    pub(super) async fn get(&self, db: &Db, digest: &Digest) -> Result<Option<Arc<Held>>, Error> {
        if self.current().announced != db.announced() {
            self.refresh(db).await?;
        }
        Ok(self.current().secrets.get(digest).cloned())
    }

    /// Takes over what was changed; whether there was anything.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn refresh(&self, db: &Db) -> Result<bool, Error> {
        let current = self.current();
        let (announced, revision) = (db.announced(), store::revision(db).await?);
        if (announced, revision) == (current.announced, current.revision) {
            return Ok(false);
        }
        let fresh = match revision == current.revision {
            // Something else was changed.
            true => Snapshot {
                announced,
                revision,
                secrets: current.secrets.clone(),
            },
            false => Snapshot::read(db).await?,
        };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        Ok(revision != current.revision)
    }

    fn current(&self) -> Arc<Snapshot> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Snapshot {
    // The numbers are read first: a change that commits in between is seen again at the next
    // look, never missed.
    async fn read(db: &Db) -> Result<Self, Error> {
        let (announced, revision) = (db.announced(), store::revision(db).await?);
        let all = store::without_owner(db, MOST).await?;
        let held = |(digest, found)| (digest, Arc::new(Held::of(found)));
        Ok(Self {
            announced,
            revision,
            secrets: all.into_iter().map(held).collect(),
        })
    }
}

impl Held {
    pub(super) fn of(found: Found) -> Self {
        let marked_at = found.last_used_at.map_or(i64::MIN, Timestamp::millis);
        Self {
            key: Arc::new(found.key),
            secret_id: found.secret_id,
            revoked: found.revoked,
            marked_at: AtomicI64::new(marked_at),
        }
    }

    /// Whether its last mark is older than `every`. Of several requests at once one is told
    /// so; a mark that then fails is made up for when the next is due.
    pub(super) fn is_to_be_marked(&self, now: Timestamp, every: Duration) -> bool {
        let marked_at = self.marked_at.load(Ordering::Relaxed);
        let due = marked_at == i64::MIN || Timestamp::from_millis(marked_at).plus(every) <= now;
        due && self
            .marked_at
            .compare_exchange(
                marked_at,
                now.millis(),
                Ordering::Relaxed,
                Ordering::Relaxed,
            )
            .is_ok()
    }
}
