//! Encrypted tokens (RFC 7516, compact form): to the public keys of clients, and from whoever
//! encrypts to a key of ours.
//!
//! What is not here cannot be asked for by a header: neither `dir` nor `RSA1_5` nor the
//! password-based algorithms, whose iteration count a sender chooses, and no `zip`, whose
//! content can be a thousand times what was sent.

mod content;
mod foreign;
mod header;
mod key;
mod management;
#[cfg(test)]
mod tests;

pub use foreign::EncryptionKeys;
pub use header::Encrypted;
pub use key::{DecryptionKey, KeyKind};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::{ContentEncryption, KeyManagement};

/// A key that encrypts a content, or what such a key is made from.
type Bytes = Zeroizing<Vec<u8>>;

/// Why something was not encrypted. It says nothing of the content.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotEncrypted {
    /// The reader has no key for the algorithm.
    #[error("there is no key to encrypt to for {0}")]
    NoKey(KeyManagement),
    /// The library refused the key or the content.
    #[error("a token could not be encrypted")]
    Failed,
}

/// How a token is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Encryption {
    /// How its key reaches the reader: `alg`.
    pub management: KeyManagement,
    /// How its content is encrypted: `enc`.
    pub content: ContentEncryption,
}

impl Encryption {
    /// As a client registered it; OpenID Connect has a default for the content.
    pub fn registered(
        management: Option<KeyManagement>,
        content: Option<ContentEncryption>,
    ) -> Option<Self> {
        Some(Self {
            management: management?,
            content: content.unwrap_or(ContentEncryption::A128CbcHs256),
        })
    }
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
