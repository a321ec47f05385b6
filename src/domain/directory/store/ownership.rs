//! Whose rows are, beside the rows themselves.

use crate::domain::audit::{Change, ConnectionId};
use crate::domain::directory::{Owned, Ownership};
use crate::foundation::db::{Error, Fetch, Row, sql};

pub(super) fn read_ownership(row: &Row) -> Result<Ownership, Error> {
    Ok(Ownership {
        creator: row.parse_optional("owner_id")?,
        attributes: row.json("owned")?,
    })
}

pub(super) fn owned(ownership: &Ownership) -> String {
    serde_json::to_string(&ownership.attributes).unwrap_or_default()
}

/// Those that a connection created or has an attribute of, by id, held against other writers. An id is its own pattern: there is nothing in it that `like` reads otherwise.
pub(in crate::domain::directory) async fn owned_by(
    change: &mut Change,
    connection: ConnectionId,
    resource: Owned,
    most: i64,
) -> Result<Vec<(String, Ownership)>, Error> {
    let statement = match resource {
        Owned::User => sql("update users set owned = owned where id in
               (select id from users where owner_id = $1 or owned like $2
                 order by id limit $3)
             returning id, owner_id, owned"),
        Owned::Group => sql("update groups set owned = owned where id in
               (select id from groups where owner_id = $1 or owned like $2
                 order by id limit $3)
             returning id, owner_id, owned"),
    };
    let statement = statement
        .bind(connection)
        .bind(format!("%{connection}%"))
        .bind(most);
    let mut from = change;
    let rows = from.fetch_all(statement).await?;
    let pair = |row: &Row| Ok((row.get("id")?, read_ownership(row)?));
    let mut found = rows
        .iter()
        .map(pair)
        .collect::<Result<Vec<(String, Ownership)>, Error>>()?;
    found.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(found)
}

pub(in crate::domain::directory) async fn update_ownership(
    change: &mut Change,
    resource: Owned,
    id: &str,
    ownership: &Ownership,
) -> Result<(), Error> {
    let statement = match resource {
        Owned::User => sql("update users set owner_id = $2, owned = $3 where id = $1"),
        Owned::Group => sql("update groups set owner_id = $2, owned = $3 where id = $1"),
    };
    let statement = statement
        .bind(id)
        .bind(ownership.creator)
        .bind(owned(ownership));
    change.execute(statement).await.map(drop)
}

pub(in crate::domain::directory) async fn count_created(
    mut from: impl Fetch,
    connection: ConnectionId,
) -> Result<i64, Error> {
    let statement = sql("select count(*) as total from users where owner_id = $1").bind(connection);
    from.fetch_one(statement).await?.get("total")
}
