use std::ops::Deref;
use std::sync::Arc;

use url::Url;

use super::address::TrustedProxies;
use super::brand::Brand;
use super::offer::Offer;
use super::paths::Prefix;
use crate::domain::account;
use crate::domain::credentials::webauthn::{RelyingParty, WebauthnRules};
use crate::domain::credentials::{Policy, Vetting};
use crate::domain::grants::TokenRules;
use crate::domain::mail::Post;
use crate::domain::mfa;
use crate::domain::schemas;
use crate::domain::signin::{Desk, Lifetimes};
use crate::domain::signing_keys::{self, KeyRing};
use crate::domain::tries::{self, Guard};
use crate::domain::{api_keys, clients, connections};
use crate::foundation::atlas::Atlas;
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
    /// The address that people and applications reach; it is the issuer, without a slash at its
    /// end. It can have a path.
    pub public_url: Url,
    /// What seals readable secrets.
    pub master_key: MasterKey,
    /// Computes password hashes.
    pub passwords: PasswordPool,
    /// How long sign-ins and sessions live.
    pub lifetimes: Lifetimes,
    /// Of whom a second factor is required.
    pub mfa: mfa::Rules,
    /// What people may change of their own account.
    pub account: account::Rules,
    /// How tries at secrets are limited.
    pub tries: tries::Policy,
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
    /// What a new password must be.
    pub password_policy: Policy,
    /// What is asked of passkeys and security keys.
    pub webauthn: WebauthnRules,
    /// Names the towns of addresses.
    pub atlas: Option<Atlas>,
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
    /// The path of [`Parts::public_url`], under which everything lies.
    pub prefix: Prefix,
    /// What seals readable secrets.
    pub master_key: MasterKey,
    /// Computes password hashes.
    pub passwords: PasswordPool,
    /// How long sign-ins and sessions live.
    pub lifetimes: Lifetimes,
    /// Of whom a second factor is required.
    pub mfa: mfa::Rules,
    /// What people may change of their own account.
    pub account: account::Rules,
    /// Keeps guessers out.
    pub guard: Guard,
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
    /// What a new password must be.
    pub password_policy: Policy,
    /// This server as authenticators know it; none when its address is no name.
    pub webauthn: Option<RelyingParty>,
    /// Names the towns of addresses; none when the operator has no such file.
    pub atlas: Option<Atlas>,
    /// Takes letters in, to be sent after a commit.
    pub post: Post,
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
        let guard = Guard::new(basics.tries, basics.master_key.clone());
        let issuer = basics.public_url.as_str().trim_end_matches('/').to_owned();
        let name = basics.brand.name();
        let post = Post::new(&basics.master_key, &basics.mailer);
        let public_url = &basics.public_url;
        let webauthn = RelyingParty::new(public_url, name, basics.webauthn, post.clone());
        Ok(Self(Arc::new(Parts {
            db: basics.db,
            clock: basics.clock,
            prefix: Prefix::of(&basics.public_url),
            public_url: basics.public_url,
            issuer,
            passwords: basics.passwords,
            lifetimes: basics.lifetimes,
            mfa: basics.mfa,
            account: basics.account,
            guard,
            trusted_proxies: basics.trusted_proxies,
            outbound: basics.outbound,
            documents: clients::Documents::new(basics.offer.documents.clone()),
            offer: basics.offer,
            tokens: basics.tokens,
            password_policy: basics.password_policy,
            post,
            mailer: basics.mailer,
            webauthn,
            atlas: basics.atlas,
            master_key: basics.master_key,
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

    /// What attempts at signing in, and new passwords, need.
    #[must_use]
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            db: &self.db,
            passwords: &self.passwords,
            key: &self.master_key,
            clock: &self.clock,
            lifetimes: self.lifetimes,
            mfa: self.mfa,
            guard: &self.guard,
            policy: &self.password_policy,
            post: &self.post,
        }
    }

    /// What a check of a new password needs.
    #[must_use]
    pub fn vetting(&self) -> Vetting<'_> {
        Vetting {
            policy: &self.password_policy,
            passwords: &self.passwords,
            db: &self.db,
        }
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
