//! How many users and groups there are, without counting them.

use std::collections::BTreeMap;

use crate::domain::audit::Change;
use crate::foundation::db::{Error, Fetch, sql};

/// Adds to a total, in a row of its own.
pub(in crate::domain::directory) async fn add_to_total(
    change: &mut Change,
    kind: &str,
    part: &str,
    number: i64,
) -> Result<(), Error> {
    let statement = sql(
        "insert into directory_totals (kind, part, total) values ($1, $2, $3)
         on conflict (kind, part) do update set total = directory_totals.total + excluded.total",
    )
    .bind(kind)
    .bind(part)
    .bind(number);
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::directory) async fn total(
    mut from: impl Fetch,
    kind: &str,
) -> Result<i64, Error> {
    // PostgreSQL's sum of bigint is a numeric.
    let statement = sql(
        "select cast(coalesce(sum(total), 0) as bigint) as total from directory_totals
          where kind = $1",
    );
    from.fetch_one(statement.bind(kind)).await?.get("total")
}

/// Folds up to `limit` parts; how many it folded.
pub(in crate::domain::directory) async fn fold_totals(
    change: &mut Change,
    limit: i64,
) -> Result<u64, Error> {
    let parts = sql("delete from directory_totals where part in
           (select part from directory_totals where part <> '' limit $1)
         returning kind, total")
    .bind(limit);
    let rows = (&mut *change).fetch_all(parts).await?;
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for row in &rows {
        *sums.entry(row.get("kind")?).or_default() += row.get::<i64>("total")?;
    }
    for (kind, sum) in sums {
        add_to_total(change, &kind, "", sum).await?;
    }
    Ok(rows.len() as u64)
}
