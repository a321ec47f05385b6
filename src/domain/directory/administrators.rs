//! Administrators of this server: no source touches one, and one is always left.
//!
//! They are users like others, but what a source says must not lock out the people who would
//! have to put the source right. Being in a group makes nobody an administrator, so no change
//! of a group's members takes it from one.

use super::{Refusal, User, UserId, store};
use crate::domain::audit::Change;
use crate::foundation::db::{self, Fetch};

/// How many administrators are written to at most.
const MOST_LETTERS: i64 = 20;

/// The active administrators who are written to; twenty at most.
///
/// # Errors
/// When the database cannot answer.
pub async fn administrators_to_write_to(from: impl Fetch) -> Result<Vec<UserId>, db::Error> {
    let all = store::active_administrators(from, MOST_LETTERS).await?;
    Ok(all.iter().map(|user| user.id).collect())
}

/// Refuses to change an administrator on behalf of a source. Doors do not show them to
/// sources in the first place; this is for the door that forgets.
pub(super) fn within_reach(change: &Change, user: &User) -> Result<(), Refusal> {
    if user.administrator && change.connection().is_some() {
        return Err(Refusal::OutOfReach);
    }
    Ok(())
}

/// Refuses what would take away an administrator on behalf of a source, or the last active
/// one on whosever behalf. Those who ask at the same moment wait for each other.
///
/// # Errors
/// [`Refusal::OutOfReach`], [`Refusal::LastAdministrator`], or when the database cannot answer.
pub async fn may_go(change: &mut Change, user: UserId) -> Result<(), Refusal> {
    if !store::is_administrator(change, user).await? {
        return Ok(());
    }
    if change.connection().is_some() {
        return Err(Refusal::OutOfReach);
    }
    store::hold_administration(change).await?;
    if store::has_other_administrator(change, user).await? {
        Ok(())
    } else {
        Err(Refusal::LastAdministrator)
    }
}
