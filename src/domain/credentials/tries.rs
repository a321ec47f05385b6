//! Failed tries, counted for each factor. Counting is one statement, so that parallel
//! guesses are counted one by one.

use serde::Serialize;
use serde_json::json;

use super::store;
use crate::domain::{
    audit::{Change, Event},
    directory::UserId,
};
use crate::foundation::{
    clock::Timestamp,
    db::{self, Fetch},
};

/// What a user proves themself with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Factor {
    /// The password, and a temporary pass, which is typed in its place.
    Password,
    /// The code of an authenticator app.
    Totp,
    /// A recovery code.
    RecoveryCode,
    /// A mailed code.
    MailedCode,
}

impl Factor {
    /// Its word in rows and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::MailedCode => "mailed_code",
        }
    }
}

/// Failures in a row at one factor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FailedTries {
    /// The factor's word.
    pub factor: String,
    /// How many since the last success.
    pub tries: i64,
    /// When the first of them was.
    pub since: String,
    /// When the last of them was.
    pub last_at: String,
}

/// The failed tries of a user since the last success, for each factor that has any.
///
/// # Errors
/// When the database cannot answer.
pub async fn failed_tries(from: impl Fetch, user: UserId) -> Result<Vec<FailedTries>, db::Error> {
    store::failed_tries(from, user).await
}

/// Counts a failure of a user; the number of failures in a row, with this one.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn count_failure(
    change: &mut Change,
    user: UserId,
    factor: Factor,
) -> Result<i64, db::Error> {
    let tries = store::count_failure(change, user, factor).await?;
    change.unrecorded("a counter of failed tries");
    Ok(tries)
}

/// Counts a try under a name that nobody has. It is written for what it costs: without
/// it, the time of the answer would tell which names exist.
///
/// # Errors
/// When the database cannot answer.
pub async fn count_unknown(change: &mut Change, factor: Factor) -> Result<i64, db::Error> {
    let tries = store::count_unknown(change, factor).await?;
    change.unrecorded("a counter of failed tries");
    Ok(tries)
}

/// Forgets the failures at one factor, after a success.
///
/// # Errors
/// When the database cannot answer.
pub async fn reset_factor(
    change: &mut Change,
    user: UserId,
    factor: Factor,
) -> Result<(), db::Error> {
    store::reset(change, user, Some(factor)).await.map(drop)
}

/// Forgets all failures of a user, because an administrator says so. How many factors
/// had any.
///
/// # Errors
/// When the database cannot answer.
pub async fn reset_tries(change: &mut Change, user: UserId) -> Result<u64, db::Error> {
    let factors = store::reset(change, user, None).await?;
    if factors > 0 {
        change.record(
            Event::new("tries.reset")
                .subject("user", user)
                .detail(json!({ "factors": factors })),
        );
    }
    Ok(factors)
}

impl FailedTries {
    pub(super) fn new(factor: String, tries: i64, since: Timestamp, last_at: Timestamp) -> Self {
        Self {
            factor,
            tries,
            since: since.to_rfc3339(),
            last_at: last_at.to_rfc3339(),
        }
    }
}
