//! What every command is given.

use crate::app::{
    config::{Loaded, Settings},
    open_current_database,
};
use crate::domain::audit::{Actor, Change};
use crate::domain::credentials;
use crate::foundation::{
    clock::{Clock, Timestamp},
    crypto::password::{PasswordHash, PasswordPool},
    db::{self, Db},
};

use super::{Outcome, secret_input};

/// What every command is given.
pub(super) struct Context {
    pub(super) loaded: Loaded,
    pub(super) clock: Clock,
}

impl Context {
    pub(super) fn settings(&self) -> &Settings {
        &self.loaded.settings
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Works with the database, and closes it whatever came of it.
    pub(super) async fn with_database(&self, work: impl AsyncFnOnce(&Db) -> Outcome) -> Outcome {
        let db = open_current_database(self.settings()).await?;
        let done = work(&db).await;
        db.close().await;
        done
    }

    /// Begins a change by whoever runs the command.
    pub(super) async fn change(&self, db: &Db) -> Result<Change, db::Error> {
        Change::begin(db, Actor::CommandLine, self.now()).await
    }

    /// Reads a new password from standard input and hashes it. Done before a change is
    /// begun: a hash takes long, and the database has one writer.
    pub(super) async fn new_password(&self) -> Outcome<PasswordHash> {
        let typed = secret_input::read()?;
        let password = credentials::new_password(&typed)?;
        let pool = PasswordPool::with(
            crate::app::cost(self.settings()),
            1,
            1,
            std::time::Duration::from_secs(1),
        )?;
        Ok(pool.hash(password).await?)
    }
}
