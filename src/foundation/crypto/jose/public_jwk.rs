use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde::{Deserialize, Serialize};

use super::{Algorithm, Error};
use crate::foundation::crypto::digest::sha256;

/// The public half of a key, as it stands in the key set (RFC 7517).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PublicJwk {
    kty: String,
    /// The thumbprint of the key (RFC 7638), so a key has one name for ever. Where it stands
    /// for a second algorithm, that follows.
    pub kid: String,
    #[serde(rename = "use")]
    usage: String,
    /// The only algorithm that this key is used with.
    pub alg: Algorithm,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    /// A certificate over the key (RFC 7517 §4.7), for those that ask for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    x5c: Option<Vec<String>>,
}

impl PublicJwk {
    /// The same key for another algorithm that it can sign with.
    pub(super) fn named_for(&self, algorithm: Algorithm) -> Self {
        let mut named = self.clone();
        named.kid = self.kid_for(algorithm);
        named.alg = algorithm;
        named
    }

    pub(super) fn kid_for(&self, algorithm: Algorithm) -> String {
        if algorithm == algorithm.of_key() {
            self.kid.clone()
        } else {
            format!("{}-{algorithm}", self.kid)
        }
    }

    /// With a certificate in DER.
    #[must_use]
    pub fn with_certificate(mut self, der: &[u8]) -> Self {
        self.x5c = Some(vec![STANDARD.encode(der)]);
        self
    }

    /// Checks signatures.
    pub(super) fn decoding_key(&self) -> Result<DecodingKey, Error> {
        let part = |member: &Option<String>| member.clone().unwrap_or_default();
        match self.alg {
            Algorithm::Rs256 | Algorithm::Ps256 => {
                DecodingKey::from_rsa_components(&part(&self.n), &part(&self.e))
            }
            Algorithm::Es256 => DecodingKey::from_ec_components(&part(&self.x), &part(&self.y)),
            Algorithm::EdDsa => DecodingKey::from_ed_components(&part(&self.x)),
        }
        .map_err(|_| Error::NotAKey(self.alg))
    }
}

pub(super) fn rsa_jwk(pair: &RsaKeyPair) -> PublicJwk {
    let public = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
    let n = URL_SAFE_NO_PAD.encode(&public.n);
    let e = URL_SAFE_NO_PAD.encode(&public.e);
    let kid = thumbprint(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
    PublicJwk {
        kty: "RSA".to_owned(),
        kid,
        usage: "sig".to_owned(),
        alg: Algorithm::Rs256,
        n: Some(n),
        e: Some(e),
        crv: None,
        x: None,
        y: None,
        x5c: None,
    }
}

pub(super) fn p256_jwk(pair: &EcdsaKeyPair) -> PublicJwk {
    // The uncompressed point: 0x04, then 32 bytes each of x and y.
    let point = pair.public_key().as_ref();
    let x = URL_SAFE_NO_PAD.encode(&point[1..33]);
    let y = URL_SAFE_NO_PAD.encode(&point[33..65]);
    let kid = thumbprint(&format!(
        r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#
    ));
    PublicJwk {
        kty: "EC".to_owned(),
        kid,
        usage: "sig".to_owned(),
        alg: Algorithm::Es256,
        n: None,
        e: None,
        crv: Some("P-256".to_owned()),
        x: Some(x),
        y: Some(y),
        x5c: None,
    }
}

pub(super) fn ed25519_jwk(pair: &Ed25519KeyPair) -> PublicJwk {
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let kid = thumbprint(&format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
    PublicJwk {
        kty: "OKP".to_owned(),
        kid,
        usage: "sig".to_owned(),
        alg: Algorithm::EdDsa,
        n: None,
        e: None,
        crv: Some("Ed25519".to_owned()),
        x: Some(x),
        y: None,
        x5c: None,
    }
}

/// RFC 7638: SHA-256 over the required members in lexicographic order.
pub(super) fn thumbprint(members: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(members.as_bytes()))
}
