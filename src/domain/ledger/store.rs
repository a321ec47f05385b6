use super::{Decision, Entry, EntryId, Kept, NewEntry, Person, Resource, name_key};
use crate::domain::audit::{Change, ConnectionId};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Error, Fetch, Row, sql};

/// Ids in one statement; places that are left over are filled with an empty text.
pub(super) const CHUNK: usize = 20;

fn read(row: &Row) -> Result<Entry, Error> {
    let document = |name: &str| -> Result<Option<serde_json::Value>, Error> {
        let text: Option<String> = row.get(name)?;
        text.map(|text| {
            serde_json::from_str(&text).map_err(|e| Error::Corrupt(format!("{name}: {e}")))
        })
        .transpose()
    };
    Ok(Entry {
        id: row.parse("id")?,
        connection: row.parse("connection_id")?,
        at: row.get("at")?,
        request_id: row.get("request_id")?,
        method: row.get("method")?,
        resource: Resource {
            kind: row.get("resource_kind")?,
            id: row.get("resource_id")?,
            name: row.get("resource_name")?,
        },
        decision: row.parse::<Decision>("decision")?,
        status: row.get("status")?,
        scim_type: row.get("scim_type")?,
        detail: row.get("detail")?,
        before: document("before_document")?,
        after: document("after_document")?,
    })
}

pub(super) async fn insert(
    change: &mut Change,
    id: EntryId,
    entry: &NewEntry,
) -> Result<(), Error> {
    let resource = &entry.resource;
    let statement = sql("insert into ledger_entries
           (id, connection_id, at, request_id, method, resource_kind, resource_id, resource_name,
            name_key, decision, status, scim_type, detail, before_document, after_document)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
    .bind(id)
    .bind(entry.connection)
    .bind(change.now())
    .bind(entry.request_id.clone())
    .bind(entry.method)
    .bind(&resource.kind)
    .bind(resource.id.clone())
    .bind(resource.name.clone())
    .bind(resource.name.as_deref().map(name_key))
    .bind(entry.decision.word())
    .bind(i64::from(entry.status))
    .bind(entry.scim_type)
    .bind(entry.detail.clone())
    .bind(entry.before.as_ref().map(Kept::text))
    .bind(entry.after.as_ref().map(Kept::text));
    change.execute(statement).await.map(drop)
}

/// Picks out who is a user: the ledger is asked about people.
pub(super) async fn insert_members(
    change: &mut Change,
    entry: EntryId,
    ids: &[String],
) -> Result<(), Error> {
    let mut statement = sql("insert into ledger_members (member_id, entry_id)
         select id, $21 from users where id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
           $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         on conflict do nothing");
    for place in 0..CHUNK {
        statement = statement.bind(ids.get(place).map(String::as_str).unwrap_or_default());
    }
    change.execute(statement.bind(entry)).await.map(drop)
}

pub(super) async fn newest(mut from: impl Fetch, most: i64) -> Result<Vec<Entry>, Error> {
    let statement = sql(
        "select id, connection_id, at, request_id, method, resource_kind, resource_id,
                resource_name, decision, status, scim_type, detail, before_document, after_document
           from ledger_entries order by at desc, id desc limit $1",
    )
    .bind(most);
    from.fetch_all(statement).await?.iter().map(read).collect()
}

pub(super) async fn of_connection(
    mut from: impl Fetch,
    connection: ConnectionId,
    most: i64,
) -> Result<Vec<Entry>, Error> {
    let statement = sql(
        "select id, connection_id, at, request_id, method, resource_kind, resource_id,
                resource_name, decision, status, scim_type, detail, before_document, after_document
           from ledger_entries where connection_id = $1 order by at desc, id desc limit $2",
    )
    .bind(connection)
    .bind(most);
    from.fetch_all(statement).await?.iter().map(read).collect()
}

/// Each way to a person is an index of its own, so they are asked one by one; of each the
/// newest suffice.
pub(super) async fn about(
    mut from: impl Fetch,
    person: &Person,
    connection: Option<ConnectionId>,
    most: i64,
) -> Result<Vec<Entry>, Error> {
    let connection = connection.map(|id| id.to_string()).unwrap_or_default();
    let statement = sql(
        "select id, connection_id, at, request_id, method, resource_kind, resource_id,
                resource_name, decision, status, scim_type, detail, before_document, after_document
           from ledger_entries where id in (
                select id from ledger_entries where resource_id = $1
                union
                select id from ledger_entries where name_key = $2 and resource_kind = 'user'
                union
                select entry_id from ledger_members where member_id = $1)
            and ($3 = '' or connection_id = $3)
          order by at desc, id desc limit $4",
    )
    .bind(person.id.clone())
    .bind(person.name.as_deref().map(name_key))
    .bind(connection)
    .bind(most);
    from.fetch_all(statement).await?.iter().map(read).collect()
}

pub(super) async fn delete_before(
    change: &mut Change,
    before: Timestamp,
    most: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from ledger_entries where id in
           (select id from ledger_entries where at <= $1 limit $2)")
    .bind(before)
    .bind(most);
    change.execute(statement).await
}

/// How a brake stands: how many users the connection had when they were last counted.
pub(super) struct BrakeRow {
    pub(super) users: i64,
    pub(super) counted_at: Timestamp,
    pub(super) held_since: Option<Timestamp>,
}

/// The brake of a connection, held against others until the change ends.
pub(super) async fn lock_brake(
    change: &mut Change,
    connection: ConnectionId,
) -> Result<BrakeRow, Error> {
    let statement = sql(
        "insert into brakes (connection_id, users, counted_at) values ($1, 0, 0)
         on conflict (connection_id) do update set users = brakes.users
         returning users, counted_at, held_since",
    )
    .bind(connection);
    let row = change.execute_returning(statement).await?;
    brake_row(&row.ok_or(Error::NoRow)?)
}

fn brake_row(row: &Row) -> Result<BrakeRow, Error> {
    Ok(BrakeRow {
        users: row.get("users")?,
        counted_at: row.get("counted_at")?,
        held_since: row.get("held_since")?,
    })
}

pub(super) async fn brake(
    mut from: impl Fetch,
    connection: ConnectionId,
) -> Result<Option<BrakeRow>, Error> {
    let statement =
        sql("select users, counted_at, held_since from brakes where connection_id = $1")
            .bind(connection);
    let row = from.fetch_optional(statement).await?;
    row.as_ref().map(brake_row).transpose()
}

/// How many went since a minute, and the first minute in which anyone did.
pub(super) async fn gone_since(
    mut from: impl Fetch,
    connection: ConnectionId,
    minute: i64,
) -> Result<(i64, Option<i64>), Error> {
    let statement = sql(
        "select cast(coalesce(sum(gone), 0) as bigint) as gone, min(minute) as oldest
           from brake_minutes where connection_id = $1 and minute >= $2",
    )
    .bind(connection)
    .bind(minute);
    let row = from.fetch_one(statement).await?;
    Ok((row.get("gone")?, row.get("oldest")?))
}

pub(super) async fn add_gone(
    change: &mut Change,
    connection: ConnectionId,
    minute: i64,
    gone: i64,
) -> Result<(), Error> {
    let statement = sql("insert into brake_minutes (connection_id, minute, gone) values ($1, $2, $3)
         on conflict (connection_id, minute) do update set gone = brake_minutes.gone + excluded.gone")
    .bind(connection)
    .bind(minute)
    .bind(gone);
    change.execute(statement).await.map(drop)
}

/// The active users that a connection created; those of everyone for the built-in one, which
/// owns nothing.
pub(super) async fn count_users(
    mut from: impl Fetch,
    connection: ConnectionId,
) -> Result<i64, Error> {
    let statement = if connection.is_built_in() {
        sql("select count(*) as users from users where active = true and administrator = false")
    } else {
        sql("select count(*) as users from users where owner_id = $1 and active = true")
            .bind(connection)
    };
    from.fetch_one(statement).await?.get("users")
}

pub(super) async fn set_users(
    change: &mut Change,
    connection: ConnectionId,
    users: i64,
) -> Result<(), Error> {
    let statement = sql("update brakes set users = $2, counted_at = $3 where connection_id = $1")
        .bind(connection)
        .bind(users)
        .bind(change.now());
    change.execute(statement).await.map(drop)
}

/// Marks a brake as holding; whether that is news.
pub(super) async fn set_held(change: &mut Change, connection: ConnectionId) -> Result<bool, Error> {
    let statement = sql(
        "insert into brakes (connection_id, users, counted_at, held_since) values ($1, 0, 0, $2)
         on conflict (connection_id) do update set held_since = excluded.held_since
          where brakes.held_since is null",
    )
    .bind(connection)
    .bind(change.now());
    Ok(change.execute(statement).await? > 0)
}

pub(super) async fn set_free(change: &mut Change, connection: ConnectionId) -> Result<(), Error> {
    let statement = sql("update brakes set held_since = null
          where connection_id = $1 and held_since is not null")
    .bind(connection);
    change.execute(statement).await.map(drop)
}

pub(super) async fn forget_gone(
    change: &mut Change,
    connection: ConnectionId,
) -> Result<(), Error> {
    let statement = sql("delete from brake_minutes where connection_id = $1").bind(connection);
    change.execute(statement).await.map(drop)
}

pub(super) async fn forget_count(
    change: &mut Change,
    connection: ConnectionId,
) -> Result<(), Error> {
    let statement = sql(
        "update brakes set users = 0, counted_at = 0, held_since = null
          where connection_id = $1",
    )
    .bind(connection);
    change.execute(statement).await.map(drop)
}

pub(super) async fn delete_minutes_before(
    change: &mut Change,
    minute: i64,
    most: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from brake_minutes where minute in
           (select minute from brake_minutes where minute < $1 limit $2) and minute < $1")
    .bind(minute)
    .bind(most);
    change.execute(statement).await
}
