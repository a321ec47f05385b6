//! Making keys, and letting one follow another without a token ever being uncheckable.

use std::time::Duration;

use serde_json::json;

use super::{Error, KeyRecord, Rules, SEAL_CONTEXT, encryption, store};
use crate::domain::audit::{Actor, Change, Event};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{Algorithm, SigningKey};
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::{self, Db, Fetch};

/// How long a retired key stays published: longer than any token that it signed lives, with
/// room for clocks that differ.
const PUBLISHED_AFTER: Duration = Duration::from_secs(25 * 3600);

/// How long the row of a key that is gone is kept, for `doorward signing-key list`.
const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 3600);

/// How new keys take over.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// How long the new keys are published before they sign. Zero is for keys that are no longer
    /// trusted: relying parties that cache will fail until they look again.
    pub publish_ahead: Duration,
    /// Whether the keys before are published no longer, so that nothing they signed counts. It
    /// goes with a [`Rotation::publish_ahead`] of zero.
    pub withdraw: bool,
    /// The revision at which the decision was made, when it was made by the clock: of all nodes
    /// that decide the same, the one rotates that finds the keys as it saw them.
    pub seen: Option<i64>,
}

impl Rotation {
    /// An ordinary one, asked for by somebody.
    pub fn ahead(publish_ahead: Duration) -> Self {
        Self {
            publish_ahead,
            withdraw: false,
            seen: None,
        }
    }
}

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

/// Makes the keys that are missing. Those of a fresh database sign at once, since nobody can
/// have cached a key set yet; a kind of key that came with a newer program is staged like any
/// other. Of two processes that start together, one makes them.
pub async fn create_missing(
    db: &Db,
    master: &MasterKey,
    rules: &Rules,
    now: Timestamp,
) -> Result<(), Error> {
    let missing = missing(&store::all(db).await?);
    if missing.is_empty() {
        return Ok(());
    }
    let made = make_all(&missing).await?;
    let mut change = Change::begin(db, Actor::System, now).await?;
    // Counting the row first makes the second of two processes wait here, and then see the
    // keys of the first.
    store::advance_revision(&mut change).await?;
    let present = store::all(&mut change).await?;
    let signs_from = if present.is_empty() {
        now
    } else {
        now.plus(rules.publish_ahead)
    };
    let still_missing = self::missing(&present);
    for key in made {
        if still_missing.contains(&key.algorithm()) {
            insert(&mut change, master, &key, signs_from).await?;
        }
    }
    change.unrecorded("each key that was made is recorded; none may be left to make");
    Ok(change.commit().await?)
}

fn missing(keys: &[KeyRecord]) -> Vec<Algorithm> {
    let has = |algorithm| keys.iter().any(|key| key.algorithm == algorithm);
    Algorithm::OF_KEYS
        .into_iter()
        .filter(|algorithm| !has(*algorithm))
        .collect()
}

/// Whether the schedule wants new keys now: early enough that they have been published for as
/// long as they must be when the old ones have signed for as long as they may.
pub(super) fn is_due<'a>(
    keys: impl Iterator<Item = &'a KeyRecord> + Clone,
    rules: &Rules,
    now: Timestamp,
) -> bool {
    let Some(every) = rules.rotate_every else {
        return false;
    };
    let newest = |algorithm| {
        let of_it = keys.clone().filter(move |key| key.algorithm == algorithm);
        of_it.map(|key| key.signs_from).max()
    };
    let oldest = Algorithm::OF_KEYS.into_iter().filter_map(newest).min();
    oldest.is_some_and(|signs_from| signs_from.plus(every) <= now.plus(rules.publish_ahead))
}

/// Makes one new key per algorithm. Each is published from now on, signs later, and the key
/// before it stays published until its last token has ended, unless it is withdrawn. Returns
/// none when another node was there first.
pub async fn rotate(
    db: &Db,
    actor: Actor,
    master: &MasterKey,
    how: &Rotation,
    now: Timestamp,
) -> Result<Vec<Rotated>, Error> {
    let made = make_all(&Algorithm::OF_KEYS).await?;
    let to_open = encryption::make_successors(db).await?;
    let signs_from = now.plus(how.publish_ahead);
    let published_until = if how.withdraw {
        now
    } else {
        signs_from.plus(PUBLISHED_AFTER)
    };
    let mut change = Change::begin(db, actor, now).await?;
    if !store::advance_revision_from(&mut change, how.seen).await? {
        return Ok(Vec::new());
    }
    store::retire_all(&mut change, signs_from, published_until).await?;
    if how.withdraw {
        store::withdraw_all(&mut change).await?;
        change.record(Event::new("signing_keys.withdrawn"));
    }
    encryption::replace(&mut change, master, &to_open, how.withdraw).await?;
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

// An RSA key is 80 ms of work and more: not on a thread that answers requests, and not while a
// transaction is open.
async fn make_all(algorithms: &[Algorithm]) -> Result<Vec<SigningKey>, Error> {
    let algorithms = algorithms.to_vec();
    let make = move || algorithms.into_iter().map(SigningKey::generate).collect();
    let made: Result<Vec<_>, _> = tokio::task::spawn_blocking(make)
        .await
        .map_err(|_| Error::Interrupted)?;
    Ok(made?)
}

/// All keys, the oldest first.
pub async fn list(from: impl Fetch) -> Result<Vec<KeyRecord>, db::Error> {
    store::all(from).await
}

/// Deletes keys that have been gone for a while, and with them what could still sign in their
/// name. Returns how many went.
pub async fn sweep(change: &mut Change, limit: i64) -> Result<u64, db::Error> {
    let before = change.now().minus(REMEMBERED);
    let signing = store::sweep(change, before, limit).await?;
    Ok(signing + encryption::sweep(change, before, limit).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 3600;

    fn day(number: u64) -> Timestamp {
        Timestamp::from_millis(0).plus(Duration::from_secs(number * DAY))
    }

    #[test]
    fn keys_are_made_so_early_that_they_are_published_long_enough_when_their_time_comes() {
        let rules = Rules {
            publish_ahead: Duration::from_secs(2 * DAY),
            rotate_every: Some(Duration::from_secs(90 * DAY)),
            ..Rules::default()
        };
        let keys = Algorithm::OF_KEYS.map(|algorithm| {
            let key = SigningKey::generate(algorithm).unwrap();
            KeyRecord {
                kid: key.kid().to_owned(),
                algorithm,
                public_jwk: key.public_jwk().clone(),
                created_at: day(0),
                signs_from: day(2),
                signs_until: None,
                published_until: None,
            }
        });
        assert!(!is_due(keys.iter(), &rules, day(89)));
        assert!(is_due(keys.iter(), &rules, day(90)));
        let by_hand = Rules {
            rotate_every: None,
            ..rules
        };
        assert!(!is_due(keys.iter(), &by_hand, day(1000)));
    }
}
