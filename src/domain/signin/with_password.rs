//! A name and a password.
//!
//! An unknown name, a wrong password, no password, a blocked and an inactive user get
//! the same answer after the same work: one read, one hash, one durable write.

use super::{
    AttemptError, Desk, Found, Method, Outcome, Visit, advance,
    advance::held_and_allowed,
    attempt::{begin, gone, refuse},
    find, note_proof,
};
use crate::domain::credentials::{self, Factor, Proof};

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
    let proof = credentials::verify(desk.passwords, candidate.as_ref(), typed).await?;
    let Some(proof) = proof else {
        let user = candidate.map(|candidate| candidate.user);
        return refuse(desk, user, Factor::Password, "wrong password").await;
    };
    accept(desk, visit, &proof).await
}

/// The password is right. Everything else is asked in the change that makes the
/// session, while the user's access is held: what was cut in the meantime stays cut.
async fn accept(desk: Desk<'_>, visit: Visit<'_>, proof: &Proof) -> Result<Outcome, AttemptError> {
    let user = proof.user;
    let mut change = begin(desk, visit, user).await?;
    if let Err(reason) = held_and_allowed(&mut change, user).await? {
        drop(change);
        return refuse(desk, Some(user), Factor::Password, &reason).await;
    }
    if !credentials::confirm(&mut change, proof).await? {
        drop(change);
        return refuse(desk, Some(user), Factor::Password, "password replaced").await;
    }
    let (handle, browser) = (visit.handle, visit.browser);
    if !note_proof(&mut change, handle, browser, user, Method::Password).await? {
        return gone(desk, visit, change).await;
    }
    advance(desk, visit, change).await
}
