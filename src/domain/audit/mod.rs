//! Owns [`Change`], the only way to write, and the audit log that it writes with every
//! change. Does not own what the events mean: each module names its own actions.

mod history;
mod store;

pub use history::{Entry, Page, Place, events_about, newest_about};

use std::fmt::Display;

use serde_json::{Value as Json, json};

use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Db, Error, Fetch, Row, Statement, Tx};
use crate::typed_id;

typed_id!(
    /// A provisioning source on whose behalf something is changed. What it is, `connections`
    /// says.
    pub ConnectionId
);

impl ConnectionId {
    /// The built-in connection "API keys", which a key without a connection acts for. It
    /// owns nothing, and nothing that another owns is refused to it.
    pub const BUILT_IN: Self = Self(uuid::Uuid::from_u128(
        0x0000_0000_0000_7000_8000_0000_0000_0001,
    ));

    /// Whether it is the built-in one.
    pub fn is_built_in(self) -> bool {
        self == Self::BUILT_IN
    }
}

/// Who changes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The server itself: retention, rotation.
    System,
    /// Whoever runs a command on the server's machine.
    CommandLine,
    /// Somebody who has not signed in yet.
    Anonymous,
    /// A signed-in user, by id.
    User(String),
    /// A program, by its API key's id.
    ApiKey(String),
    /// An application, by its client id.
    Client(String),
}

impl Actor {
    /// The kind, as it is stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::System => "system",
            Self::CommandLine => "command_line",
            Self::Anonymous => "anonymous",
            Self::User(_) => "user",
            Self::ApiKey(_) => "api_key",
            Self::Client(_) => "client",
        }
    }

    /// The id, when the kind has one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::User(id) | Self::ApiKey(id) | Self::Client(id) => Some(id),
            Self::System | Self::CommandLine | Self::Anonymous => None,
        }
    }

    /// Kind and id in one text (`api_key:0192…`), for columns that say by whom.
    pub fn label(&self) -> String {
        self.id().map_or_else(
            || self.kind().to_owned(),
            |id| format!("{}:{id}", self.kind()),
        )
    }
}

/// One line of the audit log: what was done, to what. Never a secret.
#[derive(Clone, Debug)]
pub struct Event {
    action: &'static str,
    subject: Option<(&'static str, String)>,
    detail: Json,
}

impl Event {
    /// An event by its action, in the past tense: `user.deactivated`.
    pub fn new(action: &'static str) -> Self {
        Self {
            action,
            subject: None,
            detail: json!({}),
        }
    }

    /// What it was done to.
    #[must_use]
    pub fn subject(mut self, kind: &'static str, id: impl Display) -> Self {
        self.subject = Some((kind, id.to_string()));
        self
    }

    /// What else a reader wants to know.
    #[must_use]
    pub fn detail(mut self, detail: Json) -> Self {
        self.detail = detail;
        self
    }
}

/// A change in progress: a transaction, who changes, and when. What it recorded is written
/// with it, or neither happens. Dropped without [`Change::commit`], it leaves nothing.
pub struct Change {
    tx: Tx,
    db: Db,
    actor: Actor,
    now: Timestamp,
    request_id: Option<String>,
    connection: Option<ConnectionId>,
    events: Vec<Event>,
    touched: bool,
    unrecorded: bool,
    announced: bool,
}

impl Change {
    /// Begins a change. On SQLite it holds the one writer until it ends: nothing slow (a
    /// password hash, a call to another server) may happen while it is open.
    pub async fn begin(db: &Db, actor: Actor, now: Timestamp) -> Result<Self, Error> {
        Ok(Self {
            tx: db.begin().await?,
            db: db.clone(),
            actor,
            now,
            request_id: None,
            connection: None,
            events: Vec::new(),
            touched: false,
            unrecorded: false,
            announced: false,
        })
    }

    /// The request that asked for it, for the audit log.
    #[must_use]
    pub fn of_request(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = Some(request_id.into());
        self
    }

    /// The connection on whose behalf it happens: whose name for a resource is read and
    /// written, and who owns what is written.
    #[must_use]
    pub fn of_connection(mut self, connection: ConnectionId) -> Self {
        self.connection = Some(connection);
        self
    }

    /// The connection on whose behalf it happens; none when it is not provisioning.
    pub fn connection(&self) -> Option<ConnectionId> {
        self.connection
    }

    /// When it happens: one moment for all its rows.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Who does it.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Runs a statement; the number of rows it changed.
    pub async fn execute(&mut self, statement: Statement) -> Result<u64, Error> {
        let rows = self.tx.execute(statement).await?;
        self.touched |= rows > 0;
        Ok(rows)
    }

    /// Writes a row only to hold it against others until the change ends. It says nothing of
    /// anybody, so it needs no audit event: a change that only held has changed nothing.
    pub async fn hold(&mut self, statement: Statement) -> Result<(), Error> {
        self.tx.execute(statement).await.map(drop)
    }

    /// Runs an `update … returning` or `insert … returning`: a change that answers.
    pub async fn execute_returning(&mut self, statement: Statement) -> Result<Option<Row>, Error> {
        let row = (&mut self.tx).fetch_optional(statement).await?;
        self.touched |= row.is_some();
        Ok(row)
    }

    /// Marks this place in a change that will be dropped, to come [`Change::back`] to.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn mark(&mut self) -> Result<(), Error> {
        self.tx.mark().await
    }

    /// Undoes what was done since the mark. What was recorded stays: only a change that is
    /// dropped in the end goes back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn back(&mut self) -> Result<(), Error> {
        self.tx.back().await
    }

    /// Records what is being done.
    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Declares that this change needs no line in the audit log: a last-use mark, a counter,
    /// a sweep of what had ended anyhow.
    pub fn unrecorded(&mut self, _reason: &'static str) {
        self.unrecorded = true;
    }

    /// Declares that this change touches what processes keep in memory: this one looks at it
    /// anew as soon as the change has committed.
    pub fn announce(&mut self) {
        self.announced = true;
    }

    /// Writes the events and makes everything last.
    ///
    /// # Errors
    /// [`Error::Unrecorded`] when rows were changed and nothing was recorded.
    pub async fn commit(mut self) -> Result<(), Error> {
        if self.touched && self.events.is_empty() && !self.unrecorded {
            return Err(Error::Unrecorded);
        }
        for event in std::mem::take(&mut self.events) {
            store::insert(&mut self, event).await?;
        }
        self.tx.commit().await?;
        if self.announced {
            self.db.announce();
        }
        Ok(())
    }
}

/// When the newest event happened: no clock of ours may stand before it.
///
/// # Errors
/// When the database cannot answer.
pub async fn newest(from: impl Fetch) -> Result<Option<Timestamp>, Error> {
    store::newest(from).await
}

/// Removes up to `most` events that happened before `before`.
///
/// # Errors
/// When the database cannot answer.
pub async fn sweep(change: &mut Change, before: Timestamp, most: i64) -> Result<u64, Error> {
    store::delete_before(change, before, most).await
}

impl Fetch for &mut Change {
    async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<Row>, Error> {
        (&mut self.tx).fetch_all(statement).await
    }

    async fn fetch_optional(&mut self, statement: Statement) -> Result<Option<Row>, Error> {
        (&mut self.tx).fetch_optional(statement).await
    }
}
