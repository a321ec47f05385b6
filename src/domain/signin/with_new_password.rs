//! The new password of a user who has to choose one before the session begins.

use super::{
    AttemptError, Desk, EndReason, Found, Method, Outcome, Step, Visit, advance,
    advance::lacks,
    attempt::{begin, gone},
    ended::leave_word,
    find,
    forgotten::void_links,
    session::end_all,
};
use crate::domain::{
    access,
    audit::Change,
    credentials,
    directory::{self, UserId},
    mail::{self, Occasion},
};
use crate::foundation::db;

/// Takes the new password of a user who had to choose one, in the sign-in that holds the proof of
/// the old one and lacks nothing else.
///
/// # Errors
/// When the hash pool is busy or the database cannot answer.
pub async fn with_new_password(
    desk: Desk<'_>,
    visit: Visit<'_>,
    typed: &str,
) -> Result<Outcome, AttemptError> {
    let found = find(desk.db, visit.handle, visit.browser, desk.clock.now()).await?;
    let sign_in = match found {
        Found::Open(sign_in) => sign_in,
        other => return Ok(Outcome::Gone(other)),
    };
    let Some(user) = sign_in.user else {
        return Ok(Outcome::Next(Step::First));
    };
    let step = lacks(desk.db, desk, visit, &sign_in).await?;
    if step != Step::ChoosePassword {
        return Ok(Outcome::Next(step));
    }
    // Before the password is compared with earlier ones: whoever is not at this step must not
    // learn whether it is one of them.
    let mut look = begin(desk, visit, user).await?;
    if !may_choose(&mut look, desk, visit, user).await? {
        return gone(desk, visit, look).await;
    }
    drop(look);
    let person = directory::find_user(desk.db, user).await?;
    let profile = person.as_ref().map(|person| &person.profile);
    let hash = match desk.vetting().hash(typed, Some(user), profile).await {
        Ok(hash) => hash,
        Err(not_taken) => return AttemptError::of(not_taken).map(Outcome::PasswordRefused),
    };
    let mut change = begin(desk, visit, user).await?;
    access::hold(&mut change, user).await?;
    let now = change.now();
    let allowed = access::may_use(&mut change, user, now).await?.is_allowed();
    if !allowed || !may_choose(&mut change, desk, visit, user).await? {
        return gone(desk, visit, change).await;
    }
    credentials::set_password(&mut change, user, &hash, false).await?;
    void_links(&mut change, user).await?;
    let reason = EndReason::PasswordChanged;
    let ended = end_all(&mut change, user, Some(visit.handle), reason).await?;
    leave_word(&mut change, ended, reason).await?;
    let place = visit.place.shown();
    mail::notify(
        &mut change,
        desk.post,
        user,
        Occasion::PasswordChanged { place },
    )
    .await?;
    advance(desk, visit, change).await
}

/// Whether the sign-in is at this step, asked in the change that takes the new password: what was
/// proven must still be the password that has to be changed.
async fn may_choose(
    change: &mut Change,
    desk: Desk<'_>,
    visit: Visit<'_>,
    user: UserId,
) -> Result<bool, db::Error> {
    let now = change.now();
    let found = find(&mut *change, visit.handle, visit.browser, now).await?;
    let Found::Open(sign_in) = found else {
        return Ok(false);
    };
    let is_first = |method| matches!(method, Method::Password | Method::TemporaryPass);
    let proven = sign_in.proofs.iter().find(|p| is_first(p.method));
    let Some(proven) = proven.filter(|_| sign_in.user == Some(user)) else {
        return Ok(false);
    };
    let stored = credentials::password_of(&mut *change, user).await?;
    // With a temporary pass comes who has no password at all.
    let stands = match stored {
        Some(stored) => proven.method == Method::Password && stored.set_at <= proven.at,
        None => proven.method == Method::TemporaryPass,
    };
    Ok(stands && lacks(&mut *change, desk, visit, &sign_in).await? == Step::ChoosePassword)
}
