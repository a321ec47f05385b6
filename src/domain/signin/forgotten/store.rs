use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::{
    clock::Timestamp,
    crypto::digest::Digest,
    db::{Error, Fetch, sql},
};

/// The sign-in lives at least as long as the link that belongs to it.
pub(super) async fn note_asked(
    change: &mut Change,
    handle: &Digest,
    before: Timestamp,
    until: Timestamp,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update sign_ins set reset_asked_at = $1,
           expires_at = case when expires_at < $2 then $2 else expires_at end
         where handle_digest = $3 and completed_at is null and expires_at > $1
           and (reset_asked_at is null or reset_asked_at <= $4)")
    .bind(now)
    .bind(until)
    .bind(handle)
    .bind(before);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn count_links(
    mut from: impl Fetch,
    user: UserId,
    since: Timestamp,
) -> Result<i64, Error> {
    let statement = sql("select count(*) as n from password_resets
         where user_id = $1 and created_at > $2")
    .bind(user)
    .bind(since);
    from.fetch_one(statement).await?.get("n")
}

pub(super) async fn insert_link(
    change: &mut Change,
    link: &Digest,
    user: UserId,
    handle: &Digest,
    until: Timestamp,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("insert into password_resets
           (digest, user_id, handle_digest, created_at, expires_at)
         values ($1, $2, $3, $4, $5)")
    .bind(link)
    .bind(user)
    .bind(handle)
    .bind(now)
    .bind(until);
    change.execute(statement).await.map(drop)
}

pub(super) async fn owner_of_link(
    mut from: impl Fetch,
    link: &Digest,
    handle: &Digest,
    now: Timestamp,
) -> Result<Option<UserId>, Error> {
    let statement = sql("select user_id from password_resets
         where digest = $1 and handle_digest = $2 and used_at is null and expires_at > $3")
    .bind(link)
    .bind(handle)
    .bind(now);
    let row = from.fetch_optional(statement).await?;
    row.map(|row| row.parse("user_id")).transpose()
}

pub(super) async fn use_link(
    change: &mut Change,
    link: &Digest,
    handle: &Digest,
    user: UserId,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update password_resets set used_at = $1
         where digest = $2 and handle_digest = $3 and user_id = $4
           and used_at is null and expires_at > $1")
    .bind(now)
    .bind(link)
    .bind(handle)
    .bind(user);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn void_links(change: &mut Change, user: UserId) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update password_resets set used_at = $1
         where user_id = $2 and used_at is null")
    .bind(now)
    .bind(user);
    change.execute(statement).await.map(drop)
}

pub(super) async fn sweep_links(
    change: &mut Change,
    before: Timestamp,
    limit: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from password_resets where digest in
           (select digest from password_resets where expires_at < $1
            order by expires_at limit $2)")
    .bind(before)
    .bind(limit);
    change.execute(statement).await
}
