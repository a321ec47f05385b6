//! The end of a validity. From its last moment on `access::may_use` refuses; what was issued
//! before is ended here a moment later, so that opening the validity again brings nothing back.

use super::cut_access;
use crate::domain::access;
use crate::domain::audit::{Actor, Change};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Db, Error};

/// Ends what was issued to users whose validity has ended, as a deactivation does: up to `limit`
/// users in one transaction, those first that waited longest, because no server ran. How many it
/// looked at.
///
/// # Errors
/// When the database cannot answer.
pub async fn end_validities(db: &Db, now: Timestamp, limit: i64) -> Result<usize, Error> {
    // A look that does not write: most of the time there is nobody.
    if access::validities_to_end(db, now, 1).await?.is_empty() {
        return Ok(0);
    }
    let mut change = Change::begin(db, Actor::System, now).await?;
    let mut users = access::validities_to_end(&mut change, now, limit).await?;
    // Several servers may do this at once: they hold the users in one order, and so wait for
    // each other and not in a circle.
    users.sort_unstable();
    for user in &users {
        access::hold(&mut change, *user).await?;
        if access::end_validity(&mut change, *user).await? {
            cut_access(&mut change, *user).await?;
        }
    }
    change.commit().await?;
    Ok(users.len())
}
