//! What every attempt at signing in has in common: what it needs, what can come of it, and how a
//! failure is counted. There is a file for each way of proving oneself (`with_password`, …).

use super::{Completed, Found, Lifetimes, NewPasswordRefused, Place, Step, find};
use crate::domain::{
    audit::{Actor, Change},
    credentials::{self, Factor},
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
    /// What was proven is noted, and this is what the sign-in still lacks.
    Next(Step),
    /// No. Why is in the log only.
    Refused,
    /// The new password cannot be taken.
    PasswordRefused(NewPasswordRefused),
    /// The sign-in cannot go on.
    Gone(Found),
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

/// A change in the name of the user whose proof it is.
pub(super) async fn begin(
    desk: Desk<'_>,
    visit: Visit<'_>,
    user: UserId,
) -> Result<Change, db::Error> {
    let actor = Actor::User(user.to_string());
    let change = Change::begin(desk.db, actor, desk.clock.now()).await?;
    Ok(match visit.request_id {
        Some(id) => change.of_request(id),
        None => change,
    })
}

/// The sign-in ended while the attempt was under way: nothing of it is kept.
pub(super) async fn gone(
    desk: Desk<'_>,
    visit: Visit<'_>,
    change: Change,
) -> Result<Outcome, AttemptError> {
    drop(change);
    let found = find(desk.db, visit.handle, visit.browser, desk.clock.now()).await?;
    Ok(Outcome::Gone(match found {
        Found::Open(_) => Found::Unknown,
        other => other,
    }))
}

/// Counts the failure; the reason goes to the log only.
pub(super) async fn refuse(
    desk: Desk<'_>,
    user: Option<UserId>,
    factor: Factor,
    reason: &str,
) -> Result<Outcome, AttemptError> {
    let tries = match count(desk, user, factor).await {
        // Deleted in the meantime.
        Err(db::Error::ForeignKey) => count(desk, None, factor).await?,
        other => other?,
    };
    match user {
        Some(user) => tracing::info!(%user, reason, tries, "sign-in refused"),
        None => tracing::info!(reason = "unknown name", tries, "sign-in refused"),
    }
    Ok(Outcome::Refused)
}

async fn count(desk: Desk<'_>, user: Option<UserId>, factor: Factor) -> Result<i64, db::Error> {
    let mut change = Change::begin(desk.db, Actor::Anonymous, desk.clock.now()).await?;
    let tries = match user {
        Some(user) => credentials::count_failure(&mut change, user, factor).await?,
        None => credentials::count_unknown(&mut change, factor).await?,
    };
    change.commit().await?;
    Ok(tries)
}
