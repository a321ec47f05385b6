//! Encrypting what is told to a client, to the keys that it registered.

use std::sync::Arc;

use super::{Client, KeySets, KeySource, NoKeys};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{Encryption, ForeignKeys, InvalidKeys, NotEncrypted};
use crate::foundation::outbound::Outbound;

/// Why something cannot be encrypted to a client. For the log; a client learns that it was so.
#[derive(Debug, thiserror::Error)]
pub enum CannotEncrypt {
    /// Its keys cannot be had.
    #[error(transparent)]
    NoKeys(#[from] NoKeys),
    /// They are of no use.
    #[error(transparent)]
    Keys(#[from] InvalidKeys),
    /// None of them is for what it registered, or the library refuses.
    #[error(transparent)]
    NotEncrypted(#[from] NotEncrypted),
    /// It registered none; registration refuses that.
    #[error("the client has no keys")]
    None,
}

/// The keys of a client, and how it wants to be encrypted to.
pub struct Reader {
    keys: Arc<ForeignKeys>,
    encryption: Encryption,
}

impl Reader {
    /// What is needed to encrypt to `client`; nothing when it did not register `encryption`.
    /// This may ask the client's server, so it comes before anything is used up.
    ///
    /// # Errors
    /// Its keys cannot be had, or none of them is for what it registered.
    pub async fn of(
        (key_sets, outbound): (&KeySets, &Outbound),
        client: &Client,
        encryption: Option<Encryption>,
        now: Timestamp,
    ) -> Result<Option<Self>, CannotEncrypt> {
        let Some(encryption) = encryption else {
            return Ok(None);
        };
        let management = encryption.management;
        let keys = match (&client.metadata.jwks, &client.metadata.jwks_uri) {
            (Some(keys), _) => Arc::new(ForeignKeys::published(keys)?),
            (None, Some(address)) => {
                let source = KeySource::Address(address.clone());
                let found = key_sets.to_encrypt(outbound, &source, management, now);
                found.await?
            }
            (None, None) => return Err(CannotEncrypt::None),
        };
        if !keys.encrypting().has_one_for(management) {
            return Err(NotEncrypted::NoKey(management).into());
        }
        Ok(Some(Self { keys, encryption }))
    }

    /// A signed token within an encrypted one.
    ///
    /// # Errors
    /// The library refuses.
    pub fn enclose(&self, token: &str) -> Result<String, CannotEncrypt> {
        let keys = self.keys.encrypting();
        Ok(keys.encrypt(self.encryption, &[("cty", "JWT")], token.as_bytes())?)
    }

    /// The same, with the issuer in sight: whoever has keys with several issuers learns whose
    /// it is before it is opened (RFC 7519 §5.3).
    ///
    /// # Errors
    /// The library refuses.
    pub fn enclose_naming(&self, issuer: &str, token: &str) -> Result<String, CannotEncrypt> {
        let header = [("cty", "JWT"), ("iss", issuer)];
        let keys = self.keys.encrypting();
        Ok(keys.encrypt(self.encryption, &header, token.as_bytes())?)
    }

    /// Claims that are not signed.
    ///
    /// # Errors
    /// The library refuses.
    pub fn encrypt(&self, plain: &[u8]) -> Result<String, CannotEncrypt> {
        let keys = self.keys.encrypting();
        Ok(keys.encrypt(self.encryption, &[], plain)?)
    }
}

impl Client {
    /// How its `id_token` is encrypted, and a logout token with it.
    pub fn id_token_encryption(&self) -> Option<Encryption> {
        Encryption::registered(
            self.metadata.id_token_encrypted_response_alg,
            self.metadata.id_token_encrypted_response_enc,
        )
    }

    /// How its signed authorization answers (JARM) are encrypted.
    pub fn answer_encryption(&self) -> Option<Encryption> {
        Encryption::registered(
            self.metadata.authorization_encrypted_response_alg,
            self.metadata.authorization_encrypted_response_enc,
        )
    }
}
