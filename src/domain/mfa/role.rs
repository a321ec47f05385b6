//! Roles, as sources of provisioning write them into the `roles` of a user (RFC 7643 §4.1.2). They
//! have no rows of their own: a role is what it is called.

use std::{fmt, str::FromStr};

use crate::domain::directory::folded;

/// Longest name, in characters.
const LONGEST: usize = 200;

/// The name of a role. Letter case does not matter: a rule must not be passed by because a source
/// writes `Admin` where an administrator wrote `admin`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoleName(String);

/// Not a name that a role can have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the name of a role has 1 to {LONGEST} characters, on one line")]
pub struct RoleNameRefused;

impl RoleName {
    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a user who bears the role `borne` bears this one.
    #[must_use]
    pub fn is(&self, borne: &str) -> bool {
        self.key() == folded(borne.trim())
    }

    /// As it is compared.
    pub(super) fn key(&self) -> String {
        folded(&self.0)
    }

    pub(super) fn from_stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RoleName {
    type Err = RoleNameRefused;

    fn from_str(text: &str) -> Result<Self, RoleNameRefused> {
        let text = text.trim();
        let fits = (1..=LONGEST).contains(&text.chars().count());
        let plain = !text.chars().any(char::is_control);
        (fits && plain)
            .then(|| Self(text.to_owned()))
            .ok_or(RoleNameRefused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_what_it_is_called_in_whatever_case() {
        let role: RoleName = " Accounts Payable ".parse().unwrap();
        assert!(role.is("accounts payable") && role.is("ACCOUNTS PAYABLE "));
        assert!(!role.is("accounts") && !role.is(""));
        for text in ["", "  ", "two\nlines", &"x".repeat(LONGEST + 1)] {
            assert_eq!(text.parse::<RoleName>(), Err(RoleNameRefused), "{text:?}");
        }
    }
}
