//! Tries at one budget that come at once wait for each other, as many as the budget has going
//! on at a time. Without this, right passwords that come at once would be refused, because those
//! before them have not been given back yet. It is a courtesy of one process: what limits the
//! guesses is the row.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Longest wait for a place; then the try takes its chance.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most tries of one budget at a time.
const WIDEST: usize = 32;
/// From how many budgets on those that nobody waits for are cleared away.
const MANY: usize = 256;

/// The queues of this process.
#[derive(Default)]
pub(super) struct Queue(Mutex<HashMap<String, Weak<Semaphore>>>);

impl Queue {
    /// Waits for a place.
    pub(super) async fn enter(&self, budget: String, width: i64) -> Option<OwnedSemaphorePermit> {
        let semaphore = self.semaphore(budget, width);
        match timeout(PATIENCE, semaphore.acquire_owned()).await {
            Ok(Ok(place)) => Some(place),
            Ok(Err(_)) | Err(_) => None,
        }
    }

    fn semaphore(&self, budget: String, width: i64) -> Arc<Semaphore> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = queues.get(&budget).and_then(Weak::upgrade) {
            return known;
        }
        if queues.len() >= MANY {
            queues.retain(|_, queue| queue.strong_count() > 0);
        }
        let width = usize::try_from(width).unwrap_or(WIDEST).clamp(1, WIDEST);
        let semaphore = Arc::new(Semaphore::new(width));
        queues.insert(budget, Arc::downgrade(&semaphore));
        semaphore
    }
}
