//! What the ways of proving a second factor with a typed code have in common.

use super::{
    AttemptError, Desk, Found, Method, Outcome, SignIn, Step, Visit, advance,
    advance::{held_and_allowed, lacks},
    attempt::{begin, gone},
    find, note_proof,
};
use crate::domain::{
    audit::Change,
    directory::UserId,
    tries::{self, Reservation},
};
use crate::foundation::db::Fetch;

/// Whether a typed code is of use: what is lacking can be given to the wrong site.
pub(super) const fn takes_typed_code(step: Step) -> bool {
    matches!(step, Step::Second { bound: false, .. })
}

/// Whose sign-in it is, when it lacks `step`; else what the answer is.
pub(super) async fn whose(
    from: impl Fetch,
    desk: Desk<'_>,
    visit: Visit<'_>,
    wanted: impl Fn(Step) -> bool,
) -> Result<Result<(UserId, SignIn), Outcome>, AttemptError> {
    let mut from = from;
    let now = desk.clock.now();
    let found = find(&mut from, visit.handle, visit.browser, now).await?;
    let Found::Open(sign_in) = found else {
        return Ok(Err(Outcome::Gone(found)));
    };
    let step = lacks(&mut from, desk, visit, &sign_in).await?;
    match sign_in.user {
        Some(user) if wanted(step) => Ok(Ok((user, sign_in))),
        _ => Ok(Err(Outcome::Next(step))),
    }
}

/// A change in which the user's access is held and may be used, and the sign-in still lacks
/// `step`: of two attempts at once the second one finds what the first has done.
pub(super) async fn held(
    desk: Desk<'_>,
    visit: Visit<'_>,
    user: UserId,
    wanted: impl Fn(Step) -> bool,
) -> Result<Result<Change, Outcome>, AttemptError> {
    let mut change = begin(desk, visit, user).await?;
    if let Err(reason) = held_and_allowed(&mut change, user).await? {
        tracing::info!(%user, reason, "sign-in refused");
        return Ok(Err(Outcome::Refused));
    }
    match whose(&mut change, desk, visit, wanted).await? {
        Ok((same, _)) if same == user => Ok(Ok(change)),
        Ok(_) => Ok(Err(gone(desk, visit, change).await?)),
        Err(outcome) => Ok(Err(outcome)),
    }
}

/// The sign-in went on while a code was under way: the same form was sent twice, and the try of
/// the second one came to no verdict.
pub(super) async fn overtaken(
    desk: Desk<'_>,
    reservation: Reservation,
    outcome: Outcome,
) -> Result<Outcome, AttemptError> {
    if !matches!(outcome, Outcome::Refused) {
        tries::withdraw(desk.db, desk.clock, reservation).await?;
    }
    Ok(outcome)
}

/// Notes what was proven, gives its try back, and goes on.
pub(super) async fn taken(
    desk: Desk<'_>,
    visit: Visit<'_>,
    mut change: Change,
    user: UserId,
    (method, reservation): (Method, Reservation),
) -> Result<Outcome, AttemptError> {
    if !note_proof(&mut change, visit.handle, visit.browser, user, method).await? {
        let gone = gone(desk, visit, change).await?;
        tries::withdraw(desk.db, desk.clock, reservation).await?;
        return Ok(gone);
    }
    tries::settle(&mut change, reservation).await?;
    advance(desk, visit, change).await
}
