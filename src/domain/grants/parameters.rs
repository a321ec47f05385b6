//! The parameters of a request, as they came: names and values in order.

use serde::{Deserialize, Serialize};

/// More of them is an attack, not a request.
const MOST: usize = 64;

/// The one parameter that may stand there several times (RFC 8707 §2).
const REPEATABLE: &str = "resource";

/// Decoded name and value pairs of a query or a form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parameters(Vec<(String, String)>);

/// A parameter stands there twice (RFC 6749 §3.1): two readers would each believe another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Duplicate;

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text.
    pub fn parse(encoded: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(encoded);
        // Too many are cut one past the bound, which `check` then refuses.
        Self(pairs.into_owned().take(MOST + 1).collect())
    }

    /// Refuses a request in which any parameter stands twice, known or not.
    pub fn check(&self) -> Result<(), Duplicate> {
        if self.0.len() > MOST {
            return Err(Duplicate);
        }
        let names = self.0.iter().map(|(name, _)| name.as_str());
        let mut names: Vec<&str> = names.filter(|name| *name != REPEATABLE).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Duplicate);
        }
        Ok(())
    }

    /// The value of `name` when it stands there once; an empty one counts as left out
    /// (RFC 6749 §3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(known, _)| known == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) if !value.is_empty() => Some(value),
            _ => None,
        }
    }

    /// The same pairs, read from elsewhere than a query or form.
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The values of `name` that are not empty, in their order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_that_name = self.0.iter().filter(move |(known, _)| known == name);
        of_that_name
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// These, and those of `others` whose name does not stand among them.
    #[must_use]
    pub fn completed_by(mut self, others: &Parameters) -> Self {
        let missing = others.0.iter().filter(|(name, _)| !self.has(name));
        let missing: Vec<_> = missing.cloned().collect();
        self.0.extend(missing);
        self
    }

    /// The same without `name`.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let others = self.0.iter().filter(|(known, _)| known != name);
        Self(others.cloned().collect())
    }

    /// Whether `name` stands there at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duplicate_is_refused_and_gives_no_value() {
        let twice = Parameters::parse(b"a=1&b=2&a=1");
        assert_eq!(twice.check(), Err(Duplicate));
        assert_eq!(twice.get("a"), None);
        assert_eq!(twice.get("b"), Some("2"));
    }

    #[test]
    fn an_empty_value_counts_as_left_out() {
        let empty = Parameters::parse(b"a=&b");
        assert_eq!((empty.get("a"), empty.get("b")), (None, None));
        assert!(empty.has("a"));
    }

    #[test]
    fn an_endless_list_is_cut_and_refused() {
        let many = (0..100_000).map(|n| format!("p{n}=1&")).collect::<String>();
        assert_eq!(Parameters::parse(many.as_bytes()).check(), Err(Duplicate));
    }
}
