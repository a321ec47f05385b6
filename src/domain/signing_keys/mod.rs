//! Owns the keys that tokens are signed with: their making, their sealing at rest, their
//! rotation with overlap, and the ring of parsed keys that every request signs and checks with.
//! Does not own what is signed: that is `grants`.
//!
//! Beside them stand, when the setting says so, the keys that clients encrypt to.
//!
//! A key lives through four times. It is *staged* (published, not yet signing), so that relying
//! parties which cache the key set know it before they meet it; it *signs*; it is *retired*
//! (published until the last token that it signed has ended); then it is *gone*.

mod encryption;
mod ring;
mod rotation;
mod store;

pub use ring::{KeyRing, KeySet, open_all};
pub use rotation::{Rotated, Rotation, create_missing, list, rotate, sweep};

use std::time::Duration;

use serde::Serialize;

use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{self, Algorithm, PublicJwk};
use crate::foundation::crypto::seal;
use crate::foundation::db;

/// What a sealed private key is bound to: it opens as nothing else.
const SEAL_CONTEXT: &str = "signing key";

/// How long a new key is published before it signs, unless told otherwise. Relying parties may
/// cache a key set for a day; twice that leaves room for those that fetch it on a schedule.
pub const PUBLISH_AHEAD: Duration = Duration::from_secs(48 * 3600);

/// What an administrator decides of the keys.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How long a new key is published before it signs.
    pub publish_ahead: Duration,
    /// How long a key signs until the next one does; none when keys are changed by hand only.
    pub rotate_every: Option<Duration>,
    /// Whether RSA keys are published with a certificate (`x5c`).
    pub certificates: bool,
    /// Whether there are keys that clients may encrypt to.
    pub encryption: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            publish_ahead: PUBLISH_AHEAD,
            rotate_every: None,
            certificates: false,
            encryption: false,
        }
    }
}

/// Where a key stands in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Published, and not signing yet.
    Staged,
    /// Signing.
    Signing,
    /// Published for the tokens that it signed.
    Retired,
    /// Neither.
    Gone,
}

/// A key as it is listed: nothing secret.
#[derive(Clone, Debug)]
pub struct KeyRecord {
    /// Its name in tokens.
    pub kid: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Its public half.
    pub public_jwk: PublicJwk,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when it signs.
    pub signs_from: Timestamp,
    /// Until when it signs, once that is known.
    pub signs_until: Option<Timestamp>,
    /// Until when it is published, once that is known.
    pub published_until: Option<Timestamp>,
}

impl KeyRecord {
    /// Where it stands at `now`.
    pub fn phase(&self, now: Timestamp) -> Phase {
        if self.published_until.is_some_and(|end| end <= now) {
            Phase::Gone
        } else if self.signs_until.is_some_and(|end| end <= now) {
            Phase::Retired
        } else if self.signs_from > now {
            Phase::Staged
        } else {
            Phase::Signing
        }
    }
}

/// What can go wrong with the keys.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// A key does not open: another master key than the one it was sealed with.
    #[error("signing key: {0}")]
    Sealed(#[from] seal::Error),
    /// A key could not be made, read or used.
    #[error("signing key: {0}")]
    Key(#[from] jose::Error),
    /// There is no key that signs at this moment.
    #[error("no {0} key signs at this moment")]
    NoKey(Algorithm),
    /// The task that made a key was stopped.
    #[error("making a signing key was interrupted")]
    Interrupted,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::crypto::jose::SigningKey;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_key_is_staged_then_signs_then_is_retired_then_gone() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let record = KeyRecord {
            kid: key.kid().to_owned(),
            algorithm: Algorithm::Es256,
            public_jwk: key.public_jwk().clone(),
            created_at: at(0),
            signs_from: at(10),
            signs_until: Some(at(20)),
            published_until: Some(at(30)),
        };
        let phases = [0, 9, 10, 19, 20, 29, 30].map(|millis| record.phase(at(millis)));
        use Phase::{Gone, Retired, Signing, Staged};
        assert_eq!(
            phases,
            [Staged, Staged, Signing, Signing, Retired, Retired, Gone]
        );
    }
}
