//! A recovery code, in the place of a factor that was lost.

use super::{
    AttemptError, Desk, Method, Outcome, Visit,
    attempt::{refuse, reserve},
    second::{held, overtaken, taken, takes_typed_code, whose},
};
use crate::domain::{
    credentials::{WordCode, recovery},
    mail::{self, Occasion},
    tries::{Factor, Whose},
};

/// Tries a code.
///
/// # Errors
/// When the database cannot answer.
pub async fn with_recovery_code(
    desk: Desk<'_>,
    visit: Visit<'_>,
    code: &WordCode,
) -> Result<Outcome, AttemptError> {
    let user = match whose(desk.db, desk, visit, takes_typed_code).await? {
        Ok((user, _)) => user,
        Err(outcome) => return Ok(outcome),
    };
    let whose = Whose::User(user);
    let reservation = reserve(desk, visit, whose, Factor::RecoveryCode).await?;
    let mut change = match held(desk, visit, user, takes_typed_code).await? {
        Ok(change) => change,
        Err(outcome) => return overtaken(desk, reservation, outcome).await,
    };
    let left = recovery::use_up(&mut change, desk.key, user, code).await?;
    let Some(left) = left.filter(|_| reservation.is_admitted()) else {
        let reason = "wrong or used recovery code";
        return Ok(refuse(Some(user), &reservation, reason));
    };
    let occasion = Occasion::RecoveryUsed {
        left: u32::try_from(left).unwrap_or(0),
        place: visit.place.address.clone(),
    };
    mail::notify(&mut change, desk.post, user, occasion).await?;
    let proven = (Method::RecoveryCode, reservation);
    taken(desk, visit, change, user, proven).await
}
