//! How the content's key reaches the reader: RSA-OAEP (RFC 7518 §4.3) and ECDH-ES (§4.6).

use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap};
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey,
    OaepPublicEncryptingKey,
};
use zeroize::Zeroizing;

use super::{Bytes, ContentEncryption, KeyManagement, decoded};
use crate::foundation::crypto::digest::sha256;

impl KeyManagement {
    /// Whether it is for RSA keys; the others are for keys on P-256.
    pub(super) const fn is_rsa(self) -> bool {
        matches!(self, Self::RsaOaep | Self::RsaOaep256)
    }

    fn oaep(self) -> &'static OaepAlgorithm {
        match self {
            // The name stands for SHA-1, whose collisions do not matter inside OAEP.
            Self::RsaOaep => &OAEP_SHA1_MGF1SHA1,
            _ => &OAEP_SHA256_MGF1SHA256,
        }
    }

    /// How many bytes are agreed upon: those of the content's key, or of the key that wraps it.
    fn agreed_length(self, content: ContentEncryption) -> usize {
        match self {
            Self::EcdhEsA128kw => 16,
            Self::EcdhEsA256kw => 32,
            _ => content.key_length(),
        }
    }

    fn wraps(self) -> bool {
        matches!(self, Self::EcdhEsA128kw | Self::EcdhEsA256kw)
    }
}

pub(super) fn to_rsa(
    management: KeyManagement,
    reader: &OaepPublicEncryptingKey,
    key: &[u8],
) -> Option<Vec<u8>> {
    let mut out = vec![0; reader.ciphertext_size()];
    let length = reader
        .encrypt(management.oaep(), key, &mut out, None)
        .ok()?
        .len();
    out.truncate(length);
    Some(out)
}

pub(super) fn from_rsa(
    management: KeyManagement,
    own: &OaepPrivateDecryptingKey,
    encrypted: &[u8],
) -> Option<Bytes> {
    let mut out = Zeroizing::new(vec![0; own.min_output_size()]);
    let length = own
        .decrypt(management.oaep(), encrypted, &mut out, None)
        .ok()?
        .len();
    out.truncate(length);
    Some(out)
}

/// What both sides agree upon, and what is mixed into it.
pub(super) struct Agreement<'a> {
    pub(super) management: KeyManagement,
    pub(super) content: ContentEncryption,
    /// Of the sender, in base64url as the header has it.
    pub(super) apu: &'a str,
    /// Of the reader.
    pub(super) apv: &'a str,
}

impl Agreement<'_> {
    /// The key that results from a private key and the other side's point.
    pub(super) fn key(&self, own: &PrivateKey, point: &[u8]) -> Option<Bytes> {
        let other = UnparsedPublicKey::new(&ECDH_P256, point);
        let (apu, apv) = (decoded(self.apu)?, decoded(self.apv)?);
        agreement::agree(own, other, (), |secret| {
            self.derive(secret, &apu, &apv).ok_or(())
        })
        .ok()
    }

    // The Concat KDF of NIST SP 800-56A with SHA-256, as RFC 7518 §4.6.2 fills it in.
    fn derive(&self, secret: &[u8], apu: &[u8], apv: &[u8]) -> Option<Bytes> {
        let length = self.management.agreed_length(self.content);
        let name = if self.management.wraps() {
            self.management.as_str()
        } else {
            self.content.as_str()
        };
        let mut info = Vec::new();
        for part in [name.as_bytes(), apu, apv] {
            info.extend_from_slice(&u32::try_from(part.len()).ok()?.to_be_bytes());
            info.extend_from_slice(part);
        }
        info.extend_from_slice(&u32::try_from(length * 8).ok()?.to_be_bytes());
        let mut out = Zeroizing::new(Vec::new());
        for round in 1u32.. {
            if out.len() >= length {
                break;
            }
            let input = Zeroizing::new([&round.to_be_bytes(), secret, &info].concat());
            out.extend_from_slice(&sha256(&input));
        }
        out.truncate(length);
        Some(out)
    }

    /// The content's key, wrapped in the agreed one.
    pub(super) fn wrap(&self, agreed: &[u8], key: &[u8]) -> Option<Vec<u8>> {
        let mut out = vec![0; key.len() + 8];
        let length = self.kek(agreed)?.wrap(key, &mut out).ok()?.len();
        out.truncate(length);
        Some(out)
    }

    /// The content's key out of its wrapping.
    pub(super) fn unwrap(&self, agreed: &[u8], wrapped: &[u8]) -> Option<Bytes> {
        // Of a key of its length there is one length of wrapping.
        if wrapped.len() != self.content.key_length() + 8 {
            return None;
        }
        let mut out = Zeroizing::new(vec![0; wrapped.len()]);
        let length = self.kek(agreed)?.unwrap(wrapped, &mut out).ok()?.len();
        out.truncate(length);
        Some(out)
    }

    fn kek(&self, agreed: &[u8]) -> Option<AesKek> {
        let cipher = match self.management {
            KeyManagement::EcdhEsA128kw => &AES_128,
            _ => &AES_256,
        };
        AesKek::new(cipher, agreed).ok()
    }

    /// Whether the content's key is wrapped; it is the agreed one itself otherwise.
    pub(super) fn wraps(&self) -> bool {
        self.management.wraps()
    }
}
