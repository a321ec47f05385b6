//! Owns the applications that are registered for OpenID Connect: what they registered, their
//! secrets, how they prove themselves, and the snapshot of them that every request reads.
//! Does not own what users allow them: that is `grants`.

mod administration;
pub mod assertion;
mod authentication;
pub mod claims_mapping;
mod in_force;
mod key_sets;
mod lifetimes;
mod metadata;
mod own_signature;
pub mod profile;
mod reader;
pub mod redirect_uri;
mod registration;
mod registry;
pub mod scope;
mod second_factor;
mod self_registration;
mod store;

use std::fmt;

pub use administration::{
    Revised, Rotation, delete, revise, rotate_own_secret, set_enabled, sweep_ended_secrets,
};
pub use authentication::{Means, Proof, Unauthenticated, authenticate};
pub use claims_mapping::{ClaimsMapping, InvalidMapping, Place};
pub use in_force::{InForce, Reason};
pub use key_sets::{KeySets, KeySource, NoKeys};
pub use lifetimes::TokenLifetimes;
pub use metadata::{
    ApplicationType, AuthenticationMethod, ExternalAuthentication, GrantType, InvalidMetadata,
    MayExchange, Metadata, RequiredMfa, ResponseMode, ResponseType, SubjectType,
    UnknownResponseType,
};
pub use profile::{AcceptedAudience, Profile, Rules, SenderConstraint};
pub use reader::{CannotEncrypt, Reader};
pub use registration::{
    KeyPlace, NewClient, NewConnectionClient, Refused, Registered, map_claims, register,
    register_for, register_with, rotate_secret, use_keys,
};
pub use registry::Registry;
pub use scope::Scope;
pub use self_registration::{
    DocumentMeans, DocumentPolicy, Documents, MayRegister, NotRegistered, Registration,
    RegistrationPolicy, SelfRegistration, sweep as sweep_self_registered,
};

use super::audit::ConnectionId;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::db::{self, Fetch, Value};
use crate::foundation::id::new_uuid;

/// All clients, for people to look at; requests ask the [`Registry`].
///
/// # Errors
/// When the database cannot answer.
pub async fn list(from: impl Fetch) -> Result<Vec<Client>, db::Error> {
    store::all(from).await
}

/// The public name of a client: what it sends as `client_id`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ClientId(String);

impl ClientId {
    /// A new one of the moment `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(new_uuid(now).hyphenated().to_string())
    }

    /// The identifier that a row or a token names. Whether such a client exists is the
    /// registry's to say.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&ClientId> for Value {
    fn from(id: &ClientId) -> Self {
        Self::Text(Some(id.0.clone()))
    }
}

/// A registered application.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its identifier.
    pub id: ClientId,
    /// What people read.
    pub name: String,
    /// Whether it can keep a secret.
    pub confidential: bool,
    /// What it registered.
    pub metadata: Metadata,
    /// The most that it may ask for.
    pub scope: Scope,
    /// The connection that it acts for.
    pub connection: Option<ConnectionId>,
    /// Since when it may do nothing.
    pub disabled_at: Option<Timestamp>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Until when the copy of the document that it is known by is good. None of a client that
    /// is registered here.
    pub document_until: Option<Timestamp>,
    secrets: Vec<KeptSecret>,
}

#[derive(Clone, Debug)]
struct KeptSecret {
    digest: Digest,
    /// The secret itself, sealed, where the client signs with it.
    sealed: Option<String>,
    expires_at: Option<Timestamp>,
}

/// What a sealed secret is bound to: it opens as nothing else.
const SEALED_SECRET: &str = "client secret";

impl KeptSecret {
    fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

impl Client {
    /// Whether the client may do anything at all.
    pub fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Whether it registered the grant.
    pub fn may_use(&self, grant: GrantType) -> bool {
        self.metadata.grant_types.contains(&grant)
    }

    /// Whether an answer may be sent to `uri`.
    pub fn may_redirect_to(&self, uri: &str) -> bool {
        let any_port = !self.confidential;
        let registered = &self.metadata.redirect_uris;
        registered
            .iter()
            .any(|own| redirect_uri::matches(own, uri, any_port))
    }

    /// Whether an answer to `uri` needs the person's word each time: nobody has registered the
    /// application, and any program on the person's device could take the answer and say that
    /// it were this one (RFC 8252 §8.6).
    pub fn could_be_impersonated_at(&self, uri: &str) -> bool {
        let by_document = self.document_until.is_some() && !self.confidential;
        by_document && redirect_uri::stays_on_the_device(uri)
    }

    /// Whether a browser may go to `uri` after signing out.
    pub fn may_return_after_logout_to(&self, uri: &str) -> bool {
        let registered = &self.metadata.post_logout_redirect_uris;
        registered.iter().any(|own| own == uri)
    }

    /// What is in force for it: its profile, made stricter by what it registered.
    pub fn rules(&self) -> Rules {
        Rules::of(&self.metadata, self.confidential)
    }

    /// Whether it may ask the authorization endpoint for `wanted`: it registered it, and its
    /// profile lets it.
    pub fn may_ask_for(&self, wanted: ResponseType) -> bool {
        let code_only = self.rules().code_only && wanted != ResponseType::Code;
        self.metadata.may_ask_for(wanted) && !code_only
    }

    /// When each of its live secrets ends; one without an end lives until it is rotated.
    pub fn secret_ends(&self, now: Timestamp) -> Vec<Option<Timestamp>> {
        let live = self.secrets.iter().filter(|secret| secret.is_live(now));
        live.map(|secret| secret.expires_at).collect()
    }

    /// Whether its requests must carry a code challenge. A public client's code is worth
    /// nothing without one (RFC 9700 §2.1.1).
    pub fn needs_pkce(&self) -> bool {
        self.rules().pkce
    }
}

#[cfg(test)]
impl Client {
    /// A client that was never registered; confidential when it has a secret.
    pub(crate) fn of_a_test(metadata: Metadata, secrets: &[(&str, Option<Timestamp>)]) -> Self {
        use crate::foundation::crypto::token::Secret;
        let now = Timestamp::from_millis(0);
        let kept = |(text, expires_at): &(&str, Option<Timestamp>)| KeptSecret {
            digest: Secret::from(*text).digest(),
            sealed: None,
            expires_at: *expires_at,
        };
        Self {
            id: ClientId::new(now),
            name: "App".to_owned(),
            confidential: !secrets.is_empty(),
            metadata,
            scope: Scope::default(),
            connection: None,
            disabled_at: None,
            created_at: now,
            document_until: None,
            secrets: secrets.iter().map(kept).collect(),
        }
    }
}
