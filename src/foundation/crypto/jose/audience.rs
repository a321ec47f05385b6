use serde::{Deserialize, Serialize};

/// The `aud` of a token (RFC 7519 §4.1.3): one text, or an array of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One, written as a text.
    One(String),
    /// Any number of them.
    Several(Vec<String>),
}

impl Audience {
    /// Whether it is `audience` and nobody else: what several servers accept could be carried
    /// from one to the other.
    pub fn is_only(&self, audience: &str) -> bool {
        matches!(self.all(), [one] if one == audience)
    }

    /// Whether `audience` is among them.
    pub fn contains(&self, audience: &str) -> bool {
        self.all().iter().any(|one| one == audience)
    }

    /// All of them.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(all) => all,
        }
    }
}

impl From<Vec<String>> for Audience {
    fn from(mut all: Vec<String>) -> Self {
        match (all.len(), all.pop()) {
            (1, Some(only)) => Self::One(only),
            (_, last) => {
                all.extend(last);
                Self::Several(all)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(all: &[&str]) -> Audience {
        Audience::from(all.iter().map(|&one| one.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn one_is_written_as_a_text_and_several_as_an_array() {
        assert_eq!(serde_json::to_string(&of(&["a"])).unwrap(), r#""a""#);
        assert_eq!(
            serde_json::to_string(&of(&["a", "b"])).unwrap(),
            r#"["a","b"]"#
        );
    }

    #[test]
    fn an_audience_among_others_is_not_the_only_one() {
        assert!(of(&["a"]).is_only("a") && !of(&["a", "b"]).is_only("a"));
        assert!(of(&["a", "b"]).contains("b") && !of(&[]).contains("b"));
    }
}
