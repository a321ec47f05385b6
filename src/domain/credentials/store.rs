use super::{Candidate, Enrolled, StoredPassword};
use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::{
    crypto::password::PasswordHash,
    db::{Error, Fetch, Row, sql},
};

/// User names come first. Addresses are compared without regard to case, and two users
/// with the same one are two rows: neither is meant.
pub(super) async fn candidate(mut from: impl Fetch, key: &str) -> Result<Option<Candidate>, Error> {
    let rows = from
        .fetch_all(
            sql(
                "select found.id, found.by_name, p.phc, p.must_change, p.set_at, p.from_mailbox
                 from (
                   select u.id, true as by_name from users u where u.user_name_key = $1
                   union
                   select e.user_id, false as by_name from user_emails e where e.address_key = $1
                 ) found
                 left join passwords p on p.user_id = found.id
                 order by found.by_name desc
                 limit 3",
            )
            .bind(key),
        )
        .await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    if rows.len() > 1 && !first.get::<bool>("by_name")? {
        return Ok(None);
    }
    Ok(Some(Candidate {
        user: first.parse("id")?,
        password: stored(first)?,
    }))
}

pub(super) async fn password_of(
    mut from: impl Fetch,
    user: UserId,
) -> Result<Option<StoredPassword>, Error> {
    let row = from
        .fetch_optional(
            sql("select phc, must_change, set_at, from_mailbox from passwords where user_id = $1")
                .bind(user),
        )
        .await?;
    row.map_or(Ok(None), |row| stored(&row))
}

fn stored(row: &Row) -> Result<Option<StoredPassword>, Error> {
    let Some(hash) = row.parse_optional::<PasswordHash>("phc")? else {
        return Ok(None);
    };
    Ok(Some(StoredPassword {
        hash,
        must_change: row.get("must_change")?,
        set_at: row.get("set_at")?,
        from_mailbox: row.get("from_mailbox")?,
    }))
}

pub(super) async fn enrolled(mut from: impl Fetch, user: UserId) -> Result<Enrolled, Error> {
    let statement = sql("select 'password' as kind from passwords where user_id = $1
         union
         select 'totp' as kind from totp_authenticators
         where user_id = $1 and confirmed_at is not null
         union
         select kind from webauthn_credentials where user_id = $1 and suspended_at is null
         union
         select 'recovery_codes' as kind from recovery_codes
         where user_id = $1 and used_at is null")
    .bind(user);
    let rows = from.fetch_all(statement).await?;
    let kinds: Result<Vec<String>, Error> = rows.iter().map(|row| row.get("kind")).collect();
    let kinds = kinds?;
    let has = |kind: &str| kinds.iter().any(|known| known == kind);
    Ok(Enrolled {
        password: has("password"),
        totp: has("totp"),
        passkey: has("passkey"),
        security_key: has("security_key"),
        recovery_codes: has("recovery_codes"),
    })
}

/// Compare and set: the hash that was verified, or nothing.
pub(super) async fn still(
    change: &mut Change,
    user: UserId,
    verified: &PasswordHash,
    renewed: &PasswordHash,
) -> Result<bool, Error> {
    let statement = sql("update passwords set phc = $1 where user_id = $2 and phc = $3")
        .bind(renewed.as_str())
        .bind(user)
        .bind(verified.as_str());
    Ok(change.execute(statement).await? == 1)
}

/// What stands behind a password is what stood behind the one before, until somebody notes
/// otherwise.
pub(super) async fn set_password(
    change: &mut Change,
    user: UserId,
    hash: &PasswordHash,
    must_change: bool,
) -> Result<(), Error> {
    let (now, by) = (change.now(), change.actor().label());
    let statement = sql(
        "insert into passwords (user_id, phc, must_change, set_at, set_by)
         values ($1, $2, $3, $4, $5)
         on conflict (user_id) do update
         set phc = excluded.phc, must_change = excluded.must_change,
             set_at = excluded.set_at, set_by = excluded.set_by",
    )
    .bind(user)
    .bind(hash.as_str())
    .bind(must_change)
    .bind(now)
    .bind(by);
    change.execute(statement).await.map(drop)
}

pub(super) async fn set_from_mailbox(
    change: &mut Change,
    user: UserId,
    from_mailbox: bool,
) -> Result<(), Error> {
    let statement = sql("update passwords set from_mailbox = $1
         where user_id = $2 and from_mailbox <> $1")
    .bind(from_mailbox)
    .bind(user);
    change.execute(statement).await.map(drop)
}

pub(super) async fn remove_password(change: &mut Change, user: UserId) -> Result<bool, Error> {
    let statement = sql("delete from passwords where user_id = $1").bind(user);
    Ok(change.execute(statement).await? == 1)
}

/// All passkeys and security keys of a user.
pub(super) async fn remove_keys(change: &mut Change, user: UserId) -> Result<u64, Error> {
    let statement = sql("delete from webauthn_credentials where user_id = $1").bind(user);
    change.execute(statement).await
}
