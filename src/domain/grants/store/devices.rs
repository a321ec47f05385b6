//! Device authorizations.

use std::time::Duration;

use super::{signed_in, text_of};
use crate::domain::audit::Change;
use crate::domain::clients::{Client, ClientId};
use crate::domain::directory::UserId;
use crate::domain::grants::SignedIn;
use crate::domain::grants::codes::UsedCode;
use crate::domain::grants::device::{NewDevice, NewRow, POLL_INTERVAL, Polled, WaitingDevice};
use crate::domain::signin::SessionId;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::db::{Error, Fetch, sql};

/// A device's clock and the network take their share: so much earlier than told is not early.
const EARLY: Duration = Duration::from_secs(1);

pub(in crate::domain::grants) async fn insert_device(
    change: &mut Change,
    row: &NewRow<'_>,
) -> Result<(), Error> {
    let now = change.now();
    let new = row.new;
    let statement = sql("insert into device_authorizations
           (device_digest, user_code_digest, grant_id, client_id, scope, terms, asked_from,
            asked_by, created_at, expires_at, poll_interval, next_poll_at, polled_early)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $9, false)")
    .bind(row.device)
    .bind(row.user_code)
    .bind(row.grant)
    .bind(&new.client.id)
    .bind(new.scope.to_string())
    .bind(text_of(new.terms)?)
    .bind(NewDevice::described(new.address.as_deref()))
    .bind(NewDevice::described(new.program.as_deref()))
    .bind(now)
    .bind(row.expires_at)
    .bind(millis(POLL_INTERVAL));
    change.execute(statement).await.map(drop)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Counts a code that somebody types; how many there were in the window, with this one.
pub(in crate::domain::grants) async fn count_user_code(
    change: &mut Change,
    typed_by: &str,
    until: Timestamp,
) -> Result<i64, Error> {
    let now = change.now();
    let statement = sql(
        "insert into user_code_tries (typed_by, tries, counted_until)
         values ($1, 1, $2)
         on conflict (typed_by) do update set
           tries = case when user_code_tries.counted_until > $3
             then user_code_tries.tries + 1 else 1 end,
           counted_until = case when user_code_tries.counted_until > $3
             then user_code_tries.counted_until else excluded.counted_until end
         returning tries",
    )
    .bind(typed_by)
    .bind(until)
    .bind(now);
    let row = change.execute_returning(statement).await?;
    row.map_or(Ok(i64::MAX), |row| row.get("tries"))
}

pub(in crate::domain::grants) async fn waiting_device(
    mut from: impl Fetch,
    user_code: &str,
    now: Timestamp,
) -> Result<Option<WaitingDevice>, Error> {
    let statement = sql("select client_id, scope, asked_from, asked_by, created_at
         from device_authorizations
         where user_code_digest = $1 and decided_at is null and ended_at is null
           and expires_at > $2")
    .bind(user_code)
    .bind(now);
    let Some(row) = from.fetch_optional(statement).await? else {
        return Ok(None);
    };
    Ok(Some(WaitingDevice {
        client: ClientId::from_stored(row.get("client_id")?),
        scope: row.parse("scope")?,
        address: row.get("asked_from")?,
        program: row.get("asked_by")?,
        asked_at: row.get("created_at")?,
    }))
}

pub(in crate::domain::grants) async fn decide_device(
    change: &mut Change,
    user_code: &str,
    who: &SignedIn,
    allowed: bool,
) -> Result<Option<ClientId>, Error> {
    let now = change.now();
    let statement = sql(
        "update device_authorizations set decided_at = $1, allowed = $2, user_id = $3,
           session_id = $4, auth_time = $5, amr = $6, acr = $7
         where user_code_digest = $8 and decided_at is null and ended_at is null
           and expires_at > $1
         returning client_id",
    )
    .bind(now)
    .bind(allowed)
    .bind(who.user)
    .bind(who.session)
    .bind(who.auth_time)
    .bind(who.amr.as_str())
    .bind(who.acr.as_str())
    .bind(user_code);
    let row = change.execute_returning(statement).await?;
    row.map(|row| row.get("client_id").map(ClientId::from_stored))
        .transpose()
}

/// Uses up what a person has allowed: client, decision and time stand in the one statement.
pub(in crate::domain::grants) async fn use_device(
    change: &mut Change,
    device: &Digest,
    client: &Client,
) -> Result<Option<UsedCode>, Error> {
    let now = change.now();
    let statement = sql("update device_authorizations set used_at = $1
         where device_digest = $2 and client_id = $3 and allowed
           and used_at is null and ended_at is null and expires_at > $1
         returning grant_id, user_id, session_id, scope, terms, auth_time, amr, acr,
           (select s.expires_at from sessions s
            where s.id = device_authorizations.session_id
              and s.ended_at is null and s.expires_at > $1) as session_end")
    .bind(now)
    .bind(device)
    .bind(&client.id);
    let Some(row) = change.execute_returning(statement).await? else {
        return Ok(None);
    };
    Ok(Some(UsedCode {
        grant: row.parse("grant_id")?,
        signed_in: signed_in(&row)?,
        scope: row.parse("scope")?,
        terms: row.json("terms")?,
        nonce: None,
        session_end: row.get("session_end")?,
    }))
}

/// Notes that the client's device has asked, and answers with how things stand. Whoever asks
/// too soon waits five seconds longer each time (RFC 8628 §3.5), up to a minute.
pub(in crate::domain::grants) async fn poll_device(
    change: &mut Change,
    device: &Digest,
    client: &Client,
) -> Result<Option<Polled>, Error> {
    let now = change.now();
    let statement = sql("update device_authorizations set
           polled_early = next_poll_at > $1,
           poll_interval = case when next_poll_at > $1 and poll_interval < 60000
             then poll_interval + 5000 else poll_interval end,
           next_poll_at = $1 - $4 + case when next_poll_at > $1 and poll_interval < 60000
             then poll_interval + 5000 else poll_interval end
         where device_digest = $2 and client_id = $3
         returning polled_early, allowed, used_at, ended_at, expires_at")
    .bind(now)
    .bind(device)
    .bind(&client.id)
    .bind(millis(EARLY));
    let Some(row) = change.execute_returning(statement).await? else {
        return Ok(None);
    };
    let used: Option<i64> = row.get("used_at")?;
    let ended: Option<i64> = row.get("ended_at")?;
    let expires_at: Timestamp = row.get("expires_at")?;
    Ok(Some(Polled {
        too_early: row.get("polled_early")?,
        allowed: row.get("allowed")?,
        over: used.is_some() || ended.is_some(),
        expired: expires_at <= now,
    }))
}

pub(in crate::domain::grants) async fn end_devices_of_user(
    change: &mut Change,
    user: UserId,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update device_authorizations set ended_at = $1
         where user_id = $2 and used_at is null and ended_at is null")
    .bind(now)
    .bind(user);
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::grants) async fn end_devices_of_session(
    change: &mut Change,
    session: SessionId,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update device_authorizations set ended_at = $1
         where user_id = (select user_id from sessions where id = $2) and session_id = $2
           and used_at is null and ended_at is null")
    .bind(now)
    .bind(session);
    change.execute(statement).await.map(drop)
}

/// Authorizations that ended a day ago, and counters whose window is over.
pub(in crate::domain::grants) async fn sweep_devices(
    change: &mut Change,
    limit: i64,
) -> Result<u64, Error> {
    let now = change.now();
    let day_ago = now.minus(Duration::from_secs(24 * 3600));
    let devices = sql("delete from device_authorizations where device_digest in
           (select device_digest from device_authorizations
            where expires_at < $1 order by expires_at limit $2)")
    .bind(day_ago)
    .bind(limit);
    let tries = sql("delete from user_code_tries where typed_by in
           (select typed_by from user_code_tries
            where counted_until < $1 order by counted_until limit $2)")
    .bind(now)
    .bind(limit);
    Ok(change.execute(devices).await? + change.execute(tries).await?)
}
