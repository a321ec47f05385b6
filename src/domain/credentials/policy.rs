//! What a new password must be.

use crate::foundation::crypto::password::{MAX_PASSWORD_BYTES, Password};

/// Fewest characters of a new password (NIST SP 800-63B-4 with a second factor to come).
pub const SHORTEST_PASSWORD: usize = 8;
/// Most bytes of a password, in UTF-8.
pub const LONGEST_PASSWORD: usize = MAX_PASSWORD_BYTES;

/// Why a new password is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordRefused {
    /// Fewer than [`SHORTEST_PASSWORD`] characters.
    #[error("a password needs at least 8 characters")]
    TooShort,
    /// More than [`LONGEST_PASSWORD`] bytes.
    #[error("a password may have at most 1024 bytes")]
    TooLong,
}

/// Checks a new password. No rules about which characters: they make passwords worse
/// (NIST SP 800-63B-4, 3.1.1.2).
///
/// # Errors
/// When it is too short or too long.
pub fn new_password(typed: &str) -> Result<Password, PasswordRefused> {
    let password = Password::new(typed);
    if password.is_too_long() {
        return Err(PasswordRefused::TooLong);
    }
    if password.chars() < SHORTEST_PASSWORD {
        return Err(PasswordRefused::TooShort);
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(typed: &str) -> Option<PasswordRefused> {
        new_password(typed).err()
    }

    #[test]
    fn a_new_password_has_between_eight_characters_and_1024_bytes() {
        assert_eq!(refusal("short12"), Some(PasswordRefused::TooShort));
        assert_eq!(refusal(""), Some(PasswordRefused::TooShort));
        assert_eq!(refusal("long enough"), None);
        assert_eq!(refusal("ключ-замок"), None);
        assert_eq!(refusal(&"x".repeat(1024)), None);
        assert_eq!(refusal(&"x".repeat(1025)), Some(PasswordRefused::TooLong));
    }

    #[test]
    fn characters_are_counted_as_a_person_counts_them_once_composed() {
        assert_eq!(
            refusal("e\u{301}e\u{301}e\u{301}e\u{301}"),
            Some(PasswordRefused::TooShort)
        );
    }
}
