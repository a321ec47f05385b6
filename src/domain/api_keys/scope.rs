use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Provisioning: everything under `/scim/v2`.
    Scim,
    /// A resource server: asks whether access tokens are active (RFC 7662).
    Introspection,
    /// The initial access token of RFC 7591: registers clients.
    ClientRegistration,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Scim, Self::Introspection, Self::ClientRegistration];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Scim => "scim",
            Self::Introspection => "introspection",
            Self::ClientRegistration => "client-registration",
        }
    }
}

/// The text is no scope of an API key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no scope of an API key; there are: scim, introspection, client-registration")]
pub struct UnknownScope(String);

impl FromStr for Scope {
    type Err = UnknownScope;
    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        let found = Self::ALL.into_iter().find(|scope| scope.word() == text);
        found.ok_or_else(|| UnknownScope(text.chars().take(40).collect()))
    }
}

/// A set of scopes; written with blanks between them, as OAuth writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Whether the scope is among them.
    pub fn contain(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.0.iter().map(|scope| scope.word()).collect();
        f.write_str(&words.join(" "))
    }
}

impl FromStr for Scopes {
    type Err = UnknownScope;
    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        text.split_ascii_whitespace().map(str::parse).collect()
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|scope| scope.word()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_written_as_they_are_read() {
        let scopes: Scopes = " scim  scim ".parse().unwrap();
        assert!(scopes.contain(Scope::Scim));
        assert_eq!(scopes.to_string(), "scim");
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#"["scim"]"#);
        assert!("".parse::<Scopes>().unwrap().is_empty());
    }

    #[test]
    fn a_word_that_is_no_scope_is_named() {
        assert!(
            "scim scimm"
                .parse::<Scopes>()
                .unwrap_err()
                .to_string()
                .contains("scimm")
        );
    }
}
