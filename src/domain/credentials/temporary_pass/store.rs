use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::{
    clock::Timestamp,
    crypto::digest::Digest,
    db::{Error, Fetch, sql},
};

pub(super) async fn replace(
    change: &mut Change,
    user: UserId,
    digest: &Digest,
    until: Timestamp,
    reason: &str,
) -> Result<(), Error> {
    let (now, by) = (change.now(), change.actor().label());
    let statement = sql(
        "insert into temporary_passes (user_id, digest, issued_at, issued_by, reason, expires_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (user_id) do update
         set digest = excluded.digest, issued_at = excluded.issued_at,
             issued_by = excluded.issued_by, reason = excluded.reason,
             expires_at = excluded.expires_at, used_at = null",
    )
    .bind(user)
    .bind(digest)
    .bind(now)
    .bind(by)
    .bind(reason)
    .bind(until);
    change.execute(statement).await.map(drop)
}

/// The digest of the pass that the user can use.
pub(super) async fn usable(
    mut from: impl Fetch,
    user: UserId,
    now: Timestamp,
) -> Result<Option<String>, Error> {
    let statement = sql("select digest from temporary_passes
         where user_id = $1 and used_at is null and expires_at > $2")
    .bind(user)
    .bind(now);
    let row = from.fetch_optional(statement).await?;
    row.map(|row| row.get("digest")).transpose()
}

pub(super) async fn use_up(
    change: &mut Change,
    user: UserId,
    digest: &Digest,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update temporary_passes set used_at = $1
         where user_id = $2 and digest = $3 and used_at is null and expires_at > $1")
    .bind(now)
    .bind(user)
    .bind(digest);
    Ok(change.execute(statement).await? == 1)
}
