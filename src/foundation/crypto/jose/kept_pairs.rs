//! Key pairs that are parsed once and kept.
//!
//! `jsonwebtoken` parses the private key at every signature, which costs more than half of
//! what a core can sign with RSA. Its provider of cryptography can be replaced: ours takes an
//! `EncodingKey` whose bytes are the number of a kept pair, and signs with that. Any other key
//! is signed with as the crate would.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock, PoisonError, RwLock};

use aws_lc_rs::signature::{
    EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, aws_lc};
use jsonwebtoken::signature::{self, Signer};
use jsonwebtoken::{EncodingKey, errors};

use super::{Algorithm, Error};

/// A parsed private key.
pub(super) enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Pair {
    pub(super) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::Rs256,
            Self::P256(_) => Algorithm::Es256,
            Self::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    fn signs_with(&self, algorithm: jsonwebtoken::Algorithm) -> bool {
        Algorithm::ALL.into_iter().any(|one| {
            jsonwebtoken::Algorithm::from(one) == algorithm && one.of_key() == self.algorithm()
        })
    }

    // The `rng` that aws-lc-rs asks for is not used by any of them: RSA of PKCS #1 v1.5 takes
    // none, PSS and ECDSA draw their own inside the library.
    #[allow(
        clippy::disallowed_methods,
        reason = "an argument that the library does not use"
    )]
    fn sign(
        &self,
        algorithm: jsonwebtoken::Algorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, aws_lc_rs::error::Unspecified> {
        let rng = aws_lc_rs::rand::SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let padding: &'static dyn RsaEncoding = match algorithm {
                    jsonwebtoken::Algorithm::PS256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &rng, message, &mut signature)?;
                Ok(signature)
            }
            Self::P256(pair) => Ok(pair.sign(&rng, message)?.as_ref().to_vec()),
            Self::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }
}

static KEPT: LazyLock<RwLock<HashMap<Vec<u8>, Arc<Pair>>>> = LazyLock::new(RwLock::default);
static NUMBER: AtomicU64 = AtomicU64::new(0);
static PROVIDER: LazyLock<CryptoProvider> = LazyLock::new(|| CryptoProvider {
    signer_factory: signer,
    ..aws_lc::DEFAULT_PROVIDER.clone()
});

/// A pair that the library signs with as long as this lives.
pub(super) struct Kept {
    number: Vec<u8>,
    key: EncodingKey,
}

impl Kept {
    pub(super) fn keep(pair: Arc<Pair>) -> Result<Self, Error> {
        static INSTALLED: OnceLock<bool> = OnceLock::new();
        if !INSTALLED.get_or_init(|| PROVIDER.install_default().is_ok()) {
            return Err(Error::Provider);
        }
        let number = NUMBER
            .fetch_add(1, Ordering::Relaxed)
            .to_be_bytes()
            .to_vec();
        let key = match &*pair {
            Pair::Rsa(_) => EncodingKey::from_rsa_der(&number),
            Pair::P256(_) => EncodingKey::from_ec_der(&number),
            Pair::Ed25519(_) => EncodingKey::from_ed_der(&number),
        };
        let mut kept = KEPT.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(number.clone(), pair);
        Ok(Self { number, key })
    }

    /// What the library is given instead of a private key.
    pub(super) fn key(&self) -> &EncodingKey {
        &self.key
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let mut kept = KEPT.write().unwrap_or_else(PoisonError::into_inner);
        kept.remove(&self.number);
    }
}

fn signer(
    algorithm: &jsonwebtoken::Algorithm,
    key: &EncodingKey,
) -> errors::Result<Box<dyn JwtSigner>> {
    let pair = {
        let kept = KEPT.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(key.as_bytes()).cloned()
    };
    match pair {
        Some(pair) if pair.signs_with(*algorithm) => Ok(Box::new(KeptSigner {
            pair,
            algorithm: *algorithm,
        })),
        Some(_) => Err(errors::ErrorKind::InvalidAlgorithm.into()),
        None => (aws_lc::DEFAULT_PROVIDER.signer_factory)(algorithm, key),
    }
}

struct KeptSigner {
    pair: Arc<Pair>,
    algorithm: jsonwebtoken::Algorithm,
}

impl Signer<Vec<u8>> for KeptSigner {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        self.pair
            .sign(self.algorithm, message)
            .map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for KeptSigner {
    fn algorithm(&self) -> jsonwebtoken::Algorithm {
        self.algorithm
    }
}
