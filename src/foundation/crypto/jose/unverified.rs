use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::dangerous;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Algorithm, SignatureAlgorithm};

/// A token longer than this is refused before anything is decoded.
const LONGEST_TOKEN: usize = 16 * 1024;

// What is read of a header. Where keys might be found (`jku`, `x5u`, `jwk`) is not.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// A token of which nothing is proven yet.
pub struct Unverified<'a> {
    text: &'a str,
    header: Header,
}

impl<'a> Unverified<'a> {
    /// Reads the header of a compact token; nothing when it is none.
    pub fn parse(text: &'a str) -> Option<Self> {
        if text.len() > LONGEST_TOKEN || text.split('.').count() != 3 {
            return None;
        }
        let (header, _) = text.split_once('.')?;
        let header = URL_SAFE_NO_PAD.decode(header).ok()?;
        let header: Header = serde_json::from_slice(&header).ok()?;
        // Extensions that must be understood; none is (RFC 7515 §4.1.11).
        header.crit.is_none().then_some(Self { text, header })
    }

    /// The name of the key that the token says it was signed with. It only chooses among keys
    /// that the server already has.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// The claims of a token whose signature the caller has checked before, and which is the
    /// same to the last byte.
    pub fn claims_of_a_checked_token<C: DeserializeOwned>(&self, typ: &str) -> Option<C> {
        if !self.is_of_type(typ) {
            return None;
        }
        dangerous::insecure_decode_claims(self.text).ok()
    }

    /// The claims, of which nothing is proven: they only choose whom to ask for keys.
    pub fn unproven_claims<C: DeserializeOwned>(&self) -> Option<C> {
        dangerous::insecure_decode_claims(self.text).ok()
    }

    /// What it says it is signed with, when that is one of ours.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.header.alg.parse().ok()
    }

    /// What it says it is signed with, when a client may sign with that.
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        match self.header.alg.as_str() {
            "HS256" => Some(SignatureAlgorithm::Hs256),
            _ => Some(match self.algorithm()? {
                Algorithm::Rs256 => SignatureAlgorithm::Rs256,
                Algorithm::Ps256 => SignatureAlgorithm::Ps256,
                Algorithm::Es256 => SignatureAlgorithm::Es256,
                Algorithm::EdDsa => SignatureAlgorithm::EdDsa,
            }),
        }
    }

    /// The claims of a token that the holder of `secret` signed with HS256, or nothing. The
    /// caller decides that a shared secret is what counts: nothing in the token does.
    pub fn verified_with_secret<C: DeserializeOwned>(&self, secret: &[u8]) -> Option<C> {
        if self.header.alg != SignatureAlgorithm::Hs256.as_str() {
            return None;
        }
        let (signed, signature) = self.text.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::verify(&key, signed.as_bytes(), &signature).ok()?;
        self.unproven_claims()
    }

    /// Whether it says nothing of its type, or that it is one of `types`. For tokens of others,
    /// who need not say; our own always do.
    pub fn may_be_of_type(&self, types: &[&str]) -> bool {
        self.header.typ.is_none() || types.iter().any(|typ| self.is_of_type(typ))
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    // Types are compared as media types: without case, and with the `application/` that
    // RFC 7515 §4.1.9 lets a sender leave out.
    pub(super) fn is_of_type(&self, typ: &str) -> bool {
        let stated = self.header.typ.as_deref().unwrap_or_default();
        let stated = match stated.get(..12) {
            Some(prefix) if prefix.eq_ignore_ascii_case("application/") => &stated[12..],
            _ => stated,
        };
        stated.eq_ignore_ascii_case(typ)
    }
}
