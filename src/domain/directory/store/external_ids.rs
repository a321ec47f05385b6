//! The sources' own names for users and groups.

use crate::domain::audit::{Change, ConnectionId};
use crate::foundation::db::{Error, sql};

pub(in crate::domain::directory) async fn put_external_id(
    change: &mut Change,
    connection: ConnectionId,
    (kind, id): (&'static str, String),
    external_id: &str,
) -> Result<(), Error> {
    let statement = sql(
        "insert into external_ids (connection_id, resource_kind, resource_id, external_id)
         values ($1, $2, $3, $4)
         on conflict (resource_id, connection_id) do update set external_id = $4",
    )
    .bind(connection)
    .bind(kind)
    .bind(id)
    .bind(external_id);
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::directory) async fn remove_external_id(
    change: &mut Change,
    connection: ConnectionId,
    id: String,
) -> Result<(), Error> {
    let statement = sql("delete from external_ids where resource_id = $1 and connection_id = $2")
        .bind(id)
        .bind(connection);
    change.execute(statement).await.map(drop)
}

/// Those of all connections: the resource is going.
pub(in crate::domain::directory) async fn remove_external_ids(
    change: &mut Change,
    id: String,
) -> Result<(), Error> {
    let statement = sql("delete from external_ids where resource_id = $1").bind(id);
    change.execute(statement).await.map(drop)
}
