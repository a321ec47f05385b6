use super::KeyRecord;
use crate::domain::audit::Change;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{KeyKind, SigningKey};
use crate::foundation::db::{Error, Fetch, Row, sql};

pub(super) async fn insert(
    change: &mut Change,
    key: &SigningKey,
    sealed: &str,
    signs_from: Timestamp,
) -> Result<(), Error> {
    let public = serde_json::to_string(key.public_jwk())
        .map_err(|e| Error::Corrupt(format!("public_jwk: {e}")))?;
    let now = change.now();
    let statement = sql("insert into signing_keys
           (id, algorithm, sealed_private_key, public_jwk, created_at, signs_from)
         values ($1, $2, $3, $4, $5, $6)")
    .bind(key.kid())
    .bind(key.algorithm().as_str())
    .bind(sealed)
    .bind(public)
    .bind(now)
    .bind(signs_from);
    change.execute(statement).await.map(drop)
}

/// Ends the signing of every key that would sign at `at` or later. Those that had ended before
/// keep their dates.
pub(super) async fn retire_all(
    change: &mut Change,
    at: Timestamp,
    published_until: Timestamp,
) -> Result<(), Error> {
    let statement = sql(
        "update signing_keys set signs_until = $1, published_until = $2
         where signs_until is null or signs_until > $1",
    )
    .bind(at)
    .bind(published_until);
    change.execute(statement).await.map(drop)
}

/// Tells every process that the keys it holds are old.
pub(super) async fn advance_revision(change: &mut Change) -> Result<(), Error> {
    let statement = sql("update revisions set number = number + 1 where topic = 'signing_keys'");
    change.execute(statement).await.map(drop)
}

/// The same, by whoever finds the keys as they were seen: of several that decide at once one
/// goes on. Without a `seen` it always does.
pub(super) async fn advance_revision_from(
    change: &mut Change,
    seen: Option<i64>,
) -> Result<bool, Error> {
    let Some(seen) = seen else {
        return advance_revision(change).await.map(|()| true);
    };
    let statement = sql("update revisions set number = number + 1
         where topic = 'signing_keys' and number = $1")
    .bind(seen);
    Ok(change.execute(statement).await? > 0)
}

/// Publishes no key any longer that is published now.
pub(super) async fn withdraw_all(change: &mut Change) -> Result<(), Error> {
    let now = change.now();
    let statement = sql("update signing_keys set published_until = $1
         where published_until is null or published_until > $1")
    .bind(now);
    change.execute(statement).await.map(drop)
}

pub(super) async fn sweep(
    change: &mut Change,
    before: Timestamp,
    limit: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from signing_keys where id in
           (select id from signing_keys
            where published_until < $1 order by published_until limit $2)")
    .bind(before)
    .bind(limit);
    change.execute(statement).await
}

pub(super) async fn revision(mut from: impl Fetch) -> Result<i64, Error> {
    from.fetch_one(sql(
        "select number from revisions where topic = 'signing_keys'",
    ))
    .await?
    .get("number")
}

pub(super) async fn all(mut from: impl Fetch) -> Result<Vec<KeyRecord>, Error> {
    let statement = sql(
        "select id, algorithm, public_jwk, created_at, signs_from, signs_until, published_until
         from signing_keys order by created_at, id",
    );
    let rows = from.fetch_all(statement).await?;
    rows.iter().map(record).collect()
}

/// The keys that are still of use, with their sealed private halves.
pub(super) async fn sealed(
    mut from: impl Fetch,
    now: Timestamp,
) -> Result<Vec<(KeyRecord, String)>, Error> {
    let statement = sql(
        "select id, algorithm, public_jwk, created_at, signs_from, signs_until, published_until,
           sealed_private_key
         from signing_keys where published_until is null or published_until > $1
         order by created_at, id",
    )
    .bind(now);
    let rows = from.fetch_all(statement).await?;
    rows.iter()
        .map(|row| Ok((record(row)?, row.get("sealed_private_key")?)))
        .collect()
}

fn record(row: &Row) -> Result<KeyRecord, Error> {
    Ok(KeyRecord {
        kid: row.get("id")?,
        algorithm: row.parse("algorithm")?,
        public_jwk: row.json("public_jwk")?,
        created_at: row.get("created_at")?,
        signs_from: row.get("signs_from")?,
        signs_until: row.get("signs_until")?,
        published_until: row.get("published_until")?,
    })
}

pub(super) struct SealedOpening {
    pub(super) kind: KeyKind,
    pub(super) sealed: String,
    pub(super) until: Option<Timestamp>,
}

pub(super) async fn insert_opening(
    change: &mut Change,
    kid: &str,
    kind: KeyKind,
    sealed: &str,
) -> Result<(), Error> {
    let now = change.now();
    let statement = sql(
        "insert into encryption_keys (id, kind, sealed_private_key, created_at)
         values ($1, $2, $3, $4)",
    )
    .bind(kid)
    .bind(kind.as_str())
    .bind(sealed)
    .bind(now);
    change.execute(statement).await.map(drop)
}

/// The keys that still open what was encrypted to them, the newest first.
pub(super) async fn opening(
    mut from: impl Fetch,
    now: Timestamp,
) -> Result<Vec<SealedOpening>, Error> {
    let statement = sql(
        "select kind, sealed_private_key, opens_until from encryption_keys
         where opens_until is null or opens_until > $1 order by created_at desc, id",
    )
    .bind(now);
    let rows = from.fetch_all(statement).await?;
    let read = |row: &Row| {
        Ok(SealedOpening {
            kind: row.parse("kind")?,
            sealed: row.get("sealed_private_key")?,
            until: row.get("opens_until")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Whether there is a key that is published.
pub(super) async fn has_opening(mut from: impl Fetch) -> Result<bool, Error> {
    let statement = sql("select id from encryption_keys where opens_until is null limit 1");
    Ok(from.fetch_optional(statement).await?.is_some())
}

/// From now on the keys there are open what was encrypted to them until `until` only.
pub(super) async fn retire_opening(change: &mut Change, until: Timestamp) -> Result<(), Error> {
    let statement = sql("update encryption_keys set opens_until = $1
         where opens_until is null or opens_until > $1")
    .bind(until);
    change.execute(statement).await.map(drop)
}

pub(super) async fn sweep_opening(
    change: &mut Change,
    before: Timestamp,
    limit: i64,
) -> Result<u64, Error> {
    let statement = sql("delete from encryption_keys where id in
           (select id from encryption_keys
            where opens_until < $1 order by opens_until limit $2)")
    .bind(before)
    .bind(limit);
    change.execute(statement).await
}
