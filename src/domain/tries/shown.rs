//! What people are told of failed tries, and how they are forgotten.

use serde::Serialize;
use serde_json::json;

use super::{
    Factor,
    asker::of_user,
    budget::FOR_EVER,
    store::{self, Standing},
};
use crate::domain::{
    audit::{Change, Event},
    directory::UserId,
};
use crate::foundation::{
    clock::Timestamp,
    db::{self, Fetch},
};

/// The failures at one factor since the person was last told of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FailedTries {
    /// The factor's word.
    pub factor: &'static str,
    /// How many, with those that were not admitted.
    pub tries: i64,
    /// When the first of them was.
    pub since: Option<String>,
    /// When the last of them was.
    pub last_at: String,
    /// The address that the last of them came from.
    pub last_from: Option<String>,
    /// Whether unknown browsers (under the classic policy: all) have to wait, and since when.
    pub stopped_since: Option<String>,
    /// Until when, if an end is known.
    pub until: Option<String>,
}

/// Unknown browsers (under the classic policy: all) have to wait before they may try again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stopped {
    /// Since when.
    pub since: Timestamp,
    /// Until when; none: until an administrator says so.
    pub until: Option<Timestamp>,
    /// At which factors.
    pub factors: Vec<Factor>,
}

/// What had failed before a session began.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// How many tries.
    pub tries: i64,
    /// When the first of them was.
    pub since: Timestamp,
    /// When the last of them was.
    pub last_at: Timestamp,
    /// The address that the last of them came from.
    pub last_from: Option<String>,
}

/// The failed tries at an account, for each factor that has any. One query.
///
/// # Errors
/// When the database cannot answer.
pub async fn failed_tries(
    from: impl Fetch,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<FailedTries>, db::Error> {
    let standings = store::standings(from, &of_user(user)).await?;
    let of_factor = |factor: Factor| {
        let of_it: Vec<&Standing> = standings.iter().filter(|s| s.factor == factor).collect();
        let stopped = stopped_of(of_it.iter().copied(), now);
        let told = told_of(of_it.iter().copied());
        let last = of_it.iter().max_by_key(|s| s.last_at)?;
        (told.is_some() || stopped.is_some()).then(|| FailedTries {
            factor: factor.word(),
            tries: told.as_ref().map_or(0, |told| told.tries),
            since: told.as_ref().map(|told| told.since.to_rfc3339()),
            last_at: told
                .as_ref()
                .map_or(last.last_at, |told| told.last_at)
                .to_rfc3339(),
            last_from: told.map_or_else(|| last.last_from.clone(), |told| told.last_from),
            stopped_since: stopped.as_ref().map(|stopped| stopped.since.to_rfc3339()),
            until: stopped
                .and_then(|stopped| stopped.until)
                .map(Timestamp::to_rfc3339),
        })
    };
    Ok(Factor::ALL.into_iter().filter_map(of_factor).collect())
}

/// Whether an account's unknown browsers have to wait. One query.
///
/// # Errors
/// When the database cannot answer.
pub async fn stopped(
    from: impl Fetch,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Stopped>, db::Error> {
    let standings = store::standings(from, &of_user(user)).await?;
    Ok(stopped_of(standings.iter(), now))
}

fn stopped_of<'a>(
    standings: impl Iterator<Item = &'a Standing>,
    now: Timestamp,
) -> Option<Stopped> {
    let waiting = |s: &&Standing| s.browser.is_empty() && s.budget.opens_at() > now;
    let mut all: Option<Stopped> = None;
    for standing in standings.filter(waiting) {
        let since = standing.stopped_at.unwrap_or(standing.last_at);
        let until = Some(standing.budget.opens_at()).filter(|_| standing.budget.wait < FOR_EVER);
        let stopped = all.get_or_insert(Stopped {
            since,
            until,
            factors: Vec::new(),
        });
        stopped.since = stopped.since.min(since);
        stopped.until = stopped.until.zip(until).map(|(one, other)| one.max(other));
        stopped.factors.push(standing.factor);
    }
    all
}

fn told_of<'a>(standings: impl Iterator<Item = &'a Standing>) -> Option<Told> {
    let mut all: Option<Told> = None;
    for standing in standings.filter(|s| s.failed > 0) {
        let since = standing.since.unwrap_or(standing.last_at);
        let told = all.get_or_insert(Told {
            tries: 0,
            since,
            last_at: standing.last_at,
            last_from: standing.last_from.clone(),
        });
        told.tries += standing.failed;
        told.since = told.since.min(since);
        if standing.last_at > told.last_at {
            told.last_at = standing.last_at;
            told.last_from.clone_from(&standing.last_from);
        }
    }
    all
}

/// Notes for the person, in the session that begins, what had failed before it; from now on it
/// is counted anew. Budgets stay as they are.
///
/// # Errors
/// When the database cannot answer.
pub async fn tell(change: &mut Change, user: UserId, session: &str) -> Result<(), db::Error> {
    let subject = of_user(user);
    let standings = store::standings(&mut *change, &subject).await?;
    let Some(told) = told_of(standings.iter()) else {
        return Ok(());
    };
    store::tell(change, session, &told).await?;
    store::are_told(change, &subject).await
}

/// What had failed before a session began, if anything had.
///
/// # Errors
/// When the database cannot answer.
pub async fn told(from: impl Fetch, session: &str) -> Result<Option<Told>, db::Error> {
    store::told(from, session).await
}

/// The person has seen what they were told in a session.
///
/// # Errors
/// When the database cannot answer.
pub async fn is_seen(change: &mut Change, session: &str) -> Result<(), db::Error> {
    store::is_seen(change, session).await?;
    change.unrecorded("a notice that was read");
    Ok(())
}

/// Fills the budgets of one factor, because its secret is a new one. What failed is still told.
///
/// # Errors
/// When the database cannot answer.
pub async fn reset_factor(
    change: &mut Change,
    user: UserId,
    factor: Factor,
) -> Result<(), db::Error> {
    store::fill_up_factor(change, &of_user(user), factor).await
}

/// Forgets all tries at an account, because an administrator says so. How many budgets had any.
///
/// # Errors
/// When the database cannot answer.
pub async fn reset_tries(change: &mut Change, user: UserId) -> Result<u64, db::Error> {
    let budgets = store::reset(change, &of_user(user)).await?;
    if budgets > 0 {
        change.record(
            Event::new("tries.reset")
                .subject("user", user)
                .detail(json!({ "budgets": budgets })),
        );
    }
    Ok(budgets)
}

/// Deletes budgets that have been full for long. How many, at most `limit`.
///
/// # Errors
/// When the database cannot answer.
pub async fn sweep(change: &mut Change, limit: i64) -> Result<u64, db::Error> {
    let swept = store::sweep(change, limit).await?;
    change.unrecorded("a sweep of what had been forgotten");
    Ok(swept)
}
