//! Making keys, and letting one follow another without a token ever being uncheckable.

use std::time::Duration;

use serde_json::json;

use super::{Error, KeyRecord, SEAL_CONTEXT, store};
use crate::domain::audit::{Actor, Change, Event};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{Algorithm, SigningKey};
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::{self, Db, Fetch};

/// How long a new key is published before it signs, unless told otherwise. Relying parties may
/// cache a key set for a day; twice that leaves room for those that fetch it on a schedule.
pub const PUBLISH_AHEAD: Duration = Duration::from_secs(48 * 3600);

/// How long a retired key stays published: longer than any token that it signed lives, with
/// room for clocks that differ.
const PUBLISHED_AFTER: Duration = Duration::from_secs(25 * 3600);

/// A key that was made to follow another.
#[derive(Clone, Debug)]
pub struct Rotated {
    /// Its name in tokens.
    pub kid: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// From when it signs.
    pub signs_from: Timestamp,
}

/// Makes the keys that a fresh database has none of; they sign at once, since nobody can have
/// cached a key set yet. Of two processes that start together, one makes them.
pub async fn create_missing(db: &Db, master: &MasterKey, now: Timestamp) -> Result<(), Error> {
    let missing = missing(&store::all(db).await?);
    if missing.is_empty() {
        return Ok(());
    }
    let mut made = Vec::new();
    for algorithm in missing {
        made.push(make(algorithm).await?);
    }
    let mut change = Change::begin(db, Actor::System, now).await?;
    // Counting the row first makes the second of two processes wait here, and then see the
    // keys of the first.
    store::advance_revision(&mut change).await?;
    let still_missing = self::missing(&store::all(&mut change).await?);
    for key in made {
        if still_missing.contains(&key.algorithm()) {
            insert(&mut change, master, &key, now).await?;
        }
    }
    change.unrecorded("each key that was made is recorded; none may be left to make");
    Ok(change.commit().await?)
}

fn missing(keys: &[KeyRecord]) -> Vec<Algorithm> {
    let has = |algorithm| keys.iter().any(|key| key.algorithm == algorithm);
    Algorithm::ALL
        .into_iter()
        .filter(|algorithm| !has(*algorithm))
        .collect()
}

/// Makes one new key per algorithm. Each is published from now on, signs after `publish_ahead`,
/// and the key before it stays published until its last token has ended. Zero is for a key that
/// is no longer trusted: relying parties that cache will fail until they look again.
pub async fn rotate(
    db: &Db,
    actor: Actor,
    master: &MasterKey,
    publish_ahead: Duration,
    now: Timestamp,
) -> Result<Vec<Rotated>, Error> {
    let mut made = Vec::new();
    for algorithm in Algorithm::ALL {
        made.push(make(algorithm).await?);
    }
    let signs_from = now.plus(publish_ahead);
    let published_until = signs_from.plus(PUBLISHED_AFTER);
    let mut change = Change::begin(db, actor, now).await?;
    store::advance_revision(&mut change).await?;
    store::retire_all(&mut change, signs_from, published_until).await?;
    let mut rotated = Vec::new();
    for key in &made {
        insert(&mut change, master, key, signs_from).await?;
        rotated.push(Rotated {
            kid: key.kid().to_owned(),
            algorithm: key.algorithm(),
            signs_from,
        });
    }
    change.commit().await?;
    Ok(rotated)
}

async fn insert(
    change: &mut Change,
    master: &MasterKey,
    key: &SigningKey,
    signs_from: Timestamp,
) -> Result<(), Error> {
    let sealed = master.seal(&key.to_pkcs8()?, SEAL_CONTEXT)?;
    store::insert(change, key, &sealed, signs_from).await?;
    change.record(
        Event::new("signing_key.created")
            .subject("signing_key", key.kid())
            .detail(json!({
                "algorithm": key.algorithm(),
                "signs_from": signs_from.to_rfc3339(),
            })),
    );
    Ok(())
}

// An RSA key is 80 ms of work and more: not on a thread that answers requests.
async fn make(algorithm: Algorithm) -> Result<SigningKey, Error> {
    let made = tokio::task::spawn_blocking(move || SigningKey::generate(algorithm)).await;
    Ok(made.map_err(|_| Error::Interrupted)??)
}

/// All keys, the oldest first.
pub async fn list(from: impl Fetch) -> Result<Vec<KeyRecord>, db::Error> {
    store::all(from).await
}
