use super::{CodesLeft, RECOVERY_CODES};
use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::{
    crypto::digest::Digest,
    db::{Error, Fetch, sql},
};

pub(super) async fn replace(
    change: &mut Change,
    user: UserId,
    digests: &[Digest; RECOVERY_CODES],
) -> Result<(), Error> {
    remove_all(change, user).await?;
    let now = change.now();
    let statement = sql("insert into recovery_codes (user_id, created_at, digest)
         values ($1, $2, $3), ($1, $2, $4), ($1, $2, $5), ($1, $2, $6), ($1, $2, $7),
                ($1, $2, $8), ($1, $2, $9), ($1, $2, $10), ($1, $2, $11), ($1, $2, $12)")
    .bind(user)
    .bind(now);
    let statement = digests
        .iter()
        .fold(statement, |statement, digest| statement.bind(digest));
    change.execute(statement).await.map(drop)
}

pub(super) async fn left(mut from: impl Fetch, user: UserId) -> Result<CodesLeft, Error> {
    let statement = sql("select count(*) as codes, count(used_at) as used,
                max(created_at) as made_at
         from recovery_codes where user_id = $1")
    .bind(user);
    let row = from.fetch_one(statement).await?;
    Ok(CodesLeft {
        left: row.get::<i64>("codes")? - row.get::<i64>("used")?,
        made_at: row.get("made_at")?,
    })
}

pub(super) async fn use_up(
    change: &mut Change,
    user: UserId,
    digest: &Digest,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update recovery_codes set used_at = $1
         where user_id = $2 and digest = $3 and used_at is null")
    .bind(now)
    .bind(user)
    .bind(digest);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn remove_all(change: &mut Change, user: UserId) -> Result<u64, Error> {
    let statement = sql("delete from recovery_codes where user_id = $1").bind(user);
    change.execute(statement).await
}
