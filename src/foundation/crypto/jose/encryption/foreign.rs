//! The public keys of others, to encrypt to.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::rsa::{OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents};
use serde::Deserialize;
use serde_json::{Value, json};

use super::management::{self, Agreement};
use super::{Encryption, KeyManagement, NotEncrypted, decoded, encoded};

/// More keys than this are not looked through.
const MOST_KEYS: usize = 100;
/// RSA keys of 2048 to 8192 bits.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;

/// The keys of a key set that can be encrypted to.
pub struct EncryptionKeys(Vec<Key>);

struct Key {
    kid: Option<String>,
    alg: Option<String>,
    material: Material,
}

enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
}

#[derive(Deserialize)]
struct Jwk {
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
}

impl EncryptionKeys {
    /// The keys of a key set (RFC 7517) that may be encrypted to; those of other kinds, and
    /// those that only sign, are passed over.
    pub fn read(set: &Value) -> Self {
        let all = set.get("keys").and_then(Value::as_array);
        let keys = all.into_iter().flatten().take(MOST_KEYS);
        Self(
            keys.filter_map(|key| usable(Jwk::deserialize(key).ok()?))
                .collect(),
        )
    }

    /// Whether there is a key for the algorithm.
    pub fn has_one_for(&self, management: KeyManagement) -> bool {
        self.find(management).is_some()
    }

    /// Encrypts, with `more` in the header (`cty: JWT` for a token within a token).
    ///
    /// # Errors
    /// There is no key for the algorithm, or the library refuses.
    pub fn encrypt(
        &self,
        encryption: Encryption,
        more: &[(&str, &str)],
        plain: &[u8],
    ) -> Result<String, NotEncrypted> {
        let management = encryption.management;
        let reader = self
            .find(management)
            .ok_or(NotEncrypted::NoKey(management))?;
        reader
            .encrypt(encryption, more, plain)
            .ok_or(NotEncrypted::Failed)
    }

    fn find(&self, management: KeyManagement) -> Option<&Key> {
        self.0.iter().find(|key| key.is_for(management))
    }
}

impl Key {
    fn is_for(&self, management: KeyManagement) -> bool {
        let kind = matches!(self.material, Material::Rsa { .. }) == management.is_rsa();
        kind && self
            .alg
            .as_deref()
            .is_none_or(|alg| alg == management.as_str())
    }

    fn encrypt(
        &self,
        encryption: Encryption,
        more: &[(&str, &str)],
        plain: &[u8],
    ) -> Option<String> {
        let mut header = json!({
            "alg": encryption.management.as_str(),
            "enc": encryption.content.as_str(),
        });
        let kid = self.kid.as_deref().map(|kid| ("kid", kid));
        for (name, value) in kid.iter().chain(more) {
            header[*name] = json!(value);
        }
        let (key, encrypted_key) = match &self.material {
            Material::Rsa { n, e } => {
                let reader: PublicEncryptingKey = PublicKeyComponents { n, e }.try_into().ok()?;
                let reader = OaepPublicEncryptingKey::new(reader).ok()?;
                let key = encryption.content.new_key();
                let encrypted = management::to_rsa(encryption.management, &reader, &key)?;
                (key, encrypted)
            }
            Material::P256(point) => {
                let once = PrivateKey::generate(&ECDH_P256).ok()?;
                header["epk"] = jwk_of(&once)?;
                let agreement = Agreement {
                    management: encryption.management,
                    content: encryption.content,
                    apu: "",
                    apv: "",
                };
                let agreed = agreement.key(&once, point)?;
                if agreement.wraps() {
                    let key = encryption.content.new_key();
                    let wrapped = agreement.wrap(&agreed, &key)?;
                    (key, wrapped)
                } else {
                    (agreed, Vec::new())
                }
            }
        };
        let protected = encoded(header.to_string());
        let content = encryption
            .content
            .encrypt(&key, plain, protected.as_bytes())?;
        let parts = [
            protected,
            encoded(encrypted_key),
            encoded(content.iv),
            encoded(content.text),
            encoded(content.tag),
        ];
        Some(parts.join("."))
    }
}

/// The public half of a key on P-256.
pub(super) fn jwk_of(key: &PrivateKey) -> Option<Value> {
    let public = key.compute_public_key().ok()?;
    // The uncompressed point: 0x04, then 32 bytes each of x and y.
    let (x, y) = public.as_ref().get(1..65)?.split_at(32);
    Some(json!({ "kty": "EC", "crv": "P-256", "x": encoded(x), "y": encoded(y) }))
}

/// The uncompressed point of a key on P-256, out of its coordinates.
pub(super) fn point_of(x: &str, y: &str) -> Option<Vec<u8>> {
    let (x, y) = (decoded(x)?, decoded(y)?);
    (x.len() == 32 && y.len() == 32).then(|| [&[4][..], &x, &y].concat())
}

fn usable(jwk: Jwk) -> Option<Key> {
    if jwk.usage.as_deref().is_some_and(|usage| usage != "enc") {
        return None;
    }
    let alg = jwk.alg.as_deref();
    if alg.is_some_and(|alg| alg.parse::<KeyManagement>().is_err()) {
        return None;
    }
    let material = match jwk.kty.as_str() {
        "RSA" => {
            let n = decoded(jwk.n.as_deref()?)?;
            let leading = n.iter().take_while(|byte| **byte == 0).count();
            let n = n[leading..].to_vec();
            let e = decoded(jwk.e.as_deref()?)?;
            RSA_BYTES
                .contains(&n.len())
                .then_some(Material::Rsa { n, e })?
        }
        "EC" if jwk.crv.as_deref() == Some("P-256") => {
            Material::P256(point_of(jwk.x.as_deref()?, jwk.y.as_deref()?)?)
        }
        _ => return None,
    };
    Some(Key {
        kid: jwk.kid,
        alg: jwk.alg,
        material,
    })
}
