//! The refresh tokens of a grant, and the proofs that come with requests.

use crate::domain::audit::Change;
use crate::domain::grants::refresh::{Rotated, Rotation};
use crate::domain::grants::{GrantId, Redeemed, Terms};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::db::{Error, Fetch, Row, sql};

/// Moves the grant's refresh token on: client, generation, digest and both ends in the one
/// statement.
pub(in crate::domain::grants) async fn rotate(
    change: &mut Change,
    rotation: &Rotation<'_>,
    idle_end: Timestamp,
) -> Result<Option<Redeemed>, Error> {
    let now = change.now();
    let statement = sql(
        "update grants set refresh_generation = $1, refresh_digest = $2,
           refresh_expires_at = $3, last_used_at = $4
         where id = $5 and client_id = $6 and refresh_generation = $7 and refresh_digest = $8
           and ended_at is null and expires_at > $4 and refresh_expires_at > $4
         returning user_id, session_id, scope, terms, auth_time, amr, acr",
    )
    .bind(rotation.next)
    .bind(&rotation.new)
    .bind(idle_end)
    .bind(now)
    .bind(rotation.grant)
    .bind(&rotation.client.id)
    .bind(rotation.generation)
    .bind(&rotation.old);
    let row = change.execute_returning(statement).await?;
    row.map(|row| redeemed(&row, rotation)).transpose()
}

/// The client's grant, as it is when a token of it could not be rotated.
pub(in crate::domain::grants) async fn grant_as_rotated(
    change: &mut Change,
    rotation: &Rotation<'_>,
) -> Result<Option<Rotated>, Error> {
    let now = change.now();
    let statement = sql(
        "select user_id, session_id, scope, terms, auth_time, amr, acr,
           refresh_generation, refresh_digest, last_used_at,
           ended_at is null and expires_at > $1 and refresh_expires_at > $1 as live
         from grants where id = $2 and client_id = $3",
    )
    .bind(now)
    .bind(rotation.grant)
    .bind(&rotation.client.id);
    let mut from = change;
    let Some(row) = from.fetch_optional(statement).await? else {
        return Ok(None);
    };
    Ok(Some(Rotated {
        generation: row.get("refresh_generation")?,
        digest: row.get("refresh_digest")?,
        rotated_at: row.get("last_used_at")?,
        live: row.get::<Option<bool>>("live")?.unwrap_or(false),
        redeemed: redeemed(&row, rotation)?,
    }))
}

fn redeemed(row: &Row, rotation: &Rotation<'_>) -> Result<Redeemed, Error> {
    Ok(Redeemed {
        grant: rotation.grant,
        client: rotation.client.id.clone(),
        signed_in: super::signed_in(row)?,
        scope: row.parse("scope")?,
        terms: row.json("terms")?,
        audience: Vec::new(),
        // Core §12.2: an `id_token` of a refresh has no nonce.
        nonce: None,
        refresh_token: None,
    })
}

pub(in crate::domain::grants) async fn set_terms(
    change: &mut Change,
    grant: GrantId,
    terms: &Terms,
) -> Result<(), Error> {
    let text =
        serde_json::to_string(terms).map_err(|error| Error::Corrupt(format!("terms: {error}")))?;
    let statement = sql("update grants set terms = $1 where id = $2")
        .bind(text)
        .bind(grant);
    change.execute(statement).await.map(drop)
}

/// Whether the proof was not used before.
pub(in crate::domain::grants) async fn insert_used_proof(
    change: &mut Change,
    digest: &Digest,
    expires_at: Timestamp,
) -> Result<bool, Error> {
    let statement = sql("insert into used_proofs (digest, expires_at)
         values ($1, $2) on conflict do nothing")
    .bind(digest)
    .bind(expires_at);
    Ok(change.execute(statement).await? == 1)
}
