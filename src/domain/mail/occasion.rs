//! Why a person is written to, with what the letter needs. A new occasion is a variant here and
//! its texts in the catalogue; the letter is composed where the texts are.

use serde::{Deserialize, Serialize};

use crate::foundation::clock::Timestamp;

/// A kind of second factor or passkey, as letters name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// An authenticator app.
    Totp,
    /// A passkey.
    Passkey,
    /// A security key.
    SecurityKey,
}

/// Why a person is written to. Places are a line of text (`Firefox on Linux, 203.0.113.7`).
/// Names, places and reasons may hold anything: letters show them without what could become a
/// link. It may hold a secret, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "occasion", rename_all = "snake_case")]
pub enum Occasion {
    /// The person changed their password.
    PasswordChanged {
        /// From where.
        place: Option<String>,
    },
    /// An administrator set the password.
    PasswordSet {
        /// Whether another one must be chosen at the next sign-in.
        must_change: bool,
    },
    /// Somebody asked for a link to reset the password.
    PasswordReset {
        /// The link: a path of this server.
        path: String,
        /// How long it is good.
        until: Timestamp,
        /// From where it was asked for.
        place: Option<String>,
    },
    /// An administrator had a password generated.
    GeneratedPassword {
        /// The password.
        password: String,
        /// Whether another one must be chosen at the next sign-in.
        must_change: bool,
    },
    /// A factor was set up.
    FactorAdded {
        /// Which kind.
        kind: FactorKind,
        /// What the person calls it.
        name: String,
    },
    /// A factor was removed, by the person or an administrator.
    FactorRemoved {
        /// Which kind.
        kind: FactorKind,
        /// What the person called it.
        name: String,
        /// Whether an administrator did it.
        by_administrator: bool,
    },
    /// An administrator removed all factors, passkeys and recovery codes.
    FactorsRemoved,
    /// A passkey or security key proves nothing any more, because there may be a copy of it.
    FactorSuspended {
        /// Which kind.
        kind: FactorKind,
        /// What the person calls it.
        name: String,
    },
    /// A recovery code was used to sign in.
    RecoveryUsed {
        /// How many are left.
        left: u32,
        /// From where.
        place: Option<String>,
    },
    /// New recovery codes were made; the former ones are void.
    RecoveryCodesMade,
    /// A temporary access pass was used to sign in.
    TemporaryPassUsed {
        /// From where.
        place: Option<String>,
    },
    /// A code to sign in with.
    MailedCode {
        /// The code.
        code: String,
        /// How long it is good.
        until: Timestamp,
        /// From where it was asked for.
        place: Option<String>,
    },
    /// Too many failed tries: those from browsers that are not known wait.
    TriesStopped {
        /// From where the last of them came.
        from: Option<String>,
        /// Until when; without it, until somebody resets them.
        until: Option<Timestamp>,
    },
    /// A browser was trusted: it is not asked for a second factor for a while.
    DeviceTrusted {
        /// Which browser.
        name: String,
        /// From where.
        place: Option<String>,
    },
    /// The secret of a trusted browser was used twice: a copy of it is about.
    DeviceTheft {
        /// Which browser.
        name: String,
        /// From where the copy was used.
        place: Option<String>,
    },
    /// A mail address is to be confirmed; goes to that address.
    EmailChangeAsked {
        /// The link that confirms it: a path of this server.
        path: String,
        /// How long it is good.
        until: Timestamp,
    },
    /// Somebody wants the person's address for another account; nothing comes of it.
    EmailTaken,
    /// The mail address of the account was changed; goes to the old one.
    EmailChanged {
        /// The new one.
        new: String,
    },
    /// Somebody signed in from a browser that was not seen before.
    NewBrowser {
        /// Which browser.
        name: String,
        /// From where.
        place: Option<String>,
    },
    /// A provisioning source takes away too many users and is held; goes to administrators. It
    /// names no user: mail is read by more eyes than the ledger.
    ConnectionHeld {
        /// The connection's name.
        name: String,
        /// The connection's id.
        connection: String,
        /// How many users went within the window.
        gone: i64,
        /// How many may.
        limit: i64,
        /// The window, in minutes.
        window_minutes: u32,
    },
    /// A person says that somebody else used their account; goes to administrators. The person
    /// is an id: mail is read by more eyes than the console.
    AccountDisowned {
        /// The user's id.
        user: String,
    },
}

impl Occasion {
    /// Until when the letter is of use; later it is not sent at all.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::PasswordReset { until, .. }
            | Self::MailedCode { until, .. }
            | Self::EmailChangeAsked { until, .. } => Some(*until),
            _ => None,
        }
    }
}
