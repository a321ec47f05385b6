//! Signed JSON Web Tokens: key pairs, their public form, signing and checking.
//!
//! A key pair is parsed once and kept: parsing an RSA private key at every
//! signature, as token crates do, costs more than half of what a core can sign.
//! Only the two algorithms that the server signs with exist here, so neither
//! `none` nor a shared-secret algorithm can be asked for by a token's header.

mod foreign;

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use foreign::{ForeignKeys, InvalidKeys};

/// A token longer than this is refused before anything is decoded.
const LONGEST_TOKEN: usize = 16 * 1024;

/// What can go wrong with keys and tokens. It says nothing of their content.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The library could not make a key pair.
    #[error("a key pair could not be generated")]
    Generation,
    /// The stored bytes are not a private key of the stated algorithm.
    #[error("this is not a private key for {0}")]
    NotAKey(Algorithm),
    /// The library could not sign.
    #[error("a token could not be signed")]
    Signing,
    /// Claims that are not representable as JSON.
    #[error("claims could not be written as JSON")]
    Claims,
}

/// The algorithms the server signs with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256: what every relying party understands.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256: a twentieth of the work of RS256.
    #[serde(rename = "ES256")]
    Es256,
}

impl Algorithm {
    /// Every algorithm, the default of relying parties first.
    pub const ALL: [Algorithm; 2] = [Algorithm::Rs256, Algorithm::Es256];

    /// The registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Es256 => "ES256",
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
#[error("not a signing algorithm: use RS256 or ES256")]
pub struct UnknownAlgorithm;

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Algorithm::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or(UnknownAlgorithm)
    }
}

/// The public half of a key, as it stands in the key set (RFC 7517).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PublicJwk {
    kty: String,
    /// The thumbprint of the key (RFC 7638), so a key has one name for ever.
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
}

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

/// A parsed key pair that signs and checks. Never printed: it has no `Debug`.
pub struct SigningKey {
    algorithm: Algorithm,
    pair: Pair,
    verifying: ParsedPublicKey,
    jwk: PublicJwk,
}

impl SigningKey {
    /// Makes a key pair. RSA takes about 80 ms of work: call it off the async
    /// threads.
    pub fn generate(algorithm: Algorithm) -> Result<Self, Error> {
        let pair = match algorithm {
            Algorithm::Rs256 => {
                Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| Error::Generation)?)
            }
            Algorithm::Es256 => Pair::P256(
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                    .map_err(|_| Error::Generation)?,
            ),
        };
        Self::from_pair(algorithm, pair)
    }

    /// Reads a private key in PKCS #8.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, Error> {
        let refused = |_| Error::NotAKey(algorithm);
        let pair = match algorithm {
            Algorithm::Rs256 => Pair::Rsa(RsaKeyPair::from_pkcs8(der).map_err(refused)?),
            Algorithm::Es256 => Pair::P256(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(refused)?,
            ),
        };
        Self::from_pair(algorithm, pair)
    }

    fn from_pair(algorithm: Algorithm, pair: Pair) -> Result<Self, Error> {
        let (jwk, verifying) = match &pair {
            Pair::Rsa(pair) => (
                rsa_jwk(pair),
                ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key()),
            ),
            Pair::P256(pair) => (
                p256_jwk(pair),
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key()),
            ),
        };
        Ok(Self {
            algorithm,
            verifying: verifying.map_err(|_| Error::NotAKey(algorithm))?,
            jwk,
            pair,
        })
    }

    /// The private key in PKCS #8, to be sealed and stored.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let refused = |_| Error::NotAKey(self.algorithm);
        Ok(Zeroizing::new(match &self.pair {
            Pair::Rsa(pair) => {
                let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().map_err(refused)?;
                der.as_ref().to_vec()
            }
            Pair::P256(pair) => pair.to_pkcs8v1().map_err(refused)?.as_ref().to_vec(),
        }))
    }

    /// The key's name.
    pub fn kid(&self) -> &str {
        &self.jwk.kid
    }

    /// What it signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its public half.
    pub fn public_jwk(&self) -> &PublicJwk {
        &self.jwk
    }

    /// Signs `claims` as a token of the explicit type `typ` (RFC 8725 §3.11).
    pub fn sign<C: Serialize>(&self, typ: &str, claims: &C) -> Result<String, Error> {
        let header = Header {
            typ: Some(typ.to_owned()),
            alg: self.algorithm.as_str().to_owned(),
            kid: Some(self.jwk.kid.clone()),
            crit: None,
        };
        let mut token = String::with_capacity(1024);
        encode_json(&header, &mut token)?;
        token.push('.');
        encode_json(claims, &mut token)?;
        let signature = self.signature(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    // The `rng` that aws-lc-rs asks for is not used by either algorithm: RSA of
    // PKCS #1 v1.5 takes none, ECDSA draws its own inside the library.
    #[allow(clippy::disallowed_methods)]
    fn signature(&self, input: &[u8]) -> Result<Vec<u8>, Error> {
        let rng = aws_lc_rs::rand::SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &rng, input, &mut signature)
                    .map_err(|_| Error::Signing)?;
                Ok(signature)
            }
            Pair::P256(pair) => pair
                .sign(&rng, input)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| Error::Signing),
        }
    }

    /// The claims of a token that this key signed, or nothing. The header's
    /// algorithm must be this key's own (no algorithm confusion) and its type
    /// the expected one.
    pub fn verify<C: DeserializeOwned>(&self, token: &Unverified<'_>, typ: &str) -> Option<C> {
        if token.header.alg != self.algorithm.as_str() || !token.is_of_type(typ) {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(token.signature).ok()?;
        self.verifying
            .verify_sig(token.signed.as_bytes(), &signature)
            .ok()?;
        token.read_claims()
    }
}

fn encode_json<T: Serialize>(value: &T, onto: &mut String) -> Result<(), Error> {
    let json = serde_json::to_vec(value).map_err(|_| Error::Claims)?;
    URL_SAFE_NO_PAD.encode_string(json, onto);
    Ok(())
}

#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(skip_serializing_if = "Option::is_none")]
    typ: Option<String>,
    alg: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    // Extensions that must be understood; none is, so any refuses the token
    // (RFC 7515 §4.1.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    crit: Option<serde_json::Value>,
}

/// A token taken apart, of which nothing is proven yet.
pub struct Unverified<'a> {
    header: Header,
    signed: &'a str,
    claims: &'a str,
    signature: &'a str,
}

impl<'a> Unverified<'a> {
    /// Takes a compact token apart; nothing when it is none.
    pub fn parse(token: &'a str) -> Option<Self> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        if claims.contains('.') {
            return None;
        }
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        if header.crit.is_some() {
            return None;
        }
        Some(Self {
            header,
            signed,
            claims,
            signature,
        })
    }

    /// The name of the key that the token says it was signed with. It only
    /// chooses among keys that the server already has.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// The claims of a token whose signature the caller has checked before, and which is the
    /// same to the last byte.
    pub fn claims_of_a_checked_token<C: DeserializeOwned>(&self, typ: &str) -> Option<C> {
        self.is_of_type(typ).then(|| self.read_claims()).flatten()
    }

    /// The claims, of which nothing is proven: they only choose whom to ask for keys.
    pub fn unproven_claims<C: DeserializeOwned>(&self) -> Option<C> {
        self.read_claims()
    }

    fn read_claims<C: DeserializeOwned>(&self) -> Option<C> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(self.claims).ok()?).ok()
    }

    // Types are compared as media types: without case, and with the
    // `application/` that RFC 7515 §4.1.9 lets a sender leave out.
    fn is_of_type(&self, typ: &str) -> bool {
        let stated = self.header.typ.as_deref().unwrap_or_default();
        let stated = match stated.get(..12) {
            Some(prefix) if prefix.eq_ignore_ascii_case("application/") => &stated[12..],
            _ => stated,
        };
        stated.eq_ignore_ascii_case(typ)
    }
}

fn rsa_jwk(pair: &RsaKeyPair) -> PublicJwk {
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
    }
}

fn p256_jwk(pair: &EcdsaKeyPair) -> PublicJwk {
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
    }
}

/// RFC 7638: SHA-256 over the required members in lexicographic order.
fn thumbprint(members: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, members.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.as_ref())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn verified(key: &SigningKey, token: &str, typ: &str) -> Option<Value> {
        Unverified::parse(token).and_then(|token| key.verify(&token, typ))
    }

    fn with_header(token: &str, header: Value) -> String {
        let (_, rest) = token.split_once('.').unwrap();
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    #[test]
    fn what_a_key_signed_it_verifies_after_being_stored_and_read_again() {
        for algorithm in Algorithm::ALL {
            let key = SigningKey::generate(algorithm).unwrap();
            let token = key.sign("JWT", &json!({"sub": "a"})).unwrap();
            let again = SigningKey::from_pkcs8(algorithm, &key.to_pkcs8().unwrap()).unwrap();
            assert_eq!(again.kid(), key.kid());
            assert_eq!(verified(&again, &token, "JWT"), Some(json!({"sub": "a"})));
        }
    }

    #[test]
    fn another_key_another_type_and_a_changed_byte_are_refused() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let other = SigningKey::generate(Algorithm::Es256).unwrap();
        let token = key.sign("at+jwt", &json!({"sub": "a"})).unwrap();
        assert!(verified(&key, &token, "at+jwt").is_some());
        assert!(verified(&key, &token, "JWT").is_none());
        assert!(verified(&other, &token, "at+jwt").is_none());
        let longer = format!("{token}A");
        assert!(verified(&key, &longer, "at+jwt").is_none());
        assert!(verified(&key, &token[..token.len() - 1], "at+jwt").is_none());
    }

    #[test]
    fn algorithm_none_and_hmac_with_the_public_key_are_refused() {
        let key = SigningKey::generate(Algorithm::Rs256).unwrap();
        let token = key.sign("JWT", &json!({"sub": "a"})).unwrap();
        for alg in ["none", "None", "HS256", "RS512", "ES256", "rs256"] {
            let forged = with_header(&token, json!({"alg": alg, "typ": "JWT"}));
            assert!(verified(&key, &forged, "JWT").is_none(), "{alg}");
            let unsigned = format!("{}.", forged.rsplit_once('.').unwrap().0);
            assert!(verified(&key, &unsigned, "JWT").is_none(), "{alg}");
        }
    }

    #[test]
    fn a_critical_extension_refuses_the_token() {
        let forged = URL_SAFE_NO_PAD
            .encode(json!({"alg": "ES256", "typ": "JWT", "crit": ["b64"]}).to_string());
        assert!(Unverified::parse(&format!("{forged}.e30.AA")).is_none());
    }

    #[test]
    fn what_is_not_three_parts_is_no_token() {
        for text in ["", ".", "..", "a.b", "a.b.c.d", "e30.e30.e30.e30.e30"] {
            assert!(Unverified::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_public_form_has_no_private_member_and_a_thumbprint_for_its_name() {
        for algorithm in Algorithm::ALL {
            let key = SigningKey::generate(algorithm).unwrap();
            let jwk = serde_json::to_value(key.public_jwk()).unwrap();
            for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
                assert!(jwk.get(private).is_none(), "{private}");
            }
            assert_eq!(jwk["use"], "sig");
            assert_eq!(jwk["alg"], algorithm.as_str());
            assert_eq!(jwk["kid"].as_str().unwrap().len(), 43);
        }
    }

    #[test]
    fn the_thumbprint_is_that_of_the_example_in_rfc_7638() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        assert_eq!(
            thumbprint(&format!(r#"{{"e":"AQAB","kty":"RSA","n":"{n}"}}"#)),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }
}
