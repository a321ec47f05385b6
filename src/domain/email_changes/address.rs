use crate::domain::directory::{address_key, is_plain_address};
use crate::foundation::mail;

/// Longest address that mail servers hand on, in bytes (RFC 5321 §4.5.3.1.3).
const LONGEST: usize = 254;

/// One plain address that a letter can be sent to, as it was typed.
pub(super) fn read(typed: &str) -> Option<String> {
    let address = typed.trim();
    let fits = address.len() <= LONGEST
        && is_plain_address(address)
        && address_key(address).is_some()
        && mail::is_address(address);
    fits.then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_address_is_one_and_nothing_beside_it() {
        assert_eq!(
            read(" Ann@Example.com ").as_deref(),
            Some("Ann@Example.com")
        );
        for typed in [
            "",
            "ann",
            "ann@",
            "@example.com",
            "ann@example.com, eve@evil.test",
            "ann@example.com\r\nBcc: eve@evil.test",
            "ann@evil.test@example.com",
            "\"ann@evil.test\"@example.com",
            "Ann <ann@example.com>",
            "ann@exam ple.com",
            "a\u{200b}nn@example.com",
            &format!("{}@example.com", "a".repeat(250)),
        ] {
            assert_eq!(read(typed), None, "{typed:?}");
        }
    }
}
