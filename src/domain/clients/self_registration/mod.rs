//! Applications that register themselves (RFC 7591, OpenID Connect Registration) and look after
//! their registration (RFC 7592). Whoever registers is a stranger: what only an administrator may
//! say is not read at all, and everything else goes through the checks of every registration.

mod asked;
mod documents;
mod refused;
mod sector;
mod store;

use serde_json::{Value, json};

use self::asked::Asked;
use super::administration::lock;
use super::authentication::is_live_secret;
use super::registration::{self, issue_secret};
use super::{AuthenticationMethod, Client, ClientId, Metadata, Scope};
use crate::domain::audit::{Actor, Change, Event};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Db};
use crate::foundation::outbound::Outbound;

pub use documents::{DocumentMeans, DocumentPolicy, Documents};
pub use refused::NotRegistered;
pub use store::sweep;

/// What a registration access token begins with.
const TOKEN_PREFIX: &str = "dwrt_";

crate::registered_names! {
    /// Who may register an application over HTTP.
    #[derive(Default)]
    pub enum MayRegister {
        /// Nobody: there is no such endpoint.
        #[default]
        Nobody = "off",
        /// Whoever has an initial access token: an API key of the scope `client-registration`.
        WithToken = "token",
        /// Whoever comes.
        Anybody = "open",
    }
}

/// What an administrator says of registrations over HTTP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RegistrationPolicy {
    /// Who may register.
    pub who: MayRegister,
    /// How many may have registered without an initial access token.
    pub quota: u32,
}

impl Default for RegistrationPolicy {
    fn default() -> Self {
        Self {
            who: MayRegister::default(),
            quota: 1000,
        }
    }
}

/// Whether somebody has vouched for the application with an initial access token. It stays so
/// for all later changes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Standing {
    Stranger,
    Vouched,
}

impl Standing {
    const fn kind(self) -> &'static str {
        match self {
            Self::Stranger => "open",
            Self::Vouched => "registration",
        }
    }
}

/// A registration, as its client is told of it.
pub struct Registration {
    /// The client.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// What is registered.
    pub metadata: Metadata,
    /// The most that it may ask for.
    pub scope: Scope,
    /// When it was registered.
    pub issued_at: Timestamp,
    /// Its secret, when it was made just now: of others only the digest is kept.
    pub secret: Option<Secret>,
    /// What opens this registration from now on.
    pub token: Secret,
}

/// What registrations are made and changed with.
pub struct SelfRegistration<'a> {
    /// Where they are.
    pub db: &'a Db,
    /// Seals the secrets that have to be readable.
    pub master_key: &'a MasterKey,
    /// Fetches `sector_identifier_uri`.
    pub outbound: &'a Outbound,
    /// The ways in which a client may prove itself here.
    pub methods: Vec<AuthenticationMethod>,
    /// How many strangers may have registered.
    pub quota: u32,
    /// The moment.
    pub now: Timestamp,
}

impl SelfRegistration<'_> {
    /// Registers an application. `actor` is the API key that vouches for it, or nobody.
    ///
    /// # Errors
    /// It cannot be registered; nothing is written.
    pub async fn register(&self, actor: Actor, said: Value) -> Result<Registration, NotRegistered> {
        let standing = match actor {
            Actor::Anonymous => Standing::Stranger,
            _ => Standing::Vouched,
        };
        let asked = self.read(said, standing, &Metadata::default()).await?;
        let mut change = Change::begin(self.db, actor, self.now).await?;
        if standing == Standing::Stranger {
            self.refuse_over_quota(&mut change).await?;
        }
        let new = asked.client.clone();
        let registered =
            registration::register_with(&mut change, self.master_key, new, None).await?;
        let token = Secret::generate(TOKEN_PREFIX);
        store::insert(&mut change, &registered.id, standing.kind(), &token).await?;
        change.commit().await?;
        Ok(asked.registered(registered.id, self.now, registered.secret, token))
    }

    /// The registration of a client.
    ///
    /// # Errors
    /// The token is not the one that opens it, or the client is disabled.
    pub async fn show(
        &self,
        client: &Client,
        token: Secret,
    ) -> Result<Registration, NotRegistered> {
        let opens = store::kind(self.db, &client.id, &token).await?;
        opens.ok_or(NotRegistered::Token)?;
        Ok(Registration {
            id: client.id.clone(),
            name: client.name.clone(),
            metadata: client.metadata.clone(),
            scope: client.scope.clone(),
            issued_at: client.created_at,
            secret: None,
            token,
        })
    }

    /// Replaces the registration of a client, and the token that opens it.
    ///
    /// # Errors
    /// The token is not the one that opens it, the client is disabled, or what it wants cannot
    /// be registered; nothing is written.
    pub async fn replace(
        &self,
        client: &Client,
        token: &Secret,
        said: Value,
    ) -> Result<Registration, NotRegistered> {
        let opens = store::kind(self.db, &client.id, token).await?;
        let standing = match opens.ok_or(NotRegistered::Token)?.as_str() {
            "registration" => Standing::Vouched,
            _ => Standing::Stranger,
        };
        self.check_named(client, &said)?;
        let mut asked = self.read(said, standing, &client.metadata).await?;
        let actor = Actor::Client(client.id.to_string());
        let mut change = Change::begin(self.db, actor, self.now).await?;
        let next = Secret::generate(TOKEN_PREFIX);
        // What an administrator does at this moment is not undone.
        let client = &lock(&mut change, &client.id).await?;
        asked.keep_reserved(&client.metadata);
        // The token is used up first, and only of a client that is enabled at this moment: of
        // two who come with it one changes something.
        if !store::replace_token(&mut change, &client.id, token, &next).await? {
            return Err(NotRegistered::Token);
        }
        super::store::replace_client(&mut change, &client.id, &asked.client).await?;
        let secret = self.secret_for(&mut change, client, &asked).await?;
        super::store::advance_revision(&mut change).await?;
        change.record(
            Event::new("client.registration_replaced")
                .subject("client", &client.id)
                .detail(json!({
                    "name": asked.client.name,
                    "redirect_uris": asked.client.metadata.redirect_uris,
                    "scope": asked.client.scope,
                })),
        );
        change.commit().await?;
        let id = client.id.clone();
        Ok(asked.registered(id, client.created_at, secret, next))
    }

    /// Ends a client with everything that was granted to it.
    ///
    /// # Errors
    /// The token is not the one that opens its registration, or the client is disabled.
    pub async fn remove(&self, client: &Client, token: &Secret) -> Result<(), NotRegistered> {
        let actor = Actor::Client(client.id.to_string());
        let mut change = Change::begin(self.db, actor, self.now).await?;
        if !store::delete(&mut change, &client.id, token).await? {
            return Err(NotRegistered::Token);
        }
        super::store::advance_revision(&mut change).await?;
        change.record(
            Event::new("client.unregistered")
                .subject("client", &client.id)
                .detail(json!({ "name": client.name })),
        );
        Ok(change.commit().await?)
    }

    // Nothing is asked of another server while a change is open, nor before all else is right.
    async fn read(
        &self,
        said: Value,
        standing: Standing,
        before: &Metadata,
    ) -> Result<Asked, NotRegistered> {
        let asked = Asked::read(said, standing, before)?;
        check_asked(self.outbound, &self.methods, &asked).await?;
        Ok(asked)
    }

    // RFC 7592 §2.2: what it sends of its identifier and secret has to be what it has.
    fn check_named(&self, client: &Client, said: &Value) -> Result<(), NotRegistered> {
        if said.get("client_id").and_then(Value::as_str) != Some(client.id.as_str()) {
            return Err(NotRegistered::OtherClient);
        }
        match said.get("client_secret") {
            None | Some(Value::Null) => Ok(()),
            Some(Value::String(secret))
                if is_live_secret(client, &Secret::from(secret.as_str()), self.now) =>
            {
                Ok(())
            }
            Some(_) => Err(NotRegistered::OtherSecret),
        }
    }

    // Whoever asks for its number holds the row that all registrations write, so that those of
    // the same moment are counted one after the other.
    async fn refuse_over_quota(&self, change: &mut Change) -> Result<(), NotRegistered> {
        super::store::advance_revision(change).await?;
        let registered = store::count(change, Standing::Stranger.kind()).await?;
        if registered >= i64::from(self.quota) {
            return Err(NotRegistered::Quota);
        }
        Ok(())
    }

    // A secret stays as long as it serves; one that is kept readable without need does not.
    async fn secret_for(
        &self,
        change: &mut Change,
        client: &Client,
        asked: &Asked,
    ) -> Result<Option<Secret>, NotRegistered> {
        let signs = asked.client.metadata.signs_with_its_secret();
        let serves = client
            .secrets
            .iter()
            .any(|kept| kept.is_live(self.now) && kept.sealed.is_some() == signs);
        let wanted = asked.client.has_secret();
        if wanted && serves {
            return Ok(None);
        }
        super::store::end_secrets(change, &client.id, self.now).await?;
        if !wanted {
            return Ok(None);
        }
        let sealed_with = signs.then_some(self.master_key);
        let secret = issue_secret(change, &client.id, sealed_with, None).await?;
        Ok(Some(secret))
    }
}

/// What every application that registers itself is checked for.
async fn check_asked(
    outbound: &Outbound,
    methods: &[AuthenticationMethod],
    asked: &Asked,
) -> Result<(), NotRegistered> {
    let metadata = &asked.client.metadata;
    let method = metadata.token_endpoint_auth_method;
    if let Some(method) = method.filter(|method| !methods.contains(method)) {
        return Err(super::InvalidMetadata::MethodNotOffered(method).into());
    }
    registration::check(&asked.client.name, &asked.client.scope)?;
    metadata.check(asked.client.confidential)?;
    sector::check(outbound, metadata).await
}

impl Asked {
    fn registered(
        self,
        id: ClientId,
        issued_at: Timestamp,
        secret: Option<Secret>,
        token: Secret,
    ) -> Registration {
        Registration {
            id,
            name: self.client.name,
            metadata: self.client.metadata,
            scope: self.client.scope,
            issued_at,
            secret,
            token,
        }
    }
}

impl Registration {
    /// What is registered, without what only an administrator says.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn said(&self) -> Result<Value, db::Error> {
        let said = self.metadata.said();
        let mut said = said.map_err(|error| db::Error::Corrupt(error.to_string()))?;
        if let Some(all) = said.as_object_mut() {
            all.retain(|name, _| !asked::RESERVED.contains(&name.as_str()));
        }
        said["client_id"] = json!(self.id.as_str());
        said["client_name"] = json!(self.name.trim());
        said["client_id_issued_at"] = json!(self.issued_at.seconds());
        said["scope"] = json!(self.scope);
        said["registration_access_token"] = json!(self.token.reveal());
        if let Some(secret) = &self.secret {
            said["client_secret"] = json!(secret.reveal());
            // It does not end by itself (RFC 7591 §3.2.1).
            said["client_secret_expires_at"] = json!(0);
        }
        Ok(said)
    }
}
