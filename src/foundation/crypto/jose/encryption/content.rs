//! The content: AES-GCM, and AES-CBC with HMAC (RFC 7518 §5).

use aws_lc_rs::aead::{self, AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    self, AES_128, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::hmac::{self, HMAC_SHA256, HMAC_SHA512};
use zeroize::Zeroizing;

use super::{Bytes, ContentEncryption};
use crate::foundation::crypto::digest::constant_time_equal;
use crate::foundation::crypto::random;

const GCM_TAG: usize = 16;

/// An encrypted content, in the three parts of the compact form.
pub(super) struct Parts {
    pub(super) iv: Vec<u8>,
    pub(super) text: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

impl ContentEncryption {
    /// The bytes of the key: of CBC, the key of the MAC and that of the cipher.
    pub(super) const fn key_length(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A256CbcHs512 => 64,
        }
    }

    /// A new key.
    pub(super) fn new_key(self) -> Bytes {
        let random = Zeroizing::new(random::bytes::<64>());
        Zeroizing::new(random[..self.key_length()].to_vec())
    }

    pub(super) fn encrypt(self, key: &[u8], plain: &[u8], aad: &[u8]) -> Option<Parts> {
        match self {
            Self::A128Gcm => encrypt_gcm(&AES_128_GCM, key, plain, aad),
            Self::A256Gcm => encrypt_gcm(&AES_256_GCM, key, plain, aad),
            Self::A128CbcHs256 => CBC_128.encrypt(key, plain, aad),
            Self::A256CbcHs512 => CBC_256.encrypt(key, plain, aad),
        }
    }

    pub(super) fn decrypt(self, key: &[u8], parts: Parts, aad: &[u8]) -> Option<Bytes> {
        match self {
            Self::A128Gcm => decrypt_gcm(&AES_128_GCM, key, parts, aad),
            Self::A256Gcm => decrypt_gcm(&AES_256_GCM, key, parts, aad),
            Self::A128CbcHs256 => CBC_128.decrypt(key, parts, aad),
            Self::A256CbcHs512 => CBC_256.decrypt(key, parts, aad),
        }
    }
}

fn encrypt_gcm(
    algorithm: &'static aead::Algorithm,
    key: &[u8],
    plain: &[u8],
    aad: &[u8],
) -> Option<Parts> {
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?);
    let iv = random::bytes::<12>();
    let mut text = plain.to_vec();
    // The key is used once, so the nonce cannot come twice.
    let nonce = Nonce::assume_unique_for_key(iv);
    let tag = key
        .seal_in_place_separate_tag(nonce, Aad::from(aad), &mut text)
        .ok()?;
    Some(Parts {
        iv: iv.to_vec(),
        text,
        tag: tag.as_ref().to_vec(),
    })
}

fn decrypt_gcm(
    algorithm: &'static aead::Algorithm,
    key: &[u8],
    parts: Parts,
    aad: &[u8],
) -> Option<Bytes> {
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(&parts.iv).ok()?;
    // A shorter tag would be easier to guess; the whole one is the only one (RFC 7518 §5.3).
    if parts.tag.len() != GCM_TAG {
        return None;
    }
    let mut text = Zeroizing::new(parts.text);
    text.extend_from_slice(&parts.tag);
    let length = key
        .open_in_place(nonce, Aad::from(aad), &mut text)
        .ok()?
        .len();
    text.truncate(length);
    Some(text)
}

/// AES-CBC with HMAC (RFC 7518 §5.2): the first half of the key is the MAC's, the second the
/// cipher's, and the tag is the first half of the MAC.
struct CbcHmac {
    cipher: &'static cipher::Algorithm,
    mac: hmac::Algorithm,
    half: usize,
}

static CBC_128: CbcHmac = CbcHmac {
    cipher: &AES_128,
    mac: HMAC_SHA256,
    half: 16,
};
static CBC_256: CbcHmac = CbcHmac {
    cipher: &AES_256,
    mac: HMAC_SHA512,
    half: 32,
};

impl CbcHmac {
    fn encrypt(&self, key: &[u8], plain: &[u8], aad: &[u8]) -> Option<Parts> {
        let (mac_key, cipher_key) = self.halves(key)?;
        let iv = random::bytes::<16>();
        let mut text = plain.to_vec();
        let cipher_key = UnboundCipherKey::new(self.cipher, cipher_key).ok()?;
        PaddedBlockEncryptingKey::cbc_pkcs7(cipher_key)
            .ok()?
            .less_safe_encrypt(&mut text, EncryptionContext::Iv128((&iv).into()))
            .ok()?;
        Some(Parts {
            tag: self.tag(mac_key, aad, &iv, &text)?,
            iv: iv.to_vec(),
            text,
        })
    }

    // The MAC first: what it does not cover is not deciphered, so the padding tells nothing.
    fn decrypt(&self, key: &[u8], parts: Parts, aad: &[u8]) -> Option<Bytes> {
        let (mac_key, cipher_key) = self.halves(key)?;
        let tag = self.tag(mac_key, aad, &parts.iv, &parts.text)?;
        if !constant_time_equal(&tag, &parts.tag) {
            return None;
        }
        let iv: [u8; 16] = parts.iv.as_slice().try_into().ok()?;
        let mut text = Zeroizing::new(parts.text);
        let cipher_key = UnboundCipherKey::new(self.cipher, cipher_key).ok()?;
        let length = PaddedBlockDecryptingKey::cbc_pkcs7(cipher_key)
            .ok()?
            .decrypt(&mut text, DecryptionContext::Iv128((&iv).into()))
            .ok()?
            .len();
        text.truncate(length);
        Some(text)
    }

    fn halves<'k>(&self, key: &'k [u8]) -> Option<(&'k [u8], &'k [u8])> {
        (key.len() == 2 * self.half).then(|| key.split_at(self.half))
    }

    fn tag(&self, key: &[u8], aad: &[u8], iv: &[u8], text: &[u8]) -> Option<Vec<u8>> {
        let bits = u64::try_from(aad.len()).ok()?.checked_mul(8)?;
        let mut mac = hmac::Context::with_key(&hmac::Key::new(self.mac, key));
        for part in [aad, iv, text, &bits.to_be_bytes()] {
            mac.update(part);
        }
        Some(mac.sign().as_ref()[..self.half].to_vec())
    }
}
