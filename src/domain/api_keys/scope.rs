use std::{borrow::Cow, collections::BTreeSet, fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// What a key may be used for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Provisioning: everything under `/scim/v2`.
    Scim,
    /// A resource server: asks whether access tokens are active (RFC 7662), of those that are
    /// for the resource or client of that name, or held by it; of all where it is
    /// [`EVERY_AUDIENCE`]. Without a name it sees none.
    Introspection(Option<String>),
    /// The initial access token of RFC 7591: registers clients.
    ClientRegistration,
}

impl Scope {
    /// Its word.
    pub fn word(&self) -> Cow<'static, str> {
        match self {
            Self::Scim => "scim".into(),
            Self::Introspection(None) => INTROSPECTION.into(),
            Self::Introspection(Some(audience)) => format!("{INTROSPECTION}:{audience}").into(),
            Self::ClientRegistration => "client-registration".into(),
        }
    }
}

/// Stands for whatever a token is for.
pub const EVERY_AUDIENCE: &str = "*";

const INTROSPECTION: &str = "introspection";

/// No resource's identifier is longer.
const LONGEST_AUDIENCE: usize = 512;

/// The text is no scope of an API key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no scope of an API key; there are: scim, introspection:AUDIENCE, client-registration"
)]
pub struct UnknownScope(String);

impl FromStr for Scope {
    type Err = UnknownScope;
    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        let is_name = |name: &&str| {
            let plain = name.chars().all(|c| !c.is_whitespace() && !c.is_control());
            plain && (1..=LONGEST_AUDIENCE).contains(&name.len())
        };
        match text.split_once(':') {
            None if text == "scim" => Some(Self::Scim),
            None if text == INTROSPECTION => Some(Self::Introspection(None)),
            None if text == "client-registration" => Some(Self::ClientRegistration),
            Some((INTROSPECTION, name)) => Some(name)
                .filter(is_name)
                .map(|name| Self::Introspection(Some(name.to_owned()))),
            _ => None,
        }
        .ok_or_else(|| UnknownScope(text.chars().take(40).collect()))
    }
}

/// A set of scopes; written with blanks between them, as OAuth writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Whether the scope is among them.
    pub fn contain(&self, scope: &Scope) -> bool {
        self.0.contains(scope)
    }

    /// Whether it is a resource server's, whatever it sees.
    pub fn introspect(&self) -> bool {
        let mut all = self.0.iter();
        all.any(|scope| matches!(scope, Scope::Introspection(_)))
    }

    /// The resources and clients whose tokens it sees.
    pub fn audiences(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|scope| match scope {
            Scope::Introspection(audience) => audience.as_deref(),
            _ => None,
        })
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
        let words: Vec<_> = self.0.iter().map(Scope::word).collect();
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
        serializer.collect_seq(self.0.iter().map(Scope::word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_written_as_they_are_read() {
        let scopes: Scopes = " scim  scim ".parse().unwrap();
        assert!(scopes.contain(&Scope::Scim));
        assert_eq!(scopes.to_string(), "scim");
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#"["scim"]"#);
        assert!("".parse::<Scopes>().unwrap().is_empty());
    }

    #[test]
    fn a_resource_server_names_the_audiences_that_it_sees() {
        let text = "introspection:https://orders.example.com introspection:orders scim";
        let scopes: Scopes = text.parse().unwrap();
        assert_eq!(scopes.to_string().parse::<Scopes>().unwrap(), scopes);
        assert!(scopes.introspect());
        let seen: Vec<_> = scopes.audiences().collect();
        assert_eq!(seen, ["https://orders.example.com", "orders"]);
        let none: Scopes = "introspection".parse().unwrap();
        assert!(none.introspect() && none.audiences().next().is_none());
        let long = format!("introspection:{}", "x".repeat(513));
        for wrong in ["introspection:", "Introspection:a", "scim:a", long.as_str()] {
            assert!(wrong.parse::<Scope>().is_err(), "{wrong}");
        }
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
