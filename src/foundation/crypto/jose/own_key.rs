//! Tokens that bring the key that they are checked with (the `jwk` header of RFC 7515 §4.1.3):
//! proofs of possession. Such a token says nothing of who made it, only that they hold the key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::Algorithm;
use super::foreign::{Jwk, Key, Material, usable};
use super::public_jwk::thumbprint;

/// A proof longer than this is refused before anything is decoded.
const LONGEST: usize = 8 * 1024;

/// A header member that is there twice is no header at all.
#[derive(Deserialize)]
struct Header {
    typ: String,
    alg: Algorithm,
    jwk: Jwk,
    crit: Option<IgnoredAny>,
}

/// What was proven.
pub struct Possession<C> {
    /// The key that was proven to be held: the SHA-256 thumbprint of RFC 7638.
    pub thumbprint: String,
    /// What the token says.
    pub claims: C,
}

/// Checks a token of type `typ` with the public key in its own header; nothing when it is none,
/// when the key is private or of a kind that is not taken, or the algorithm is not of the key's
/// kind.
pub fn verify_with_own_key<C: DeserializeOwned>(token: &str, typ: &str) -> Option<Possession<C>> {
    if token.len() > LONGEST {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header: Header = decoded(header)?;
    let (alg, jwk) = (header.alg, header.jwk);
    if header.typ != typ || header.crit.is_some() || jwk.is_private() {
        return None;
    }
    let key = usable(jwk)?;
    if !key.may_sign_with(alg) {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    key.check(alg, signed.as_bytes(), &signature)?;
    Some(Possession {
        thumbprint: thumbprint_of(&key),
        claims: decoded(claims)?,
    })
}

fn decoded<T: DeserializeOwned>(part: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

// Of the key as it was understood, so that one key has one thumbprint however it is spelled.
fn thumbprint_of(key: &Key) -> String {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    thumbprint(&match &key.material {
        Material::Rsa { n, e } => {
            format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text(e), text(n))
        }
        Material::P256(point) => format!(
            r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#,
            text(&point[1..33]),
            text(&point[33..65])
        ),
        Material::Ed25519(x) => {
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text(x))
        }
    })
}
