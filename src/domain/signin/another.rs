//! Somebody else wants to sign in, in the browser in which one had begun.

use super::{AttemptError, Desk, Found, Outcome, Step, Visit, find, start_over};
use crate::domain::audit::{Actor, Change};

/// Forgets what was proven in the sign-in, which begins again.
///
/// # Errors
/// When the database cannot answer.
pub async fn as_another(desk: Desk<'_>, visit: Visit<'_>) -> Result<Outcome, AttemptError> {
    let mut change = Change::begin(desk.db, Actor::Anonymous, desk.clock.now()).await?;
    if start_over(&mut change, visit.handle, visit.browser).await? {
        change.commit().await?;
        return Ok(Outcome::Next(Step::First));
    }
    drop(change);
    let found = find(desk.db, visit.handle, visit.browser, desk.clock.now()).await?;
    Ok(Outcome::Gone(match found {
        Found::Open(_) => Found::Unknown,
        other => other,
    }))
}
