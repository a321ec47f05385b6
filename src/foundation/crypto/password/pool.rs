//! The workers that compute hashes: as many as there are cores, with a bounded
//! queue before them.
//!
//! Each worker keeps its memory between hashes (page faults are a tenth of the
//! cost) and gives it back when it has been idle for a while. The number of
//! workers bounds the memory; the queue bounds the wait. When the queue is full
//! the answer is [`PasswordError::Busy`] at once: a flood of sign-ins must not
//! grow the process nor stall it.

use std::{
    collections::VecDeque,
    num::NonZeroUsize,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use argon2::Block;
use aws_lc_rs::constant_time;
use tokio::sync::oneshot;
use zeroize::{Zeroize, Zeroizing};

use super::{
    Password,
    cost::{Cost, CostRefused},
    hash::{OUTPUT, PasswordHash, SALT},
};
use crate::foundation::crypto::random;

/// How long a worker keeps its memory without work.
const IDLE: Duration = Duration::from_secs(10);

/// Places in the queue for each worker: the last in it waits about a second.
const QUEUE_PER_WORKER: usize = 48;

/// At least this many blocks (1 KiB each) are reserved for a worker's memory.
/// Above 32 MiB the C library maps an allocation on its own and unmaps it when
/// freed; below, it may keep the pages for ever. Pages that are never touched
/// cost nothing.
const RESERVED_BLOCKS: usize = 33 * 1024;

/// Why no hash was computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many are waiting; to be tried again in a moment.
    #[error("too many sign-ins at once")]
    Busy,
    /// The computation failed (out of memory, or the pool is shutting down).
    #[error("the password hash could not be computed")]
    Failed,
}

/// What a verification found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Not this password, or there is none.
    Wrong,
    /// The password. `outdated`: its hash is weaker than the setting and should
    /// be made anew while the password is at hand.
    Right {
        /// Whether to make the hash anew.
        outdated: bool,
    },
}

/// A handle to the workers. They stop when the last handle is dropped.
#[derive(Clone)]
pub struct PasswordPool(Arc<Handle>);

struct Handle {
    shared: Arc<Shared>,
    cost: Cost,
    nobody: PasswordHash,
}

struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    limit: usize,
    idle: Duration,
    computed: AtomicU64,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Task>,
    closed: bool,
}

struct Task {
    password: Password,
    cost: Cost,
    salt: Vec<u8>,
    output_bytes: usize,
    reply: oneshot::Sender<Option<Zeroizing<Vec<u8>>>>,
}

impl PasswordPool {
    /// Starts one worker for each core.
    ///
    /// # Errors
    /// When the cost is outside its bounds.
    pub fn new(cost: Cost) -> Result<Self, CostRefused> {
        let workers = thread::available_parallelism().map_or(2, NonZeroUsize::get);
        Self::with(cost, workers, workers * QUEUE_PER_WORKER, IDLE)
    }

    /// Starts `workers` with room for `limit` waiting hashes; a worker gives its
    /// memory back after `idle` without work.
    ///
    /// # Errors
    /// When the cost is outside its bounds.
    pub fn with(
        cost: Cost,
        workers: usize,
        limit: usize,
        idle: Duration,
    ) -> Result<Self, CostRefused> {
        let cost = cost.check()?;
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            wake: Condvar::new(),
            limit,
            idle,
            computed: AtomicU64::new(0),
        });
        for number in 0..workers {
            let shared = Arc::clone(&shared);
            let name = format!("password-{number}");
            // A thread that cannot be started leaves the others; with none at all
            // the queue fills and every sign-in is told to come again.
            if let Err(error) = thread::Builder::new()
                .name(name)
                .spawn(move || shared.work())
            {
                tracing::error!(%error, "a password worker could not be started");
            }
        }
        let nobody = PasswordHash::of_nobody(cost);
        Ok(Self(Arc::new(Handle {
            shared,
            cost,
            nobody,
        })))
    }

    /// The cost of a new hash.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.0.cost
    }

    /// How many hashes were computed since the start, of every kind.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.0.shared.computed.load(Ordering::Relaxed)
    }

    /// Hashes a new password under a fresh salt at the configured cost.
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, PasswordError> {
        let salt = random::bytes::<SALT>();
        let cost = self.0.cost;
        let output = self.compute(password, cost, salt.to_vec(), OUTPUT).await?;
        Ok(PasswordHash::assemble(cost, &salt, &output))
    }

    /// Compares a password with a stored hash. Without one (an unknown user, a
    /// user without a password) the same work is done for nothing, so that the
    /// time tells nobody who exists.
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub async fn verify(
        &self,
        password: Password,
        stored: Option<&PasswordHash>,
    ) -> Result<Verdict, PasswordError> {
        let against = stored.unwrap_or(&self.0.nobody);
        let salt = against.salt().to_vec();
        let bytes = against.output().len();
        let output = self.compute(password, against.cost(), salt, bytes).await?;
        let same = constant_time::verify_slices_are_equal(&output, against.output()).is_ok();
        Ok(if same && stored.is_some() {
            Verdict::Right {
                outdated: against.is_outdated(self.0.cost),
            }
        } else {
            Verdict::Wrong
        })
    }

    async fn compute(
        &self,
        password: Password,
        cost: Cost,
        salt: Vec<u8>,
        output_bytes: usize,
    ) -> Result<Zeroizing<Vec<u8>>, PasswordError> {
        let (reply, answer) = oneshot::channel();
        self.0.shared.enqueue(Task {
            password,
            cost,
            salt,
            output_bytes,
            reply,
        })?;
        answer.await.ok().flatten().ok_or(PasswordError::Failed)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.wake.notify_all();
    }
}

/// What a worker does next.
enum Next {
    Compute(Task),
    Rest,
    Stop,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // The queue stays whole even if a holder panicked: it is pushed to and
        // popped from, nothing else.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enqueue(&self, task: Task) -> Result<(), PasswordError> {
        let mut queue = self.lock();
        if queue.waiting.len() >= self.limit {
            return Err(PasswordError::Busy);
        }
        queue.waiting.push_back(task);
        drop(queue);
        self.wake.notify_one();
        Ok(())
    }

    fn work(&self) {
        let mut memory = Vec::new();
        loop {
            match self.next(!memory.is_empty()) {
                Next::Stop => return,
                Next::Rest => release(&mut memory),
                // Nobody waits for it any more (the browser left): not computed.
                Next::Compute(task) if task.reply.is_closed() => {}
                Next::Compute(task) => {
                    self.computed.fetch_add(1, Ordering::Relaxed);
                    let output = fill(&task, &mut memory);
                    // The one who asked may have left in between.
                    let _ = task.reply.send(output);
                }
            }
        }
    }

    fn next(&self, holds_memory: bool) -> Next {
        let mut queue = self.lock();
        loop {
            if let Some(task) = queue.waiting.pop_front() {
                return Next::Compute(task);
            }
            if queue.closed {
                return Next::Stop;
            }
            if !holds_memory {
                queue = self
                    .wake
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let (back, time) = self
                .wake
                .wait_timeout(queue, self.idle)
                .unwrap_or_else(PoisonError::into_inner);
            queue = back;
            if time.timed_out() && queue.waiting.is_empty() {
                return Next::Rest;
            }
        }
    }
}

fn fill(task: &Task, memory: &mut Vec<Block>) -> Option<Zeroizing<Vec<u8>>> {
    let blocks = task.cost.blocks()?;
    if memory.len() < blocks {
        let wanted = blocks.max(RESERVED_BLOCKS) - memory.len();
        memory.try_reserve_exact(wanted).ok()?;
        memory.resize(blocks, Block::default());
    }
    let mut output = Zeroizing::new(vec![0; task.output_bytes]);
    task.cost
        .argon2()?
        .hash_password_into_with_memory(
            task.password.bytes(),
            &task.salt,
            &mut output,
            &mut memory[..blocks],
        )
        .ok()?;
    Some(output)
}

/// Clears the memory (it would let a reader skip most of a guess's work) and
/// gives it back.
fn release(memory: &mut Vec<Block>) {
    for block in memory.iter_mut() {
        block.zeroize();
    }
    *memory = Vec::new();
}
