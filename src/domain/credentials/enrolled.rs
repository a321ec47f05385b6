//! What a user can prove themself with.

use super::store;
use crate::domain::directory::UserId;
use crate::foundation::db::{self, Fetch};

/// Which kinds of credentials a user has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Enrolled {
    /// A password.
    pub password: bool,
    /// A confirmed authenticator app.
    pub totp: bool,
    /// A passkey: a WebAuthn credential that verifies the person by itself.
    pub passkey: bool,
    /// A WebAuthn credential that serves beside a password.
    pub security_key: bool,
    /// Recovery codes that are not used up.
    pub recovery_codes: bool,
}

impl Enrolled {
    /// Whether there is something to prove oneself with beside a password; when `bound`, only
    /// what cannot be given to the wrong site counts. Recovery codes stand in for a factor that
    /// was lost, and are none by themselves.
    #[must_use]
    pub const fn has_second(&self, bound: bool) -> bool {
        self.passkey || self.security_key || self.totp && !bound
    }
}

/// What a user can prove themself with. One query.
///
/// # Errors
/// When the database cannot answer.
pub async fn enrolled(from: impl Fetch, user: UserId) -> Result<Enrolled, db::Error> {
    store::enrolled(from, user).await
}
