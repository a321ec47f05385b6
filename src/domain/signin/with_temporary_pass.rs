//! A name and a temporary pass, in the place of a password.
//!
//! An unknown name, a wrong pass, one that was used or is too old, and a blocked user get the
//! same answer after the same work: two reads, one durable write.

use super::{
    AttemptError, Desk, Found, Method, Outcome, Visit, advance,
    advance::held_and_allowed,
    attempt::{begin, gone, refuse, reserve},
    find, note_proof,
};
use crate::domain::{
    credentials::{self, WordCode, temporary_pass},
    directory::UserId,
    mail::{self, Occasion},
    tries::{self, Factor, Reservation, Whose},
};

/// Tries a name and a pass.
///
/// # Errors
/// When the database cannot answer.
pub async fn with_temporary_pass(
    desk: Desk<'_>,
    visit: Visit<'_>,
    login: &str,
    pass: &WordCode,
) -> Result<Outcome, AttemptError> {
    let now = desk.clock.now();
    let found = find(desk.db, visit.handle, visit.browser, now).await?;
    if !matches!(found, Found::Open(_)) {
        return Ok(Outcome::Gone(found));
    }
    let candidate = credentials::candidate(desk.db, login).await?;
    let user = candidate.map(|candidate| candidate.user);
    let whose = user.map_or(Whose::Nobody(login), Whose::User);
    let reservation = reserve(desk, visit, whose, Factor::TemporaryPass).await?;
    let is_right = temporary_pass::is_right(desk.db, desk.key, user, pass, now).await?;
    match user {
        Some(user) if is_right && reservation.is_admitted() => {
            accept(desk, visit, (user, pass), reservation).await
        }
        user => Ok(refuse(user, &reservation, "wrong temporary pass")),
    }
}

async fn accept(
    desk: Desk<'_>,
    visit: Visit<'_>,
    (user, pass): (UserId, &WordCode),
    reservation: Reservation,
) -> Result<Outcome, AttemptError> {
    let mut change = begin(desk, visit, user).await?;
    if let Err(reason) = held_and_allowed(&mut change, user).await? {
        return Ok(refuse(Some(user), &reservation, &reason));
    }
    if !temporary_pass::use_pass(&mut change, desk.key, user, pass).await? {
        return Ok(refuse(Some(user), &reservation, "used temporary pass"));
    }
    let (handle, browser) = (visit.handle, visit.browser);
    if !note_proof(&mut change, handle, browser, user, Method::TemporaryPass).await? {
        let gone = gone(desk, visit, change).await?;
        tries::withdraw(desk.db, desk.clock, reservation).await?;
        return Ok(gone);
    }
    tries::settle(&mut change, reservation).await?;
    let place = visit.place.address.clone();
    let occasion = Occasion::TemporaryPassUsed { place };
    mail::notify(&mut change, desk.post, user, occasion).await?;
    advance(desk, visit, change).await
}
