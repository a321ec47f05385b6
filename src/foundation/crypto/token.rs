//! A plain token, between its making and its showing.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::digest::Digest;
use super::random;

/// A secret in the clear: made here or presented by a caller. It is wiped when dropped, and
/// neither `Debug` nor `Display` shows it.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// `prefix` and 256 random bits in base64url. The prefix tells secret scanners (and
    /// people) what it is.
    pub fn generate(prefix: &str) -> Self {
        let random = Zeroizing::new(random::bytes::<32>());
        let mut text = Zeroizing::new(String::with_capacity(prefix.len() + 43));
        text.push_str(prefix);
        URL_SAFE_NO_PAD.encode_string(*random, &mut text);
        Self(text)
    }

    /// The secret itself: to show it once, to send it, or to compare it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the database keeps of it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself_when_it_is_debugged() {
        let secret = Secret::generate("dw_");
        assert!(!format!("{secret:?}").contains(&secret.reveal()[3..]));
    }

    #[test]
    fn two_secrets_differ_and_carry_256_bits() {
        let (a, b) = (Secret::generate("dw_"), Secret::generate("dw_"));
        assert_ne!(a.reveal(), b.reveal());
        assert_eq!(a.reveal().len(), 3 + 43);
    }
}
