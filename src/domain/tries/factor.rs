//! What is tried.

/// What a person proves themself with. Each has budgets of its own, so that guesses at one never
/// close another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Factor {
    /// The password.
    Password,
    /// A temporary pass, which is typed in the password's place.
    TemporaryPass,
    /// The code of an authenticator app.
    Totp,
    /// A recovery code.
    RecoveryCode,
    /// A mailed code.
    MailedCode,
    /// A passkey or security key. It cannot be guessed: its failures are counted and shown, and
    /// never stop anybody.
    WebAuthn,
}

impl Factor {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Password,
        Self::TemporaryPass,
        Self::Totp,
        Self::RecoveryCode,
        Self::MailedCode,
        Self::WebAuthn,
    ];

    /// Its word in rows and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::TemporaryPass => "temporary_pass",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::MailedCode => "mailed_code",
            Self::WebAuthn => "webauthn",
        }
    }

    /// The factor of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.word() == word)
    }

    /// Whether a guess at it can be right.
    #[must_use]
    pub const fn can_be_guessed(self) -> bool {
        !matches!(self, Self::WebAuthn)
    }
}
