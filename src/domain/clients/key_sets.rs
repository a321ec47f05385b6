//! Key sets of others, fetched and kept for a while: of clients that registered where theirs
//! is, and of foreign issuers.
//!
//! Whoever knows a client's name can present a token and so ask for its keys. So what was
//! fetched is kept, one caller at a time fetches, and a token that names an unknown key
//! causes one look a minute at most.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::Client;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{ForeignKeys, InvalidKeys, KeyManagement};
use crate::foundation::outbound::{NotFetched, Outbound};

/// Fetched anew after this time, so that a key that was withdrawn is not trusted for ever.
const FRESH: Duration = Duration::from_secs(3600);
/// How long a set is used when it cannot be fetched anew.
const USABLE: Duration = Duration::from_secs(24 * 3600);
/// Between two looks for a key that is not in the set.
const BETWEEN_LOOKS: Duration = Duration::from_secs(60);
/// Between two tries where there was no answer.
const BETWEEN_TRIES: Duration = Duration::from_secs(10);

/// Where a key set is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum KeySource {
    /// At this address.
    Address(String),
    /// Where the metadata of this issuer says.
    Issuer(String),
}

/// Why there are no keys. For the log.
#[derive(Debug, thiserror::Error)]
pub enum NoKeys {
    /// None are registered.
    #[error("no keys are registered")]
    None,
    /// Not fetched.
    #[error("the keys were not fetched: {0}")]
    NotFetched(#[from] NotFetched),
    /// Fetched, and of no use.
    #[error("the keys cannot be used: {0}")]
    Unusable(#[from] InvalidKeys),
    /// The metadata is another issuer's, or names no keys.
    #[error("the metadata is not that of the issuer, or names no key set")]
    Metadata,
    /// It failed a moment ago.
    #[error("the keys could not be fetched a moment ago")]
    FailedBefore,
}

#[derive(Default)]
struct Kept {
    keys: Option<Arc<ForeignKeys>>,
    fetched_at: Option<Timestamp>,
    tried_at: Option<Timestamp>,
}

type Slot = Arc<tokio::sync::Mutex<Kept>>;

/// The key sets. Shared by all requests.
#[derive(Default)]
pub struct KeySets(Mutex<HashMap<KeySource, Slot>>);

impl KeySets {
    /// The keys of a source that is registered: never one that a request names. `suffices` says
    /// whether what is wanted is among those that were fetched before.
    ///
    /// # Errors
    /// They cannot be had.
    pub async fn of(
        &self,
        outbound: &Outbound,
        source: &KeySource,
        suffices: impl Fn(&ForeignKeys) -> bool,
        now: Timestamp,
    ) -> Result<Arc<ForeignKeys>, NoKeys> {
        let slot = self.slot(source);
        let mut kept = slot.lock().await;
        if let Some(keys) = kept.good_for(suffices, now) {
            return Ok(keys);
        }
        if kept.tried_a_moment_ago(now) {
            return kept.usable(now).ok_or(NoKeys::FailedBefore);
        }
        kept.tried_at = Some(now);
        match fetch(outbound, source).await {
            Ok(keys) => {
                let keys = Arc::new(keys);
                kept.keys = Some(keys.clone());
                kept.fetched_at = Some(now);
                Ok(keys)
            }
            Err(error) => {
                tracing::warn!(?source, %error, "a key set could not be fetched");
                kept.usable(now).ok_or(error)
            }
        }
    }

    /// The keys of a client that are encrypted to, of a source that is registered.
    ///
    /// # Errors
    /// They cannot be had.
    pub async fn to_encrypt(
        &self,
        outbound: &Outbound,
        source: &KeySource,
        management: KeyManagement,
        now: Timestamp,
    ) -> Result<Arc<ForeignKeys>, NoKeys> {
        let has_it = |keys: &ForeignKeys| keys.encrypting().has_one_for(management);
        self.of(outbound, source, has_it, now).await
    }

    /// The keys that a client has registered, here or at an address.
    ///
    /// # Errors
    /// It has registered none, or they cannot be had.
    pub async fn of_client(
        &self,
        outbound: &Outbound,
        client: &Client,
        suffices: impl Fn(&ForeignKeys) -> bool,
        now: Timestamp,
    ) -> Result<Arc<ForeignKeys>, NoKeys> {
        let metadata = &client.metadata;
        match (&metadata.jwks, &metadata.jwks_uri) {
            (Some(keys), _) => Ok(Arc::new(ForeignKeys::read(keys)?)),
            (None, Some(address)) => {
                let source = KeySource::Address(address.clone());
                self.of(outbound, &source, suffices, now).await
            }
            (None, None) => Err(NoKeys::None),
        }
    }

    fn slot(&self, source: &KeySource) -> Slot {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(source.clone()).or_default().clone()
    }
}

impl Kept {
    fn is_younger(&self, than: Duration, now: Timestamp) -> bool {
        self.fetched_at.is_some_and(|at| now < at.plus(than))
    }

    /// The set, when it is fresh and has the key, or was looked at for it just now.
    fn good_for(
        &self,
        suffices: impl Fn(&ForeignKeys) -> bool,
        now: Timestamp,
    ) -> Option<Arc<ForeignKeys>> {
        let keys = self.keys.as_ref()?;
        let has_it = suffices(keys) || self.is_younger(BETWEEN_LOOKS, now);
        (has_it && self.is_younger(FRESH, now)).then(|| keys.clone())
    }

    fn usable(&self, now: Timestamp) -> Option<Arc<ForeignKeys>> {
        self.keys.clone().filter(|_| self.is_younger(USABLE, now))
    }

    fn tried_a_moment_ago(&self, now: Timestamp) -> bool {
        self.tried_at
            .is_some_and(|at| now < at.plus(BETWEEN_TRIES) && self.fetched_at != Some(at))
    }
}

async fn fetch(outbound: &Outbound, source: &KeySource) -> Result<ForeignKeys, NoKeys> {
    let address = match source {
        KeySource::Address(address) => address.clone(),
        KeySource::Issuer(issuer) => address_of(outbound, issuer).await?,
    };
    Ok(ForeignKeys::published(&outbound.get_json(&address).await?)?)
}

/// The metadata must name the very issuer it was asked of (OpenID Connect Discovery, 4.3).
async fn address_of(outbound: &Outbound, issuer: &str) -> Result<String, NoKeys> {
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    let metadata = outbound
        .get_json(&format!("{base}/.well-known/openid-configuration"))
        .await?;
    let text = |name: &str| metadata.get(name).and_then(Value::as_str);
    match (text("issuer"), text("jwks_uri")) {
        (Some(named), Some(address)) if named == issuer => Ok(address.to_owned()),
        _ => Err(NoKeys::Metadata),
    }
}
