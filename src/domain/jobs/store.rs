use super::{Claimed, JobId, LEASE, Waiting, WorkerId};
use crate::domain::audit::Change;
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Error, Fetch, Row, sql};

pub(super) async fn insert(
    change: &mut Change,
    id: JobId,
    kind: &str,
    payload: &str,
    run_at: Timestamp,
) -> Result<(), Error> {
    let statement = sql(
        "insert into jobs (id, kind, payload, run_at, attempts, created_at)
         values ($1, $2, $3, $4, 0, $5)",
    )
    .bind(id)
    .bind(kind)
    .bind(payload)
    .bind(run_at)
    .bind(change.now());
    change.execute(statement).await.map(drop)
}

pub(super) async fn is_due(mut from: impl Fetch, now: Timestamp) -> Result<bool, Error> {
    let statement = sql("select id from jobs
          where run_at <= $1 and given_up_at is null and (lease_until is null or lease_until <= $1)
          limit 1")
    .bind(now);
    Ok(from.fetch_optional(statement).await?.is_some())
}

/// The condition stands twice: PostgreSQL picks the rows from its snapshot, waits for
/// another worker's lock on them, and then asks the outer condition again of the row as it
/// is by then. Without it both workers would take the job.
pub(super) async fn claim(
    change: &mut Change,
    worker: WorkerId,
    most: i64,
) -> Result<Vec<Row>, Error> {
    let now = change.now();
    let statement = sql(
        "update jobs set lease_owner = $1, lease_until = $2, attempts = attempts + 1
          where id in (
                select id from jobs
                 where run_at <= $3 and given_up_at is null
                   and (lease_until is null or lease_until <= $3)
                 order by run_at limit $4)
            and given_up_at is null and (lease_until is null or lease_until <= $3)
          returning id, kind, payload, attempts",
    )
    .bind(worker)
    .bind(now.plus(LEASE))
    .bind(now)
    .bind(most);
    let mut from = change;
    from.fetch_all(statement).await
}

pub(super) async fn delete_held(
    change: &mut Change,
    id: JobId,
    worker: WorkerId,
) -> Result<bool, Error> {
    let statement = sql("delete from jobs where id = $1 and lease_owner = $2")
        .bind(id)
        .bind(worker);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn put_off(
    change: &mut Change,
    job: &Claimed,
    error: &str,
    again: Timestamp,
    given_up: Option<Timestamp>,
) -> Result<bool, Error> {
    let statement = sql("update jobs
            set lease_owner = null, lease_until = null, last_error = $1, run_at = $2, given_up_at = $3
          where id = $4 and lease_owner = $5")
    .bind(error)
    .bind(again)
    .bind(given_up)
    .bind(job.id)
    .bind(job.worker);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn hand_back(change: &mut Change, worker: WorkerId) -> Result<u64, Error> {
    let statement = sql(
        "update jobs set lease_owner = null, lease_until = null, attempts = attempts - 1
          where lease_owner = $1",
    )
    .bind(worker);
    change.execute(statement).await
}

pub(super) async fn list(mut from: impl Fetch, most: i64) -> Result<Vec<Waiting>, Error> {
    let statement = sql(
        "select id, kind, attempts, run_at, last_error, given_up_at, created_at from jobs
          order by case when given_up_at is null then 1 else 0 end, run_at, id limit $1",
    )
    .bind(most);
    let rows = from.fetch_all(statement).await?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                id: row.parse("id")?,
                kind: row.get("kind")?,
                attempts: row.get("attempts")?,
                run_at: row.get("run_at")?,
                last_error: row.get("last_error")?,
                given_up_at: row.get("given_up_at")?,
                created_at: row.get("created_at")?,
            })
        })
        .collect()
}

pub(super) async fn retry(change: &mut Change, id: JobId) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql(
        "update jobs set run_at = $1, attempts = 0, given_up_at = null
          where id = $2 and (lease_until is null or lease_until <= $1)",
    )
    .bind(now)
    .bind(id);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn sweep(
    change: &mut Change,
    before: Timestamp,
    limit: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from jobs where id in
           (select id from jobs where given_up_at < $1 order by given_up_at limit $2)")
    .bind(before)
    .bind(limit);
    change.execute(statement).await
}
