//! Signed JSON Web Tokens: key pairs, their public form, signing and checking, through the
//! `jsonwebtoken` crate.
//!
//! Only the algorithms that the server signs with exist here, so neither `none` nor a
//! shared-secret algorithm can be asked for by a token's header.

mod audience;
mod certificate;
mod encryption;
mod foreign;
mod kept_pairs;
mod key;
mod names;
mod own_key;
mod public_jwk;
mod unverified;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use audience::Audience;
pub use encryption::{DecryptionKey, Encrypted, Encryption, EncryptionKeys, KeyKind, NotEncrypted};
pub use foreign::{ForeignKeys, InvalidKeys};
pub use key::SigningKey;
pub use names::{ContentEncryption, KeyManagement, SignatureAlgorithm};
pub use own_key::{Possession, verify_with_own_key};
pub use public_jwk::PublicJwk;
pub use unverified::Unverified;

/// What can go wrong with keys and tokens. It says nothing of their content.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The library could not make a key pair.
    #[error("a key pair could not be generated")]
    Generation,
    /// The stored bytes are not a private key of the stated algorithm.
    #[error("this is not a private key for {0}")]
    NotAKey(Algorithm),
    /// The stored bytes are not a key that opens what is encrypted.
    #[error("this is not a key to decrypt with")]
    NotADecryptionKey,
    /// A token could not be signed, or its claims not be written as JSON.
    #[error("a token could not be signed")]
    Signing,
    /// Somebody else told `jsonwebtoken` before how to sign.
    #[error("the token library already has another way to sign")]
    Provider,
}

/// The algorithms the server signs with.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256: what every relying party understands.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256: a twentieth of the work of RS256.
    #[serde(rename = "ES256")]
    Es256,
    /// RSASSA-PSS with SHA-256, by the same RSA keys: for FAPI, which refuses RS256.
    #[serde(rename = "PS256")]
    Ps256,
    /// EdDSA on Ed25519. `EdDSA` is the name that clients know; RFC 9864 names the same thing
    /// `Ed25519`, which is understood.
    #[serde(rename = "EdDSA", alias = "Ed25519")]
    EdDsa,
}

impl Algorithm {
    /// Every algorithm, the default of relying parties first.
    pub const ALL: [Algorithm; 4] = [Self::Rs256, Self::Es256, Self::Ps256, Self::EdDsa];

    /// One for each kind of key there is: a key is filed under it.
    pub const OF_KEYS: [Algorithm; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// The registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Es256 => "ES256",
            Algorithm::Ps256 => "PS256",
            Algorithm::EdDsa => "EdDSA",
        }
    }

    /// What the keys that can sign with it are filed under.
    #[must_use]
    pub fn of_key(self) -> Self {
        match self {
            Algorithm::Ps256 => Algorithm::Rs256,
            other => other,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of an algorithm that is not signed with here.
#[derive(Debug, thiserror::Error)]
#[error("not a signing algorithm: use RS256, ES256, PS256 or EdDSA")]
pub struct UnknownAlgorithm;

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name == "Ed25519" {
            return Ok(Algorithm::EdDsa);
        }
        Algorithm::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or(UnknownAlgorithm)
    }
}

impl From<Algorithm> for jsonwebtoken::Algorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Rs256 => Self::RS256,
            Algorithm::Es256 => Self::ES256,
            Algorithm::Ps256 => Self::PS256,
            Algorithm::EdDsa => Self::EdDSA,
        }
    }
}
