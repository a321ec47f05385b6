//! Proof key for code exchange (RFC 7636), S256 only.

use crate::foundation::crypto::digest::Digest;

/// The challenge that belongs to a verifier, or nothing when the text cannot be one: 43 to 128
/// unreserved characters.
pub fn challenge_of(verifier: &str) -> Option<String> {
    let unreserved =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let well_formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
    well_formed.then(|| Digest::of(verifier.as_bytes()).as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636_appendix_b() {
        assert_eq!(
            challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").as_deref(),
            Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        );
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        assert!(challenge_of(&"a".repeat(42)).is_none());
        assert!(challenge_of(&"a".repeat(43)).is_some());
        assert!(challenge_of(&"~".repeat(64)).is_some());
        assert!(challenge_of(&".".repeat(128)).is_some());
        assert!(challenge_of(&"a".repeat(129)).is_none());
        for bad in ["+", "/", "=", " ", "%", "é", "\n"] {
            assert!(
                challenge_of(&format!("{}{bad}", "a".repeat(50))).is_none(),
                "{bad}"
            );
        }
    }
}
