//! Owns work that happens after a commit: it is enqueued in the caller's [`Change`], so
//! that it happens if and only if the change does. Does not own what a job does; each
//! module declares its own [`Job`], and the background worker runs them.
//!
//! A job runs at least once: a process that dies holding one lets go of it when its lease
//! ends. What a job does must bear being done twice.

mod store;

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

use super::audit::Change;
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Db, Error, Fetch};
use crate::typed_id;

typed_id!(
    /// A job.
    pub JobId
);
typed_id!(
    /// One running program that takes jobs.
    pub WorkerId
);

/// How long a worker holds a job. Whoever runs it must stop before.
pub const LEASE: Duration = Duration::from_secs(60);
/// After this many failures a job is left for a person to look at.
pub const MOST_ATTEMPTS: i64 = 10;
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 3600);
/// An error is kept as a line; a job that fails with a page does not fill the table.
const MOST_ERROR_CHARS: usize = 500;

/// Work to be done after commit.
pub trait Job: Serialize + DeserializeOwned {
    /// Its name in the table; never changed once released.
    const KIND: &'static str;
}

/// A job that a worker holds.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The job.
    pub id: JobId,
    /// [`Job::KIND`].
    pub kind: String,
    /// The job itself, as JSON.
    pub payload: serde_json::Value,
    /// How often it was taken, this time included.
    pub attempts: i64,
    worker: WorkerId,
}

/// What became of a job that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It is tried again then.
    RetriedAt(Timestamp),
    /// It has failed too often.
    GivenUp,
    /// The lease had ended: the job is another worker's now.
    NotHeld,
}

/// Enqueues a job in the caller's change, to run at `run_at` or soon after.
pub async fn enqueue<J: Job>(
    change: &mut Change,
    job: &J,
    run_at: Timestamp,
) -> Result<JobId, Error> {
    let id = JobId::new(change.now());
    let payload = serde_json::to_string(job).map_err(|e| Error::Corrupt(e.to_string()))?;
    store::insert(change, id, J::KIND, &payload, run_at).await?;
    Ok(id)
}

/// Whether a job waits to be taken: a look that does not write.
pub async fn is_due(db: &Db, now: Timestamp) -> Result<bool, Error> {
    store::is_due(db, now).await
}

/// Takes up to `most` jobs that are due. Of several workers, each job goes to one.
pub async fn claim(
    change: &mut Change,
    worker: WorkerId,
    most: i64,
) -> Result<Vec<Claimed>, Error> {
    change.unrecorded("a lease; what the job does is recorded by the job");
    let rows = store::claim(change, worker, most).await?;
    rows.iter()
        .map(|row| {
            Ok(Claimed {
                id: row.parse("id")?,
                kind: row.get("kind")?,
                payload: row.json("payload")?,
                attempts: row.get("attempts")?,
                worker,
            })
        })
        .collect()
}

/// Ends a job that was done; `false` when the lease had ended in the meantime.
pub async fn complete(change: &mut Change, job: &Claimed) -> Result<bool, Error> {
    change.unrecorded("what the job did is recorded by the job");
    store::delete_held(change, job.id, job.worker).await
}

/// Puts a failed job off, longer each time, until it is given up.
pub async fn fail(change: &mut Change, job: &Claimed, error: &str) -> Result<Failed, Error> {
    change.unrecorded("a job's retry");
    let error: String = error.chars().take(MOST_ERROR_CHARS).collect();
    let again = change.now().plus(pause_after(job.attempts));
    let given_up = (job.attempts >= MOST_ATTEMPTS).then(|| change.now());
    if !store::put_off(change, job, &error, again, given_up).await? {
        return Ok(Failed::NotHeld);
    }
    Ok(given_up.map_or(Failed::RetriedAt(again), |_| Failed::GivenUp))
}

/// Lets go of everything a worker holds, as if it had never been taken: on a stop.
pub async fn hand_back(change: &mut Change, worker: WorkerId) -> Result<u64, Error> {
    change.unrecorded("a lease that is given back");
    store::hand_back(change, worker).await
}

/// How long a job that was given up is kept to be looked at.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// A job as an administrator sees it. What is in it stays out: it can be a letter.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The job.
    pub id: JobId,
    /// [`Job::KIND`].
    pub kind: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried (again).
    pub run_at: Timestamp,
    /// What the last try came to.
    pub last_error: Option<String>,
    /// When it had failed too often.
    pub given_up_at: Option<Timestamp>,
    /// When it was enqueued.
    pub created_at: Timestamp,
}

/// The jobs that wait or were given up, those that were given up first, at most `most`.
pub async fn list(from: impl Fetch, most: i64) -> Result<Vec<Waiting>, Error> {
    store::list(from, most).await
}

/// Takes up again, from the beginning, a job that was given up or waits. Whether there is one
/// that nobody holds.
pub async fn retry(change: &mut Change, id: JobId) -> Result<bool, Error> {
    change.unrecorded("a job's retry");
    store::retry(change, id).await
}

/// Deletes jobs that were given up a month ago. How many, at most `limit`.
pub async fn sweep(change: &mut Change, limit: i64) -> Result<u64, Error> {
    let before = change.now().minus(KEPT);
    change.unrecorded("a sweep of what was given up");
    store::sweep(change, before, limit).await
}

/// 10 s, 40 s, 160 s … up to 6 hours.
fn pause_after(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 10)).unwrap_or(0);
    FIRST_PAUSE
        .saturating_mul(4_u32.saturating_pow(doublings))
        .min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pause_is_longer_than_the_one_before_up_to_a_limit() {
        assert_eq!(pause_after(1), Duration::from_secs(10));
        assert_eq!(pause_after(2), Duration::from_secs(40));
        assert_eq!(pause_after(9), LONGEST_PAUSE);
        assert_eq!(pause_after(i64::MAX), LONGEST_PAUSE);
        assert_eq!(pause_after(0), Duration::from_secs(10));
    }
}
