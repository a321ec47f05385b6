//! The keys that clients encrypt to. There is one of each kind; it is published until the next
//! is made, and opens for a while longer what was encrypted by those that keep the key set.

use std::time::Duration;

use serde_json::json;

use super::{Error, store};
use crate::domain::audit::{Actor, Change, Event};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{self, DecryptionKey, KeyKind};
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::{self, Db};
use zeroize::Zeroizing;

/// What a sealed private key is bound to: it opens as nothing else.
const SEAL_CONTEXT: &str = "decryption key";

/// How long a key opens after it is published no more: a key set may be kept for a day, and
/// some fetch it on a schedule.
const OPENS_AFTER: Duration = Duration::from_secs(48 * 3600);

/// A key as it is held in memory.
pub(super) struct Opening {
    pub(super) key: DecryptionKey,
    /// Until when it opens; one without an end is published.
    pub(super) until: Option<Timestamp>,
}

type Made = (KeyKind, Zeroizing<Vec<u8>>);

pub(super) async fn open_all(
    db: &Db,
    master: &MasterKey,
    now: Timestamp,
) -> Result<Vec<Opening>, Error> {
    let mut all = Vec::new();
    for stored in store::opening(db, now).await? {
        let der = master.open(&stored.sealed, SEAL_CONTEXT)?;
        all.push(Opening {
            key: DecryptionKey::read(stored.kind, &der)?,
            until: stored.until,
        });
    }
    Ok(all)
}

/// Makes the keys that are missing. Of two processes that start together, one does.
pub(super) async fn create_missing(
    db: &Db,
    master: &MasterKey,
    now: Timestamp,
) -> Result<(), Error> {
    let missing = missing(&store::opening(db, now).await?);
    if missing.is_empty() {
        return Ok(());
    }
    let made = make(missing).await?;
    let mut change = Change::begin(db, Actor::System, now).await?;
    // The second of two processes waits here, and then sees the keys of the first.
    store::advance_revision(&mut change).await?;
    let still_missing = self::missing(&store::opening(&mut change, now).await?);
    let made = made
        .into_iter()
        .filter(|(kind, _)| still_missing.contains(kind));
    for made in made {
        insert(&mut change, master, &made).await?;
    }
    change.unrecorded("each key that was made is recorded; none may be left to make");
    Ok(change.commit().await?)
}

fn missing(keys: &[store::SealedOpening]) -> Vec<KeyKind> {
    let published = |kind| {
        keys.iter()
            .any(|key| key.kind == kind && key.until.is_none())
    };
    KeyKind::ALL
        .into_iter()
        .filter(|kind| !published(*kind))
        .collect()
}

/// One new key for each that there is; none where encryption was never switched on.
pub(super) async fn make_successors(db: &Db) -> Result<Vec<Made>, Error> {
    let any = store::has_opening(db).await?;
    make(if any {
        KeyKind::ALL.to_vec()
    } else {
        Vec::new()
    })
    .await
}

/// Publishes them instead of those there are. `withdraw`: what was encrypted to the old ones is
/// not opened any more.
pub(super) async fn replace(
    change: &mut Change,
    master: &MasterKey,
    made: &[Made],
    withdraw: bool,
) -> Result<(), Error> {
    let after = if withdraw {
        Duration::ZERO
    } else {
        OPENS_AFTER
    };
    let until = change.now().plus(after);
    store::retire_opening(change, until).await?;
    for made in made {
        insert(change, master, made).await?;
    }
    Ok(())
}

pub(super) async fn sweep(
    change: &mut Change,
    before: Timestamp,
    limit: i64,
) -> Result<u64, db::Error> {
    store::sweep_opening(change, before, limit).await
}

async fn insert(change: &mut Change, master: &MasterKey, made: &Made) -> Result<(), Error> {
    let (kind, der) = made;
    let sealed = master.seal(der, SEAL_CONTEXT)?;
    let key = DecryptionKey::read(*kind, der)?;
    store::insert_opening(change, key.kid(), *kind, &sealed).await?;
    change.record(
        Event::new("encryption_key.created")
            .subject("encryption_key", key.kid())
            .detail(json!({ "kind": kind.as_str() })),
    );
    Ok(())
}

// An RSA key is 80 ms of work and more: not on a thread that answers requests.
async fn make(kinds: Vec<KeyKind>) -> Result<Vec<Made>, Error> {
    let make = move || {
        let one = |kind| Ok((kind, DecryptionKey::generate(kind)?));
        kinds
            .into_iter()
            .map(one)
            .collect::<Result<_, jose::Error>>()
    };
    let made = tokio::task::spawn_blocking(make).await;
    Ok(made.map_err(|_| Error::Interrupted)??)
}
