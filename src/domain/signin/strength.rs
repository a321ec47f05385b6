//! How strong an authentication was: its methods (`amr`, RFC 8176) and the class they
//! come to (`acr`).
//!
//! | `acr` | reached by |
//! |---|---|
//! | `urn:doorward:acr:single-factor` | one method: `pwd` |

use std::{fmt, str::FromStr};

/// One way in which the user proved themself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// A password (`pwd`).
    Password,
}

impl Method {
    /// The value of RFC 8176.
    #[must_use]
    pub const fn amr(self) -> &'static str {
        match self {
            Self::Password => "pwd",
        }
    }
}

/// The class of an authentication.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Acr {
    /// One factor.
    SingleFactor,
}

/// A class that this server does not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an authentication class")]
pub struct AcrUnknown;

impl Acr {
    /// All classes, weakest first: `acr_values_supported`.
    pub const ALL: [Self; 1] = [Self::SingleFactor];

    /// The class that `methods` come to.
    #[must_use]
    pub const fn of(methods: &[Method]) -> Self {
        match methods {
            [] | [Method::Password, ..] => Self::SingleFactor,
        }
    }

    /// Its value in requests and tokens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SingleFactor => "urn:doorward:acr:single-factor",
        }
    }
}

impl fmt::Display for Acr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Acr {
    type Err = AcrUnknown;

    fn from_str(text: &str) -> Result<Self, AcrUnknown> {
        Self::ALL
            .into_iter()
            .find(|acr| acr.as_str() == text)
            .ok_or(AcrUnknown)
    }
}

/// The methods as a row keeps them: `pwd`, separated by spaces.
#[must_use]
pub fn amr_text(methods: &[Method]) -> String {
    let values: Vec<_> = methods.iter().map(|method| method.amr()).collect();
    values.join(" ")
}
