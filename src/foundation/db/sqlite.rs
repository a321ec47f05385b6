//! SQLite in the process. A statement runs on the thread that awaits it: a point lookup takes a
//! few microseconds, and handing it to a thread of its own and waiting for that thread takes
//! several times as long. What cannot be so short does not hold the thread up: a read that has
//! not ended after a millisecond or so is broken off and begun anew on a thread for blocking work,
//! and so go all statements that are known to be long, commits (they wait for the disk), and
//! every wait for another process.
//!
//! Changes that wait for the writer share a commit: whoever is ready while another waits leaves
//! its transaction open for that one, which goes on behind a savepoint, and is told when the last
//! of them has committed. So a disk that syncs slowly, and pages that everybody writes, are paid
//! for once for all of them. Nobody sees what is not on the disk: readers have connections of
//! their own.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::sqlite_connection::{Handle, Kind};
use super::sqlite_row::{Answer, Wanted};
use super::{Error, Statement};

/// How long a change waits for the changes of this process that are before it.
const PATIENCE: Duration = Duration::from_secs(30);
const READERS: u32 = 4;
/// The most changes that share a commit.
const MOST_TOGETHER: usize = 32;
/// After so long somebody looks whether the next change came to nothing, and commits.
const LOOK_AFTER: Duration = Duration::from_millis(2);

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
    /// How many changes wait for a connection.
    wanted: AtomicUsize,
}

/// A connection that is taken from its pool, and goes back when this is dropped.
#[derive(Debug)]
pub(super) struct Lease(Option<Held>);

#[derive(Debug)]
struct Held {
    handle: Option<Handle>,
    /// Whether a change is open in it, which is undone when it is dropped.
    changes: bool,
    pool: Arc<Pool>,
    _place: OwnedSemaphorePermit,
}

/// Counts who waits, also if they no longer want to.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn of(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
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
                wanted: AtomicUsize::new(0),
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
        let mut lease = {
            let _waiting = Waiting::of(&self.writer.wanted);
            tokio::time::timeout(PATIENCE, self.writer.lease())
                .await
                .map_err(|_| Error::Busy)??
        };
        // Another process may hold the lock: only then is it waited for, and not here.
        match lease.here(Handle::begin)? {
            Ok(()) => {}
            Err(Error::Busy) => lease.elsewhere(Handle::begin_patiently).await??,
            Err(other) => return Err(other),
        }
        lease.held()?.changes = true;
        Ok(lease)
    }

    /// Waits until every connection is back, and closes them; the last one folds the log into
    /// the file.
    pub(super) async fn close(&self) {
        for pool in [&self.readers, &self.writer] {
            let all = pool.free.acquire_many(pool.size).await;
            pool.free.close();
            drop(all);
            let mut idle = std::mem::take(&mut *pool.idle());
            let end = move || idle.iter_mut().try_for_each(Handle::commit_for_others);
            let closed = blocking(end).await.and_then(|done| done);
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
        Ok(Lease(Some(Held {
            handle: Some(handle),
            changes: false,
            pool: self.clone(),
            _place: place,
        })))
    }

    /// Commits for those who wait, if the change that they waited for did not. It hangs on no
    /// request, which could end before.
    async fn look_after(self: Arc<Self>) {
        tokio::time::sleep(LOOK_AFTER).await;
        let done = async {
            self.lease()
                .await?
                .elsewhere(Handle::commit_for_others)
                .await?
        };
        if let Err(error) = done.await {
            tracing::warn!(%error, "changes that waited for others could not be committed");
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Handle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Makes the change last.
    pub(super) async fn commit(mut self) -> Result<(), Error> {
        let pool = self.held()?.pool.clone();
        let others_come = pool.wanted.load(Ordering::Relaxed) > 0;
        if others_come && self.here(|handle| handle.waiting() < MOST_TOGETHER)? {
            let told = self.here(Handle::wait_for_others)??;
            let first = self.here(|handle| handle.waiting() == 1)?;
            self.held()?.changes = false;
            drop(self);
            if first {
                tokio::spawn(pool.look_after());
            }
            return match told.await {
                Ok(true) => Ok(()),
                _ => Err(lost()),
            };
        }
        let done = self.elsewhere(Handle::commit).await?;
        if done.is_ok() {
            self.held()?.changes = false;
        }
        done
    }

    /// Does something with the connection on a thread for blocking work.
    pub(super) async fn with<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.elsewhere(move |handle| work(&mut handle.connection))
            .await
    }

    fn held(&mut self) -> Result<&mut Held, Error> {
        self.0.as_mut().ok_or_else(lost)
    }

    fn here<T>(&mut self, work: impl FnOnce(&mut Handle) -> T) -> Result<T, Error> {
        self.held()?.handle.as_mut().map(work).ok_or_else(lost)
    }

    /// All of it travels there and back. If nobody waits for it any more, it goes back to its
    /// pool from there.
    async fn elsewhere<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Handle) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let mut travelling = Self(self.0.take());
        let (back, done) = blocking(move || {
            let done = travelling.here(work);
            (travelling, done)
        })
        .await?;
        *self = back;
        done
    }
}

impl Drop for Held {
    /// What was not committed is undone.
    fn drop(&mut self) {
        let Some(mut handle) = self.handle.take() else {
            return;
        };
        let clean = !self.changes || handle.undo().is_ok();
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
