use std::ops::Deref;
use std::sync::Arc;

use url::Url;

use super::address::TrustedProxies;
use super::brand::Brand;
use super::offer::Offer;
use crate::domain::grants::TokenRules;
use crate::domain::schemas;
use crate::domain::signin::Lifetimes;
use crate::domain::signing_keys::{self, KeyRing};
use crate::domain::{api_keys, clients, connections};
use crate::foundation::clock::{Clock, Timestamp};
use crate::foundation::crypto::password::PasswordPool;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::{self, Db};
use crate::foundation::mail::Mailer;
use crate::foundation::outbound::Outbound;

/// What every door needs. Clones share it.
#[derive(Clone)]
pub struct State(Arc<Parts>);

/// What the program gives to its doors.
pub struct Basics {
    /// The database, migrated.
    pub db: Db,
    /// Where the time comes from.
    pub clock: Clock,
    /// The address that people and applications reach; it is the issuer. No trailing slash is
    /// shown when it has no path.
    pub public_url: Url,
    /// What seals readable secrets.
    pub master_key: MasterKey,
    /// Computes password hashes.
    pub passwords: PasswordPool,
    /// How long sign-ins and sessions live.
    pub lifetimes: Lifetimes,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Calls other servers.
    pub outbound: Outbound,
    /// What clients are offered.
    pub offer: Offer,
    /// How the pages present themselves.
    pub brand: Brand,
    /// How signing keys come and go.
    pub keys: signing_keys::Rules,
    /// How tokens are given.
    pub tokens: TokenRules,
    /// Sends letters.
    pub mailer: Mailer,
}

/// The parts of [`State`].
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Where the time comes from.
    pub clock: Clock,
    /// The configured address of this server, never taken from a request's `Host`.
    pub public_url: Url,
    /// [`Parts::public_url`] as text without a trailing slash: the issuer identifier.
    pub issuer: String,
    /// What seals readable secrets.
    pub master_key: MasterKey,
    /// Computes password hashes.
    pub passwords: PasswordPool,
    /// How long sign-ins and sessions live.
    pub lifetimes: Lifetimes,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Calls other servers.
    pub outbound: Outbound,
    /// What clients are offered.
    pub offer: Offer,
    /// How tokens are given.
    pub tokens: TokenRules,
    /// Sends letters.
    pub mailer: Mailer,
    /// How the pages present themselves.
    pub brand: Brand,
    /// The registered applications, in memory.
    pub clients: clients::Registry,
    /// The applications among them that are known by a document.
    pub documents: clients::Documents,
    /// Key sets of clients and foreign issuers, in memory.
    pub key_sets: clients::KeySets,
    /// The keys that belong to the installation, in memory.
    pub api_keys: api_keys::Registry,
    /// The provisioning sources, in memory.
    pub connections: connections::Registry,
    /// The declared schema extensions, in memory.
    pub schemas: schemas::Registry,
    /// The keys that tokens are signed with, parsed.
    pub signing_keys: KeyRing,
}

/// Why what the doors share could not be prepared, or not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The database cannot be read.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// The signing keys cannot be made or opened.
    #[error(transparent)]
    SigningKeys(#[from] signing_keys::Error),
}

impl State {
    /// Prepares what the doors share. The first signing keys are made when there are none.
    ///
    /// # Errors
    /// When the database cannot be read, or the signing keys cannot be opened.
    pub async fn new(basics: Basics) -> Result<Self, StateError> {
        let (db, master) = (&basics.db, &basics.master_key);
        let clients = clients::Registry::load(db).await?;
        let api_keys = api_keys::Registry::load(db).await?;
        let connections = connections::Registry::load(db).await?;
        let schemas = schemas::Registry::load(db).await?;
        let signing_keys = KeyRing::load(db, master, basics.keys, basics.clock.now()).await?;
        let issuer = basics.public_url.as_str().trim_end_matches('/').to_owned();
        Ok(Self(Arc::new(Parts {
            db: basics.db,
            clock: basics.clock,
            public_url: basics.public_url,
            issuer,
            master_key: basics.master_key,
            passwords: basics.passwords,
            lifetimes: basics.lifetimes,
            trusted_proxies: basics.trusted_proxies,
            outbound: basics.outbound,
            documents: clients::Documents::new(basics.offer.documents.clone()),
            offer: basics.offer,
            tokens: basics.tokens,
            mailer: basics.mailer,
            brand: basics.brand,
            clients,
            key_sets: clients::KeySets::default(),
            api_keys,
            connections,
            schemas,
            signing_keys,
        })))
    }

    /// The application of that name, registered or known by a document that is fetched for it.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn client(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<clients::Client>>, db::Error> {
        let means = clients::DocumentMeans {
            db: &self.db,
            registry: &self.clients,
            outbound: &self.outbound,
            methods: self.offer.authentication_methods(),
            now,
        };
        self.documents.find(&means, id).await
    }

    /// Takes over what other processes changed of what is kept in memory. The background worker
    /// calls it each second.
    ///
    /// # Errors
    /// When the database cannot be read, or a signing key cannot be opened.
    pub async fn refresh(&self) -> Result<(), StateError> {
        self.clients.refresh(&self.db).await?;
        self.api_keys.refresh(&self.db).await?;
        self.connections.refresh(&self.db).await?;
        self.schemas.refresh(&self.db).await?;
        let now = self.clock.now();
        self.signing_keys
            .refresh(&self.db, &self.master_key, now)
            .await?;
        Ok(())
    }

    /// Makes new signing keys when the schedule wants them; whether it did. The background worker
    /// calls it each second.
    ///
    /// # Errors
    /// When the keys cannot be made or written.
    pub async fn rotate_keys_when_due(&self) -> Result<bool, StateError> {
        let (db, master) = (&self.db, &self.master_key);
        let now = self.clock.now();
        Ok(self.signing_keys.rotate_when_due(db, master, now).await?)
    }
}

impl Deref for State {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
