use std::collections::HashMap;

use super::{Connection, ConnectionId, Settings, Trust, TrustedIssuer, TrustedIssuerId};
use crate::domain::audit::Change;
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Error, Fetch, Row, sql};

fn read(row: &Row) -> Result<Connection, Error> {
    Ok(Connection {
        id: row.parse("id")?,
        name: row.get("name")?,
        kind: row.parse("kind")?,
        settings: row.json("settings")?,
        disabled_at: row.get("disabled_at")?,
        tokens_since: row.get("tokens_since")?,
        trusted: Vec::new(),
        created_at: row.get("created_at")?,
    })
}

fn text(settings: &Settings) -> Result<String, Error> {
    serde_json::to_string(settings).map_err(|e| Error::Corrupt(format!("settings: {e}")))
}

pub(super) async fn insert(change: &mut Change, connection: &Connection) -> Result<(), Error> {
    let by = change.actor().label();
    let statement = sql("insert into connections
           (id, name, kind, settings, tokens_since, created_at, created_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $6)")
    .bind(connection.id)
    .bind(&connection.name)
    .bind(connection.kind.word())
    .bind(text(&connection.settings)?)
    .bind(connection.tokens_since)
    .bind(connection.created_at)
    .bind(by);
    change.execute(statement).await.map(drop)
}

pub(super) async fn one(
    mut from: impl Fetch,
    id: ConnectionId,
) -> Result<Option<Connection>, Error> {
    let statement = sql(
        "select id, name, kind, settings, disabled_at, tokens_since, created_at
           from connections where id = $1",
    )
    .bind(id);
    let Some(row) = from.fetch_optional(statement).await? else {
        return Ok(None);
    };
    let mut connection = read(&row)?;
    connection.trusted = trusted(&mut from).await?.remove(&id).unwrap_or_default();
    Ok(Some(connection))
}

/// Held against other writers until the change ends.
pub(super) async fn lock(
    change: &mut Change,
    id: ConnectionId,
) -> Result<Option<Connection>, Error> {
    let now = change.now();
    let statement = sql("update connections set updated_at = $2 where id = $1
         returning id, name, kind, settings, disabled_at, tokens_since, created_at")
    .bind(id)
    .bind(now);
    let row = change.execute_returning(statement).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn update_settings(
    change: &mut Change,
    id: ConnectionId,
    settings: &Settings,
) -> Result<(), Error> {
    let statement = sql("update connections set settings = $2 where id = $1")
        .bind(id)
        .bind(text(settings)?);
    change.execute(statement).await.map(drop)
}

pub(super) async fn all(mut from: impl Fetch) -> Result<Vec<Connection>, Error> {
    let statement = sql(
        "select id, name, kind, settings, disabled_at, tokens_since, created_at
           from connections order by created_at, id",
    );
    let rows = from.fetch_all(statement).await?;
    let mut trusted = trusted(&mut from).await?;
    let mut all = Vec::new();
    for row in &rows {
        let mut connection = read(row)?;
        connection.trusted = trusted.remove(&connection.id).unwrap_or_default();
        all.push(connection);
    }
    Ok(all)
}

async fn trusted(
    from: &mut impl Fetch,
) -> Result<HashMap<ConnectionId, Vec<TrustedIssuer>>, Error> {
    let statement = sql("select id, connection_id, issuer, subject, audience
           from trusted_issuers order by id");
    let mut all: HashMap<_, Vec<_>> = HashMap::new();
    for row in from.fetch_all(statement).await? {
        let issuer = TrustedIssuer {
            id: row.parse("id")?,
            trust: Trust {
                issuer: row.get("issuer")?,
                subject: row.get("subject")?,
                audience: row.get("audience")?,
            },
        };
        all.entry(row.parse("connection_id")?)
            .or_default()
            .push(issuer);
    }
    Ok(all)
}

pub(super) async fn insert_trusted(
    change: &mut Change,
    connection: ConnectionId,
    trusted: &TrustedIssuer,
) -> Result<(), Error> {
    let (now, by) = (change.now(), change.actor().label());
    let statement = sql("insert into trusted_issuers
           (id, connection_id, issuer, subject, audience, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(trusted.id)
    .bind(connection)
    .bind(&trusted.trust.issuer)
    .bind(&trusted.trust.subject)
    .bind(&trusted.trust.audience)
    .bind(now)
    .bind(by);
    change.execute(statement).await.map(drop)
}

pub(super) async fn delete_trusted(
    change: &mut Change,
    connection: ConnectionId,
    id: TrustedIssuerId,
) -> Result<bool, Error> {
    let statement = sql("delete from trusted_issuers where id = $1 and connection_id = $2")
        .bind(id)
        .bind(connection);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn set_disabled(
    change: &mut Change,
    id: ConnectionId,
    disabled_at: Option<Timestamp>,
) -> Result<(), Error> {
    let statement = sql("update connections set disabled_at = $2 where id = $1")
        .bind(id)
        .bind(disabled_at);
    change.execute(statement).await.map(drop)
}

pub(super) async fn end_tokens(
    change: &mut Change,
    id: ConnectionId,
    since: Timestamp,
) -> Result<(), Error> {
    let statement = sql("update connections set tokens_since = $2 where id = $1")
        .bind(id)
        .bind(since);
    change.execute(statement).await.map(drop)
}

/// Tells every process that what it knows of the connections is old.
pub(super) async fn advance_revision(change: &mut Change) -> Result<(), Error> {
    let statement = sql("update revisions set number = number + 1 where topic = 'connections'");
    change.execute(statement).await.map(drop)
}

pub(super) async fn revision(mut from: impl Fetch) -> Result<i64, Error> {
    from.fetch_one(sql(
        "select number from revisions where topic = 'connections'",
    ))
    .await?
    .get("number")
}
