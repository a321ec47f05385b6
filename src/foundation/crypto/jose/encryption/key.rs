//! Our own keys, to which clients encrypt.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::{AsDer, EcPrivateKeyRfc5915Der, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeySize, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::foreign::{jwk_of, point_of};
use super::header::EphemeralKey;
use super::management::{self, Agreement};
use super::{Bytes, Encrypted, KeyManagement, encoded};
use crate::foundation::crypto::jose::Error;
use crate::foundation::crypto::jose::public_jwk::thumbprint;

crate::registered_names! {
    /// The kinds of key that can be encrypted to.
    pub enum KeyKind {
        /// RSA of 2048 bits.
        Rsa = "RSA",
        /// Elliptic curves, on P-256.
        P256 = "P-256",
    }
}

enum Private {
    Rsa(OaepPrivateDecryptingKey),
    P256(PrivateKey),
}

/// A parsed key that opens what was encrypted to it. Never printed: it has no `Debug`.
pub struct DecryptionKey {
    private: Private,
    kid: String,
    jwk: Value,
}

impl DecryptionKey {
    /// Makes one, as it is to be sealed and stored. RSA takes about 80 ms of work: call it off
    /// the async threads.
    ///
    /// # Errors
    /// The library could not make it.
    pub fn generate(kind: KeyKind) -> Result<Bytes, Error> {
        let failed = |_| Error::Generation;
        Ok(Zeroizing::new(match kind {
            KeyKind::Rsa => {
                let key = PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(failed)?;
                let der: Pkcs8V1Der<'_> = key.as_der().map_err(failed)?;
                der.as_ref().to_vec()
            }
            KeyKind::P256 => {
                let key = PrivateKey::generate(&ECDH_P256).map_err(failed)?;
                let der: EcPrivateKeyRfc5915Der<'_> = key.as_der().map_err(failed)?;
                der.as_ref().to_vec()
            }
        }))
    }

    /// Reads one that was stored.
    ///
    /// # Errors
    /// It is none of its kind.
    pub fn read(kind: KeyKind, der: &[u8]) -> Result<Self, Error> {
        let refused = || Error::NotADecryptionKey;
        match kind {
            KeyKind::Rsa => {
                // The same bytes in another type, which knows its modulus.
                let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| refused())?;
                let key = PrivateDecryptingKey::from_pkcs8(der).map_err(|_| refused())?;
                let key = OaepPrivateDecryptingKey::new(key).map_err(|_| refused())?;
                let public = pair.public_key();
                let n = encoded(public.modulus().big_endian_without_leading_zero());
                let e = encoded(public.exponent().big_endian_without_leading_zero());
                let members = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
                let jwk = json!({ "kty": "RSA", "n": n, "e": e });
                Ok(Self::of(Private::Rsa(key), jwk, &members))
            }
            KeyKind::P256 => {
                let key =
                    PrivateKey::from_private_key_der(&ECDH_P256, der).map_err(|_| refused())?;
                let jwk = jwk_of(&key).ok_or_else(refused)?;
                let members = format!(
                    r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#,
                    jwk["x"], jwk["y"]
                );
                Ok(Self::of(Private::P256(key), jwk, &members))
            }
        }
    }

    fn of(private: Private, mut jwk: Value, members: &str) -> Self {
        let kid = thumbprint(members);
        jwk["kid"] = json!(kid);
        jwk["use"] = json!("enc");
        Self { private, kid, jwk }
    }

    /// Its name.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Its public half, as it stands in the key set. It names no algorithm: each of its kind
    /// may be used.
    pub fn public_jwk(&self) -> &Value {
        &self.jwk
    }

    /// Whether it is of the kind that a token was encrypted to.
    pub fn suits(&self, token: &Encrypted<'_>) -> bool {
        matches!(self.private, Private::Rsa(_)) == token.header.alg.is_rsa()
    }

    /// The content of a token that was encrypted to it, or nothing. What is wrong with it is
    /// not told: whoever learned that could ask many times and read in the end.
    pub fn open(&self, token: Encrypted<'_>) -> Option<Bytes> {
        let content = token.header.enc;
        let key = match &self.private {
            Private::Rsa(own) if token.header.alg.is_rsa() => {
                let key = management::from_rsa(token.header.alg, own, &token.key);
                // RFC 7516 §11.5: a key that does not open, or is of a wrong length, must not
                // be told from a content that does not.
                key.filter(|key| key.len() == content.key_length())
                    .unwrap_or_else(|| content.new_key())
            }
            Private::P256(own) if !token.header.alg.is_rsa() => agreed(own, &token)?,
            _ => return None,
        };
        content.decrypt(&key, token.content, token.protected.as_bytes())
    }
}

fn agreed(own: &PrivateKey, token: &Encrypted<'_>) -> Option<Bytes> {
    let header = &token.header;
    let agreement = Agreement {
        management: header.alg,
        content: header.enc,
        apu: &header.apu,
        apv: &header.apv,
    };
    // The library refuses points that are not on the curve.
    let agreed = agreement.key(own, &point(header.epk.as_ref()?)?)?;
    if agreement.wraps() {
        agreement.unwrap(&agreed, &token.key)
    } else if header.alg == KeyManagement::EcdhEs && token.key.is_empty() {
        Some(agreed)
    } else {
        None
    }
}

fn point(key: &EphemeralKey) -> Option<Vec<u8>> {
    let fits = key.kty == "EC" && key.crv == "P-256";
    fits.then(|| point_of(&key.x, key.y.as_deref()?)).flatten()
}
