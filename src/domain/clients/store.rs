use std::collections::HashMap;

use super::{Client, ClientId, KeptSecret, Metadata, NewClient, Revised};
use crate::domain::audit::{Change, ConnectionId};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::db::{Error, Fetch, sql};
use crate::foundation::id::new_uuid;

pub(super) async fn insert_client(
    change: &mut Change,
    id: &ClientId,
    new: &NewClient,
    connection: Option<ConnectionId>,
) -> Result<(), Error> {
    let metadata = written(&new.metadata)?;
    let now = change.now();
    let statement = sql("insert into clients
           (id, name, confidential, metadata, scope, created_at, updated_at, connection_id)
         values ($1, $2, $3, $4, $5, $6, $6, $7)")
    .bind(id)
    .bind(new.name.trim())
    .bind(new.confidential)
    .bind(metadata)
    .bind(new.scope.to_string())
    .bind(now)
    .bind(connection);
    change.execute(statement).await.map(drop)
}

fn written(metadata: &Metadata) -> Result<String, Error> {
    let said = metadata.said();
    let said = said.map_err(|e| Error::Corrupt(format!("metadata: {e}")))?;
    Ok(said.to_string())
}

pub(super) async fn insert_secret(
    change: &mut Change,
    client: &ClientId,
    secret: &KeptSecret,
) -> Result<(), Error> {
    let id = new_uuid(change.now()).hyphenated().to_string();
    let now = change.now();
    let statement = sql(
        "insert into client_secrets (id, client_id, digest, sealed, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(client)
    .bind(&secret.digest)
    .bind(secret.sealed.clone())
    .bind(now)
    .bind(secret.expires_at);
    change.execute(statement).await.map(drop)
}

/// Never later than a secret's own end.
pub(super) async fn end_secrets(
    change: &mut Change,
    client: &ClientId,
    ends: Timestamp,
) -> Result<(), Error> {
    let statement = sql("update client_secrets set expires_at = $1
         where client_id = $2 and (expires_at is null or expires_at > $1)")
    .bind(ends)
    .bind(client);
    change.execute(statement).await.map(drop)
}

pub(super) async fn update_metadata(
    change: &mut Change,
    client: &ClientId,
    metadata: &Metadata,
) -> Result<(), Error> {
    let metadata = written(metadata)?;
    let statement = sql("update clients set metadata = $2, updated_at = $3 where id = $1")
        .bind(client)
        .bind(metadata)
        .bind(change.now());
    change.execute(statement).await.map(drop)
}

/// Replaces everything that a client registered.
pub(super) async fn replace_client(
    change: &mut Change,
    id: &ClientId,
    new: &NewClient,
) -> Result<(), Error> {
    let metadata = written(&new.metadata)?;
    let now = change.now();
    let statement = sql("update clients
            set name = $2, confidential = $3, metadata = $4, scope = $5, updated_at = $6
          where id = $1")
    .bind(id)
    .bind(new.name.trim())
    .bind(new.confidential)
    .bind(metadata)
    .bind(new.scope.to_string())
    .bind(now);
    change.execute(statement).await.map(drop)
}

/// Whether there is such a client, which is locked until the change is done.
pub(super) async fn touch(change: &mut Change, client: &ClientId) -> Result<bool, Error> {
    let statement = sql("update clients set updated_at = $2 where id = $1")
        .bind(client)
        .bind(change.now());
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn update_client(
    change: &mut Change,
    client: &ClientId,
    new: &Revised,
) -> Result<(), Error> {
    let statement = sql("update clients set name = $2, scope = $3 where id = $1")
        .bind(client)
        .bind(&new.name)
        .bind(new.scope.to_string());
    change.execute(statement).await?;
    update_metadata(change, client, &new.metadata).await
}

pub(super) async fn set_disabled(
    change: &mut Change,
    client: &ClientId,
    disabled_at: Option<Timestamp>,
) -> Result<(), Error> {
    let statement = sql("update clients set disabled_at = $2 where id = $1")
        .bind(client)
        .bind(disabled_at);
    change.execute(statement).await.map(drop)
}

/// With everything that refers to it.
pub(super) async fn delete_client(change: &mut Change, client: &ClientId) -> Result<(), Error> {
    let statement = sql("delete from clients where id = $1").bind(client);
    change.execute(statement).await.map(drop)
}

pub(super) async fn delete_ended_secrets(
    change: &mut Change,
    client: &ClientId,
) -> Result<(), Error> {
    let statement = sql("delete from client_secrets where client_id = $1 and expires_at <= $2")
        .bind(client)
        .bind(change.now());
    change.execute(statement).await.map(drop)
}

/// Removes up to `most` secrets that ended before; how many.
pub(super) async fn sweep_ended_secrets(
    change: &mut Change,
    before: Timestamp,
    most: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from client_secrets where id in
           (select id from client_secrets where expires_at <= $1 order by expires_at limit $2)")
    .bind(before)
    .bind(most);
    change.execute(statement).await
}

/// Whether it was the first.
pub(super) async fn insert_used_assertion(
    change: &mut Change,
    digest: &Digest,
    expires_at: Timestamp,
) -> Result<bool, Error> {
    let statement = sql(
        "insert into used_assertions (digest, expires_at) values ($1, $2)
         on conflict (digest) do nothing",
    )
    .bind(digest)
    .bind(expires_at);
    Ok(change.execute(statement).await? == 1)
}

pub(super) async fn delete_used_assertions(change: &mut Change, most: i64) -> Result<u64, Error> {
    let now = change.now();
    let statement = sql("delete from used_assertions where digest in
           (select digest from used_assertions where expires_at <= $1
             order by expires_at limit $2)")
    .bind(now)
    .bind(most);
    change.execute(statement).await
}

/// Tells every process that what it knows of the clients is old.
pub(super) async fn advance_revision(change: &mut Change) -> Result<(), Error> {
    let statement = sql("update revisions set number = number + 1 where topic = 'clients'");
    change.execute(statement).await.map(drop)
}

pub(super) async fn revision(mut from: impl Fetch) -> Result<i64, Error> {
    from.fetch_one(sql("select number from revisions where topic = 'clients'"))
        .await?
        .get("number")
}

pub(super) async fn all(mut from: impl Fetch) -> Result<Vec<Client>, Error> {
    let mut secrets: HashMap<String, Vec<KeptSecret>> = HashMap::new();
    let kept = sql("select client_id, digest, sealed, expires_at from client_secrets");
    for row in from.fetch_all(kept).await? {
        let secret = KeptSecret {
            digest: Digest::from_stored(row.get("digest")?),
            sealed: row.get("sealed")?,
            expires_at: row.get("expires_at")?,
        };
        secrets
            .entry(row.get("client_id")?)
            .or_default()
            .push(secret);
    }
    let clients = sql(
        "select id, name, confidential, metadata, scope, connection_id, disabled_at,
                c.created_at as created_at, s.client_id as document, s.fresh_until as fresh_until
           from clients c left join self_registered_clients s
             on s.client_id = c.id and s.kind = 'document'",
    );
    let mut found = Vec::new();
    for row in from.fetch_all(clients).await? {
        let id: String = row.get("id")?;
        let document: Option<String> = row.get("document")?;
        let fresh_until: Option<Timestamp> = row.get("fresh_until")?;
        found.push(Client {
            secrets: secrets.remove(&id).unwrap_or_default(),
            id: ClientId::from_stored(id),
            name: row.get("name")?,
            confidential: row.get("confidential")?,
            metadata: row.json("metadata")?,
            scope: row.parse("scope")?,
            connection: row.parse_optional("connection_id")?,
            disabled_at: row.get("disabled_at")?,
            created_at: row.get("created_at")?,
            document_until: document.map(|_| fresh_until.unwrap_or(Timestamp::from_millis(0))),
        });
    }
    Ok(found)
}
