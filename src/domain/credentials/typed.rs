//! Codes that people type, and those that they are given to type.
//!
//! Somebody reads a code from a phone, a letter or a sheet of paper and types it: with spaces or
//! dashes or without, in small letters or capitals, in full-width digits. All of that is meant
//! the same. What cannot be a code at all is told apart here, so that it costs no try.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::domain::directory::UserId;
use crate::foundation::crypto::{digest::Digest, random, seal::MasterKey};

/// Nobody types more than this for a code.
const LONGEST_TYPED: usize = 64;
/// 32 characters that cannot be taken for one another: no I, L, O and U (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a [`WordCode`]: 60 random bits.
const WORD_CODE: usize = 12;
/// They are shown in groups of this many.
const GROUP: usize = 4;

/// What was typed has another length or other characters than the code that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this is not such a code")]
pub struct NotACode;

/// A code of `N` digits. Wiped when dropped; `Debug` does not show it.
pub struct DigitCode<const N: usize>(Zeroizing<String>);

/// The code of an authenticator app.
pub type TotpCode = DigitCode<6>;

/// A code that is mailed. It has two digits more than one of an app, because it is good for minutes.
pub type MailedCode = DigitCode<8>;

impl<const N: usize> DigitCode<N> {
    /// A new one. It is drawn from so many random bits that no code is likelier than another.
    #[must_use]
    pub fn generate() -> Self {
        let codes = (0..N).fold(1_u128, |codes, _| codes * 10);
        let drawn = u128::from_be_bytes(random::bytes()) % codes;
        Self(Zeroizing::new(format!("{drawn:0N$}")))
    }

    /// The code in two halves, for whoever reads it there and types it here.
    #[must_use]
    pub fn shown(&self) -> String {
        let (one, other) = self.0.split_at(N / 2);
        format!("{one} {other}")
    }

    /// Reads what was typed.
    ///
    /// # Errors
    /// When it is not `N` digits.
    pub fn read(typed: &str) -> Result<Self, NotACode> {
        let meant = meant(typed);
        if meant.len() == N && meant.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(meant))
        } else {
            Err(NotACode)
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const N: usize> std::fmt::Debug for DigitCode<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigitCode(…)")
    }
}

/// A code of twelve letters and digits, 60 random bits: `7K2M-9FXA-Q3TD`. Recovery codes and
/// temporary passes look like this. Wiped when dropped; `Debug` does not show it.
pub struct WordCode(Zeroizing<String>);

impl WordCode {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        let random = Zeroizing::new(random::bytes::<WORD_CODE>());
        // 256 is a multiple of 32: every character is as likely as any other.
        let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]);
        Self(Zeroizing::new(random.iter().map(letter).collect()))
    }

    /// Reads what was typed; letters that were taken for others are understood.
    ///
    /// # Errors
    /// When it is not twelve characters of the alphabet.
    pub fn read(typed: &str) -> Result<Self, NotACode> {
        let meant = meant(typed);
        let letter = |c: char| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let code: Zeroizing<String> = Zeroizing::new(meant.chars().map(letter).collect());
        if code.len() == WORD_CODE && code.bytes().all(|byte| ALPHABET.contains(&byte)) {
            Ok(Self(code))
        } else {
            Err(NotACode)
        }
    }

    /// The code in groups, to be shown once.
    #[must_use]
    pub fn shown(&self) -> String {
        let groups: Vec<&str> = (0..self.0.len())
            .step_by(GROUP)
            .filter_map(|at| self.0.get(at..at + GROUP))
            .collect();
        groups.join("-")
    }

    /// What a row keeps of it. 60 bits could be tried out by whoever has a copy of the database:
    /// the master key, which is not in it, goes into the digest.
    pub(super) fn digest(&self, key: &MasterKey, purpose: &str, user: UserId) -> Digest {
        keyed_digest(key, purpose, &user.to_string(), &self.0)
    }
}

impl std::fmt::Debug for WordCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WordCode(…)")
    }
}

/// The digest of a short code, for one purpose and one owner.
pub(super) fn keyed_digest(key: &MasterKey, purpose: &str, owner: &str, code: &str) -> Digest {
    let message = Zeroizing::new(format!("{owner} {code}"));
    Digest::of(&key.mac(purpose, message.as_bytes()))
}

/// What was typed, as it was meant: compatibility forms (full-width digits) folded, without
/// spaces, dashes and what cannot be seen.
fn meant(typed: &str) -> Zeroizing<String> {
    let folded = typed.chars().take(LONGEST_TYPED).nfkc();
    let code: String = folded.filter(|c| !is_between(*c)).collect();
    let cut = typed.chars().nth(LONGEST_TYPED).is_some();
    Zeroizing::new(if cut { String::new() } else { code })
}

fn is_between(c: char) -> bool {
    let is_dash = matches!(
        c,
        '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '.' | '_'
    );
    let is_invisible = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    c.is_whitespace() || c.is_control() || is_dash || is_invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_as_people_type_them() {
        for typed in [
            "123456",
            " 123 456 ",
            "123-456",
            "123\u{a0}456",
            "１２３４５６",
            "123\u{2013}456\r\n",
            "\u{200b}123456",
        ] {
            let read = TotpCode::read(typed).unwrap();
            assert_eq!(read.as_str(), "123456", "{typed:?}");
        }
    }

    #[test]
    fn a_made_code_has_all_its_digits_and_is_read_back_as_it_is_shown() {
        let mut made = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let code = MailedCode::generate();
            let shown = code.shown();
            assert_eq!(shown.len(), 9, "{shown}");
            assert_eq!(MailedCode::read(&shown).unwrap().as_str(), code.as_str());
            made.insert(shown);
        }
        assert!(made.len() > 195, "codes are drawn, not counted");
    }

    #[test]
    fn what_is_no_code_is_told_apart() {
        let long = "1".repeat(100_000);
        for typed in [
            "", " ", "12345", "1234567", "12345a", "abcdef", "-1234", &long,
        ] {
            assert_eq!(TotpCode::read(typed).err(), Some(NotACode), "{typed:.20}");
        }
        for typed in [
            "",
            "7K2M-9FXA-Q3T",
            "7K2M-9FXA-Q3TD-A",
            "7K2M-9FXA-Q3TU",
            &long,
        ] {
            assert_eq!(WordCode::read(typed).err(), Some(NotACode), "{typed:.20}");
        }
    }

    #[test]
    fn a_shown_code_is_read_back_in_small_letters_and_with_letters_mistaken() {
        for _ in 0..50 {
            let code = WordCode::generate();
            let shown = code.shown();
            assert_eq!(shown.len(), 14, "{shown}");
            for typed in [
                shown.clone(),
                shown.to_lowercase(),
                shown.replace('-', " "),
                shown.replace('0', "o").replace('1', "l"),
            ] {
                assert_eq!(*WordCode::read(&typed).unwrap().0, *code.0, "{typed}");
            }
        }
    }

    #[test]
    fn a_digest_is_of_one_key_one_purpose_and_one_person() {
        let (key, code) = (MasterKey::generate(), WordCode::generate());
        let now = crate::foundation::clock::Timestamp::from_millis(1);
        let (ada, bob) = (UserId::new(now), UserId::new(now));
        let digest = code.digest(&key, "pass", ada);
        assert_eq!(digest, code.digest(&key, "pass", ada));
        assert_ne!(digest, code.digest(&key, "recovery", ada));
        assert_ne!(digest, code.digest(&key, "pass", bob));
        assert_ne!(digest, code.digest(&MasterKey::generate(), "pass", ada));
    }
}
