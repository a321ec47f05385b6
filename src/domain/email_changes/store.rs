use super::Pending;
use crate::domain::{
    audit::Change,
    directory::{User, UserId},
};
use crate::foundation::{
    clock::Timestamp,
    crypto::digest::Digest,
    db::{Error, Fetch, Row, sql},
};

fn former(user: &User) -> &str {
    user.profile.email().unwrap_or_default()
}

fn read(row: &Row) -> Result<Pending, Error> {
    Ok(Pending {
        address: row.get("address")?,
        until: row.get("expires_at")?,
    })
}

pub(super) async fn count_since(
    mut from: impl Fetch,
    user: UserId,
    since: Timestamp,
) -> Result<i64, Error> {
    let statement = sql("select count(*) as n from email_changes
         where user_id = $1 and created_at > $2")
    .bind(user)
    .bind(since);
    from.fetch_one(statement).await?.get("n")
}

pub(super) async fn insert(
    change: &mut Change,
    link: &Digest,
    user: &User,
    pending: &Pending,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("insert into email_changes
           (digest, user_id, address, former, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)")
    .bind(link)
    .bind(user.id)
    .bind(&pending.address)
    .bind(former(user))
    .bind(now)
    .bind(pending.until);
    change.execute(statement).await.map(drop)
}

pub(super) async fn pending(
    mut from: impl Fetch,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Pending>, Error> {
    let statement = sql("select address, expires_at from email_changes
         where user_id = $1 and ended_at is null and expires_at > $2")
    .bind(user)
    .bind(now);
    from.fetch_optional(statement)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

pub(super) async fn of_link(
    mut from: impl Fetch,
    link: &Digest,
    user: &User,
    now: Timestamp,
) -> Result<Option<Pending>, Error> {
    let statement = sql("select address, expires_at from email_changes
         where digest = $1 and user_id = $2 and former = $3
           and ended_at is null and expires_at > $4")
    .bind(link)
    .bind(user.id)
    .bind(former(user))
    .bind(now);
    from.fetch_optional(statement)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// The new address, if the link was good.
pub(super) async fn use_link(
    change: &mut Change,
    link: &Digest,
    user: &User,
) -> Result<Option<String>, Error> {
    let now = change.now();
    let statement = sql("update email_changes set ended_at = $1
         where digest = $2 and user_id = $3 and former = $4
           and ended_at is null and expires_at > $1
         returning address")
    .bind(now)
    .bind(link)
    .bind(user.id)
    .bind(former(user));
    let row = change.execute_returning(statement).await?;
    row.map(|row| row.get("address")).transpose()
}

pub(super) async fn end(change: &mut Change, user: UserId) -> Result<u64, Error> {
    let now = change.now();
    let statement = sql("update email_changes set ended_at = $1
         where user_id = $2 and ended_at is null and expires_at > $1")
    .bind(now)
    .bind(user);
    change.execute(statement).await
}

pub(super) async fn sweep(
    change: &mut Change,
    before: Timestamp,
    limit: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from email_changes where digest in
           (select digest from email_changes where expires_at < $1
            order by expires_at limit $2)")
    .bind(before)
    .bind(limit);
    change.execute(statement).await
}
