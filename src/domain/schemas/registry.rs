//! The declared extensions in memory: no request pays a query to learn what hardly ever
//! changes.

use std::sync::{Arc, PoisonError, RwLock};

use super::{ResourceKind, Schema, interned, store};
use crate::foundation::db::{Db, Error};

/// All declared extensions, as of one revision.
#[derive(Debug)]
pub struct Snapshot {
    revision: i64,
    users: Vec<&'static Schema>,
    groups: Vec<&'static Schema>,
}

/// The declared extensions. Shared by all requests.
pub struct Registry(RwLock<Arc<Snapshot>>);

impl Registry {
    /// Reads all extensions.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn load(db: &Db) -> Result<Self, Error> {
        Ok(Self(RwLock::new(Arc::new(Snapshot::read(db).await?))))
    }

    /// Takes over what other processes changed; whether there was anything. Called each
    /// second by the background worker.
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

    /// What is known now. A request reads it once and stays with it.
    pub fn current(&self) -> Arc<Snapshot> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Snapshot {
    /// The extensions of a resource type.
    pub fn of(&self, kind: ResourceKind) -> &[&'static Schema] {
        match kind {
            ResourceKind::User => &self.users,
            ResourceKind::Group => &self.groups,
        }
    }

    // The revision is read first: a change that commits in between is seen again at the next
    // look, never missed.
    async fn read(db: &Db) -> Result<Self, Error> {
        let mut snapshot = Self {
            revision: store::revision(db).await?,
            users: Vec::new(),
            groups: Vec::new(),
        };
        for extension in store::all(db).await? {
            let table = interned::table(&extension.definition);
            match extension.kind {
                ResourceKind::User => snapshot.users.push(table),
                ResourceKind::Group => snapshot.groups.push(table),
            }
        }
        Ok(snapshot)
    }
}
