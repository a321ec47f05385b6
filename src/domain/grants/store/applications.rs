//! Which applications were signed in to through which sessions: the grants say it.

use crate::domain::audit::Change;
use crate::domain::clients::{ClientId, Metadata};
use crate::domain::directory::UserId;
use crate::domain::grants::SignedInTo;
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
