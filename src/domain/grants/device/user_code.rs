//! The code that a person reads on one screen and types on another.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::foundation::crypto::random;
use crate::foundation::crypto::seal::MasterKey;

/// Consonants, so that no word comes out, without those that look like another letter or digit
/// (RFC 8628 §6.1).
const LETTERS: &[u8; 19] = b"BCDFGHJKLMNPRSTVWXZ";

/// 19^8 is 34 bits: with a bounded number of tries a minute and ten minutes to live, a guess
/// hits one of a thousand waiting devices once in some ten thousand windows.
const LENGTH: usize = 8;

/// A user code in its one spelling: letters alone.
#[derive(Clone, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// A new one.
    pub(super) fn generate() -> Self {
        let mut code = String::with_capacity(LENGTH);
        while code.len() < LENGTH {
            let [byte] = random::bytes::<1>();
            // Bytes beyond the last whole round of the letters are drawn again: each letter is
            // as likely as any other.
            let bound = u8::try_from(256 / LETTERS.len() * LETTERS.len()).unwrap_or(u8::MAX);
            if byte < bound {
                code.push(char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
            }
        }
        Self(code)
    }

    /// Reads what a person typed: in any case, with or without hyphens and spaces, and with
    /// characters that look like the ones of a code.
    pub fn read(typed: &str) -> Option<Self> {
        // Nobody types so much; nobody shall have it looked through.
        if typed.len() > 64 {
            return None;
        }
        let mut code = String::with_capacity(LENGTH);
        for character in typed.chars() {
            if character.is_whitespace() || matches!(character, '-' | '‐' | '–' | '—' | '_' | '.')
            {
                continue;
            }
            code.push(letter(character)?);
        }
        (code.len() == LENGTH).then_some(Self(code))
    }

    /// As it is shown: `WDJB-MJHT`.
    pub fn shown(&self) -> String {
        let (first, second) = self.0.split_at(LENGTH / 2);
        format!("{first}-{second}")
    }

    /// Its letters alone.
    pub fn letters(&self) -> &str {
        &self.0
    }

    /// What the row holds. It is keyed: the plain digest of so short a text could be tried out
    /// by whoever has a copy of the database.
    pub(super) fn digest(&self, master: &MasterKey) -> String {
        URL_SAFE_NO_PAD.encode(master.mac("user code", self.0.as_bytes()))
    }
}

fn letter(typed: char) -> Option<char> {
    let upper = typed.to_ascii_uppercase();
    let meant = match upper {
        '0' | 'O' | 'Q' => 'D',
        '1' | 'I' => 'L',
        '2' => 'Z',
        '5' => 'S',
        '6' => 'G',
        '8' => 'B',
        'U' | 'Y' => 'V',
        other => other,
    };
    let known = u8::try_from(meant).is_ok_and(|byte| LETTERS.contains(&byte));
    known.then_some(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_in_every_way_that_a_person_may_write_it() {
        let read = |text: &str| UserCode::read(text).map(|code| code.shown());
        let expected = Some("WDJB-MJHT".to_owned());
        for text in [
            "WDJB-MJHT",
            "wdjbmjht",
            " Wdjb mjht ",
            "WDJB–MJHT",
            "W-D-J-B-M-J-H-T",
            "w0j8mjht",
            "WOJBMJHT",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        let long = "B".repeat(10_000);
        for text in [
            "",
            "WDJB",
            "WDJB-MJHTX",
            "WDJB-MJH!",
            "WDJB-MJHÄ",
            "ааааBBBB",
            &long,
        ] {
            assert!(UserCode::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_new_code_is_read_as_itself_and_comes_once() {
        let codes: std::collections::HashSet<String> = (0..500)
            .map(|_| {
                let code = UserCode::generate();
                assert!(UserCode::read(&code.shown()) == Some(code.clone()));
                code.letters().to_owned()
            })
            .collect();
        assert_eq!(codes.len(), 500);
    }
}
