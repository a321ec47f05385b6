use super::{BrowserKind, Device, DeviceId, SignedIn, Trust};
use crate::domain::{audit::Change, directory::UserId};
use crate::foundation::{
    clock::Timestamp,
    crypto::digest::Digest,
    db::{Error, Fetch, Row, sql},
};

/// The device whose secret it is, or was; then also when it was replaced.
pub(super) async fn find(
    mut from: impl Fetch,
    user: UserId,
    digest: &Digest,
) -> Result<Option<(Device, Option<Timestamp>)>, Error> {
    let statement = sql(
        "select d.id, d.browser, d.system, d.address, d.created_at, d.last_used_at,
                d.trusted_at, d.trusted_until, null as spent_at
           from devices d where d.secret_digest = $1 and d.user_id = $2
         union all
         select d.id, d.browser, d.system, d.address, d.created_at, d.last_used_at,
                d.trusted_at, d.trusted_until, s.spent_at
           from spent_device_secrets s join devices d on d.id = s.device_id
          where s.digest = $1 and d.user_id = $2",
    )
    .bind(digest)
    .bind(user);
    let row = from.fetch_optional(statement).await?;
    row.map(|row| Ok((device(&row)?, row.get("spent_at")?)))
        .transpose()
}

fn device(row: &Row) -> Result<Device, Error> {
    let since: Option<Timestamp> = row.get("trusted_at")?;
    let until: Option<Timestamp> = row.get("trusted_until")?;
    Ok(Device {
        id: row.parse("id")?,
        kind: BrowserKind {
            browser: row.get("browser")?,
            system: row.get("system")?,
        },
        address: row.get("address")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        trust: since
            .zip(until)
            .map(|(since, until)| Trust { since, until }),
    })
}

/// Replaces the secret: of any number that come with it at once, one does.
pub(super) async fn rotate(
    change: &mut Change,
    signed_in: &SignedIn<'_>,
    old: &Digest,
    new: &Digest,
) -> Result<Option<DeviceId>, Error> {
    let now = change.now();
    let kind = &signed_in.shown.kind;
    let statement = sql("update devices
            set secret_digest = $1, last_used_at = $2, address = coalesce($3, address)
          where secret_digest = $4 and user_id = $5 and browser = $6 and system = $7
         returning id")
    .bind(new)
    .bind(now)
    .bind(signed_in.address.map(str::to_owned))
    .bind(old)
    .bind(signed_in.user)
    .bind(kind.browser.as_str())
    .bind(kind.system.as_str());
    let Some(row) = change.execute_returning(statement).await? else {
        return Ok(None);
    };
    let device: DeviceId = row.parse("id")?;
    let spent = sql(
        "insert into spent_device_secrets (digest, device_id, spent_at)
         values ($1, $2, $3)",
    )
    .bind(old)
    .bind(device)
    .bind(now);
    change.execute(spent).await?;
    Ok(Some(device))
}

pub(super) async fn insert(
    change: &mut Change,
    device: DeviceId,
    signed_in: &SignedIn<'_>,
    secret: &Digest,
) -> Result<(), Error> {
    let now = change.now();
    let kind = &signed_in.shown.kind;
    let statement = sql("insert into devices
           (id, user_id, secret_digest, browser, system, address, created_at, last_used_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)")
    .bind(device)
    .bind(signed_in.user)
    .bind(secret)
    .bind(kind.browser.as_str())
    .bind(kind.system.as_str())
    .bind(signed_in.address.map(str::to_owned))
    .bind(now);
    change.execute(statement).await.map(drop)
}

pub(super) async fn trust(
    change: &mut Change,
    device: DeviceId,
    until: Timestamp,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update devices set trusted_at = $1, trusted_until = $2 where id = $3")
        .bind(now)
        .bind(until)
        .bind(device);
    change.execute(statement).await.map(drop)
}

pub(super) async fn devices_of(mut from: impl Fetch, user: UserId) -> Result<Vec<Device>, Error> {
    let statement = sql(
        "select id, browser, system, address, created_at, last_used_at, trusted_at, trusted_until
           from devices where user_id = $1 order by last_used_at desc, id desc",
    )
    .bind(user);
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(device).collect()
}

pub(super) async fn end_trust(change: &mut Change, user: UserId) -> Result<u64, Error> {
    let statement = sql("update devices set trusted_at = null, trusted_until = null
          where user_id = $1 and trusted_until is not null")
    .bind(user);
    change.execute(statement).await
}

/// One device of a user, or all of them.
pub(super) async fn forget(
    change: &mut Change,
    user: UserId,
    device: Option<DeviceId>,
) -> Result<u64, Error> {
    let statement = sql("delete from devices where user_id = $1 and id = coalesce($2, id)")
        .bind(user)
        .bind(device.map(|device| device.to_string()));
    change.execute(statement).await
}

pub(super) async fn sweep(
    change: &mut Change,
    before: Timestamp,
    limit: i64,
) -> Result<u64, Error> {
    let devices = sql("delete from devices where id in
           (select id from devices where last_used_at < $1 order by last_used_at limit $2)")
    .bind(before)
    .bind(limit);
    let secrets = sql("delete from spent_device_secrets where digest in
           (select digest from spent_device_secrets where spent_at < $1
             order by spent_at limit $2)")
    .bind(before)
    .bind(limit);
    Ok(change.execute(devices).await? + change.execute(secrets).await?)
}
