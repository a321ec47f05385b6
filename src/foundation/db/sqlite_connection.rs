//! One connection to a SQLite file, and what is done with it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use tokio::sync::oneshot;

use super::sqlite_row::{Answer, Wanted, run};
use super::{Error, Statement};

/// How long a writer waits for another process (a command beside a running server).
const BUSY: Duration = Duration::from_secs(5);
/// Prepared statements that a connection keeps.
const PREPARED: usize = 100;
/// Instructions of SQLite's machine in a tick.
const STEPS_OF_A_TICK: i32 = 1_000;
/// Ticks that a read may take on an async thread: a millisecond or so.
const TICKS_AT_ONCE: u32 = 16;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Reads,
    Writes,
}

/// A connection, and how much further its statement may go.
#[derive(Debug)]
pub(super) struct Handle {
    pub(super) connection: Connection,
    ticks_left: Arc<AtomicU32>,
    /// The changes in the open transaction that are done, to be told when it has committed.
    others: Vec<oneshot::Sender<bool>>,
    /// Whether the change under way goes on where others are done.
    joined: bool,
}

impl Handle {
    pub(super) fn open(path: &Path, kind: Kind) -> Result<Self, Error> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        // FULL: a commit that was acknowledged survives a power cut.
        connection.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
             pragma temp_store = memory;",
        )?;
        // A bound number of `limit` would otherwise be looked at by the planner: each other number
        // prepares the statement anew, which costs more than a lookup.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        match kind {
            // What a reader does not hold, the system does.
            Kind::Reads => {
                connection.execute_batch("pragma query_only = on; pragma cache_size = -512")?;
            }
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
            others: Vec::new(),
            joined: false,
        })
    }

    /// Begins a change, in a transaction of its own or behind those that are done in it.
    pub(super) fn begin(&mut self) -> Result<(), Error> {
        self.joined = !self.connection.is_autocommit();
        if self.joined {
            return self.say("savepoint change");
        }
        // A full disk undoes a transaction by itself.
        self.tell_others(false);
        self.say("begin immediate")
    }

    pub(super) fn begin_patiently(&mut self) -> Result<(), Error> {
        self.connection.busy_timeout(BUSY)?;
        let begun = self.begin();
        self.connection.busy_timeout(Duration::ZERO)?;
        begun
    }

    pub(super) fn run(&mut self, statement: &Statement, wanted: Wanted) -> Result<Answer, Error> {
        let mut prepared = self.connection.prepare_cached(statement.text())?;
        run(&self.connection, &mut prepared, statement, wanted)
    }

    /// Runs a statement, unless it only reads and takes long. What writes is not broken off: that
    /// would undo its whole transaction.
    pub(super) fn run_at_once(
        &self,
        statement: &Statement,
        wanted: Wanted,
    ) -> Result<Option<Answer>, Error> {
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

    /// Commits, for all whose changes are in it.
    pub(super) fn commit(&mut self) -> Result<(), Error> {
        let done = self.say("commit");
        if done.is_ok() {
            self.tell_others(true);
        }
        done
    }

    /// Commits if there are changes that are done, and no other is under way.
    pub(super) fn commit_for_others(&mut self) -> Result<(), Error> {
        if self.others.is_empty() {
            return Ok(());
        }
        self.commit().inspect_err(|_| {
            // Nothing of it may come to life later.
            let undone = self.say("rollback");
            if let Err(error) = undone {
                tracing::error!(%error, "a transaction could not be undone");
            }
            self.tell_others(false);
        })
    }

    /// Leaves the transaction to the next change; what it gives back says whether it committed.
    pub(super) fn wait_for_others(&mut self) -> Result<oneshot::Receiver<bool>, Error> {
        if self.joined {
            self.say("release change")?;
        }
        let (tell, told) = oneshot::channel();
        self.others.push(tell);
        Ok(told)
    }

    /// How many changes wait for a commit.
    pub(super) fn waiting(&self) -> usize {
        self.others.len()
    }

    /// Undoes the change under way, and nothing that others have done. Whoever made it may have
    /// seen that, and will look next where only what is committed is seen: a loser of a race is
    /// told who won. So that is committed here and now, which a refusal rarely has to wait for.
    pub(super) fn undo(&mut self) -> Result<(), Error> {
        if self.connection.is_autocommit() {
            self.tell_others(false);
            return Ok(());
        }
        if self.joined {
            self.say("rollback to change")?;
            self.say("release change")?;
            return self.commit_for_others();
        }
        self.say("rollback")
    }

    fn tell_others(&mut self, committed: bool) {
        for tell in self.others.drain(..) {
            // Whoever has gone need not know.
            let _ = tell.send(committed);
        }
    }

    fn say(&self, words: &str) -> Result<(), Error> {
        Ok(self
            .connection
            .prepare_cached(words)?
            .execute([])
            .map(drop)?)
    }
}
