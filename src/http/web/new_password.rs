//! What every page with a field for a new password has in common.

use super::{form::Form, language::Language, state::State};
use crate::domain::credentials::PasswordRefused;

/// What a new password must be, as its field says it.
#[derive(Clone, Debug)]
pub struct NewPasswordField {
    /// Fewest characters.
    pub least: usize,
    /// In a sentence.
    pub hint: String,
}

impl NewPasswordField {
    /// By the policy of this server.
    #[must_use]
    pub fn of(state: &State, language: Language) -> Self {
        let least = state.password_policy.shortest;
        Self {
            least,
            hint: language.new_password_hint(&least.to_string()).to_string(),
        }
    }
}

/// What is wrong with a form for a new password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewPasswordWrong {
    /// Its two fields differ.
    Differ,
    /// The password cannot be taken.
    Refused(PasswordRefused),
}

impl NewPasswordWrong {
    /// Reads the fields `new_password` and `new_password_again`.
    ///
    /// # Errors
    /// They differ.
    pub fn read(form: &Form) -> Result<&str, Self> {
        let typed = form.text("new_password");
        if typed == form.text("new_password_again") {
            Ok(typed)
        } else {
            Err(Self::Differ)
        }
    }

    /// In a sentence: what is wrong, and what to do.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        match self {
            Self::Differ => language.new_passwords_differ().to_owned(),
            Self::Refused(refused) => sentence(language, refused),
        }
    }
}

fn sentence(language: Language, refused: PasswordRefused) -> String {
    let said = match refused {
        PasswordRefused::TooShort(least) => {
            return language
                .new_password_too_short(&least.to_string())
                .to_string();
        }
        PasswordRefused::TooLong => language.new_password_too_long(),
        PasswordRefused::OwnName => language.new_password_own_name(),
        PasswordRefused::Breached => language.new_password_breached(),
        PasswordRefused::TooWeak => language.new_password_too_weak(),
        PasswordRefused::Same => language.new_password_same(),
        PasswordRefused::UsedBefore => language.new_password_used_before(),
    };
    said.to_owned()
}
