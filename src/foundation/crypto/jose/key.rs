use std::sync::Arc;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair,
};
use jsonwebtoken::{DecodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::kept_pairs::{Kept, Pair};
use super::public_jwk::{ed25519_jwk, p256_jwk, rsa_jwk};
use super::{Algorithm, Error, PublicJwk, Unverified};

/// A parsed key pair that signs and checks. Never printed: it has no `Debug`.
pub struct SigningKey {
    pair: Arc<Pair>,
    kept: Kept,
    verifying: DecodingKey,
    jwk: PublicJwk,
}

impl SigningKey {
    /// Makes a key pair. RSA takes about 80 ms of work: call it off the async threads.
    pub fn generate(algorithm: Algorithm) -> Result<Self, Error> {
        Self::from_pair(match algorithm.of_key() {
            Algorithm::Rs256 | Algorithm::Ps256 => {
                Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| Error::Generation)?)
            }
            Algorithm::Es256 => Pair::P256(
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                    .map_err(|_| Error::Generation)?,
            ),
            Algorithm::EdDsa => {
                Pair::Ed25519(Ed25519KeyPair::generate().map_err(|_| Error::Generation)?)
            }
        })
    }

    /// Reads a private key in PKCS #8.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, Error> {
        let refused = |_| Error::NotAKey(algorithm);
        Self::from_pair(match algorithm.of_key() {
            Algorithm::Rs256 | Algorithm::Ps256 => {
                Pair::Rsa(RsaKeyPair::from_pkcs8(der).map_err(refused)?)
            }
            Algorithm::EdDsa => Pair::Ed25519(Ed25519KeyPair::from_pkcs8(der).map_err(refused)?),
            Algorithm::Es256 => Pair::P256(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(refused)?,
            ),
        })
    }

    fn from_pair(pair: Pair) -> Result<Self, Error> {
        let jwk = match &pair {
            Pair::Rsa(pair) => rsa_jwk(pair),
            Pair::P256(pair) => p256_jwk(pair),
            Pair::Ed25519(pair) => ed25519_jwk(pair),
        };
        let pair = Arc::new(pair);
        Ok(Self {
            kept: Kept::keep(pair.clone())?,
            verifying: jwk.decoding_key()?,
            jwk,
            pair,
        })
    }

    /// The private key in PKCS #8, to be sealed and stored.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let refused = |_| Error::NotAKey(self.algorithm());
        Ok(Zeroizing::new(match &*self.pair {
            Pair::Rsa(pair) => {
                let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().map_err(refused)?;
                der.as_ref().to_vec()
            }
            Pair::P256(pair) => pair.to_pkcs8v1().map_err(refused)?.as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map_err(refused)?.as_ref().to_vec(),
        }))
    }

    /// The key's name.
    pub fn kid(&self) -> &str {
        &self.jwk.kid
    }

    /// What it is filed under, and signs with unless told otherwise.
    pub fn algorithm(&self) -> Algorithm {
        self.pair.algorithm()
    }

    /// Every public form of it: one for each algorithm that it signs with, each with a name of
    /// its own. So `alg` stands in each, and no relying party is in doubt which of them is meant.
    pub fn public_jwks(&self) -> Vec<PublicJwk> {
        let signs_with = |algorithm: &Algorithm| algorithm.of_key() == self.algorithm();
        let algorithms = Algorithm::ALL.into_iter().filter(signs_with);
        algorithms.map(|one| self.jwk.named_for(one)).collect()
    }

    /// Its public half.
    pub fn public_jwk(&self) -> &PublicJwk {
        &self.jwk
    }

    /// Signs `claims` as a token of the explicit type `typ` (RFC 8725 §3.11).
    pub fn sign<C: Serialize>(&self, typ: &str, claims: &C) -> Result<String, Error> {
        self.sign_with(self.algorithm(), typ, claims)
    }

    /// The same, with one of the algorithms that the key can sign with.
    pub fn sign_with<C: Serialize>(
        &self,
        algorithm: Algorithm,
        typ: &str,
        claims: &C,
    ) -> Result<String, Error> {
        if algorithm.of_key() != self.algorithm() {
            return Err(Error::NotAKey(algorithm));
        }
        let mut header = Header::new(algorithm.into());
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.jwk.kid_for(algorithm));
        jsonwebtoken::encode(&header, claims, self.kept.key()).map_err(|_| Error::Signing)
    }

    /// The algorithm that a name of this key stands for.
    pub fn algorithm_named(&self, kid: &str) -> Option<Algorithm> {
        let rest = kid.strip_prefix(&*self.jwk.kid)?;
        if rest.is_empty() {
            return Some(self.algorithm());
        }
        let algorithm: Algorithm = rest.strip_prefix('-')?.parse().ok()?;
        let second = algorithm != self.algorithm() && algorithm.of_key() == self.algorithm();
        second.then_some(algorithm)
    }

    /// The claims of a token that this key signed, or nothing. The header's algorithm must be
    /// the one that the key's name in it stands for (no algorithm confusion) and its type the
    /// expected one. Times and audiences are the caller's to judge, by the server's clock.
    pub fn verify<C: DeserializeOwned>(&self, token: &Unverified<'_>, typ: &str) -> Option<C> {
        if !token.is_of_type(typ) {
            return None;
        }
        let algorithm = self.algorithm_named(token.kid()?)?;
        let mut validation = Validation::new(algorithm.into());
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        let checked = jsonwebtoken::decode(token.text(), &self.verifying, &validation);
        checked.ok().map(|token| token.claims)
    }
}
