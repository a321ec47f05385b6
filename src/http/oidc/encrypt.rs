//! Encrypting what is told to a client, to the keys that it registered.

use std::sync::Arc;

use crate::domain::clients::{Client, KeySource, NoKeys};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{Encryption, ForeignKeys, InvalidKeys, NotEncrypted};
use crate::http::web::State;

/// Why something cannot be encrypted to a client. For the log; a client learns that it was so.
#[derive(Debug, thiserror::Error)]
pub(super) enum CannotEncrypt {
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
pub(super) struct Reader {
    keys: Arc<ForeignKeys>,
    encryption: Encryption,
}

impl Reader {
    /// What is needed to encrypt to `client`; nothing when it did not register `encryption`.
    /// This may ask the client's server, so it comes before anything is used up.
    pub(super) async fn of(
        state: &State,
        client: &Client,
        encryption: Option<Encryption>,
        now: Timestamp,
    ) -> Result<Option<Self>, CannotEncrypt> {
        let Some(encryption) = encryption else {
            return Ok(None);
        };
        let keys = match (&client.metadata.jwks, &client.metadata.jwks_uri) {
            (Some(keys), _) => Arc::new(ForeignKeys::published(keys)?),
            (None, Some(address)) => {
                let source = KeySource::Address(address.clone());
                let management = encryption.management;
                state
                    .key_sets
                    .to_encrypt(&state.outbound, &source, management, now)
                    .await?
            }
            (None, None) => return Err(CannotEncrypt::None),
        };
        if !keys.encrypting().has_one_for(encryption.management) {
            return Err(NotEncrypted::NoKey(encryption.management).into());
        }
        Ok(Some(Self { keys, encryption }))
    }

    /// A signed token within an encrypted one.
    pub(super) fn enclose(&self, token: &str) -> Result<String, CannotEncrypt> {
        self.encrypt(Some("JWT"), token.as_bytes())
    }

    /// Claims that are not signed.
    pub(super) fn encrypt(
        &self,
        content_type: Option<&str>,
        plain: &[u8],
    ) -> Result<String, CannotEncrypt> {
        let keys = self.keys.encrypting();
        Ok(keys.encrypt(self.encryption, content_type, plain)?)
    }
}
