//! The connections in memory: no request pays a query to learn what hardly ever changes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{Connection, ConnectionId, store};
use crate::foundation::db::{Db, Error};

/// All connections, as of one revision.
struct Snapshot {
    revision: i64,
    connections: HashMap<ConnectionId, Arc<Connection>>,
}

/// The connections. Shared by all requests.
pub struct Registry(RwLock<Arc<Snapshot>>);

impl Registry {
    /// Reads all connections.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn load(db: &Db) -> Result<Self, Error> {
        Ok(Self(RwLock::new(Arc::new(Snapshot::read(db).await?))))
    }

    /// The connection of this id, disabled or not.
    pub fn get(&self, id: ConnectionId) -> Option<Arc<Connection>> {
        self.current().connections.get(&id).cloned()
    }

    /// The connection of this id, which another process may have made just now. Only the
    /// bearer of a good secret of it can ask, so a look at the database is not for strangers
    /// to cause.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn find(&self, db: &Db, id: ConnectionId) -> Result<Option<Arc<Connection>>, Error> {
        if let Some(connection) = self.get(id) {
            return Ok(Some(connection));
        }
        self.refresh(db).await?;
        Ok(self.get(id))
    }

    /// Takes over what other processes changed; whether there was anything. Called each second
    /// by the background worker, and after a change of one's own.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn refresh(&self, db: &Db) -> Result<bool, Error> {
        let revision = store::revision(db).await?;
        if revision == self.current().revision {
            return Ok(false);
        }
        let fresh = Arc::new(Snapshot::read(db).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(true)
    }

    fn current(&self) -> Arc<Snapshot> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Snapshot {
    // The revision is read first: a change that commits in between is seen again at the next
    // look, never missed.
    async fn read(db: &Db) -> Result<Self, Error> {
        let revision = store::revision(db).await?;
        let all = store::all(db).await?;
        let connections = all
            .into_iter()
            .map(|connection| (connection.id, Arc::new(connection)))
            .collect();
        Ok(Self {
            revision,
            connections,
        })
    }
}
