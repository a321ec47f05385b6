//! The new password of a user who has to choose one before the session begins.

use super::{
    AttemptError, Desk, EndReason, Found, Method, Outcome, SignIn, Step, Visit, advance,
    advance::lacks,
    attempt::{begin, gone},
    ended::leave_word,
    find,
    session::end_all,
};
use crate::domain::{
    access,
    audit::Change,
    credentials::{self, Candidate, PasswordRefused},
    directory::UserId,
};
use crate::foundation::db;

/// Why a new password cannot be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NewPasswordRefused {
    /// The policy says no.
    #[error(transparent)]
    Policy(#[from] PasswordRefused),
    /// It is the one that must be changed.
    #[error("this is the password that has to be changed")]
    Same,
}

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
    let Found::Open(SignIn {
        user: Some(user), ..
    }) = found
    else {
        return Ok(Outcome::Gone(found));
    };
    let stored = credentials::password_of(desk.db, user).await?;
    let candidate = Candidate {
        user,
        password: stored,
    };
    let password = match credentials::new_password(typed) {
        Ok(password) => password,
        Err(refused) => return Ok(Outcome::PasswordRefused(refused.into())),
    };
    let same = credentials::verify(desk.passwords, Some(&candidate), typed).await?;
    if same.is_some() {
        return Ok(Outcome::PasswordRefused(NewPasswordRefused::Same));
    }
    let hash = desk.passwords.hash(password).await?;
    let mut change = begin(desk, visit, user).await?;
    access::hold(&mut change, user).await?;
    let now = change.now();
    let allowed = access::may_use(&mut change, user, now).await?.is_allowed();
    if !allowed || !may_choose(&mut change, visit, user).await? {
        return gone(desk, visit, change).await;
    }
    credentials::set_password(&mut change, user, &hash, false).await?;
    let reason = EndReason::PasswordChanged;
    let ended = end_all(&mut change, user, Some(visit.handle), reason).await?;
    leave_word(&mut change, ended, reason).await?;
    advance(desk, visit, change).await
}

/// Whether the sign-in is at this step, asked in the change that takes the new password: what was
/// proven must still be the password that has to be changed.
async fn may_choose(
    change: &mut Change,
    visit: Visit<'_>,
    user: UserId,
) -> Result<bool, db::Error> {
    let now = change.now();
    let found = find(&mut *change, visit.handle, visit.browser, now).await?;
    let Found::Open(sign_in) = found else {
        return Ok(false);
    };
    let proven = sign_in.proofs.iter().find(|p| p.method == Method::Password);
    let Some(proven) = proven.filter(|_| sign_in.user == Some(user)) else {
        return Ok(false);
    };
    let stored = credentials::password_of(&mut *change, user).await?;
    let stands = stored.is_some_and(|stored| stored.set_at <= proven.at);
    Ok(stands && lacks(&mut *change, &sign_in).await? == Step::ChoosePassword)
}
