//! Public keys of others: a key set as they publish or register it (RFC 7517).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Algorithm, EncryptionKeys, Unverified};
use crate::foundation::crypto::certificate::Certificate;
use crate::foundation::crypto::digest::sha256;

/// More keys than this are not looked through.
const MOST_KEYS: usize = 100;
/// RSA keys of 2048 to 8192 bits.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;

/// A set of public keys, of which those are kept that can be used here.
pub struct ForeignKeys {
    verifying: Vec<Key>,
    encrypting: EncryptionKeys,
    /// SHA-256 of the certificates that belong to them.
    certificates: Vec<Vec<u8>>,
}

pub(super) struct Key {
    kid: Option<String>,
    /// The only algorithm, where the key set names one.
    alg: Option<Algorithm>,
    pub(super) material: Material,
}

pub(super) enum Material {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// The uncompressed point.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    kid: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<Value>,
    k: Option<Value>,
    #[serde(default)]
    x5c: Vec<String>,
    #[serde(rename = "x5t#S256")]
    thumbprint: Option<String>,
}

/// Why a key set cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeys {
    /// Not an object with an array `keys`.
    #[error("it is no key set: {{\"keys\": […]}} is expected")]
    NotAKeySet,
    /// Somebody has pasted what was to stay with them.
    #[error("it holds a private or symmetric key, which belongs to nobody but its owner")]
    Private,
    /// Nothing in it can be used.
    #[error(
        "it has no key that can be used: RSA of 2048 bits or more, EC on P-256 or Ed25519, to sign with RS256, PS256, ES256 or EdDSA"
    )]
    NoUsableKey,
}

impl ForeignKeys {
    /// Reads a key set. Keys of other kinds are passed over.
    ///
    /// # Errors
    /// It is none, holds a private key, or no key that can be used.
    pub fn read(set: &Value) -> Result<Self, InvalidKeys> {
        let keys = Self::published(set)?;
        if keys.verifying.is_empty() && keys.certificates.is_empty() {
            Err(InvalidKeys::NoUsableKey)
        } else {
            Ok(keys)
        }
    }

    /// Reads a key set that its owner publishes, which may hold keys to encrypt to alone.
    ///
    /// # Errors
    /// It is none, or holds a private key.
    pub fn published(set: &Value) -> Result<Self, InvalidKeys> {
        let all = set.get("keys").and_then(Value::as_array);
        let all = all.ok_or(InvalidKeys::NotAKeySet)?;
        let (mut keys, mut certificates) = (Vec::new(), Vec::new());
        for key in all.iter().take(MOST_KEYS) {
            let Ok(jwk) = Jwk::deserialize(key) else {
                continue;
            };
            if jwk.is_private() {
                return Err(InvalidKeys::Private);
            }
            certificates.extend(thumbprint(&jwk));
            keys.extend(usable(jwk));
        }
        Ok(Self {
            verifying: keys,
            encrypting: EncryptionKeys::read(set),
            certificates,
        })
    }

    /// Those that can be encrypted to.
    pub fn encrypting(&self) -> &EncryptionKeys {
        &self.encrypting
    }

    /// Whether one of them can have signed the token, by what its header says. (A set that was
    /// read before the key was made cannot tell.)
    pub fn may_verify(&self, token: &Unverified<'_>) -> bool {
        self.candidate(token).is_some()
    }

    /// The claims of a token that one of them signed, or nothing. The key is chosen by its
    /// name, and by its kind alone only when there is one of the kind; the header's algorithm
    /// must be the one of the key's kind, so none of `none`, HMAC with a public key, and
    /// `jku`, `x5u` or `jwk` of the header has a say.
    pub fn verify<C: DeserializeOwned>(&self, token: &Unverified<'_>) -> Option<C> {
        let key = self.candidate(token)?;
        let (signed, signature) = token.text().rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let signed = signed.as_bytes();
        key.check(token.algorithm()?, signed, &signature)?;
        token.unproven_claims()
    }

    /// Whether the certificate is one of theirs (RFC 8705 §2.2.2).
    pub fn have_certificate(&self, shown: &Certificate) -> bool {
        let mut own = self.certificates.iter();
        own.any(|thumbprint| shown.has_thumbprint(thumbprint))
    }

    fn candidate(&self, token: &Unverified<'_>) -> Option<&Key> {
        let algorithm = token.algorithm()?;
        let suits = |key: &&Key| key.may_sign_with(algorithm);
        let mut suitable = self.verifying.iter().filter(suits);
        match token.kid() {
            Some(kid) => suitable.find(|key| key.kid.as_deref() == Some(kid)),
            None => match (suitable.next(), suitable.next()) {
                (Some(only), None) => Some(only),
                _ => None,
            },
        }
    }
}

impl Jwk {
    /// Whether there is something in it that only its owner may know.
    pub(super) fn is_private(&self) -> bool {
        self.d.is_some() || self.k.is_some()
    }
}

impl Key {
    pub(super) fn may_sign_with(&self, algorithm: Algorithm) -> bool {
        let of_its_kind = match self.material {
            Material::Rsa { .. } => Algorithm::Rs256,
            Material::P256(_) => Algorithm::Es256,
            Material::Ed25519(_) => Algorithm::EdDsa,
        };
        algorithm.of_key() == of_its_kind && self.alg.is_none_or(|alg| alg == algorithm)
    }

    pub(super) fn check(
        &self,
        algorithm: Algorithm,
        signed: &[u8],
        signature: &[u8],
    ) -> Option<()> {
        match &self.material {
            Material::Rsa { n, e } => {
                let padding: &RsaParameters = match algorithm {
                    Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
                    _ => &RSA_PKCS1_2048_8192_SHA256,
                };
                let key = RsaPublicKeyComponents { n, e };
                key.verify(padding, signed, signature).ok()
            }
            Material::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                .verify(signed, signature)
                .ok(),
            Material::Ed25519(point) => UnparsedPublicKey::new(&ED25519, point)
                .verify(signed, signature)
                .ok(),
        }
    }
}

/// The first certificate of a key is that of the key (RFC 7517 §4.7).
fn thumbprint(jwk: &Jwk) -> Option<Vec<u8>> {
    match (jwk.x5c.first(), &jwk.thumbprint) {
        (Some(certificate), _) => Some(sha256(&STANDARD.decode(certificate).ok()?).to_vec()),
        (None, Some(thumbprint)) => URL_SAFE_NO_PAD.decode(thumbprint).ok(),
        (None, None) => None,
    }
}

pub(super) fn usable(jwk: Jwk) -> Option<Key> {
    if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
        return None;
    }
    let decoded = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
    let material = match jwk.kty.as_str() {
        "RSA" => {
            let n = decoded(&jwk.n)?;
            let leading = n.iter().take_while(|byte| **byte == 0).count();
            let n = n[leading..].to_vec();
            let e = decoded(&jwk.e)?;
            RSA_BYTES
                .contains(&n.len())
                .then_some(Material::Rsa { n, e })?
        }
        "EC" if jwk.crv.as_deref() == Some("P-256") => {
            let (x, y) = (decoded(&jwk.x)?, decoded(&jwk.y)?);
            let whole = x.len() == 32 && y.len() == 32;
            whole.then(|| Material::P256([&[4][..], &x, &y].concat()))?
        }
        "OKP" if jwk.crv.as_deref() == Some("Ed25519") => {
            let x = decoded(&jwk.x)?;
            (x.len() == 32).then_some(Material::Ed25519(x))?
        }
        _ => return None,
    };
    let alg = jwk.alg.as_deref().map(str::parse).transpose().ok()?;
    let key = Key {
        kid: jwk.kid,
        alg,
        material,
    };
    Algorithm::ALL
        .into_iter()
        .any(|algorithm| key.may_sign_with(algorithm))
        .then_some(key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::SigningKey;
    use super::*;

    fn set(keys: &[&SigningKey]) -> Value {
        let all: Vec<_> = keys.iter().flat_map(|key| key.public_jwks()).collect();
        json!({ "keys": all })
    }

    fn verified(keys: &Value, token: &str) -> Option<Value> {
        ForeignKeys::read(keys)
            .unwrap()
            .verify(&Unverified::parse(token)?)
    }

    fn with_header(token: &str, header: &Value) -> String {
        let (_, rest) = token.split_once('.').unwrap();
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    #[test]
    fn a_token_is_checked_with_the_key_that_it_names() {
        let rsa = SigningKey::generate(Algorithm::Rs256).unwrap();
        let ec = SigningKey::generate(Algorithm::Es256).unwrap();
        let other = SigningKey::generate(Algorithm::Es256).unwrap();
        let ed = SigningKey::generate(Algorithm::EdDsa).unwrap();
        let keys = set(&[&rsa, &ec, &ed]);
        for key in [&rsa, &ec, &ed] {
            let token = key.sign("JWT", &json!({ "sub": "a" })).unwrap();
            assert_eq!(verified(&keys, &token), Some(json!({ "sub": "a" })));
            assert_eq!(verified(&keys, &format!("{token}A")), None);
        }
        let token = other.sign("JWT", &json!({})).unwrap();
        assert_eq!(verified(&keys, &token), None);
    }

    #[test]
    fn an_rsa_key_without_a_stated_algorithm_checks_both_paddings_and_with_one_only_that() {
        let rsa = SigningKey::generate(Algorithm::Rs256).unwrap();
        let claims = json!({ "sub": "a" });
        let tokens =
            [Algorithm::Rs256, Algorithm::Ps256].map(|one| rsa.sign_with(one, "JWT", &claims));
        let [pkcs1, pss] = tokens.map(Result::unwrap);
        let stated = set(&[&rsa]);
        assert!(verified(&stated, &pkcs1).is_some() && verified(&stated, &pss).is_some());
        let mut one = serde_json::to_value(rsa.public_jwk()).unwrap();
        assert_eq!(verified(&json!({ "keys": [one] }), &pss), None);
        one.as_object_mut().unwrap().remove("alg");
        let open = json!({ "keys": [one] });
        assert_eq!(verified(&open, &pkcs1), Some(claims));
        // The same signature under the name of the other algorithm is none.
        let crossed = with_header(&pkcs1, &json!({ "alg": "PS256", "kid": rsa.kid() }));
        assert_eq!(verified(&open, &crossed), None);
    }

    #[test]
    fn both_names_of_the_algorithm_on_ed25519_are_understood() {
        let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
        let mut jwk = serde_json::to_value(key.public_jwk()).unwrap();
        let token = key.sign("JWT", &json!({ "sub": "a" })).unwrap();
        for name in ["EdDSA", "Ed25519"] {
            jwk["alg"] = json!(name);
            assert!(
                verified(&json!({ "keys": [jwk] }), &token).is_some(),
                "{name}"
            );
        }
        jwk["alg"] = json!("Ed448");
        assert!(ForeignKeys::read(&json!({ "keys": [jwk] })).is_err());
    }

    #[test]
    fn a_token_without_a_key_name_is_checked_when_one_key_only_is_of_its_kind() {
        let one = SigningKey::generate(Algorithm::Es256).unwrap();
        let other = SigningKey::generate(Algorithm::Es256).unwrap();
        let keys = set(&[&one]);
        let named = one.sign("JWT", &json!({})).unwrap();
        // Its signature is over another header, so it only shows which key is chosen.
        let nameless = with_header(&named, &json!({ "alg": "ES256" }));
        let chosen = |keys: &Value| {
            let token = Unverified::parse(&nameless).unwrap();
            ForeignKeys::read(keys).unwrap().may_verify(&token)
        };
        assert!(chosen(&keys));
        assert!(!chosen(&set(&[&one, &other])));
    }

    #[test]
    fn what_the_header_says_of_algorithms_and_keys_elsewhere_has_no_say() {
        let key = SigningKey::generate(Algorithm::Rs256).unwrap();
        let forger = SigningKey::generate(Algorithm::Rs256).unwrap();
        let keys = set(&[&key]);
        let token = key.sign("JWT", &json!({})).unwrap();
        for alg in ["none", "None", "HS256", "RS512", "PS256", "ES256", ""] {
            let header = json!({ "alg": alg, "kid": key.kid() });
            assert_eq!(
                verified(&keys, &with_header(&token, &header)),
                None,
                "{alg}"
            );
        }
        let forged = forger.sign("JWT", &json!({})).unwrap();
        for header in [
            json!({ "alg": "RS256", "kid": key.kid(), "jwk": forger.public_jwk() }),
            json!({ "alg": "RS256", "kid": key.kid(), "jku": "https://evil.example/jwks" }),
            json!({ "alg": "RS256", "kid": key.kid(), "x5u": "https://evil.example/x5u" }),
            json!({ "alg": "RS256", "kid": "../../dev/null" }),
            json!({ "alg": "RS256", "kid": "' or 1=1 --" }),
        ] {
            assert_eq!(
                verified(&keys, &with_header(&forged, &header)),
                None,
                "{header}"
            );
        }
    }

    #[test]
    fn private_weak_foreign_and_encryption_keys_are_not_taken() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let mut private = serde_json::to_value(key.public_jwk()).unwrap();
        private["d"] = json!("AQAB");
        let refused = |keys: Value| ForeignKeys::read(&keys).err();
        assert_eq!(
            refused(json!({ "keys": [private] })),
            Some(InvalidKeys::Private)
        );
        let shared = json!({ "kty": "oct", "k": "AQAB" });
        assert_eq!(
            refused(json!({ "keys": [shared] })),
            Some(InvalidKeys::Private)
        );
        let mut encrypts = serde_json::to_value(key.public_jwk()).unwrap();
        encrypts["use"] = json!("enc");
        let weak = json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0xff; 128]), "e": "AQAB" });
        let other = json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" });
        let none = refused(json!({ "keys": [encrypts, weak, other, 7] }));
        assert_eq!(none, Some(InvalidKeys::NoUsableKey));
        assert_eq!(refused(json!([])), Some(InvalidKeys::NotAKeySet));
        assert_eq!(
            refused(json!({ "keys": [] })),
            Some(InvalidKeys::NoUsableKey)
        );
    }
}
