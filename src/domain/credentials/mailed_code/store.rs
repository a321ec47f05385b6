use super::{Addressee, MailedCodeId, Sent};
use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::{
    clock::Timestamp,
    crypto::digest::Digest,
    db::{Error, Fetch, sql},
};

/// Two indexes are asked, each for a handful of rows.
pub(super) async fn sent(
    mut from: impl Fetch,
    to: Addressee<'_>,
    since: Timestamp,
) -> Result<Sent, Error> {
    let statement = sql(
        "select here.codes, here.last_at, all_of_them.codes as to_user
         from (select count(*) as codes, max(sent_at) as last_at from mailed_codes
                where handle_digest = $1 and user_id = $2) here,
              (select count(*) as codes from mailed_codes
                where user_id = $2 and sent_at > $3) all_of_them",
    )
    .bind(to.sign_in)
    .bind(to.user)
    .bind(since);
    let row = from.fetch_one(statement).await?;
    Ok(Sent {
        in_sign_in: row.get("codes")?,
        to_user: row.get("to_user")?,
        last_in_sign_in: row.get("last_at")?,
    })
}

pub(super) async fn void(change: &mut Change, to: Addressee<'_>) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update mailed_codes set used_at = $1
         where handle_digest = $2 and used_at is null")
    .bind(now)
    .bind(to.sign_in);
    change.execute(statement).await.map(drop)
}

pub(super) async fn insert(
    change: &mut Change,
    to: Addressee<'_>,
    digest: &Digest,
    until: Timestamp,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql(
        "insert into mailed_codes (id, handle_digest, user_id, digest, sent_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(MailedCodeId::new(now))
    .bind(to.sign_in)
    .bind(to.user)
    .bind(digest)
    .bind(now)
    .bind(until);
    change.execute(statement).await.map(drop)
}

pub(super) async fn open_until(
    mut from: impl Fetch,
    user: UserId,
    sign_in: &Digest,
    now: Timestamp,
) -> Result<Option<Timestamp>, Error> {
    let statement = sql("select max(expires_at) as until from mailed_codes
         where handle_digest = $1 and user_id = $2 and used_at is null and expires_at > $3")
    .bind(sign_in)
    .bind(user)
    .bind(now);
    from.fetch_one(statement).await?.get("until")
}

pub(super) async fn use_up(
    change: &mut Change,
    to: Addressee<'_>,
    digest: &Digest,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update mailed_codes set used_at = $1
         where handle_digest = $2 and user_id = $3 and digest = $4
           and used_at is null and expires_at > $1")
    .bind(now)
    .bind(to.sign_in)
    .bind(to.user)
    .bind(digest);
    Ok(change.execute(statement).await? == 1)
}
