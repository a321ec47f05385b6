//! Persons of whom an administrator requires no second factor.

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

/// An exemption from the policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exemption {
    /// Whose.
    pub user: UserId,
    /// Their user name.
    pub user_name: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when, if an end was set.
    pub until: Option<Timestamp>,
    /// Who said so (an actor's label).
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Exempts a person, until a moment or until it is enforced again. Another exemption replaces the
/// first.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn exempt(
    change: &mut Change,
    user: UserId,
    reason: &str,
    until: Option<Timestamp>,
) -> Result<(), db::Error> {
    store::exempt(change, user, reason, until).await?;
    let until = until.map(Timestamp::to_rfc3339);
    change.record(
        Event::new("mfa.exempted")
            .subject("user", user)
            .detail(json!({ "reason": reason, "until": until })),
    );
    Ok(())
}

/// Takes an exemption back. Whether there was one.
///
/// # Errors
/// When the database cannot answer.
pub async fn enforce(change: &mut Change, user: UserId) -> Result<bool, db::Error> {
    let enforced = store::enforce(change, user).await?;
    if enforced {
        change.record(Event::new("mfa.enforced").subject("user", user));
    }
    Ok(enforced)
}

/// The exemptions that hold at `now`, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn exemptions(from: impl Fetch, now: Timestamp) -> Result<Vec<Exemption>, db::Error> {
    store::exemptions(from, now).await
}
