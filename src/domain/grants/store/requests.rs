//! The rows of requests that wait: for a person, or for the browser of one.

use super::text_of;
use crate::domain::audit::Change;
use crate::domain::clients::ClientId;
use crate::domain::grants::{KeptRequest, ReadRequest};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::db::{Error, Fetch, sql};

pub(in crate::domain::grants) async fn insert_request(
    change: &mut Change,
    handle: &Digest,
    browser: &Digest,
    kept: &KeptRequest,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let statement = sql("insert into authorization_requests
           (handle_digest, browser_digest, client_id, parameters, expected_user_id,
            created_at, expires_at, origin)
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(handle)
    .bind(browser)
    .bind(&kept.client)
    .bind(text_of(&kept.parameters)?)
    .bind(kept.expected)
    .bind(kept.asked_at)
    .bind(expires_at)
    .bind(text_of(&kept.origin)?);
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::grants) async fn request(
    mut from: impl Fetch,
    handle: &Digest,
    browser: &Digest,
    now: Timestamp,
) -> Result<Option<KeptRequest>, Error> {
    let statement = sql(
        "select client_id, parameters, origin, expected_user_id, created_at
           from authorization_requests
         where handle_digest = $1 and browser_digest = $2
           and completed_at is null and expires_at > $3",
    )
    .bind(handle)
    .bind(browser)
    .bind(now);
    let Some(row) = from.fetch_optional(statement).await? else {
        return Ok(None);
    };
    Ok(Some(KeptRequest {
        client: ClientId::from_stored(row.get("client_id")?),
        parameters: row.json("parameters")?,
        origin: row.json("origin")?,
        expected: row.parse_optional("expected_user_id")?,
        asked_at: row.get("created_at")?,
    }))
}

pub(in crate::domain::grants) async fn complete_request(
    change: &mut Change,
    handle: &Digest,
    browser: &Digest,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update authorization_requests set completed_at = $1
         where handle_digest = $2 and browser_digest = $3
           and completed_at is null and expires_at > $1")
    .bind(now)
    .bind(handle)
    .bind(browser);
    Ok(change.execute(statement).await? == 1)
}

pub(in crate::domain::grants) async fn insert_pushed_request(
    change: &mut Change,
    reference: &Digest,
    (client, read): (&ClientId, &ReadRequest),
    expires_at: Timestamp,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("insert into pushed_requests
           (digest, client_id, parameters, origin, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)")
    .bind(reference)
    .bind(client)
    .bind(text_of(&read.parameters)?)
    .bind(text_of(&read.origin)?)
    .bind(now)
    .bind(expires_at);
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::grants) async fn pushed_request(
    mut from: impl Fetch,
    reference: &Digest,
    client: &ClientId,
    now: Timestamp,
) -> Result<Option<ReadRequest>, Error> {
    let statement = sql("select parameters, origin from pushed_requests
         where digest = $1 and client_id = $2 and completed_at is null and expires_at > $3")
    .bind(reference)
    .bind(client)
    .bind(now);
    let Some(row) = from.fetch_optional(statement).await? else {
        return Ok(None);
    };
    Ok(Some(ReadRequest {
        parameters: row.json("parameters")?,
        origin: row.json("origin")?,
    }))
}

/// Whether it was not answered before.
pub(in crate::domain::grants) async fn complete_pushed_request(
    change: &mut Change,
    reference: &Digest,
) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update pushed_requests set completed_at = $1
         where digest = $2 and completed_at is null")
    .bind(now)
    .bind(reference);
    Ok(change.execute(statement).await? == 1)
}
