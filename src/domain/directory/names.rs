//! How names are compared: one function per name makes the key that is stored, looked up
//! and unique.

use unicode_normalization::UnicodeNormalization;

use super::Refusal;

/// PostgreSQL cannot index more than about 2 700 bytes; nobody has a name this long.
pub(super) const MAX_KEY: usize = 1024;

/// The key of a user name: width and case mapped and in Unicode form C, after the
/// UsernameCaseMapped profile of RFC 8265 (which RFC 7644, section 5, asks for by its
/// predecessor). Spaces inside are kept, because sources send them; control and
/// invisible characters are refused, because two names must not look the same.
pub fn user_name_key(user_name: &str) -> Result<String, Refusal> {
    name_key("userName", user_name)
}

/// The key of a group's name: as for user names.
pub fn group_name_key(display_name: &str) -> Result<String, Refusal> {
    name_key("displayName", display_name)
}

/// The key of an e-mail address. Addresses that are no names at all (an empty or
/// over-long text) have none and are not found.
pub fn address_key(address: &str) -> Option<String> {
    name_key("emails", address).ok()
}

/// Whether a text is one plain address. What is not one is neither taken from a person nor told
/// to an application: readers that split at an `@` have taken such for another domain's
/// (oauth2-proxy, CVE-2026-40574).
pub fn is_plain_address(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '"' | '<' | '>');
    let parts: Vec<&str> = text.split('@').collect();
    matches!(parts[..], [name, domain] if !name.is_empty() && !domain.is_empty())
        && text.chars().all(plain)
}

/// A text as it is compared where letter case does not matter: width and case mapped and
/// in Unicode form C.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars()
        .map(narrow)
        .flat_map(char::to_lowercase)
        .map(fold_sigma)
        .nfc()
        .collect()
}

fn name_key(attribute: &'static str, text: &str) -> Result<String, Refusal> {
    let refuse = |reason| Err(Refusal::NotAllowed { attribute, reason });
    if text.chars().any(is_invisible) {
        return refuse("holds a control or invisible character");
    }
    let key = folded(text.trim());
    if key.is_empty() {
        return refuse("is empty");
    }
    if key.len() > MAX_KEY {
        return refuse("is too long");
    }
    Ok(key)
}

/// Full-width letters, digits and signs, and the ideographic space, are what they are wide
/// forms of.
fn narrow(letter: char) -> char {
    match letter {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// A final sigma is a sigma: the key must not depend on where in the word it stands.
fn fold_sigma(letter: char) -> char {
    if letter == 'ς' { 'σ' } else { letter }
}

/// Control characters, joiners, and marks that only steer the direction of text.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Refuses a text that is too long for an index.
pub(super) fn indexable(attribute: &'static str, text: Option<&str>) -> Result<(), Refusal> {
    if text.is_some_and(|text| text.len() > MAX_KEY) {
        return Err(Refusal::NotAllowed {
            attribute,
            reason: "is too long",
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        user_name_key(text).unwrap()
    }

    #[test]
    fn user_names_are_compared_without_case() {
        assert_eq!(key("Ann@Example.COM"), key("ann@example.com"));
        assert_eq!(key("ΟΔΥΣΣΕΥΣ"), key("οδυσσευς"));
    }

    #[test]
    fn a_composed_and_a_decomposed_letter_are_the_same_name() {
        assert_eq!(key("Zo\u{eb}"), key("zoe\u{308}"));
    }

    #[test]
    fn full_width_letters_are_the_same_name() {
        assert_eq!(key("ａｎｎ＠x"), key("ann@x"));
    }

    #[test]
    fn spaces_around_a_name_do_not_make_another_name() {
        assert_eq!(key("  ann "), key("ann"));
        assert_ne!(key("an n"), key("ann"));
    }

    #[test]
    fn invisible_and_control_characters_are_refused() {
        for text in ["a\u{200b}nn", "a\u{0}", "a\nb", "\u{202e}nna", ""] {
            assert!(user_name_key(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn oauth2_proxy_cve_2026_40574_an_address_with_several_at_signs_is_none() {
        for address in [
            "a@evil.test@example.com",
            "\"a@evil.test\"@example.com",
            "a@example.com\n",
            "a b@example.com",
            "a",
            "@example.com",
            "a@",
            "",
        ] {
            assert!(!is_plain_address(address), "{address:?}");
        }
        assert!(is_plain_address("babs@example.com"));
    }

    #[test]
    fn a_name_that_no_index_can_hold_is_refused() {
        assert!(user_name_key(&"x".repeat(MAX_KEY)).is_ok());
        assert!(user_name_key(&"x".repeat(MAX_KEY + 1)).is_err());
    }
}
