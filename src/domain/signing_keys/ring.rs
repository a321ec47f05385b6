//! The keys in memory, parsed.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use zeroize::Zeroizing;

use super::encryption::{self, Opening};
use super::{Error, KeyRecord, Phase, Rotation, Rules, SEAL_CONTEXT, rotation, store};
use crate::domain::audit::Actor;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::{Digest, sha256};
use crate::foundation::crypto::jose::{Algorithm, Encrypted, SigningKey, Unverified};
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::Db;

/// How many checked tokens are remembered. Some 50 bytes each.
const REMEMBERED: usize = 16_384;

/// The published key set, ready to be sent.
#[derive(Clone)]
pub struct KeySet {
    /// The document of RFC 7517.
    pub body: Arc<[u8]>,
    /// Its strong entity tag.
    pub etag: Arc<str>,
}

struct Held {
    record: KeyRecord,
    key: SigningKey,
}

struct Keys {
    revision: i64,
    held: Vec<Held>,
    opening: Vec<Opening>,
    published: KeySet,
    /// When the passing of time alone changes what is published.
    until: Option<Timestamp>,
}

/// The ring. Shared by all requests.
pub struct KeyRing {
    rules: Rules,
    keys: RwLock<Arc<Keys>>,
    checked: RwLock<Checked>,
}

impl KeyRing {
    /// Reads and opens the keys; the first ones are made when there are none.
    pub async fn load(
        db: &Db,
        master: &MasterKey,
        rules: Rules,
        now: Timestamp,
    ) -> Result<Self, Error> {
        super::create_missing(db, master, &rules, now).await?;
        if rules.encryption {
            encryption::create_missing(db, master, now).await?;
        }
        let keys = Keys::read(db, master, &rules, now).await?;
        Ok(Self {
            rules,
            keys: RwLock::new(Arc::new(keys)),
            checked: RwLock::default(),
        })
    }

    /// Takes over what changed, by another process or by the passing of time; whether there was
    /// anything. Called each second by the background worker, and after a rotation of one's own.
    pub async fn refresh(
        &self,
        db: &Db,
        master: &MasterKey,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let current = self.current();
        let unchanged = store::revision(db).await? == current.revision;
        if unchanged && current.until.is_none_or(|until| now < until) {
            return Ok(false);
        }
        let fresh = Arc::new(Keys::read(db, master, &self.rules, now).await?);
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        // A key may have gone, and what it signed with it.
        *self.checked.write().unwrap_or_else(PoisonError::into_inner) = Checked::default();
        Ok(true)
    }

    /// Makes new keys when their time has come by the schedule; whether it did. Every node's
    /// background worker asks; the keys are made by one of them.
    pub async fn rotate_when_due(
        &self,
        db: &Db,
        master: &MasterKey,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let current = self.current();
        let records = current.held.iter().map(|held| &held.record);
        if !rotation::is_due(records, &self.rules, now) {
            return Ok(false);
        }
        let how = Rotation {
            seen: Some(current.revision),
            ..Rotation::ahead(self.rules.publish_ahead)
        };
        let made = rotation::rotate(db, Actor::System, master, &how, now).await?;
        self.refresh(db, master, now).await?;
        Ok(!made.is_empty())
    }

    /// What `/oauth2/jwks` answers.
    pub fn published(&self) -> KeySet {
        self.current().published.clone()
    }

    /// Signs `claims` as a token of type `typ` with the key that signs at `now`.
    pub fn sign<C: Serialize>(
        &self,
        algorithm: Algorithm,
        typ: &str,
        claims: &C,
        now: Timestamp,
    ) -> Result<String, Error> {
        let keys = self.current();
        let key = keys
            .signing(algorithm, now)
            .ok_or(Error::NoKey(algorithm))?;
        Ok(key.sign_with(algorithm, typ, claims)?)
    }

    /// The claims of a token that one of the ring's keys signed, or nothing. What the claims
    /// say (end, audience) is for the caller to check.
    pub fn verify<C: DeserializeOwned>(&self, token: &str, typ: &str, now: Timestamp) -> Option<C> {
        let unverified = Unverified::parse(token)?;
        let kid = unverified.kid()?;
        let keys = self.current();
        let usable = |held: &&Held| {
            held.key.algorithm_named(kid).is_some() && held.record.phase(now) != Phase::Gone
        };
        keys.held.iter().find(usable)?.key.verify(&unverified, typ)
    }

    /// What was encrypted to one of our keys, such as a request object (RFC 9101 §6.1): most
    /// often a signed token, of which nothing is proven by that. Nothing when no key opens it.
    /// An RSA key costs a millisecond.
    pub fn decrypt(&self, token: &str) -> Option<Zeroizing<String>> {
        let encrypted = Encrypted::parse(token)?;
        let keys = self.current();
        let mut suitable = keys.opening.iter().filter(|own| own.key.suits(&encrypted));
        let own = match encrypted.kid() {
            Some(kid) => suitable.find(|own| own.key.kid() == kid),
            // Without a name, the newest.
            None => suitable.next(),
        };
        let content = own?.key.open(encrypted)?;
        String::from_utf8(content.to_vec()).ok().map(Zeroizing::new)
    }

    /// Whether there are keys that clients may encrypt to.
    pub fn decrypts(&self) -> bool {
        self.rules.encryption
    }

    /// Like [`KeyRing::verify`], for tokens that come again and again: an ES256 signature costs
    /// more to check than everything else in the request, so a token whose signature was right
    /// once is recognised by its digest. Nothing but the signature is remembered.
    pub fn verify_again<C: DeserializeOwned>(
        &self,
        token: &str,
        typ: &str,
        now: Timestamp,
    ) -> Option<C> {
        let digest = sha256(token.as_bytes());
        let known = self
            .checked
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&digest);
        if known {
            return Unverified::parse(token)?.claims_of_a_checked_token(typ);
        }
        let claims = self.verify(token, typ, now)?;
        self.checked
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(digest);
        Some(claims)
    }

    fn current(&self) -> Arc<Keys> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Opens every key that is not gone, and says how many there are: for `doorward check`.
///
/// # Errors
/// When one does not open, or the database cannot answer.
pub async fn open_all(db: &Db, master: &MasterKey, now: Timestamp) -> Result<usize, Error> {
    let rules = Rules::default();
    Ok(Keys::read(db, master, &rules, now).await?.held.len())
}

impl Keys {
    async fn read(
        db: &Db,
        master: &MasterKey,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<Self, Error> {
        // Read before the rows, so that a change in between is seen at the next look.
        let revision = store::revision(db).await?;
        let mut held = Vec::new();
        for (record, sealed) in store::sealed(db, now).await? {
            let der = master.open(&sealed, SEAL_CONTEXT)?;
            let key = SigningKey::from_pkcs8(record.algorithm, &der)?;
            held.push(Held { record, key });
        }
        let opening = encryption::open_all(db, master, now).await?;
        let until = held
            .iter()
            .filter_map(|held| held.record.published_until)
            .chain(opening.iter().filter_map(|key| key.until))
            .min();
        Ok(Self {
            revision,
            published: publish(&held, &opening, rules)?,
            held,
            opening,
            until,
        })
    }
}

impl Keys {
    // The newest of those that sign. Where none does, the first of its kind is still staged: it
    // is published, nobody has cached a set with another one, and to sign nothing serves nobody.
    fn signing(&self, algorithm: Algorithm, now: Timestamp) -> Option<&SigningKey> {
        let in_phase = |phase| {
            let of_it = move |held: &&Held| {
                held.record.algorithm == algorithm.of_key() && held.record.phase(now) == phase
            };
            self.held.iter().filter(of_it)
        };
        let signs = in_phase(Phase::Signing).max_by_key(|held| held.record.signs_from);
        let staged = || in_phase(Phase::Staged).min_by_key(|held| held.record.signs_from);
        signs.or_else(staged).map(|held| &held.key)
    }
}

fn publish(held: &[Held], opening: &[Opening], rules: &Rules) -> Result<KeySet, Error> {
    let mut keys = Vec::new();
    for held in held {
        let certificate = if rules.certificates && held.record.algorithm == Algorithm::Rs256 {
            Some(held.key.certificate(held.record.created_at)?)
        } else {
            None
        };
        for jwk in held.key.public_jwks() {
            keys.push(json!(match &certificate {
                Some(der) => jwk.with_certificate(der),
                None => jwk,
            }));
        }
    }
    let newest = opening.iter().filter(|key| key.until.is_none());
    if rules.encryption {
        keys.extend(newest.map(|key| key.key.public_jwk().clone()));
    }
    let body = json!({ "keys": keys }).to_string();
    let etag = format!("\"{}\"", Digest::of(body.as_bytes()).as_str());
    Ok(KeySet {
        body: body.into_bytes().into(),
        etag: etag.into(),
    })
}

/// Digests of tokens whose signature was found right, the newest [`REMEMBERED`] of them.
#[derive(Default)]
struct Checked {
    known: std::collections::HashSet<[u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl Checked {
    fn contains(&self, digest: &[u8; 32]) -> bool {
        self.known.contains(digest)
    }

    fn insert(&mut self, digest: [u8; 32]) {
        if !self.known.insert(digest) {
            return;
        }
        self.order.push_back(digest);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}
