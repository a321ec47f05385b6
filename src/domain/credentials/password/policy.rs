use std::time::Duration;

use super::{Breached, OwnWords};
use crate::foundation::crypto::password::{MAX_PASSWORD_BYTES, Password};

/// Most bytes of a password, in UTF-8.
pub const LONGEST_PASSWORD: usize = MAX_PASSWORD_BYTES;
/// How many former passwords of a user are kept, whatever the policy compares.
pub const MOST_REMEMBERED: i64 = 24;
/// What an estimate of strength looks at: its work grows faster than the length, and what is
/// longer is strong or is repeated.
const ESTIMATED_CHARS: usize = 72;

/// What a new password must be.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Fewest characters.
    pub shortest: usize,
    /// The least strength, from 0 (anything) to 4, as zxcvbn estimates it.
    pub strength: u8,
    /// How many former passwords may not be taken again.
    pub history: u32,
    /// After what time another one has to be chosen.
    pub longest_use: Option<Duration>,
    /// What whoever knows the server would try: its name, its host.
    pub server_words: OwnWords,
    /// Passwords that are known to all the world.
    pub breached: Option<Breached>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            shortest: 8,
            strength: 0,
            history: 0,
            longest_use: None,
            server_words: OwnWords::default(),
            breached: None,
        }
    }
}

/// Why a new password is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordRefused {
    /// Fewer characters than that.
    #[error("a password needs at least {0} characters")]
    TooShort(usize),
    /// More than [`LONGEST_PASSWORD`] bytes.
    #[error("a password may have at most 1024 bytes")]
    TooLong,
    /// Little is left of it without the name of its owner, or of this server.
    #[error("a password must not be made of the user's own name or e-mail address")]
    OwnName,
    /// It is on the list of those that became known.
    #[error("this password is on the list of passwords that became known")]
    Breached,
    /// It would be guessed soon.
    #[error("this password is too easy to guess")]
    TooWeak,
    /// It is the one that the user has.
    #[error("this is the password that the user has")]
    Same,
    /// It is one that the user had.
    #[error("the user had this password before")]
    UsedBefore,
}

impl Policy {
    /// Checks all that can be checked without the database. Takes some milliseconds and may read
    /// a file: not for an async thread.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self, typed: &str, own: &OwnWords) -> Result<Password, PasswordRefused> {
        let password = Password::new(typed);
        if password.is_too_long() {
            return Err(PasswordRefused::TooLong);
        }
        if password.chars() < self.shortest {
            return Err(PasswordRefused::TooShort(self.shortest));
        }
        if own.make_up(typed, self.shortest) || self.server_words.make_up(typed, self.shortest) {
            return Err(PasswordRefused::OwnName);
        }
        if self.is_breached(typed) {
            return Err(PasswordRefused::Breached);
        }
        if self.strength > 0 && self.estimate(typed, own) < self.strength {
            return Err(PasswordRefused::TooWeak);
        }
        Ok(password)
    }

    fn estimate(&self, typed: &str, own: &OwnWords) -> u8 {
        let typed: String = typed.chars().take(ESTIMATED_CHARS).collect();
        let words: Vec<&str> = own.words().chain(self.server_words.words()).collect();
        u8::from(zxcvbn::zxcvbn(&typed, &words).score())
    }

    /// A list that cannot be read refuses nothing: who must choose a password now could not.
    fn is_breached(&self, typed: &str) -> bool {
        let Some(list) = &self.breached else {
            return false;
        };
        list.contains(typed).unwrap_or_else(|error| {
            tracing::warn!(%error, "the list of passwords that became known cannot be read");
            false
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(policy: &Policy, typed: &str) -> Option<PasswordRefused> {
        policy.check(typed, &OwnWords::default()).err()
    }

    #[test]
    fn a_new_password_has_between_eight_characters_and_1024_bytes() {
        let policy = Policy::default();
        let short = Some(PasswordRefused::TooShort(8));
        assert_eq!(refusal(&policy, "short12"), short);
        assert_eq!(refusal(&policy, ""), short);
        assert_eq!(refusal(&policy, "long enough"), None);
        assert_eq!(refusal(&policy, "ключ-замок"), None);
        assert_eq!(refusal(&policy, &"x".repeat(1024)), None);
        assert_eq!(
            refusal(&policy, &"x".repeat(1025)),
            Some(PasswordRefused::TooLong)
        );
    }

    #[test]
    fn characters_are_counted_as_a_person_counts_them_once_composed() {
        assert_eq!(
            refusal(&Policy::default(), "e\u{301}e\u{301}e\u{301}e\u{301}"),
            Some(PasswordRefused::TooShort(8))
        );
    }

    #[test]
    fn what_is_guessed_soon_is_refused_as_the_policy_says() {
        let of = |strength| Policy {
            strength,
            ..Policy::default()
        };
        let weak = Some(PasswordRefused::TooWeak);
        assert_eq!(refusal(&of(0), "password1"), None);
        assert_eq!(refusal(&of(1), "password1"), weak);
        assert_eq!(refusal(&of(2), "qwertyuiop123"), weak);
        assert_eq!(refusal(&of(3), "harbour lantern mosaic tulip"), None);
        // Long input is estimated by its beginning, in bounded time.
        assert_eq!(refusal(&of(4), &"ab".repeat(500)), weak);
    }

    #[test]
    fn a_server_s_own_name_is_no_password() {
        let mut policy = Policy {
            strength: 2,
            ..Policy::default()
        };
        policy.server_words.add("Harbour Works");
        policy.server_words.add("id.harbour.example");
        assert_eq!(
            refusal(&policy, "Harbour2026"),
            Some(PasswordRefused::OwnName)
        );
        assert_eq!(refusal(&policy, "lantern mosaic at the harbour"), None);
    }
}
