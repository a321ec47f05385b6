//! Which applications were signed in to through which sessions: the grants say it.

use crate::domain::audit::Change;
use crate::domain::clients::{ClientId, Metadata};
use crate::domain::directory::UserId;
use crate::domain::grants::{HeldGrant, SignedInTo};
use crate::domain::signin::SessionId;
use crate::foundation::db::{Error, Fetch, Row, sql};

/// Those of a session, and of the ones that it took over from in the same browser.
pub(in crate::domain::grants) async fn applications_of_session(
    mut change: &mut Change,
    session: SessionId,
) -> Result<Vec<SignedInTo>, Error> {
    let statement = sql("with recursive chain (id) as (
           select id from sessions where id = $1
           union
           select sessions.id from sessions join chain on sessions.successor_id = chain.id)
         select distinct grants.client_id, grants.session_id, grants.user_id, clients.metadata
           from grants join chain on grants.session_id = chain.id
           join clients on clients.id = grants.client_id
          order by grants.session_id, grants.client_id")
    .bind(session);
    read(change.fetch_all(statement).await?)
}

/// Those that a user held anything at until this change ended it: through sessions that were
/// open, or by grants that had outlived theirs.
pub(in crate::domain::grants) async fn applications_of_user(
    mut change: &mut Change,
    user: UserId,
) -> Result<Vec<SignedInTo>, Error> {
    let statement = sql(
        "select distinct grants.client_id, grants.session_id, grants.user_id,
                clients.metadata
           from grants join clients on clients.id = grants.client_id
           left join sessions on sessions.id = grants.session_id
           left join sessions heir on heir.id = sessions.successor_id
          where grants.user_id = $1
            and (grants.ended_at = $2 or sessions.ended_at = $2 or heir.ended_at = $2)
          order by grants.session_id, grants.client_id",
    )
    .bind(user)
    .bind(change.now());
    read(change.fetch_all(statement).await?)
}

/// What a user has granted: one row each grant, the newest first.
pub(in crate::domain::grants) async fn grants_of_user(
    mut from: impl Fetch,
    user: UserId,
    most: i64,
) -> Result<Vec<HeldGrant>, Error> {
    let statement = sql(
        "select grants.client_id, clients.name, grants.session_id, grants.scope,
                grants.created_at, grants.last_used_at, grants.expires_at, grants.ended_at
           from grants join clients on clients.id = grants.client_id
          where grants.user_id = $1 order by grants.id desc limit $2",
    )
    .bind(user)
    .bind(most);
    let rows = from.fetch_all(statement).await?;
    let read = |row: &Row| {
        Ok(HeldGrant {
            client: ClientId::from_stored(row.get("client_id")?),
            name: row.get("name")?,
            session: row.parse("session_id")?,
            scope: row.parse("scope")?,
            since: row.get("created_at")?,
            last_used: row.get("last_used_at")?,
            expires_at: row.get("expires_at")?,
            ended_at: row.get("ended_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Ends what one application holds of a user. How many grants there were.
pub(in crate::domain::grants) async fn end_grants_of_client(
    change: &mut Change,
    user: UserId,
    client: &ClientId,
    reason: &str,
) -> Result<u64, Error> {
    let now = change.now();
    let statement = sql("update grants set ended_at = $1, end_reason = $2
         where user_id = $3 and client_id = $4 and ended_at is null")
    .bind(now)
    .bind(reason)
    .bind(user)
    .bind(client);
    change.execute(statement).await
}

/// Ends the codes of one application that are on their way for a user.
pub(in crate::domain::grants) async fn end_codes_of_client(
    change: &mut Change,
    user: UserId,
    client: &ClientId,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update authorization_codes set ended_at = $1
         where user_id = $2 and client_id = $3 and used_at is null and ended_at is null")
    .bind(now)
    .bind(user)
    .bind(client);
    change.execute(statement).await.map(drop)
}

/// Ends the device authorizations of one application that a user has decided on and that are not
/// used yet.
pub(in crate::domain::grants) async fn end_devices_of_client(
    change: &mut Change,
    user: UserId,
    client: &ClientId,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update device_authorizations set ended_at = $1
         where user_id = $2 and client_id = $3 and used_at is null and ended_at is null")
    .bind(now)
    .bind(user)
    .bind(client);
    change.execute(statement).await.map(drop)
}

fn read(rows: Vec<Row>) -> Result<Vec<SignedInTo>, Error> {
    rows.iter()
        .map(|row| {
            Ok(SignedInTo {
                client: ClientId::from_stored(row.get("client_id")?),
                session: row.parse("session_id")?,
                user: row.parse("user_id")?,
                to_be_told: row
                    .json::<Metadata>("metadata")?
                    .backchannel_logout_uri
                    .is_some(),
            })
        })
        .collect()
}
