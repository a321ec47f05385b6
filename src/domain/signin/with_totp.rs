//! The code of an authenticator app, as second factor.

use super::{
    AttemptError, Desk, Method, Outcome, Visit,
    attempt::{refuse, reserve},
    second::{held, overtaken, taken, takes_typed_code, whose},
};
use crate::domain::{
    credentials::{TotpCode, totp},
    tries::{Factor, Whose},
};

/// Tries a code.
///
/// # Errors
/// When the database cannot answer.
pub async fn with_totp(
    desk: Desk<'_>,
    visit: Visit<'_>,
    code: &TotpCode,
) -> Result<Outcome, AttemptError> {
    let now = desk.clock.now();
    let user = match whose(desk.db, desk, visit, takes_typed_code).await? {
        Ok((user, _)) => user,
        Err(outcome) => return Ok(outcome),
    };
    let reservation = reserve(desk, visit, Whose::User(user), Factor::Totp).await?;
    let right = totp::right_code(desk.db, desk.key, user, code, now).await?;
    let Some(right) = right.filter(|_| reservation.is_admitted()) else {
        return Ok(refuse(Some(user), &reservation, "wrong code"));
    };
    let mut change = match held(desk, visit, user, takes_typed_code).await? {
        Ok(change) => change,
        Err(outcome) => return overtaken(desk, reservation, outcome).await,
    };
    if !totp::take(&mut change, user, right).await? {
        return Ok(refuse(Some(user), &reservation, "a code that was used"));
    }
    taken(desk, visit, change, user, (Method::Totp, reservation)).await
}
