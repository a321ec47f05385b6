//! What stands behind a token that is presented.

use crate::domain::access::{self, Access, access_columns, access_joins};
use crate::domain::audit::Change;
use crate::domain::clients::{ClientId, Scope};
use crate::domain::directory::UserId;
use crate::domain::grants::id_token_subject::GrantsOfSession;
use crate::domain::grants::{GrantId, Terms};
use crate::domain::signin::SessionId;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::db::{Error, Fetch, Row, sql};

/// A grant that has not ended.
pub(in crate::domain::grants) struct FoundGrant {
    pub(in crate::domain::grants) client: String,
    pub(in crate::domain::grants) user: UserId,
    pub(in crate::domain::grants) scope: Scope,
    pub(in crate::domain::grants) terms: Terms,
    /// What stands against the user's access.
    pub(in crate::domain::grants) access: Access,
}

/// The live grant of an access token that was not revoked. It costs one query, with all that
/// is to be known of the user's access.
pub(in crate::domain::grants) async fn grant_of_token(
    mut from: impl Fetch,
    grant: GrantId,
    jti: &str,
    now: Timestamp,
) -> Result<Option<FoundGrant>, Error> {
    let statement = sql(concat!(
        "select g.client_id, g.user_id, g.scope, g.terms, ",
        access_columns!(),
        " from grants g join users u on u.id = g.user_id ",
        access_joins!(),
        " where g.id = $1 and g.ended_at is null and g.expires_at > $2
            and not exists (select 1 from revoked_access_tokens r where r.jti = $3)"
    ))
    .bind(grant)
    .bind(now)
    .bind(jti);
    found(&from.fetch_all(statement).await?, now)
}

/// The live grant whose newest refresh token has that digest, and when that token ends.
pub(in crate::domain::grants) async fn grant_of_refresh_token(
    mut from: impl Fetch,
    grant: GrantId,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<(FoundGrant, Timestamp)>, Error> {
    let statement = sql(concat!(
        "select g.client_id, g.user_id, g.scope, g.terms, g.expires_at, g.refresh_expires_at, ",
        access_columns!(),
        " from grants g join users u on u.id = g.user_id ",
        access_joins!(),
        " where g.id = $1 and g.refresh_digest = $2 and g.ended_at is null
            and g.expires_at > $3 and g.refresh_expires_at > $3"
    ))
    .bind(grant)
    .bind(digest)
    .bind(now);
    let rows = from.fetch_all(statement).await?;
    let (Some(found), Some(row)) = (found(&rows, now)?, rows.first()) else {
        return Ok(None);
    };
    let end: Timestamp = row.get("expires_at")?;
    let idle_end: Timestamp = row.get("refresh_expires_at")?;
    Ok(Some((found, end.min(idle_end))))
}

/// The live grants of a client in one session of a user, as one: a session has a handful.
pub(in crate::domain::grants) async fn grants_of_session(
    mut from: impl Fetch,
    (client, user, session): (&ClientId, UserId, SessionId),
    now: Timestamp,
) -> Result<Option<GrantsOfSession>, Error> {
    let statement = sql("select id, scope, terms from grants
          where client_id = $1 and user_id = $2 and session_id = $3
            and ended_at is null and expires_at > $4
          order by created_at desc, id desc")
    .bind(client)
    .bind(user)
    .bind(session)
    .bind(now);
    let mut all: Option<GrantsOfSession> = None;
    for row in from.fetch_all(statement).await? {
        let scope: Scope = row.parse("scope")?;
        match &mut all {
            Some(newest) => newest.scope = newest.scope.common(&scope),
            None => {
                all = Some(GrantsOfSession {
                    grant: row.parse("id")?,
                    terms: row.json("terms")?,
                    scope,
                });
            }
        }
    }
    Ok(all)
}

fn found(rows: &[Row], now: Timestamp) -> Result<Option<FoundGrant>, Error> {
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(Some(FoundGrant {
        client: row.get("client_id")?,
        user: row.parse("user_id")?,
        scope: row.parse("scope")?,
        terms: row.json("terms")?,
        access: access::of_rows(rows, now)?,
    }))
}

pub(in crate::domain::grants) async fn client_of_grant(
    mut from: impl Fetch,
    grant: GrantId,
) -> Result<Option<String>, Error> {
    let statement = sql("select client_id from grants where id = $1").bind(grant);
    let row = from.fetch_optional(statement).await?;
    row.map(|row| row.get("client_id")).transpose()
}

pub(in crate::domain::grants) async fn is_revoked(
    mut from: impl Fetch,
    jti: &str,
) -> Result<bool, Error> {
    let statement = sql("select jti from revoked_access_tokens where jti = $1").bind(jti);
    Ok(from.fetch_optional(statement).await?.is_some())
}

pub(in crate::domain::grants) async fn insert_revoked(
    change: &mut Change,
    jti: &str,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let statement = sql("insert into revoked_access_tokens (jti, expires_at)
         values ($1, $2) on conflict do nothing")
    .bind(jti)
    .bind(expires_at);
    change.execute(statement).await.map(drop)
}
