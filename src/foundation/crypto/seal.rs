//! The master key, and what is sealed with it: secrets that must be readable again.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::random;

/// The key that seals the rows' readable secrets. It lives beside the database, not in it:
/// whoever has a copy of the database alone cannot sign a token.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why something sealed could not be opened, or the master key not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not there, not ours to read, or cannot be made.
    #[error("the master key {path} cannot be read: {source}")]
    Unreadable {
        /// The key's file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not a master key.
    #[error("{0} is not a master key: 43 characters of base64url are expected")]
    Malformed(String),
    /// Sealed with another key, for another purpose, or changed since.
    #[error("a sealed value does not open: another master key, or a damaged row")]
    Sealed,
}

struct Len32;

impl KeyType for Len32 {
    fn len(&self) -> usize {
        32
    }
}

impl MasterKey {
    /// A new key, of no file.
    pub fn generate() -> Self {
        Self(Zeroizing::new(random::bytes()))
    }

    /// Reads the key at `path`, or makes it, readable by its owner alone. Of two processes
    /// that start at once, one makes it and the other reads it.
    pub fn load_or_create(path: &Path) -> Result<Self, Error> {
        match fs::read_to_string(path) {
            Ok(text) => Self::from_text(&Zeroizing::new(text), path),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Self::create(path),
            Err(source) => Err(unreadable(path, source)),
        }
    }

    fn create(path: &Path) -> Result<Self, Error> {
        let key = Self::generate();
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(*key.0));
        match write_new(path, text.as_bytes()) {
            Ok(()) => Ok(key),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                let text = fs::read_to_string(path).map_err(|e| unreadable(path, e))?;
                Self::from_text(&Zeroizing::new(text), path)
            }
            Err(source) => Err(unreadable(path, source)),
        }
    }

    fn from_text(text: &str, path: &Path) -> Result<Self, Error> {
        let malformed = || Error::Malformed(path.display().to_string());
        let bytes = Zeroizing::new(
            URL_SAFE_NO_PAD
                .decode(text.trim())
                .map_err(|_| malformed())?,
        );
        let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| malformed())?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// Seals `plain` for one purpose: what was sealed as a signing key does not open as
    /// anything else. AES-256-GCM with a random nonce; the key is derived per context.
    pub fn seal(&self, plain: &[u8], context: &str) -> Result<String, Error> {
        let nonce = random::bytes::<NONCE_LEN>();
        let mut sealed = plain.to_vec();
        self.aead(context)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| Error::Sealed)?;
        let mut out = nonce.to_vec();
        out.extend_from_slice(&sealed);
        Ok(URL_SAFE_NO_PAD.encode(out))
    }

    /// Opens what [`MasterKey::seal`] sealed for the same context.
    pub fn open(&self, sealed: &str, context: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Error::Sealed)?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LEN).ok_or(Error::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Error::Sealed)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self
            .aead(context)?
            .open_in_place(nonce, Aad::from(context.as_bytes()), &mut text)
            .map_err(|_| Error::Sealed)?
            .len();
        text.truncate(length);
        Ok(text)
    }

    /// HMAC-SHA-256 of `message` under a key derived for `context`: to recognise what this
    /// server made, without a query.
    pub fn mac(&self, context: &str, message: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &*self.derive(&format!("mac {context}")));
        let mut out = [0; 32];
        out.copy_from_slice(hmac::sign(&key, message).as_ref());
        out
    }

    fn aead(&self, context: &str) -> Result<LessSafeKey, Error> {
        let key = self.derive(&format!("seal {context}"));
        UnboundKey::new(&AES_256_GCM, &*key)
            .map(LessSafeKey::new)
            .map_err(|_| Error::Sealed)
    }

    fn derive(&self, context: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        let filled = Salt::new(HKDF_SHA256, b"doorward")
            .extract(&*self.0)
            .expand(&[context.as_bytes()], Len32)
            .and_then(|okm| okm.fill(&mut *key));
        if filled.is_err() {
            // HKDF fails only for lengths that it cannot make; 32 is not one of them.
            std::process::abort();
        }
        key
    }
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Unreadable {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_context_only() {
        let key = MasterKey::generate();
        let sealed = key.seal(b"private", "signing key").unwrap();
        assert_eq!(&**key.open(&sealed, "signing key").unwrap(), b"private");
        assert!(key.open(&sealed, "totp secret").is_err());
        assert!(MasterKey::generate().open(&sealed, "signing key").is_err());
    }

    #[test]
    fn a_changed_or_cut_seal_does_not_open() {
        let key = MasterKey::generate();
        let sealed = key.seal(b"private", "c").unwrap();
        let mut changed = sealed.clone().into_bytes();
        changed[20] = if changed[20] == b'A' { b'B' } else { b'A' };
        assert!(
            key.open(std::str::from_utf8(&changed).unwrap(), "c")
                .is_err()
        );
        assert!(key.open(&sealed[..8], "c").is_err());
        assert!(key.open("", "c").is_err());
    }

    #[test]
    fn a_macs_context_separates_it() {
        let key = MasterKey::generate();
        assert_eq!(key.mac("a", b"m"), key.mac("a", b"m"));
        assert_ne!(key.mac("a", b"m"), key.mac("b", b"m"));
    }

    #[test]
    fn the_key_file_is_made_once_and_read_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let made = MasterKey::load_or_create(&path).unwrap();
        let read = MasterKey::load_or_create(&path).unwrap();
        assert_eq!(made.mac("x", b"y"), read.mac("x", b"y"));
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::write(&path, "short").unwrap();
        assert!(matches!(
            MasterKey::load_or_create(&path),
            Err(Error::Malformed(_))
        ));
    }
}
