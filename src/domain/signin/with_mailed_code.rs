//! A code that was mailed to the person, as second factor.

use super::{
    AttemptError, Desk, Method, Outcome, Visit,
    attempt::{refuse, reserve},
    by_mail::{takes_mailed_code, use_code},
    second::{held, overtaken, taken, whose},
};
use crate::domain::{
    credentials::MailedCode,
    tries::{Factor, Whose},
};

/// Tries a code.
///
/// # Errors
/// When the database cannot answer.
pub async fn with_mailed_code(
    desk: Desk<'_>,
    visit: Visit<'_>,
    code: &MailedCode,
) -> Result<Outcome, AttemptError> {
    let user = match whose(desk.db, desk, visit, takes_mailed_code).await? {
        Ok((user, _)) => user,
        Err(outcome) => return Ok(outcome),
    };
    let whose = Whose::User(user);
    let reservation = reserve(desk, visit, whose, Factor::MailedCode).await?;
    let mut change = match held(desk, visit, user, takes_mailed_code).await? {
        Ok(change) => change,
        Err(outcome) => return overtaken(desk, reservation, outcome).await,
    };
    let right = use_code(&mut change, desk, visit, (user, code)).await?;
    if !right || !reservation.is_admitted() {
        let reason = "wrong, used or old mailed code";
        return Ok(refuse(Some(user), &reservation, reason));
    }
    taken(desk, visit, change, user, (Method::MailedCode, reservation)).await
}
