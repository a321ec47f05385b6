//! The names that people give to what they prove themself with.

use unicode_normalization::UnicodeNormalization;

/// Most characters of a name.
pub const LONGEST_FACTOR_NAME: usize = 60;

/// The name cannot be taken: it is empty, longer than [`LONGEST_FACTOR_NAME`], or has characters
/// that cannot be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a name has between 1 and 60 characters")]
pub struct FactorNameRefused;

/// The name of a factor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactorName(String);

impl FactorName {
    /// Reads what was typed.
    ///
    /// # Errors
    /// See [`FactorNameRefused`].
    pub fn read(typed: &str) -> Result<Self, FactorNameRefused> {
        let most = LONGEST_FACTOR_NAME * 4;
        let name: String = typed.trim().chars().take(most).nfc().collect();
        let length = name.chars().count();
        if length == 0 || length > LONGEST_FACTOR_NAME || name.chars().any(char::is_control) {
            return Err(FactorNameRefused);
        }
        Ok(Self(name))
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_short_line() {
        assert_eq!(
            FactorName::read("  My phone ").unwrap().as_str(),
            "My phone"
        );
        for refused in ["", "  ", "a\nb", "\u{0}", &"x".repeat(61)] {
            assert_eq!(FactorName::read(refused), Err(FactorNameRefused));
        }
        assert!(FactorName::read(&"ü".repeat(60)).is_ok());
    }
}
