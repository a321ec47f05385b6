//! The sources' own names for users and groups.

use super::{CHUNK, bind_chunk};
use crate::domain::audit::{Change, ConnectionId};
use crate::foundation::db::{Error, Fetch, sql};

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

const OF_SEVERAL: &str = concat!(
    "select resource_id, external_id from external_ids
      where connection_id = $101 and resource_id in (",
    hundred!(),
    ")"
);

/// Pairs of a resource's id and its external id.
pub(in crate::domain::directory) async fn external_ids_of(
    mut from: impl Fetch,
    connection: ConnectionId,
    ids: &[String],
) -> Result<Vec<(String, String)>, Error> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let statement = bind_chunk(sql(OF_SEVERAL), chunk).bind(connection);
        for row in from.fetch_all(statement).await? {
            found.push((row.get("resource_id")?, row.get("external_id")?));
        }
    }
    Ok(found)
}
