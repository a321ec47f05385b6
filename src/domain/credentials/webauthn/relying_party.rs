//! Who asks: this server, as authenticators and browsers know it.

use std::{fmt, str::FromStr, time::Duration};

use url::Url;
use webauthn_rs_core::{WebauthnCore, proto::UserVerificationPolicy};

use crate::domain::mail::Post;

use super::{Attestation, Authorities, Kind};

/// How long a person has to answer (WebAuthn Level 3 §15.1 recommends five to ten minutes).
pub(super) const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// Whether a security key has to verify the person (a PIN, a finger) besides being touched. A
/// passkey always has to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum UserVerification {
    /// It should not ask.
    Discouraged,
    /// It does if it can.
    #[default]
    Preferred,
    /// It must.
    Required,
}

impl UserVerification {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Discouraged, Self::Preferred, Self::Required];

    /// Its word in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Discouraged => "discouraged",
            Self::Preferred => "preferred",
            Self::Required => "required",
        }
    }

    pub(super) const fn policy(self) -> UserVerificationPolicy {
        match self {
            Self::Discouraged => UserVerificationPolicy::Discouraged_DO_NOT_USE,
            Self::Preferred => UserVerificationPolicy::Preferred,
            Self::Required => UserVerificationPolicy::Required,
        }
    }
}

impl fmt::Display for UserVerification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not a word of [`UserVerification`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a user verification policy")]
pub struct UserVerificationUnknown;

impl FromStr for UserVerification {
    type Err = UserVerificationUnknown;

    fn from_str(text: &str) -> Result<Self, UserVerificationUnknown> {
        let found = Self::ALL.into_iter().find(|known| known.as_str() == text);
        found.ok_or(UserVerificationUnknown)
    }
}

/// What the configuration says about authenticators.
#[derive(Clone, Debug, Default)]
pub struct WebauthnRules {
    /// What is asked of security keys.
    pub user_verification: UserVerification,
    /// Whether authenticators are asked who made them.
    pub attestation: Attestation,
    /// Whose word for it is believed; without it, anybody's.
    pub authorities: Option<Authorities>,
    /// Other origins whose pages may use the credentials of this server.
    pub related_origins: Vec<Url>,
}

/// This server as a WebAuthn relying party.
#[derive(Clone)]
pub struct RelyingParty {
    pub(super) core: WebauthnCore,
    pub(super) rules: WebauthnRules,
    /// Where letters about keys are given.
    pub(super) post: Post,
    id: String,
    origins: Vec<String>,
}

impl RelyingParty {
    /// The relying party of a public URL: its id is the host. `None` when the host is an
    /// address: no browser lets an address have credentials (WebAuthn Level 3 §5.1.3).
    #[must_use]
    pub fn new(public_url: &Url, name: &str, rules: WebauthnRules, post: Post) -> Option<Self> {
        let id = public_url.domain()?.to_owned();
        let mut allowed = vec![public_url.clone()];
        allowed.extend(rules.related_origins.iter().cloned());
        let origins = allowed
            .iter()
            .map(|url| url.origin().ascii_serialization())
            .collect();
        let (subdomains, any_port) = (Some(false), Some(false));
        let core = WebauthnCore::new_unsafe_experts_only(
            name, &id, allowed, PATIENCE, subdomains, any_port,
        );
        Some(Self {
            core,
            rules,
            post,
            id,
            origins,
        })
    }

    /// The relying party's id, a host.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where letters about keys are given.
    #[must_use]
    pub const fn post(&self) -> &Post {
        &self.post
    }

    /// The origins whose pages may use its credentials (`/.well-known/webauthn`, WebAuthn
    /// Level 3 §5.11.1).
    #[must_use]
    pub fn origins(&self) -> &[String] {
        &self.origins
    }

    /// What is asked of a new credential of this kind, or of a key that is used.
    pub(super) const fn verification(&self, kind: Kind) -> UserVerificationPolicy {
        match kind {
            Kind::Passkey => UserVerificationPolicy::Required,
            Kind::SecurityKey => self.rules.user_verification.policy(),
        }
    }
}
