//! One SQL text, two engines: SQLite in the process, or PostgreSQL (or what speaks its
//! protocol). This module is the only place that names an engine.
//!
//! Statements are written once with `$1` placeholders, which both bind. Columns are `text`,
//! `bigint` and `boolean` only; times are milliseconds, JSON is text. See
//! `docs/decisions/storage.md` for why.

pub mod backup;
mod error;
mod migrate;
mod open;
mod row;
mod sqlite;
mod sqlite_connection;
mod sqlite_row;
mod statement;
mod tx;

pub use error::Error;
pub use migrate::{SchemaState, known_schema};
pub use row::Row;
pub use statement::{Statement, Value, composed_sql, sql};
pub use tx::Tx;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::PgPool;

use sqlite::Sqlite;
use sqlite_row::Wanted;
use tx::Begun;

/// A database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    announced: Arc<AtomicU64>,
    begun: Arc<AtomicU64>,
}

#[derive(Clone, Debug)]
enum Engine {
    Sqlite(Sqlite),
    Postgres(PgPool),
}

/// Something that rows can be read from: the database, or a transaction in progress.
pub trait Fetch: Send {
    /// All rows.
    fn fetch_all(
        &mut self,
        statement: Statement,
    ) -> impl Future<Output = Result<Vec<Row>, Error>> + Send;

    /// The first row, if there is one.
    fn fetch_optional(
        &mut self,
        statement: Statement,
    ) -> impl Future<Output = Result<Option<Row>, Error>> + Send;

    /// The first row of a statement that always has one (`count(*)`).
    fn fetch_one(
        &mut self,
        statement: Statement,
    ) -> impl Future<Output = Result<Row, Error>> + Send {
        async move { self.fetch_optional(statement).await?.ok_or(Error::NoRow) }
    }
}

/// A function that asks several things passes on what it was given.
impl<F: Fetch> Fetch for &mut F {
    async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<Row>, Error> {
        F::fetch_all(self, statement).await
    }

    async fn fetch_optional(&mut self, statement: Statement) -> Result<Option<Row>, Error> {
        F::fetch_optional(self, statement).await
    }
}

impl Fetch for &Db {
    async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<Row>, Error> {
        match &self.engine {
            Engine::Sqlite(sqlite) => {
                let answer = sqlite.reader().await?.run(statement, Wanted::All).await?;
                Ok(answer.rows.into_iter().map(Row::Sqlite).collect())
            }
            Engine::Postgres(pool) => {
                let rows = statement.postgres()?.fetch_all(pool).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    async fn fetch_optional(&mut self, statement: Statement) -> Result<Option<Row>, Error> {
        match &self.engine {
            Engine::Sqlite(sqlite) => {
                let answer = sqlite.reader().await?.run(statement, Wanted::First).await?;
                Ok(answer.rows.into_iter().next().map(Row::Sqlite))
            }
            Engine::Postgres(pool) => Ok(statement
                .postgres()?
                .fetch_optional(pool)
                .await?
                .map(Row::Postgres)),
        }
    }
}

impl Db {
    fn of(engine: Engine) -> Self {
        Self {
            engine,
            announced: Arc::default(),
            begun: Arc::default(),
        }
    }

    /// Begins a transaction that may write. On SQLite it waits for the one writer and takes
    /// the write lock at once (`BEGIN IMMEDIATE`): a plain `BEGIN` that reads and then writes
    /// fails with `SQLITE_BUSY` as soon as two of them meet.
    ///
    /// Only `domain::audit::Change` calls this, so that every change has an actor.
    pub async fn begin(&self) -> Result<Tx, Error> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        match &self.engine {
            Engine::Sqlite(sqlite) => Ok(Tx(Begun::Sqlite(sqlite.begin().await?))),
            Engine::Postgres(pool) => Ok(Tx(Begun::Postgres(pool.begin().await?))),
        }
    }

    /// How many transactions this process has begun: what an operation costs the writer.
    pub fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// How many changes of what is kept in memory this process has made: whoever holds such a
    /// snapshot sees by another number that it may be old.
    pub fn announced(&self) -> u64 {
        self.announced.load(Ordering::Acquire)
    }

    /// Says that a change of what is kept in memory has committed.
    pub fn announce(&self) {
        self.announced.fetch_add(1, Ordering::Release);
    }

    /// `sqlite` or `postgres`, for `doorward check` and the logs.
    pub fn engine(&self) -> &'static str {
        match &self.engine {
            Engine::Sqlite(_) => "sqlite",
            Engine::Postgres(_) => "postgres",
        }
    }

    /// Gives the connections back; SQLite folds its log into the database file.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}
