//! The clients in memory: no request pays a query to learn what hardly ever changes.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::{Client, redirect_uri, store};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Db, Error};

/// How often an unknown client may make the server read the table again. The background poll
/// would find it within a second anyhow; this only spares a client that was registered a moment
/// ago its first failure, and it must not let strangers cause reads.
const BETWEEN_RELOADS: Duration = Duration::from_millis(250);

/// All clients, as of one revision.
struct Snapshot {
    revision: i64,
    clients: HashMap<String, Arc<Client>>,
    /// Where the browser applications among them run (for CORS).
    origins: HashSet<String>,
}

/// The registered clients. Shared by all requests.
pub struct Registry {
    snapshot: RwLock<Arc<Snapshot>>,
    looked_at: RwLock<Timestamp>,
}

impl Registry {
    /// Reads all clients.
    pub async fn load(db: &Db) -> Result<Self, Error> {
        Ok(Self {
            snapshot: RwLock::new(Arc::new(Snapshot::read(db).await?)),
            looked_at: RwLock::new(Timestamp::from_millis(0)),
        })
    }

    /// The client of that name, disabled or not.
    pub fn get(&self, id: &str) -> Option<Arc<Client>> {
        self.current().clients.get(id).cloned()
    }

    /// The client of that name, which another process may have registered just now.
    pub async fn find(
        &self,
        db: &Db,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<Client>>, Error> {
        if let Some(client) = self.get(id) {
            return Ok(Some(client));
        }
        if !self.may_look_again(now) {
            return Ok(None);
        }
        self.refresh(db).await?;
        Ok(self.get(id))
    }

    /// Takes over what other processes changed; whether there was anything. Called each second
    /// by the background worker, and after a change of one's own.
    pub async fn refresh(&self, db: &Db) -> Result<bool, Error> {
        let revision = store::revision(db).await?;
        if revision == self.current().revision {
            return Ok(false);
        }
        let fresh = Arc::new(Snapshot::read(db).await?);
        *self
            .snapshot
            .write()
            .unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(true)
    }

    /// Whether a registered public client runs in a page of this origin.
    pub fn is_origin_of_a_public_client(&self, origin: &str) -> bool {
        self.current().origins.contains(origin)
    }

    fn current(&self) -> Arc<Snapshot> {
        self.snapshot
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn may_look_again(&self, now: Timestamp) -> bool {
        let mut looked_at = self
            .looked_at
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let due = now.since(*looked_at) >= BETWEEN_RELOADS || now < *looked_at;
        if due {
            *looked_at = now;
        }
        due
    }
}

impl Snapshot {
    // The revision is read first: a change that commits in between is seen again at the next
    // look, never missed.
    async fn read(db: &Db) -> Result<Self, Error> {
        let revision = store::revision(db).await?;
        let all = store::all(db).await?;
        let origins = all
            .iter()
            .filter(|client| !client.confidential && client.is_enabled())
            .flat_map(|client| &client.metadata.redirect_uris)
            .filter_map(|uri| redirect_uri::origin(uri))
            .collect();
        let clients = all
            .into_iter()
            .map(|client| (client.id.as_str().to_owned(), Arc::new(client)))
            .collect();
        Ok(Self {
            revision,
            clients,
            origins,
        })
    }
}
