//! The scope of OAuth (RFC 6749 §3.3): an unordered set of case-sensitive words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Bounds that keep a hostile request from costing more than an honest one.
const MOST_WORDS: usize = 64;
const LONGEST_TEXT: usize = 2048;

/// The word that makes a request one of OpenID Connect.
pub const OPENID: &str = "openid";
/// The word that asks for access that outlives the browser session.
pub const OFFLINE_ACCESS: &str = "offline_access";

/// The scopes that the server knows. What a person is told of each is in the catalogue of the
/// pages' texts.
pub const KNOWN: [&str; 8] = [
    OPENID,
    "profile",
    "email",
    "address",
    "phone",
    "groups",
    "roles",
    OFFLINE_ACCESS,
];

/// A set of scope words in the order in which they were first written.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(Vec<String>);

/// A text that is not a scope.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidScope {
    /// A character outside the ones that RFC 6749 allows.
    #[error("a scope is made of printable characters without quote and backslash")]
    Character,
    /// Too much of it.
    #[error("the scope is longer than {MOST_WORDS} words or {LONGEST_TEXT} characters")]
    TooLong,
}

impl Scope {
    /// These words, of which each is known to be one.
    pub fn of(words: impl Iterator<Item = &'static str>) -> Self {
        let mut all: Vec<String> = Vec::new();
        for word in words {
            if !all.iter().any(|known| known == word) {
                all.push(word.to_owned());
            }
        }
        Self(all)
    }

    /// Whether the word is in it.
    pub fn contains(&self, word: &str) -> bool {
        self.0.iter().any(|own| own == word)
    }

    /// Whether every word of `other` is in it.
    pub fn covers(&self, other: &Scope) -> bool {
        other.0.iter().all(|word| self.contains(word))
    }

    /// What both have, in this one's order.
    pub fn common(&self, other: &Scope) -> Scope {
        self.keep(|word| other.contains(word))
    }

    /// What either has.
    pub fn joined(&self, other: &Scope) -> Scope {
        let mut words = self.0.clone();
        words.extend(other.0.iter().filter(|word| !self.contains(word)).cloned());
        Scope(words)
    }

    /// The words for which `wanted` holds.
    pub fn keep(&self, wanted: impl Fn(&str) -> bool) -> Scope {
        Scope(self.0.iter().filter(|word| wanted(word)).cloned().collect())
    }

    /// Whether there is no word in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > LONGEST_TEXT {
            return Err(InvalidScope::TooLong);
        }
        let mut words: Vec<String> = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            if !word.bytes().all(is_scope_byte) {
                return Err(InvalidScope::Character);
            }
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        if words.len() > MOST_WORDS {
            return Err(InvalidScope::TooLong);
        }
        Ok(Scope(words))
    }
}

fn is_scope_byte(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

impl TryFrom<String> for Scope {
    type Error = InvalidScope;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> String {
        scope.to_string()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        text.parse().unwrap()
    }

    #[test]
    fn words_are_a_set_and_keep_their_order() {
        assert_eq!(scope("openid  email openid ").to_string(), "openid email");
        assert!(scope("openid email").covers(&scope("email")));
        assert!(!scope("email").covers(&scope("openid email")));
        assert_eq!(scope("a b c").common(&scope("c a")).to_string(), "a c");
        assert_eq!(scope("a b").joined(&scope("b c")).to_string(), "a b c");
    }

    #[test]
    fn words_are_case_sensitive() {
        assert!(!scope("OpenID").contains("openid"));
    }

    #[test]
    fn quotes_backslashes_and_control_characters_are_refused() {
        for text in ["a\"b", "a\\b", "a\nb", "a\tb", "é", "a\0"] {
            assert_eq!(
                text.parse::<Scope>(),
                Err(InvalidScope::Character),
                "{text}"
            );
        }
    }

    #[test]
    fn keycloak_cve_2026_4634_an_endless_scope_is_refused_early() {
        let many = (0..100_000).map(|n| format!("s{n} ")).collect::<String>();
        assert_eq!(many.parse::<Scope>(), Err(InvalidScope::TooLong));
        let words = (0..65).map(|n| format!("s{n} ")).collect::<String>();
        assert_eq!(words.parse::<Scope>(), Err(InvalidScope::TooLong));
    }
}
