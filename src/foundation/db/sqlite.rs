//! SQLite in the process. A statement runs on the thread that awaits it: a point lookup takes a
//! few microseconds, and handing it to a thread of its own and waiting for that thread takes
//! several times as long. What cannot be so short does not hold the thread up: a read that has
//! not ended after [`TICKS_AT_ONCE`] is broken off and begun anew on a thread for blocking work,
//! and so go all statements that are known to be long, commits (they wait for the disk), and
//! every wait for another process.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::sqlite_row::{Answer, Wanted, run};
use super::{Error, Statement};

/// How long a writer waits for another process (a command beside a running server).
const BUSY: Duration = Duration::from_secs(5);
/// How long a change waits for the changes of this process that are before it.
const PATIENCE: Duration = Duration::from_secs(30);
const READERS: u32 = 4;
/// Prepared statements that a connection keeps.
const PREPARED: usize = 100;
/// Instructions of SQLite's machine in a tick.
const STEPS_OF_A_TICK: i32 = 1_000;
/// Ticks that a read may take on an async thread: a millisecond or so.
const TICKS_AT_ONCE: u32 = 16;

/// The connections to a database file: one writes, several read. SQLite has one writer anyhow,
/// and readers that never write never meet `SQLITE_BUSY`.
#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    readers: Arc<Pool>,
    writer: Arc<Pool>,
}

#[derive(Debug)]
struct Pool {
    path: PathBuf,
    kind: Kind,
    size: u32,
    free: Arc<Semaphore>,
    idle: Mutex<Vec<Handle>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Reads,
    Writes,
}

/// A connection, and how much further its statement may go.
#[derive(Debug)]
struct Handle {
    connection: Connection,
    ticks_left: Arc<AtomicU32>,
}

/// A connection that is taken from its pool, and goes back when this is dropped.
#[derive(Debug)]
pub(super) struct Lease {
    handle: Option<Handle>,
    pool: Arc<Pool>,
    _place: OwnedSemaphorePermit,
}

impl Sqlite {
    /// Opens a database file; makes it when it is missing.
    pub(super) async fn open(path: &Path) -> Result<Self, Error> {
        let pool = |kind, size| {
            Arc::new(Pool {
                path: path.to_owned(),
                kind,
                size,
                free: Arc::new(Semaphore::new(size as usize)),
                idle: Mutex::default(),
            })
        };
        let all = Self {
            readers: pool(Kind::Reads, READERS),
            writer: pool(Kind::Writes, 1),
        };
        // The first one makes the file, and says early what is wrong with it.
        drop(all.writer.lease().await.map_err(unavailable)?);
        Ok(all)
    }

    /// A connection that reads.
    pub(super) async fn reader(&self) -> Result<Lease, Error> {
        self.readers.lease().await
    }

    /// The one connection that writes, in a transaction that holds the write lock.
    pub(super) async fn begin(&self) -> Result<Lease, Error> {
        let mut lease = tokio::time::timeout(PATIENCE, self.writer.lease())
            .await
            .map_err(|_| Error::Busy)??;
        // Another process may hold the lock: only then is it waited for, and not here.
        match lease.here(|handle| handle.begin())? {
            Ok(()) => Ok(lease),
            Err(Error::Busy) => {
                lease.elsewhere(Handle::begin_patiently).await??;
                Ok(lease)
            }
            Err(other) => Err(other),
        }
    }

    /// Waits until every connection is back, and closes them; the last one folds the log into
    /// the file.
    pub(super) async fn close(&self) {
        for pool in [&self.readers, &self.writer] {
            let all = pool.free.acquire_many(pool.size).await;
            pool.free.close();
            drop(all);
            let idle = std::mem::take(&mut *pool.idle());
            let closed = tokio::task::spawn_blocking(move || drop(idle)).await;
            if let Err(error) = closed {
                tracing::warn!(%error, "the database could not be closed");
            }
        }
    }
}

impl Pool {
    async fn lease(self: &Arc<Self>) -> Result<Lease, Error> {
        let closed = |_| Error::Unavailable("closed".to_owned());
        let place = self.free.clone().acquire_owned().await.map_err(closed)?;
        let idle = self.idle().pop();
        let handle = match idle {
            Some(handle) => handle,
            None => {
                let pool = self.clone();
                blocking(move || Handle::open(&pool.path, pool.kind)).await??
            }
        };
        Ok(Lease {
            handle: Some(handle),
            pool: self.clone(),
            _place: place,
        })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Handle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Handle {
    fn open(path: &Path, kind: Kind) -> Result<Self, Error> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        // FULL: a commit that was acknowledged survives a power cut.
        connection.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
             pragma temp_store = memory;",
        )?;
        match kind {
            Kind::Reads => connection.execute_batch("pragma query_only = on")?,
            Kind::Writes => connection.busy_timeout(Duration::ZERO)?,
        }
        connection.set_prepared_statement_cache_capacity(PREPARED);
        let ticks_left = Arc::new(AtomicU32::new(u32::MAX));
        let clockwork = ticks_left.clone();
        let over = move || {
            let left = clockwork.load(Ordering::Relaxed);
            clockwork.store(left.saturating_sub(1), Ordering::Relaxed);
            left == 0
        };
        connection.progress_handler(STEPS_OF_A_TICK, Some(over))?;
        Ok(Self {
            connection,
            ticks_left,
        })
    }

    fn begin(&self) -> Result<(), Error> {
        Ok(self
            .connection
            .prepare_cached("begin immediate")?
            .execute([])
            .map(drop)?)
    }

    fn begin_patiently(&self) -> Result<(), Error> {
        self.connection.busy_timeout(BUSY)?;
        let begun = self.begin();
        self.connection.busy_timeout(Duration::ZERO)?;
        begun
    }

    fn run(&self, statement: &Statement, wanted: Wanted) -> Result<Answer, Error> {
        let mut prepared = self.connection.prepare_cached(statement.text())?;
        run(&self.connection, &mut prepared, statement, wanted)
    }

    /// Runs a statement, unless it only reads and takes long. What writes is not broken off: that
    /// would undo its whole transaction.
    fn run_at_once(&self, statement: &Statement, wanted: Wanted) -> Result<Option<Answer>, Error> {
        let mut prepared = self.connection.prepare_cached(statement.text())?;
        if !prepared.readonly() {
            return run(&self.connection, &mut prepared, statement, wanted).map(Some);
        }
        self.ticks_left.store(TICKS_AT_ONCE, Ordering::Relaxed);
        let done = run(&self.connection, &mut prepared, statement, wanted);
        let broken_off = self.ticks_left.swap(u32::MAX, Ordering::Relaxed) == 0;
        match done {
            Err(_) if broken_off => Ok(None),
            done => done.map(Some),
        }
    }

    fn commit(&self) -> Result<(), Error> {
        Ok(self
            .connection
            .prepare_cached("commit")?
            .execute([])
            .map(drop)?)
    }
}

impl Lease {
    /// Runs a statement.
    pub(super) async fn run(
        &mut self,
        statement: Statement,
        wanted: Wanted,
    ) -> Result<Answer, Error> {
        // Many statements one after the other are no point at which others get their turn.
        tokio::task::coop::consume_budget().await;
        if !statement.is_long()
            && let Some(answer) = self.here(|handle| handle.run_at_once(&statement, wanted))??
        {
            return Ok(answer);
        }
        self.elsewhere(move |handle| handle.run(&statement, wanted))
            .await?
    }

    /// Makes the transaction last.
    pub(super) async fn commit(mut self) -> Result<(), Error> {
        self.elsewhere(Handle::commit).await?
    }

    /// Does something with the connection on a thread for blocking work.
    pub(super) async fn with<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.elsewhere_mut(move |handle| work(&mut handle.connection))
            .await
    }

    fn here<T>(&self, work: impl FnOnce(&Handle) -> T) -> Result<T, Error> {
        self.handle.as_ref().map(work).ok_or_else(lost)
    }

    async fn elsewhere<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&Handle) -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.elsewhere_mut(move |handle| work(handle)).await
    }

    /// The connection travels there and back. If nobody waits for it any more, it ends there,
    /// and with it its transaction; the next lease opens another.
    async fn elsewhere_mut<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Handle) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let mut handle = self.handle.take().ok_or_else(lost)?;
        let (handle, done) = blocking(move || {
            let done = work(&mut handle);
            (handle, done)
        })
        .await?;
        self.handle = Some(handle);
        Ok(done)
    }
}

impl Drop for Lease {
    /// What was not committed is undone.
    fn drop(&mut self) {
        let Some(handle) = self.handle.take() else {
            return;
        };
        let clean = handle.connection.is_autocommit()
            || handle.connection.execute_batch("rollback").is_ok();
        if clean && !self.pool.free.is_closed() {
            self.pool.idle().push(handle);
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::Unavailable(error.to_string()))
}

fn lost() -> Error {
    Error::Unavailable("the connection was lost".to_owned())
}

fn unavailable(error: Error) -> Error {
    match error {
        Error::Other(e) => Error::Unavailable(e.to_string()),
        other => other,
    }
}
