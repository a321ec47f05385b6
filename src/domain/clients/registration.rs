//! Registering an application.

use std::time::Duration;

use serde_json::json;

use super::{
    AuthenticationMethod, ClaimsMapping, Client, ClientId, InvalidMetadata, KeptSecret, Metadata,
    SEALED_SECRET, Scope, scope, store,
};
use crate::domain::audit::{Change, ConnectionId, Event};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::seal::{self, MasterKey};
use crate::foundation::crypto::token::Secret;
use crate::foundation::db;

/// What a secret begins with, so that scanners and people recognise it.
const SECRET_PREFIX: &str = "dwcs_";
const LONGEST_NAME: usize = 200;

/// An application to be registered.
#[derive(Clone)]
pub struct NewClient {
    /// What people read on the consent page.
    pub name: String,
    /// Whether it can keep a secret.
    pub confidential: bool,
    /// What it registers.
    pub metadata: Metadata,
    /// The most that it may ask for.
    pub scope: Scope,
}

/// A registered application, with the secret that is shown this once.
pub struct Registered {
    /// Its identifier.
    pub id: ClientId,
    /// Its secret, unless it is public.
    pub secret: Option<Secret>,
}

/// Why an application was not registered.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// People have to recognise it.
    #[error("a name of 1 to {LONGEST_NAME} characters is needed")]
    Name,
    /// A word of the scope means nothing to this server.
    #[error("unknown scope {0:?}")]
    Scope(String),
    /// What it registers does not fit together.
    #[error(transparent)]
    Metadata(#[from] InvalidMetadata),
    /// There is a second live secret already.
    #[error(
        "client {id} has two secrets until {until}: wait, or rotate with an overlap of 0s, which ends both"
    )]
    RotationUnderWay {
        /// The client.
        id: ClientId,
        /// When the older secret ends.
        until: Timestamp,
    },
    /// It proves itself without one.
    #[error("client {0} has no secret")]
    NoSecret(ClientId),
    /// It acts for a connection, which looks after it.
    #[error("client {0} belongs to a connection: use `doorward connection`")]
    OfAConnection(ClientId),
    /// There is no such client.
    #[error("there is no client {0}")]
    NoSuchClient(ClientId),
    /// A secret that has to be readable cannot be sealed.
    #[error(transparent)]
    Seal(#[from] seal::Error),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// The client of a connection, to be registered.
pub struct NewConnectionClient {
    /// The connection that it acts for.
    pub connection: ConnectionId,
    /// What people read.
    pub name: String,
    /// The most that it may ask for.
    pub scope: Scope,
    /// How long its secret lives.
    pub lifetime: Duration,
}

/// Registers the client of a connection.
pub async fn register_for(
    change: &mut Change,
    new: NewConnectionClient,
) -> Result<Registered, Refused> {
    let id = ClientId::new(change.now());
    let client = NewClient {
        name: new.name,
        confidential: true,
        metadata: Metadata::of_connection(),
        scope: new.scope,
    };
    store::insert_client(change, &id, &client, Some(new.connection)).await?;
    let secret = issue_secret(change, &id, None, Some(new.lifetime)).await?;
    store::advance_revision(change).await?;
    change.record(
        Event::new("client.registered")
            .subject("client", &id)
            .detail(
                json!({ "name": client.name, "connection": new.connection, "scope": client.scope }),
            ),
    );
    Ok(Registered {
        id,
        secret: Some(secret),
    })
}

// `client_secret_jwt` is checked by signing again: there the secret has to be readable, so it
// is sealed beside its digest. Of all other clients the database keeps nothing that opens.
pub(super) async fn issue_secret(
    change: &mut Change,
    id: &ClientId,
    sealed_with: Option<&MasterKey>,
    lifetime: Option<Duration>,
) -> Result<Secret, Refused> {
    let secret = Secret::generate(SECRET_PREFIX);
    let seal = |key: &MasterKey| key.seal(secret.reveal().as_bytes(), SEALED_SECRET);
    let kept = KeptSecret {
        digest: secret.digest(),
        sealed: sealed_with.map(seal).transpose()?,
        expires_at: lifetime.map(|lifetime| change.now().plus(lifetime)),
    };
    store::insert_secret(change, id, &kept).await?;
    Ok(secret)
}

/// Makes another secret and ends those before after `overlap`, or at their own end when that
/// is earlier.
pub async fn rotate_secret(
    change: &mut Change,
    id: &ClientId,
    overlap: Duration,
    lifetime: Duration,
) -> Result<Secret, Refused> {
    rotate(change, id, None, (overlap, Some(lifetime))).await
}

pub(super) async fn rotate(
    change: &mut Change,
    id: &ClientId,
    sealed_with: Option<&MasterKey>,
    (overlap, lifetime): (Duration, Option<Duration>),
) -> Result<Secret, Refused> {
    let ends = change.now().plus(overlap);
    store::end_secrets(change, id, ends).await?;
    let secret = issue_secret(change, id, sealed_with, lifetime).await?;
    store::advance_revision(change).await?;
    change.record(
        Event::new("client.secret_rotated")
            .subject("client", id)
            .detail(json!({ "earlier_end_at": ends.to_rfc3339() })),
    );
    Ok(secret)
}

/// Has a client prove itself with a key from now on. Its secrets end: a proof that cannot be
/// read along is not worth more than the weakest that is taken in its place.
pub async fn use_keys(change: &mut Change, client: &Client, keys: KeyPlace) -> Result<(), Refused> {
    let (jwks, jwks_uri) = match keys {
        KeyPlace::Here(keys) => (Some(keys), None),
        KeyPlace::There(address) => (None, Some(address)),
    };
    let metadata = Metadata {
        token_endpoint_auth_method: Some(AuthenticationMethod::PrivateKeyJwt),
        jwks,
        jwks_uri,
        ..client.metadata.clone()
    };
    metadata.check_keys()?;
    store::update_metadata(change, &client.id, &metadata).await?;
    let now = change.now();
    store::end_secrets(change, &client.id, now).await?;
    store::advance_revision(change).await?;
    change.record(Event::new("client.keys_registered").subject("client", &client.id));
    Ok(())
}

/// Where the public keys of a client are.
pub enum KeyPlace {
    /// In this set.
    Here(serde_json::Value),
    /// At this address.
    There(String),
}

/// Says what the tokens of a client tell beyond the standard claims; nothing when there is no
/// mapping. `mapping` was checked with [`ClaimsMapping::read`].
///
/// # Errors
/// When the database cannot answer.
pub async fn map_claims(
    change: &mut Change,
    client: &Client,
    mapping: Option<&ClaimsMapping>,
) -> Result<(), db::Error> {
    let said = mapping.map(serde_json::to_value).transpose();
    let said = said.map_err(|error| db::Error::Corrupt(error.to_string()))?;
    let metadata = Metadata {
        claims_mapping: said,
        ..client.metadata.clone()
    };
    store::update_metadata(change, &client.id, &metadata).await?;
    store::advance_revision(change).await?;
    change.record(
        Event::new("client.claims_mapped")
            .subject("client", &client.id)
            .detail(json!({ "claims_mapping": metadata.claims_mapping })),
    );
    Ok(())
}

/// Registers an application that signs nothing with its secret.
///
/// # Errors
/// It cannot be registered; nothing is written.
pub async fn register(change: &mut Change, new: NewClient) -> Result<Registered, Refused> {
    if new.metadata.signs_with_its_secret() {
        let method = AuthenticationMethod::SecretJwt;
        return Err(InvalidMetadata::MethodNotOffered(method).into());
    }
    insert(change, new, None, None).await
}

/// Registers an application. Its secret lives for `lifetime`, or until it is rotated.
///
/// # Errors
/// It cannot be registered; nothing is written.
pub async fn register_with(
    change: &mut Change,
    master_key: &MasterKey,
    new: NewClient,
    lifetime: Option<Duration>,
) -> Result<Registered, Refused> {
    insert(change, new, Some(master_key), lifetime).await
}

async fn insert(
    change: &mut Change,
    new: NewClient,
    master_key: Option<&MasterKey>,
    lifetime: Option<Duration>,
) -> Result<Registered, Refused> {
    check(&new.name, &new.scope)?;
    new.metadata.check(new.confidential)?;
    let id = ClientId::new(change.now());
    store::insert_client(change, &id, &new, None).await?;
    let secret = if new.has_secret() {
        let sealed_with = master_key.filter(|_| new.metadata.signs_with_its_secret());
        Some(issue_secret(change, &id, sealed_with, lifetime).await?)
    } else {
        None
    };
    store::advance_revision(change).await?;
    change.record(
        Event::new("client.registered")
            .subject("client", &id)
            .detail(json!({
                "name": new.name.trim(),
                "redirect_uris": new.metadata.redirect_uris,
                "scope": new.scope,
                "require_mfa": new.metadata.require_mfa,
                "trusted_device_lifetime": new.metadata.trusted_device_lifetime,
            })),
    );
    Ok(Registered { id, secret })
}

impl NewClient {
    /// Whether it proves itself with a secret.
    pub(super) fn has_secret(&self) -> bool {
        let method = self.metadata.token_endpoint_auth_method;
        self.confidential && method.is_none_or(AuthenticationMethod::has_secret)
    }
}

/// Checks what people read and what it may ask for.
pub(super) fn check(name: &str, scope: &Scope) -> Result<(), Refused> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control)
    {
        return Err(Refused::Name);
    }
    match scope.words().find(|word| !scope::KNOWN.contains(word)) {
        Some(word) => Err(Refused::Scope(word.to_owned())),
        None => Ok(()),
    }
}
