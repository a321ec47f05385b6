//! Whether a person could still sign in without what they are about to give up.

use super::Requirement;
use crate::domain::{audit::Change, credentials, directory::UserId, mfa};
use crate::foundation::db;

/// Why something that a person proves themself with cannot be taken away.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StillNeeded {
    /// Nothing else is left that opens a sign-in.
    #[error("nothing else opens a sign-in")]
    ToSignIn,
    /// The policy asks for a second factor, and no other is left.
    #[error("the policy asks for a second factor")]
    ByPolicy,
}

/// Whether what was taken away in `change` is still needed: then the change is dropped.
///
/// # Errors
/// When the database cannot answer.
pub async fn still_needed(
    change: &mut Change,
    user: UserId,
    rules: mfa::Rules,
) -> Result<Option<StillNeeded>, db::Error> {
    let left = credentials::enrolled(&mut *change, user).await?;
    if !left.password && !left.passkey {
        return Ok(Some(StillNeeded::ToSignIn));
    }
    let now = change.now();
    let policy = mfa::policy_of(change, user, rules, now).await?;
    let asked = policy.requirement == Requirement::Now;
    Ok((asked && !left.has_second(false)).then_some(StillNeeded::ByPolicy))
}
