//! The text of a key: `dwk_`, 43 characters of base 62 (256 random bits), and 6
//! characters of checksum. The prefix tells secret scanners what they have found; the
//! checksum tells a mistyped or invented key from a real one without a query.

use zeroize::Zeroizing;

use crate::foundation::crypto::{digest::sha256, random, token::Secret};

const PREFIX: &str = "dwk_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_CHARS: usize = 43;
const CHECKSUM_CHARS: usize = 6;
/// The first characters, which may be shown: the prefix and 24 of the random bits.
const HINT_CHARS: usize = PREFIX.len() + 4;

/// A new key's text.
pub(super) fn generate() -> Secret {
    let mut text = Zeroizing::new(String::with_capacity(
        PREFIX.len() + RANDOM_CHARS + CHECKSUM_CHARS,
    ));
    text.push_str(PREFIX);
    while text.len() < PREFIX.len() + RANDOM_CHARS {
        let bytes = Zeroizing::new(random::bytes::<64>());
        let missing = PREFIX.len() + RANDOM_CHARS - text.len();
        // 248 = 4 · 62: bytes above it would make some characters likelier.
        let even = bytes.iter().filter(|byte| **byte < 248).take(missing);
        text.extend(even.map(|byte| char::from(ALPHABET[usize::from(byte % 62)])));
    }
    let checksum = checksum(&text);
    text.extend(checksum.map(char::from));
    Secret::from(text.as_str())
}

/// What may be shown of a key's text.
pub(super) fn hint(key: &Secret) -> String {
    key.reveal().chars().take(HINT_CHARS).collect()
}

/// Whether the text can be a key at all.
pub(super) fn is_well_formed(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(PREFIX) else {
        return false;
    };
    rest.len() == RANDOM_CHARS + CHECKSUM_CHARS
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text
            .as_bytes()
            .ends_with(&checksum(&text[..PREFIX.len() + RANDOM_CHARS]))
}

/// 32 bits of SHA-256, in base 62. It is no proof: whoever makes a text that passes it
/// has only made a text that is looked up.
fn checksum(text: &str) -> [u8; CHECKSUM_CHARS] {
    let [a, b, c, d, ..] = sha256(text.as_bytes());
    let mut rest = u32::from_be_bytes([a, b, c, d]);
    let mut chars = [0; CHECKSUM_CHARS];
    for place in chars.iter_mut().rev() {
        *place = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    chars
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_well_formed_and_carries_256_bits() {
        let key = generate();
        assert!(is_well_formed(key.reveal()));
        assert_eq!(key.reveal().len(), 53);
        assert!(43.0 * 62_f64.log2() >= 256.0);
        assert_ne!(key.reveal(), generate().reveal());
    }

    #[test]
    fn every_changed_character_makes_it_malformed() {
        let key = generate();
        for index in 0..key.reveal().len() {
            let mut changed = key.reveal().as_bytes().to_vec();
            changed[index] = if changed[index] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(!is_well_formed(&changed), "character {index}");
        }
    }

    #[test]
    fn a_wrong_length_or_alphabet_is_malformed() {
        let key = generate();
        let text = key.reveal();
        for wrong in [
            String::new(),
            "dwk_".to_owned(),
            text[..52].to_owned(),
            format!("{text}0"),
            text.replace("dwk_", "dwx_"),
            format!("{}ä{}", &text[..10], &text[12..]),
            format!("dwk_{}", "-".repeat(49)),
            text.to_uppercase(),
        ] {
            assert!(!is_well_formed(&wrong), "{wrong}");
        }
    }

    #[test]
    fn the_hint_is_too_short_to_be_of_use() {
        let key = generate();
        assert_eq!(hint(&key), key.reveal()[..8]);
    }
}
