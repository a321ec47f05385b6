//! One try at signing in, from what was typed to a session or a refusal.
//!
//! An unknown name, a wrong password, no password, a blocked and an inactive user get
//! the same answer after the same work: one read, one hash, one durable write.

use super::{
    Completed, EndReason, Found, Lifetimes, Method, NotedProof, Place, Proven, SignIn, complete,
    ended::leave_word, find, note_password, session::end_all,
};
use crate::domain::{
    access,
    audit::{Actor, Change},
    credentials::{self, Candidate, Factor, PasswordRefused, Proof},
    directory::UserId,
};
use crate::foundation::{
    clock::Clock,
    crypto::{
        digest::Digest,
        password::{PasswordError, PasswordPool},
        token::Secret,
    },
    db::{self, Db},
};

/// What an attempt needs of the server.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The database.
    pub db: &'a Db,
    /// Computes hashes.
    pub passwords: &'a PasswordPool,
    /// The time. A hash takes a while, so it is read again before anything is written.
    pub clock: &'a Clock,
    /// How long what comes of it lives.
    pub lifetimes: Lifetimes,
}

/// Which sign-in, in which browser.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    /// The sign-in's handle.
    pub handle: &'a Secret,
    /// The digest of the browser's cookie.
    pub browser: &'a Digest,
    /// From where.
    pub place: &'a Place,
    /// The secret of the session that this browser has had so far.
    pub previous: Option<&'a Secret>,
    /// The request, for the audit log.
    pub request_id: Option<&'a str>,
}

/// What came of an attempt.
#[derive(Debug)]
pub enum Outcome {
    /// A session.
    Session(Completed),
    /// The password is right, and its user must choose a new one first.
    ChoosePassword,
    /// No. Why is in the log only.
    Refused,
    /// The new password cannot be taken.
    PasswordRefused(NewPasswordRefused),
    /// The sign-in cannot go on.
    Gone(Found),
}

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

/// What kept an attempt from being decided.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// The database could not answer.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// The hash could not be computed.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

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
        return refuse(desk, user, "wrong password").await;
    };
    accept(desk, visit, &proof).await
}

/// The password is right. Everything else is asked in the change that makes the
/// session, while the user's access is held: what was cut in the meantime stays cut.
async fn accept(desk: Desk<'_>, visit: Visit<'_>, proof: &Proof) -> Result<Outcome, AttemptError> {
    let user = proof.user;
    let mut change = begin(desk, visit, user).await?;
    match access::hold(&mut change, user).await {
        Err(db::Error::ForeignKey) => {
            drop(change);
            return refuse(desk, Some(user), "deleted").await;
        }
        held => held?,
    }
    let now = change.now();
    let access = access::may_use(&mut change, user, now).await?;
    if !access.is_allowed() {
        drop(change);
        return refuse(desk, Some(user), &access.words()).await;
    }
    if !credentials::confirm(&mut change, proof).await? {
        drop(change);
        return refuse(desk, Some(user), "password replaced").await;
    }
    if proof.must_change {
        let noted = note_password(&mut change, visit.handle, visit.browser, user).await?;
        return if noted {
            change.commit().await?;
            Ok(Outcome::ChoosePassword)
        } else {
            gone(desk, visit, change).await
        };
    }
    finish(desk, visit, change, user).await
}

/// Takes the new password of a user who had to choose one, and completes the sign-in
/// that holds the proof of the old one.
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
        proof: Some(NotedProof { user, .. }),
        ..
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
    if !allowed || noted_in(&mut change, visit).await? != Some(user) {
        return gone(desk, visit, change).await;
    }
    credentials::set_password(&mut change, user, &hash, false).await?;
    let reason = EndReason::PasswordChanged;
    let ended = end_all(&mut change, user, reason).await?;
    leave_word(&mut change, ended, reason).await?;
    finish(desk, visit, change, user).await
}

/// Whose proof the sign-in holds, in the change that takes the new password: what was
/// proven must still be the password that has to be changed.
async fn noted_in(change: &mut Change, visit: Visit<'_>) -> Result<Option<UserId>, db::Error> {
    let now = change.now();
    let found = find(&mut *change, visit.handle, visit.browser, now).await?;
    let Found::Open(sign_in) = found else {
        return Ok(None);
    };
    let Some(proof) = sign_in.proof else {
        return Ok(None);
    };
    let stored = credentials::password_of(&mut *change, proof.user).await?;
    let stands = stored.is_some_and(|stored| stored.must_change && stored.set_at <= proof.at);
    Ok(stands.then_some(proof.user))
}

async fn begin(desk: Desk<'_>, visit: Visit<'_>, user: UserId) -> Result<Change, db::Error> {
    let actor = Actor::User(user.to_string());
    let change = Change::begin(desk.db, actor, desk.clock.now()).await?;
    Ok(match visit.request_id {
        Some(id) => change.of_request(id),
        None => change,
    })
}

async fn finish(
    desk: Desk<'_>,
    visit: Visit<'_>,
    mut change: Change,
    user: UserId,
) -> Result<Outcome, AttemptError> {
    let proven = Proven {
        user,
        methods: vec![Method::Password],
        place: visit.place.clone(),
        previous: visit.previous.cloned(),
    };
    let (handle, browser) = (visit.handle, visit.browser);
    match complete(&mut change, handle, browser, &proven, desk.lifetimes).await? {
        Some(completed) => {
            change.commit().await?;
            Ok(Outcome::Session(completed))
        }
        None => gone(desk, visit, change).await,
    }
}

/// The sign-in ended while the attempt was under way: nothing of it is kept.
async fn gone(desk: Desk<'_>, visit: Visit<'_>, change: Change) -> Result<Outcome, AttemptError> {
    drop(change);
    let found = find(desk.db, visit.handle, visit.browser, desk.clock.now()).await?;
    Ok(Outcome::Gone(match found {
        Found::Open(_) => Found::Unknown,
        other => other,
    }))
}

/// Counts the failure; the reason goes to the log only.
async fn refuse(
    desk: Desk<'_>,
    user: Option<UserId>,
    reason: &str,
) -> Result<Outcome, AttemptError> {
    let tries = match count(desk, user).await {
        // Deleted in the meantime.
        Err(db::Error::ForeignKey) => count(desk, None).await?,
        other => other?,
    };
    match user {
        Some(user) => tracing::info!(%user, reason, tries, "sign-in refused"),
        None => tracing::info!(reason = "unknown name", tries, "sign-in refused"),
    }
    Ok(Outcome::Refused)
}

async fn count(desk: Desk<'_>, user: Option<UserId>) -> Result<i64, db::Error> {
    let mut change = Change::begin(desk.db, Actor::Anonymous, desk.clock.now()).await?;
    let tries = match user {
        Some(user) => credentials::count_failure(&mut change, user, Factor::Password).await?,
        None => credentials::count_unknown(&mut change, Factor::Password).await?,
    };
    change.commit().await?;
    Ok(tries)
}
