use super::{Authenticator, AuthenticatorId, Kept, RightCode};
use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::db::{Error, Fetch, sql};

pub(super) async fn authenticators(
    mut from: impl Fetch,
    user: UserId,
) -> Result<Vec<Authenticator>, Error> {
    let statement = sql(
        "select id, name, created_at, last_used_at from totp_authenticators
         where user_id = $1 and confirmed_at is not null order by id",
    )
    .bind(user);
    let rows = from.fetch_all(statement).await?;
    rows.iter()
        .map(|row| {
            Ok(Authenticator {
                id: row.parse("id")?,
                name: row.get("name")?,
                created_at: row.get("created_at")?,
                last_used_at: row.get("last_used_at")?,
            })
        })
        .collect()
}

pub(super) async fn kept(mut from: impl Fetch, user: UserId) -> Result<Vec<Kept>, Error> {
    let statement = sql(
        "select id, sealed_secret, last_step, drift from totp_authenticators
         where user_id = $1 and confirmed_at is not null order by id",
    )
    .bind(user);
    let rows = from.fetch_all(statement).await?;
    rows.iter()
        .map(|row| {
            Ok(Kept {
                id: row.parse("id")?,
                sealed_secret: row.get("sealed_secret")?,
                last_step: row.get("last_step")?,
                drift: row.get("drift")?,
            })
        })
        .collect()
}

pub(super) async fn count(mut from: impl Fetch, user: UserId) -> Result<i64, Error> {
    let statement =
        sql("select count(*) as n from totp_authenticators where user_id = $1").bind(user);
    from.fetch_one(statement).await?.get("n")
}

pub(super) async fn take(
    change: &mut Change,
    user: UserId,
    code: RightCode,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update totp_authenticators
         set last_step = $1, drift = $2, last_used_at = $3
         where id = $4 and user_id = $5 and last_step < $1")
    .bind(code.step)
    .bind(code.drift)
    .bind(now)
    .bind(code.id)
    .bind(user);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn insert(
    change: &mut Change,
    user: UserId,
    name: &str,
    sealed_secret: &str,
    code: RightCode,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("insert into totp_authenticators
           (id, user_id, name, sealed_secret, last_step, drift, created_at, confirmed_at,
            last_used_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $7)
         on conflict (id) do nothing")
    .bind(code.id)
    .bind(user)
    .bind(name)
    .bind(sealed_secret)
    .bind(code.step)
    .bind(code.drift)
    .bind(now);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn rename(
    change: &mut Change,
    user: UserId,
    id: AuthenticatorId,
    name: &str,
) -> Result<bool, Error> {
    let statement = sql("update totp_authenticators set name = $1 where id = $2 and user_id = $3")
        .bind(name)
        .bind(id)
        .bind(user);
    Ok(change.execute(statement).await? == 1)
}

/// The name that it had.
pub(super) async fn remove(
    change: &mut Change,
    user: UserId,
    id: AuthenticatorId,
) -> Result<Option<String>, Error> {
    let statement =
        sql("delete from totp_authenticators where id = $1 and user_id = $2 returning name")
            .bind(id)
            .bind(user);
    let row = change.execute_returning(statement).await?;
    row.map(|row| row.get("name")).transpose()
}

pub(super) async fn remove_all(change: &mut Change, user: UserId) -> Result<u64, Error> {
    let statement = sql("delete from totp_authenticators where user_id = $1").bind(user);
    change.execute(statement).await
}
