//! The header of an encrypted token, and its five parts.

use serde::Deserialize;
use serde_json::Value;

use super::content::Parts;
use super::{ContentEncryption, KeyManagement, decoded};

/// A token longer than this is refused before anything is decoded: as much as a form may hold.
const LONGEST: usize = 64 * 1024;

/// The public half of the sender's key for one message.
#[derive(Deserialize)]
pub(super) struct EphemeralKey {
    pub(super) kty: String,
    pub(super) crv: String,
    pub(super) x: String,
    pub(super) y: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) alg: KeyManagement,
    pub(super) enc: ContentEncryption,
    pub(super) kid: Option<String>,
    cty: Option<String>,
    pub(super) epk: Option<EphemeralKey>,
    #[serde(default)]
    pub(super) apu: String,
    #[serde(default)]
    pub(super) apv: String,
    zip: Option<Value>,
    crit: Option<Value>,
}

/// An encrypted token that nobody has opened yet.
pub struct Encrypted<'a> {
    pub(super) header: Header,
    pub(super) protected: &'a str,
    pub(super) key: Vec<u8>,
    pub(super) content: Parts,
}

impl<'a> Encrypted<'a> {
    /// Whether a text has the five parts of an encrypted token; a signed one has three.
    pub fn looks_like_one(text: &str) -> bool {
        text.split('.').count() == 5
    }

    /// Reads a token in compact form; nothing when it is none, or of an algorithm that is not
    /// understood, compressed, or with extensions that must be.
    pub fn parse(text: &'a str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let parts: Vec<&str> = text.split('.').collect();
        let &[protected, key, iv, content, tag] = parts.as_slice() else {
            return None;
        };
        let header: Header = serde_json::from_slice(&decoded(protected)?).ok()?;
        if header.zip.is_some() || header.crit.is_some() {
            return None;
        }
        Some(Self {
            header,
            protected,
            key: decoded(key)?,
            content: Parts {
                iv: decoded(iv)?,
                text: decoded(content)?,
                tag: decoded(tag)?,
            },
        })
    }

    /// The name of the key that it says it was encrypted to.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// How it says it was encrypted.
    pub fn encryption(&self) -> super::Encryption {
        super::Encryption {
            management: self.header.alg,
            content: self.header.enc,
        }
    }

    /// What it says its content is.
    pub fn content_type(&self) -> Option<&str> {
        self.header.cty.as_deref()
    }
}
