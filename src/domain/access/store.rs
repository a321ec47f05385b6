use super::fact::{Access, Fact, FactKind};
use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::{
    clock::Timestamp,
    db::{Error, Fetch, Row, sql},
};

/// The columns that [`of_rows`] wants, of a statement that knows the user as `u`. Another
/// module's statement can so ask for the access of its row's user in the same query.
macro_rules! access_columns {
    () => {
        "u.active, u.active_since, u.active_by,
         v.valid_from, v.valid_until, v.set_at, v.by_actor as set_by,
         v.reason as validity_reason,
         f.fact, f.since, f.until, f.by_actor, f.reason"
    };
}

/// The joins that go with `access_columns`.
macro_rules! access_joins {
    () => {
        "left join validity_periods v on v.user_id = u.id
         left join access_facts f on f.user_id = u.id"
    };
}
pub(in crate::domain) use {access_columns, access_joins};

/// One row for each stated fact, and one without when there is none.
pub(super) async fn read(
    mut from: impl Fetch,
    user: UserId,
    now: Timestamp,
) -> Result<Access, Error> {
    let statement = sql(concat!(
        "select ",
        access_columns!(),
        " from users u ",
        access_joins!(),
        " where u.id = $1"
    ));
    of_rows(&from.fetch_all(statement.bind(user)).await?, now)
}

/// The access of the user whose rows these are: all rows of one user.
pub(in crate::domain) fn of_rows(rows: &[Row], now: Timestamp) -> Result<Access, Error> {
    let Some(first) = rows.first() else {
        return Ok(Access::of(vec![nobody(now)]));
    };
    let mut facts = Vec::new();
    for row in rows {
        facts.extend(stated(row, now)?);
    }
    facts.extend(inactive(first)?);
    facts.extend(outside_validity(first, now)?);
    Ok(Access::of(facts))
}

fn nobody(now: Timestamp) -> Fact {
    Fact {
        kind: FactKind::NotGranted,
        since: now,
        until: None,
        by: "system".to_owned(),
        reason: Some("there is no such user".to_owned()),
    }
}

fn stated(row: &Row, now: Timestamp) -> Result<Option<Fact>, Error> {
    let Some(word) = row.get::<Option<String>>("fact")? else {
        return Ok(None);
    };
    let kind = FactKind::of_word(&word)
        .ok_or_else(|| Error::Corrupt(format!("access_facts.fact {word}")))?;
    let until: Option<Timestamp> = row.get("until")?;
    if until.is_some_and(|until| until <= now) {
        return Ok(None);
    }
    Ok(Some(Fact {
        kind,
        since: row.get("since")?,
        until,
        by: row.get("by_actor")?,
        reason: row.get("reason")?,
    }))
}

fn inactive(row: &Row) -> Result<Option<Fact>, Error> {
    if row.get("active")? {
        return Ok(None);
    }
    Ok(Some(Fact {
        kind: FactKind::Inactive,
        since: row.get("active_since")?,
        until: None,
        by: row.get("active_by")?,
        reason: None,
    }))
}

/// Validity includes its first moment and excludes its last.
fn outside_validity(row: &Row, now: Timestamp) -> Result<Option<Fact>, Error> {
    let Some(set_at) = row.get::<Option<Timestamp>>("set_at")? else {
        return Ok(None);
    };
    let from: Option<Timestamp> = row.get("valid_from")?;
    let until: Option<Timestamp> = row.get("valid_until")?;
    let (since, until) = match (from, until) {
        (_, Some(last)) if now >= last => (last, None),
        (Some(first), _) if now < first => (set_at, Some(first)),
        _ => return Ok(None),
    };
    Ok(Some(Fact {
        kind: FactKind::OutsideValidity,
        since,
        until,
        by: row.get("set_by")?,
        reason: row.get("validity_reason")?,
    }))
}

/// Writes the user's row, and with it takes its lock until the change ends. SQLite has
/// one writer anyhow; PostgreSQL reads a statement's rows as they were when it began,
/// so that without this a sign-in and a block could both pass unseen by the other.
pub(super) async fn hold(change: &mut Change, user: UserId) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("insert into access_holds (user_id, held_at) values ($1, $2)
         on conflict (user_id) do update set held_at = excluded.held_at")
    .bind(user)
    .bind(now);
    change.hold(statement).await
}

/// States a fact, or states it anew; `since` stays when it still held.
pub(super) async fn state(
    change: &mut Change,
    user: UserId,
    kind: FactKind,
    until: Option<Timestamp>,
    reason: &str,
) -> Result<(), Error> {
    let (now, by) = (change.now(), change.actor().label());
    let statement = sql(
        "insert into access_facts (user_id, fact, since, until, by_actor, reason)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (user_id, fact) do update
         set since = case
               when access_facts.until is null or access_facts.until > excluded.since
               then access_facts.since else excluded.since end,
             until = excluded.until, by_actor = excluded.by_actor, reason = excluded.reason",
    )
    .bind(user)
    .bind(kind.word())
    .bind(now)
    .bind(until)
    .bind(by)
    .bind(reason);
    change.execute(statement).await.map(drop)
}

pub(super) async fn withdraw(change: &mut Change, user: UserId) -> Result<u64, Error> {
    let statement = sql("delete from access_facts where user_id = $1 and fact in ($2, $3)")
        .bind(user)
        .bind(FactKind::Blocked.word())
        .bind(FactKind::NotGranted.word());
    change.execute(statement).await
}

pub(super) async fn validity(
    mut from: impl Fetch,
    user: UserId,
) -> Result<(Option<Timestamp>, Option<Timestamp>), Error> {
    let statement = sql("select valid_from, valid_until from validity_periods where user_id = $1");
    let Some(row) = from.fetch_optional(statement.bind(user)).await? else {
        return Ok((None, None));
    };
    Ok((row.get("valid_from")?, row.get("valid_until")?))
}

/// Bounds that are set anew have not ended yet, whatever the earlier ones did.
pub(super) async fn set_validity(
    change: &mut Change,
    user: UserId,
    (from, until): (Option<Timestamp>, Option<Timestamp>),
    reason: Option<&str>,
) -> Result<(), Error> {
    let (now, by) = (change.now(), change.actor().label());
    let statement = sql("insert into validity_periods
           (user_id, valid_from, valid_until, set_at, by_actor, reason)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (user_id) do update
         set valid_from = excluded.valid_from, valid_until = excluded.valid_until,
             set_at = excluded.set_at, by_actor = excluded.by_actor, reason = excluded.reason,
             ended_at = null")
    .bind(user)
    .bind(from)
    .bind(until)
    .bind(now)
    .bind(by)
    .bind(reason);
    change.execute(statement).await.map(drop)
}

/// Whose bounds have passed, and what was issued to them has not been ended.
pub(super) async fn validities_to_end(
    mut from: impl Fetch,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<UserId>, Error> {
    let statement = sql("select user_id from validity_periods
         where valid_until <= $1 and ended_at is null order by valid_until, user_id limit $2")
    .bind(now)
    .bind(limit);
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(|row| row.parse("user_id")).collect()
}

/// One statement: of several at once, one ends it.
pub(super) async fn end_validity(change: &mut Change, user: UserId) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update validity_periods set ended_at = $1
         where user_id = $2 and valid_until <= $1 and ended_at is null")
    .bind(now)
    .bind(user);
    Ok(change.execute(statement).await? == 1)
}
