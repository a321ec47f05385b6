use std::collections::HashMap;

use super::{Client, ClientId, KeptSecret, NewClient};
use crate::domain::audit::Change;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::db::{Error, Fetch, sql};

pub(super) async fn insert_client(
    change: &mut Change,
    id: &ClientId,
    new: &NewClient,
) -> Result<(), Error> {
    let metadata = serde_json::to_string(&new.metadata)
        .map_err(|e| Error::Corrupt(format!("metadata: {e}")))?;
    let now = change.now();
    let statement = sql("insert into clients
           (id, name, confidential, metadata, scope, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)")
    .bind(id)
    .bind(new.name.trim())
    .bind(new.confidential)
    .bind(metadata)
    .bind(new.scope.to_string())
    .bind(now);
    change.execute(statement).await.map(drop)
}

pub(super) async fn insert_secret(
    change: &mut Change,
    client: &ClientId,
    id: &str,
    digest: &Digest,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql(
        "insert into client_secrets (id, client_id, digest, created_at)
         values ($1, $2, $3, $4)",
    )
    .bind(id)
    .bind(client)
    .bind(digest)
    .bind(now);
    change.execute(statement).await.map(drop)
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
    let kept = sql("select client_id, digest, expires_at from client_secrets");
    for row in from.fetch_all(kept).await? {
        let secret = KeptSecret {
            digest: Digest::from_stored(row.get("digest")?),
            expires_at: row.get("expires_at")?,
        };
        secrets
            .entry(row.get("client_id")?)
            .or_default()
            .push(secret);
    }
    let clients =
        sql("select id, name, confidential, metadata, scope, disabled_at, created_at from clients");
    let mut found = Vec::new();
    for row in from.fetch_all(clients).await? {
        let id: String = row.get("id")?;
        found.push(Client {
            secrets: secrets.remove(&id).unwrap_or_default(),
            id: ClientId::from_stored(id),
            name: row.get("name")?,
            confidential: row.get("confidential")?,
            metadata: row.json("metadata")?,
            scope: row.parse("scope")?,
            disabled_at: row.get("disabled_at")?,
            created_at: row.get("created_at")?,
        });
    }
    Ok(found)
}
