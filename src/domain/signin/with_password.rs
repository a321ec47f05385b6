//! A name and a password.
//!
//! An unknown name, a wrong password, no password, a blocked and an inactive user, and a
//! try that was not admitted get the same answer after the same work: one read, one
//! durable write, one hash.

use super::{
    AttemptError, Desk, Found, Method, Outcome, Visit, advance,
    advance::held_and_allowed,
    attempt::{begin, gone, refuse, reserve},
    find, note_proof,
};
use crate::domain::{
    credentials::{self, Proof},
    tries::{self, Factor, Reservation, Whose},
};

/// Tries a name and a password.
///
/// # Errors
/// When the hash pool is busy or the database cannot answer.
pub async fn with_password(
    desk: Desk<'_>,
    visit: Visit<'_>,
    login: &str,
    typed: &str,
) -> Result<Outcome, AttemptError> {
    let found = find(desk.db, visit.handle, visit.browser, desk.clock.now()).await?;
    if !matches!(found, Found::Open(_)) {
        return Ok(Outcome::Gone(found));
    }
    let candidate = credentials::candidate(desk.db, login).await?;
    let user = candidate.as_ref().map(|candidate| candidate.user);
    let whose = user.map_or(Whose::Nobody(login), Whose::User);
    let reservation = reserve(desk, visit, whose, Factor::Password).await?;
    let proof = match credentials::verify(desk.passwords, candidate.as_ref(), typed).await {
        Ok(proof) => proof,
        Err(busy) => {
            tries::withdraw(desk.db, desk.clock, reservation).await?;
            return Err(busy.into());
        }
    };
    match proof {
        Some(proof) if reservation.is_admitted() => accept(desk, visit, &proof, reservation).await,
        Some(_) | None => Ok(refuse(user, &reservation, "wrong name or wrong password")),
    }
}

/// The password is right. Everything else is asked in the change that makes the
/// session, while the user's access is held: what was cut in the meantime stays cut.
async fn accept(
    desk: Desk<'_>,
    visit: Visit<'_>,
    proof: &Proof,
    reservation: Reservation,
) -> Result<Outcome, AttemptError> {
    let user = proof.user;
    let mut change = begin(desk, visit, user).await?;
    if let Err(reason) = held_and_allowed(&mut change, user).await? {
        return Ok(refuse(Some(user), &reservation, &reason));
    }
    if !credentials::confirm(&mut change, proof).await? {
        return Ok(refuse(Some(user), &reservation, "password replaced"));
    }
    credentials::expire(&mut change, desk.policy, user).await?;
    let (handle, browser) = (visit.handle, visit.browser);
    if !note_proof(&mut change, handle, browser, user, Method::Password).await? {
        let gone = gone(desk, visit, change).await?;
        tries::withdraw(desk.db, desk.clock, reservation).await?;
        return Ok(gone);
    }
    tries::settle(&mut change, reservation).await?;
    advance(desk, visit, change).await
}
