use super::{
    ApiKey, ApiKeyId, ApiKeySecretId, KeyState, ListedKey, ListedSecret, NewApiKey, Scopes,
    SecretState, text,
};
use crate::domain::{
    audit::{Change, ConnectionId},
    directory::UserId,
};
use crate::foundation::{
    clock::Timestamp,
    crypto::{digest::Digest, token::Secret},
    db::{Error, Fetch, Row, sql},
};

/// A presented secret that the database knows, whether or not it is still good.
pub(super) struct Found {
    pub(super) key: ApiKey,
    pub(super) secret_id: ApiKeySecretId,
    pub(super) revoked: bool,
    pub(super) last_used_at: Option<Timestamp>,
}

/// A secret that lives.
pub(super) struct Live {
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

pub(super) async fn insert(
    change: &mut Change,
    id: ApiKeyId,
    wanted: &NewApiKey,
    connection: Option<ConnectionId>,
) -> Result<(), Error> {
    let (now, by) = (change.now(), change.actor().label());
    let statement = sql(
        "insert into api_keys (id, name, owner_id, scope, created_at, created_by, connection_id)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(wanted.name.trim())
    .bind(wanted.owner)
    .bind(wanted.scopes.to_string())
    .bind(now)
    .bind(by)
    .bind(connection);
    change.execute(statement).await.map(drop)
}

pub(super) async fn insert_secret(
    change: &mut Change,
    key: ApiKeyId,
    secret: &Secret,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql(
        "insert into api_key_secrets (id, api_key_id, digest, hint, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(ApiKeySecretId::new(now))
    .bind(key)
    .bind(secret.digest())
    .bind(text::hint(secret))
    .bind(now)
    .bind(expires_at);
    change.execute(statement).await?;
    advance_revision(change).await
}

pub(super) async fn find(mut from: impl Fetch, digest: &Digest) -> Result<Option<Found>, Error> {
    let statement = sql("select s.id as secret_id, s.expires_at, s.last_used_at,
                k.id, k.name, k.owner_id, k.connection_id, k.scope, k.revoked_at
           from api_key_secrets s join api_keys k on k.id = s.api_key_id
          where s.digest = $1")
    .bind(digest);
    from.fetch_optional(statement)
        .await?
        .map(|row| found(&row))
        .transpose()
}

/// The newest secrets that belong to nobody, whatever has become of them, by their digests.
pub(super) async fn without_owner(
    mut from: impl Fetch,
    most: i64,
) -> Result<Vec<(Digest, Found)>, Error> {
    let statement = sql(
        "select s.digest, s.id as secret_id, s.expires_at, s.last_used_at,
                k.id, k.name, k.owner_id, k.connection_id, k.scope, k.revoked_at
           from api_key_secrets s join api_keys k on k.id = s.api_key_id
          where k.owner_id is null
          order by s.expires_at desc limit $1",
    )
    .bind(most);
    let rows = from.fetch_all(statement).await?;
    let read = |row: &Row| Ok((Digest::from_stored(row.get("digest")?), found(row)?));
    rows.iter().map(read).collect()
}

/// Tells every process that what it knows of the keys is old. (The row is made by the first
/// change.)
pub(super) async fn advance_revision(change: &mut Change) -> Result<(), Error> {
    change.announce();
    let statement = sql(
        "insert into revisions (topic, number) values ('api_keys', 1)
         on conflict (topic) do update set number = revisions.number + 1",
    );
    change.execute(statement).await.map(drop)
}

pub(super) async fn revision(mut from: impl Fetch) -> Result<i64, Error> {
    let statement = sql("select number from revisions where topic = 'api_keys'");
    let row = from.fetch_optional(statement).await?;
    row.map_or(Ok(0), |row| row.get("number"))
}

fn found(row: &Row) -> Result<Found, Error> {
    Ok(Found {
        key: ApiKey {
            id: row.parse("id")?,
            name: row.get("name")?,
            owner: row.parse_optional::<UserId>("owner_id")?,
            connection: row.parse_optional("connection_id")?,
            scopes: row.parse::<Scopes>("scope")?,
            expires_at: row.get("expires_at")?,
        },
        secret_id: row.parse("secret_id")?,
        revoked: row.get::<Option<Timestamp>>("revoked_at")?.is_some(),
        last_used_at: row.get("last_used_at")?,
    })
}

/// The condition keeps two requests at once from marking twice.
pub(super) async fn mark_used(
    change: &mut Change,
    secret: ApiKeySecretId,
    unless_after: Timestamp,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update api_key_secrets set last_used_at = $1
          where id = $2 and (last_used_at is null or last_used_at <= $3)")
    .bind(now)
    .bind(secret)
    .bind(unless_after);
    change.execute(statement).await.map(drop)
}

pub(super) async fn newest_of(
    mut from: impl Fetch,
    connection: ConnectionId,
) -> Result<Option<ApiKeyId>, Error> {
    let statement = sql("select id from api_keys
          where connection_id = $1 and revoked_at is null order by created_at desc, id desc limit 1")
    .bind(connection);
    let row = from.fetch_optional(statement).await?;
    row.map(|row| row.parse("id")).transpose()
}

pub(super) async fn exists(mut from: impl Fetch, id: ApiKeyId) -> Result<bool, Error> {
    let statement = sql("select id from api_keys where id = $1").bind(id);
    Ok(from.fetch_optional(statement).await?.is_some())
}

pub(super) async fn revoke(change: &mut Change, id: ApiKeyId, reason: &str) -> Result<bool, Error> {
    let now = change.now();
    let statement = sql("update api_keys set revoked_at = $1, revoke_reason = $2
          where id = $3 and revoked_at is null")
    .bind(now)
    .bind(reason)
    .bind(id);
    let revoked = change.execute(statement).await? == 1;
    if revoked {
        advance_revision(change).await?;
    }
    Ok(revoked)
}

pub(super) async fn revoke_of_user(
    change: &mut Change,
    user: UserId,
    reason: &str,
) -> Result<u64, Error> {
    let now = change.now();
    let statement = sql("update api_keys set revoked_at = $1, revoke_reason = $2
          where owner_id = $3 and revoked_at is null")
    .bind(now)
    .bind(reason)
    .bind(user);
    change.execute(statement).await
}

pub(super) async fn begin_rotation(
    change: &mut Change,
    id: ApiKeyId,
) -> Result<Option<Scopes>, Error> {
    let now = change.now();
    let statement = sql("update api_keys set rotated_at = $1
          where id = $2 and revoked_at is null returning scope")
    .bind(now)
    .bind(id);
    let row = change.execute_returning(statement).await?;
    row.map(|row| row.parse("scope")).transpose()
}

/// The oldest first; an id sorts by the moment of its making.
pub(super) async fn live_secrets(change: &mut Change, key: ApiKeyId) -> Result<Vec<Live>, Error> {
    let now = change.now();
    let statement = sql("select created_at, expires_at from api_key_secrets
          where api_key_id = $1 and expires_at > $2 order by created_at, id")
    .bind(key)
    .bind(now);
    let mut from = change;
    let rows = from.fetch_all(statement).await?;
    let live = |row: &Row| {
        Ok(Live {
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
        })
    };
    rows.iter().map(live).collect()
}

/// Never later than a secret's own end.
pub(super) async fn end_secrets(
    change: &mut Change,
    key: ApiKeyId,
    ends: Timestamp,
) -> Result<(), Error> {
    let statement = sql("update api_key_secrets set expires_at = $1
          where api_key_id = $2 and expires_at > $1")
    .bind(ends)
    .bind(key);
    change.execute(statement).await?;
    advance_revision(change).await
}

pub(super) async fn list(mut from: impl Fetch) -> Result<Vec<ListedKey>, Error> {
    let statement = sql(
        "select k.id, k.name, k.owner_id, k.connection_id, k.scope, k.created_at as made_at, k.revoked_at,
                k.revoke_reason, s.id as secret_id, s.hint, s.created_at, s.expires_at,
                s.last_used_at
           from api_keys k left join api_key_secrets s on s.api_key_id = k.id
          order by k.created_at, k.id, s.created_at, s.id",
    );
    let mut keys: Vec<ListedKey> = Vec::new();
    for row in from.fetch_all(statement).await? {
        let id = row.parse("id")?;
        if keys.last().is_none_or(|key| key.id != id) {
            keys.push(listed_key(id, &row)?);
        }
        if let (Some(key), Some(secret)) = (keys.last_mut(), listed_secret(&row)?) {
            key.secrets.push(secret);
        }
    }
    Ok(keys)
}

fn listed_key(id: ApiKeyId, row: &Row) -> Result<ListedKey, Error> {
    Ok(ListedKey {
        id,
        name: row.get("name")?,
        owner: row.parse_optional("owner_id")?,
        connection: row.parse_optional("connection_id")?,
        scopes: row.parse("scope")?,
        created_at: row.get("made_at")?,
        state: KeyState::Expired,
        revoked_at: row.get("revoked_at")?,
        revoke_reason: row.get("revoke_reason")?,
        secrets: Vec::new(),
    })
}

fn listed_secret(row: &Row) -> Result<Option<ListedSecret>, Error> {
    let Some(id) = row.parse_optional("secret_id")? else {
        return Ok(None);
    };
    Ok(Some(ListedSecret {
        id,
        hint: row.get("hint")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        last_used_at: row.get("last_used_at")?,
        state: SecretState::Ended,
    }))
}

pub(super) async fn delete_ended_secrets(
    change: &mut Change,
    before: Timestamp,
    most: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from api_key_secrets where id in
           (select id from api_key_secrets where expires_at <= $1 limit $2)")
    .bind(before)
    .bind(most);
    change.execute(statement).await
}

pub(super) async fn delete_revoked(
    change: &mut Change,
    before: Timestamp,
    most: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from api_keys where id in
           (select id from api_keys where revoked_at <= $1 limit $2)")
    .bind(before)
    .bind(most);
    change.execute(statement).await
}

/// A key whose last secret was swept can never be used nor rotated again.
pub(super) async fn delete_without_secrets(
    change: &mut Change,
    before: Timestamp,
    most: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from api_keys where id in
           (select k.id from api_keys k
             where k.created_at <= $1
               and not exists (select 1 from api_key_secrets s where s.api_key_id = k.id)
             limit $2)")
    .bind(before)
    .bind(most);
    change.execute(statement).await
}
