use std::time::Duration;

use super::{Asker, Budget, Factor, Schedule};
use crate::domain::audit::Change;
use crate::foundation::{
    clock::Timestamp,
    db::{Error, Fetch, Row, Statement, sql},
};

/// A budget of tries: whose, at what, in which browser.
pub(super) struct Pool {
    pub(super) subject: String,
    pub(super) factor: Factor,
    /// Empty for all unknown browsers together.
    pub(super) browser: String,
    pub(super) schedule: Schedule,
    pub(super) keep: Duration,
    /// Whether the person is written to when it is used up.
    pub(super) tells: bool,
    /// Whether a success fills it up.
    pub(super) fills_up: bool,
    /// Whether a try was taken from it.
    pub(super) taken: bool,
}

/// A budget as it stands.
pub(super) struct Standing {
    pub(super) factor: Factor,
    pub(super) browser: String,
    pub(super) budget: Budget,
    pub(super) stopped_at: Option<Timestamp>,
    pub(super) failed: i64,
    pub(super) since: Option<Timestamp>,
    pub(super) last_at: Timestamp,
    pub(super) last_from: Option<String>,
}

/// Time between two letters about the same account, in milliseconds: six hours. One account gets
/// four a day at the most, whatever is done to it.
const BETWEEN_LETTERS: i64 = 6 * 3_600_000;

/// Takes a try from a budget, if one may be taken and `may` says so; whether it was. Either way
/// one row is written. The arithmetic is that of [`Schedule::take`], in one statement.
pub(super) async fn take(
    change: &mut Change,
    pool: &Pool,
    asker: &Asker,
    may: bool,
) -> Result<bool, Error> {
    let (now, schedule) = (change.now(), pool.schedule);
    let full = Budget::full(now);
    let first = schedule.take(full, now).filter(|_| may).unwrap_or(full);
    let statement = taking()
        .bind(&pool.subject)
        .bind(pool.factor.word())
        .bind(&pool.browser)
        .bind(may)
        .bind(now)
        .bind(first.wait)
        .bind(first.clear_at)
        .bind((first.wait > 0).then_some(now))
        .bind(asker.shown())
        .bind(pool.forget_at(now))
        .bind(schedule.calm(now))
        .bind(schedule.first)
        .bind(schedule.longest)
        .bind(schedule.refill)
        .bind(BETWEEN_LETTERS)
        .bind(pool.tells);
    let row = change.execute_returning(statement).await?;
    row.ok_or(Error::NoRow)?.get("admitted")
}

/// What is on the right side of a `set` is the row as it was.
fn taking() -> Statement {
    sql(
        "insert into try_pools (subject, factor, browser, admitted, taken_at, wait, clear_at,
           stopped_at, failed, since, last_at, last_from, forget_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $5, $5, $9, $10)
         on conflict (subject, factor, browser) do update set
           admitted = excluded.admitted
             and try_pools.taken_at + try_pools.wait <= excluded.last_at,
           taken_at = case
             when not excluded.admitted
               or try_pools.taken_at + try_pools.wait > excluded.last_at then try_pools.taken_at
             else excluded.last_at end,
           wait = case
             when not excluded.admitted
               or try_pools.taken_at + try_pools.wait > excluded.last_at then try_pools.wait
             when try_pools.clear_at <= $11 and excluded.last_at <= $11 then 0
             when try_pools.wait = 0 then $12
             when try_pools.wait * 2 < $13 then try_pools.wait * 2
             else $13 end,
           stopped_at = case
             when not excluded.admitted
               or try_pools.taken_at + try_pools.wait > excluded.last_at then try_pools.stopped_at
             when try_pools.clear_at <= $11 and excluded.last_at <= $11 then null
             else coalesce(try_pools.stopped_at, excluded.last_at) end,
           clear_at = case
             when not excluded.admitted
               or try_pools.taken_at + try_pools.wait > excluded.last_at then try_pools.clear_at
             when try_pools.clear_at > excluded.last_at then try_pools.clear_at + $14
             else excluded.last_at + $14 end,
           tell_at = case
             when not $16 then null
             when try_pools.taken_at + try_pools.wait <= excluded.last_at then try_pools.tell_at
             when try_pools.tell_at is not null then try_pools.tell_at
             when try_pools.told_at >= try_pools.stopped_at then null
             when try_pools.told_at + $15 > excluded.last_at then try_pools.told_at + $15
             else excluded.last_at end,
           failed = try_pools.failed + 1,
           since = coalesce(try_pools.since, excluded.last_at),
           before_at = try_pools.last_at,
           before_from = try_pools.last_from,
           last_at = excluded.last_at,
           last_from = excluded.last_from,
           forget_at = excluded.forget_at
         returning admitted",
    )
}

/// Gives a try back, as [`Schedule::give_back`] does.
pub(super) async fn give_back(change: &mut Change, pool: &Pool) -> Result<(), Error> {
    let (now, schedule) = (change.now(), pool.schedule);
    let statement = sql("update try_pools set
           clear_at = clear_at - $4,
           taken_at = case when clear_at - $4 <= $5 then taken_at else $6 - wait / 2 end,
           wait = case when clear_at - $4 <= $5 then 0 else wait / 2 end,
           stopped_at = case when clear_at - $4 <= $5 then null else stopped_at end,
           since = case when failed <= 1 then null else since end,
           failed = case when failed <= 1 then 0 else failed - 1 end,
           last_at = coalesce(before_at, last_at),
           last_from = before_from
         where subject = $1 and factor = $2 and browser = $3")
    .bind(&pool.subject)
    .bind(pool.factor.word())
    .bind(&pool.browser)
    .bind(schedule.refill)
    .bind(schedule.calm(now).saturating_add(schedule.refill))
    .bind(now);
    change.execute(statement).await.map(drop)
}

/// Forgets what was taken from a budget. What people have not been told of yet stays.
pub(super) async fn fill_up(change: &mut Change, pool: &Pool) -> Result<(), Error> {
    let now = change.now();
    let statement = sql(
        "update try_pools set clear_at = $4, wait = 0, stopped_at = null
         where subject = $1 and factor = $2 and browser = $3",
    )
    .bind(&pool.subject)
    .bind(pool.factor.word())
    .bind(&pool.browser)
    .bind(now);
    change.execute(statement).await.map(drop)
}

/// The same for all browsers.
pub(super) async fn fill_up_factor(
    change: &mut Change,
    subject: &str,
    factor: Factor,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql(
        "update try_pools set clear_at = $3, wait = 0, stopped_at = null
         where subject = $1 and factor = $2",
    )
    .bind(subject)
    .bind(factor.word())
    .bind(now);
    change.execute(statement).await.map(drop)
}

/// Forgets everything of an account.
pub(super) async fn reset(change: &mut Change, subject: &str) -> Result<u64, Error> {
    let statement = sql("delete from try_pools where subject = $1").bind(subject);
    change.execute(statement).await
}

/// All budgets of an account.
pub(super) async fn standings(mut from: impl Fetch, subject: &str) -> Result<Vec<Standing>, Error> {
    let statement = sql(
        "select factor, browser, clear_at, taken_at, wait, stopped_at, failed, since, last_at,
                last_from
         from try_pools where subject = $1 order by factor, browser",
    )
    .bind(subject);
    from.fetch_all(statement)
        .await?
        .iter()
        .map(standing)
        .collect()
}

fn standing(row: &Row) -> Result<Standing, Error> {
    let factor: String = row.get("factor")?;
    Ok(Standing {
        factor: Factor::of_word(&factor)
            .ok_or_else(|| Error::Corrupt(format!("try_pools.factor {factor}")))?,
        browser: row.get("browser")?,
        budget: Budget::of(row.get("clear_at")?, row.get("taken_at")?, row.get("wait")?),
        stopped_at: row.get("stopped_at")?,
        failed: row.get("failed")?,
        since: row.get("since")?,
        last_at: row.get("last_at")?,
        last_from: row.get("last_from")?,
    })
}

/// The failures of an account are told: they are counted anew.
pub(super) async fn are_told(change: &mut Change, subject: &str) -> Result<(), Error> {
    let statement =
        sql("update try_pools set failed = 0, since = null where subject = $1 and failed > 0")
            .bind(subject);
    change.execute(statement).await.map(drop)
}

pub(super) async fn tell(
    change: &mut Change,
    session: &str,
    told: &super::Told,
) -> Result<(), Error> {
    let statement = sql(
        "insert into told_tries (session_id, tries, since, last_at, last_from)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(session)
    .bind(told.tries)
    .bind(told.since)
    .bind(told.last_at)
    .bind(told.last_from.as_deref());
    change.execute(statement).await.map(drop)
}

pub(super) async fn told(
    mut from: impl Fetch,
    session: &str,
) -> Result<Option<super::Told>, Error> {
    let statement =
        sql("select tries, since, last_at, last_from from told_tries where session_id = $1")
            .bind(session);
    let row = from.fetch_optional(statement).await?;
    let told = |row: Row| {
        Ok(super::Told {
            tries: row.get("tries")?,
            since: row.get("since")?,
            last_at: row.get("last_at")?,
            last_from: row.get("last_from")?,
        })
    };
    row.map(told).transpose()
}

pub(super) async fn is_seen(change: &mut Change, session: &str) -> Result<(), Error> {
    let statement = sql("delete from told_tries where session_id = $1").bind(session);
    change.execute(statement).await.map(drop)
}

/// Accounts whose letter is due: up to `limit`, those that waited longest first.
pub(super) async fn to_be_told(
    mut from: impl Fetch,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<String>, Error> {
    let statement = sql("select subject from try_pools where tell_at <= $1
         group by subject order by min(tell_at), subject limit $2")
    .bind(now)
    .bind(limit);
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(|row| row.get("subject")).collect()
}

/// Notes that a letter goes to an account now, unless one went within the last hours; the budgets
/// that it is about. One statement over all budgets of the account, so that of several servers at
/// once, and of several budgets, one is told of.
pub(super) async fn letter_goes(
    change: &mut Change,
    subject: &str,
) -> Result<Vec<Standing>, Error> {
    let now = change.now();
    let statement = sql("update try_pools set told_at = $1, tell_at = null
         where subject = $2 and (told_at is null or told_at + $3 <= $1)
           and not exists (select 1 from try_pools other
             where other.subject = $2 and other.told_at + $3 > $1)
         returning factor, browser, clear_at, taken_at, wait, stopped_at, failed, since, last_at,
                   last_from")
    .bind(now)
    .bind(subject)
    .bind(BETWEEN_LETTERS);
    let mut from = change;
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(standing).collect()
}

/// Puts off what would have been the second letter within a few hours.
pub(super) async fn letter_waits(change: &mut Change, subject: &str) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update try_pools set tell_at = $3 +
           (select max(other.told_at) from try_pools other where other.subject = $2)
         where subject = $2 and tell_at <= $1")
    .bind(now)
    .bind(subject)
    .bind(BETWEEN_LETTERS);
    change.execute(statement).await.map(drop)
}

pub(super) async fn sweep(change: &mut Change, limit: i64) -> Result<u64, Error> {
    let now = change.now();
    let statement = sql("delete from try_pools where (subject, factor, browser) in
           (select subject, factor, browser from try_pools
            where forget_at < $1 order by forget_at limit $2)")
    .bind(now)
    .bind(limit);
    change.execute(statement).await
}
