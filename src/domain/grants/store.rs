mod applications;
mod consents;
mod devices;
mod renewal;
mod requests;
mod tokens;

pub(super) use applications::*;
pub(super) use consents::{consent, consents_of_user, delete_consent, write_consent};
pub(super) use devices::*;
pub(super) use renewal::*;
pub(super) use requests::{
    complete_pushed_request, complete_request, insert_pushed_request, insert_request,
    pushed_request, request,
};
pub(super) use tokens::*;

use super::codes::{NewCode, UsedCode};
use super::{CodeRedemption, GrantId, Redeemed, SignedIn};
use crate::domain::audit::Change;
use crate::domain::clients::Client;
use crate::domain::directory::UserId;
use crate::domain::signin::SessionId;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::db::{Error, Fetch, Row, sql};

pub(super) async fn insert_code(
    change: &mut Change,
    grant: GrantId,
    digest: &Digest,
    new: &NewCode<'_>,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let now = change.now();
    let (request, signed_in) = (new.request, new.signed_in);
    let statement = sql("insert into authorization_codes
           (digest, grant_id, client_id, user_id, session_id, redirect_uri, scope, nonce,
            code_challenge, auth_time, amr, acr, created_at, expires_at, terms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
    .bind(digest)
    .bind(grant)
    .bind(&request.client.id)
    .bind(signed_in.user)
    .bind(signed_in.session)
    .bind(request.redirect_uri.as_str())
    .bind(request.scope.to_string())
    .bind(request.nonce.clone())
    .bind(request.code_challenge.clone())
    .bind(signed_in.auth_time)
    .bind(signed_in.amr.as_str())
    .bind(signed_in.acr.as_str())
    .bind(now)
    .bind(expires_at)
    .bind(text_of(&request.terms)?);
    change.execute(statement).await.map(drop)
}

/// Everything that a code is bound to stands in the one statement that uses it up: a request
/// that fits only in part uses nothing. It answers with the end of the session, if that is live.
pub(super) async fn use_code(
    change: &mut Change,
    digest: &Digest,
    redemption: &CodeRedemption<'_>,
    challenge: Option<&str>,
) -> Result<Option<UsedCode>, Error> {
    let now = change.now();
    let statement = sql("update authorization_codes set used_at = $1
         where digest = $2 and client_id = $3 and redirect_uri = $4
           and coalesce(code_challenge, '') = $5
           and used_at is null and ended_at is null and expires_at > $1
         returning grant_id, user_id, session_id, scope, terms, nonce, auth_time, amr, acr,
           (select s.expires_at from sessions s
            where s.id = authorization_codes.session_id
              and s.ended_at is null and s.expires_at > $1) as session_end")
    .bind(now)
    .bind(digest)
    .bind(&redemption.client.id)
    .bind(redemption.redirect_uri)
    .bind(challenge.unwrap_or_default());
    let Some(row) = change.execute_returning(statement).await? else {
        return Ok(None);
    };
    Ok(Some(UsedCode {
        grant: row.parse("grant_id")?,
        signed_in: signed_in(&row)?,
        scope: row.parse("scope")?,
        terms: row.json("terms")?,
        nonce: row.get("nonce")?,
        session_end: row.get("session_end")?,
    }))
}

/// Whether the client's code of that digest was used; nothing when it has none.
pub(super) async fn code_was_used(
    mut from: impl Fetch,
    digest: &Digest,
    client: &Client,
) -> Result<Option<bool>, Error> {
    let statement =
        sql("select used_at from authorization_codes where digest = $1 and client_id = $2")
            .bind(digest)
            .bind(&client.id);
    let Some(row) = from.fetch_optional(statement).await? else {
        return Ok(None);
    };
    Ok(Some(row.get::<Option<i64>>("used_at")?.is_some()))
}

pub(super) async fn insert_grant(
    change: &mut Change,
    redeemed: &Redeemed,
    refresh_expires_at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let now = change.now();
    let refresh = redeemed.refresh_token.as_ref();
    let statement = sql("insert into grants
           (id, client_id, user_id, session_id, scope, auth_time, amr, acr,
            refresh_generation, refresh_digest, refresh_expires_at,
            created_at, last_used_at, expires_at, terms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, $11, $12, $13)")
    .bind(redeemed.grant)
    .bind(&redeemed.client)
    .bind(redeemed.signed_in.user)
    .bind(redeemed.signed_in.session)
    .bind(redeemed.scope.to_string())
    .bind(redeemed.signed_in.auth_time)
    .bind(redeemed.signed_in.amr.as_str())
    .bind(redeemed.signed_in.acr.as_str())
    .bind(refresh.map(|token| token.digest().as_str().to_owned()))
    .bind(refresh.map(|_| refresh_expires_at))
    .bind(now)
    .bind(expires_at)
    .bind(text_of(&redeemed.terms)?);
    change.execute(statement).await.map(drop)
}

pub(super) async fn end_codes_of_user(change: &mut Change, user: UserId) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update authorization_codes set ended_at = $1
         where user_id = $2 and used_at is null and ended_at is null")
    .bind(now)
    .bind(user);
    change.execute(statement).await.map(drop)
}

pub(super) async fn end_grants_of_user(
    change: &mut Change,
    user: UserId,
    reason: &str,
) -> Result<u64, Error> {
    let now = change.now();
    let statement = sql("update grants set ended_at = $1, end_reason = $2
         where user_id = $3 and ended_at is null")
    .bind(now)
    .bind(reason)
    .bind(user);
    change.execute(statement).await
}

pub(super) async fn end_grants_of_user_but(
    change: &mut Change,
    user: UserId,
    kept: SessionId,
    reason: &str,
) -> Result<u64, Error> {
    let now = change.now();
    let statement = sql("update grants set ended_at = $1, end_reason = $2
         where user_id = $3 and session_id <> $4 and ended_at is null")
    .bind(now)
    .bind(reason)
    .bind(user)
    .bind(kept);
    change.execute(statement).await
}

// By way of the user, whose codes have an index.
pub(super) async fn end_codes_of_session(
    change: &mut Change,
    session: SessionId,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update authorization_codes set ended_at = $1
         where user_id = (select user_id from sessions where id = $2) and session_id = $2
           and used_at is null and ended_at is null")
    .bind(now)
    .bind(session);
    change.execute(statement).await.map(drop)
}

pub(super) async fn end_grants_of_session(
    change: &mut Change,
    session: SessionId,
    reason: &str,
) -> Result<u64, Error> {
    let now = change.now();
    let statement = sql("update grants set ended_at = $1, end_reason = $2
         where session_id = $3 and ended_at is null
           and ' ' || scope || ' ' not like '% offline_access %'")
    .bind(now)
    .bind(reason)
    .bind(session);
    change.execute(statement).await
}

pub(super) async fn end_grant(
    change: &mut Change,
    grant: GrantId,
    reason: &str,
) -> Result<Option<UserId>, Error> {
    let now = change.now();
    let statement = sql("update grants set ended_at = $1, end_reason = $2
         where id = $3 and ended_at is null returning user_id")
    .bind(now)
    .bind(reason)
    .bind(grant);
    let row = change.execute_returning(statement).await?;
    row.map(|row| row.parse("user_id")).transpose()
}

/// Used codes are kept a day beyond their minute, so that a second use is still recognised.
pub(super) async fn sweep(change: &mut Change, limit: i64) -> Result<u64, Error> {
    let now = change.now();
    let day_ago = now.minus(std::time::Duration::from_secs(24 * 3600));
    let tables = [
        (
            sql("delete from authorization_requests where handle_digest in
               (select handle_digest from authorization_requests
                where expires_at < $1 order by expires_at limit $2)"),
            now,
        ),
        // A request that a person is answering outlives the reference to it.
        (
            sql("delete from pushed_requests where digest in
               (select digest from pushed_requests
                where expires_at < $1 order by expires_at limit $2)"),
            day_ago,
        ),
        (
            sql("delete from authorization_codes where digest in
               (select digest from authorization_codes
                where expires_at < $1 order by expires_at limit $2)"),
            day_ago,
        ),
        (
            sql("delete from grants where id in
               (select id from grants where expires_at < $1 order by expires_at limit $2)"),
            day_ago,
        ),
        (
            sql("delete from revoked_access_tokens where jti in
               (select jti from revoked_access_tokens
                where expires_at < $1 order by expires_at limit $2)"),
            now,
        ),
        (
            sql("delete from used_proofs where digest in
               (select digest from used_proofs
                where expires_at < $1 order by expires_at limit $2)"),
            now,
        ),
    ];
    let mut swept = 0;
    for (statement, before) in tables {
        swept += change.execute(statement.bind(before).bind(limit)).await?;
    }
    Ok(swept + sweep_devices(change, limit).await?)
}

/// The JSON text of a column.
fn text_of(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|e| Error::Corrupt(format!("not written as JSON: {e}")))
}

fn signed_in(row: &Row) -> Result<SignedIn, Error> {
    Ok(SignedIn {
        user: row.parse("user_id")?,
        session: row.parse("session_id")?,
        auth_time: row.get("auth_time")?,
        amr: row.get("amr")?,
        acr: row.get("acr")?,
    })
}
