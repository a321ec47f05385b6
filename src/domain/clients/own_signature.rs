//! What a client signed with its secret (HS256). The secret is a key that both sides know, so
//! of a client that registered nothing that is signed with it only the digest is kept.

use serde::de::DeserializeOwned;

use super::{Client, SEALED_SECRET};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::Unverified;
use crate::foundation::crypto::seal::MasterKey;

impl Client {
    /// The claims of a token that the client signed with one of its live secrets, or nothing.
    /// Whether a secret may count is for the caller to say, by what was registered.
    pub fn signed_with_secret<C: DeserializeOwned>(
        &self,
        token: &Unverified<'_>,
        master_key: &MasterKey,
        now: Timestamp,
    ) -> Option<C> {
        let live = self.secrets.iter().filter(|secret| secret.is_live(now));
        let sealed = live.filter_map(|secret| secret.sealed.as_deref());
        let mut verified = None;
        for sealed in sealed {
            match master_key.open(sealed, SEALED_SECRET) {
                Ok(secret) => verified = verified.or(token.verified_with_secret(&secret)),
                Err(error) => tracing::error!(client = %self.id, %error, "a secret does not open"),
            }
        }
        verified
    }
}
