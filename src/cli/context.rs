//! What every command is given.

use crate::app::{
    config::{Loaded, Settings},
    open_current_database,
};
use crate::domain::audit::{Actor, Change};
use crate::domain::credentials::Vetting;
use crate::domain::directory::{Profile, UserId};
use crate::domain::mail::Post;
use crate::foundation::{
    clock::{Clock, Timestamp},
    crypto::password::{PasswordHash, PasswordPool},
    db::{self, Db},
    mail::Mailer,
};

use super::Outcome;

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

    /// Checks a new password and hashes it. Done before a change is begun: a hash takes long,
    /// and the database has one writer.
    pub(super) async fn new_password(
        &self,
        db: &Db,
        typed: &str,
        user: Option<UserId>,
        profile: &Profile,
    ) -> Outcome<PasswordHash> {
        let pool = PasswordPool::with(
            crate::app::cost(self.settings()),
            1,
            1,
            std::time::Duration::from_secs(1),
        )?;
        let vetting = Vetting {
            policy: &crate::app::password_policy(self.settings())?,
            passwords: &pool,
            db,
        };
        Ok(vetting.hash(typed, user, Some(profile)).await?)
    }

    /// Takes letters in, for whoever serves to send.
    pub(super) async fn post(&self, db: &Db) -> Outcome<Post> {
        let mail = &self.settings().mail;
        if mail.url.as_str().is_empty() {
            return Ok(Post::closed());
        }
        let key = crate::app::master_key(self.settings(), db).await?;
        let mailer = Mailer::new(mail.url.as_str(), mail.from.as_str())?;
        Ok(Post::new(&key, &mailer))
    }
}
