//! Owns what follows when a user's access begins or ends: which sessions, codes, grants and
//! API keys end with it, in the same transaction, and which applications are told. It stands to the right of all of them and
//! has no table of its own. Does not own the facts (`access`), nor the user (`directory`).

mod logouts;
mod passwords;
mod validity;

pub use logouts::{NotTold, TellOfLogout, Teller, follow};
pub use passwords::{NewPassword, change_password, reset_password};
pub use validity::end_validities;

use super::access;
use super::api_keys;
use super::audit::Change;
use super::credentials;
use super::devices;
use super::directory::{self, Refusal, User, UserId};
use super::email_changes;
use super::grants::{self, SignedInTo};
use super::mail::Post;
use super::signin::{self, EndReason, SessionId};
use crate::foundation::clock::Timestamp;
use crate::foundation::db;

/// A source says that the user is no longer active: access ends at once. Whether that was
/// news. What had been ended before stays as it was.
///
/// # Errors
/// For a source, when the user administrates this server; for anyone, when it is the last
/// who does; when there is no such user, or the database cannot answer.
pub async fn deactivate(change: &mut Change, user: UserId) -> Result<bool, Refusal> {
    access::hold(change, user).await?;
    directory::may_go(change, user).await?;
    let news = directory::set_active(change, user, false).await?;
    // Even when it is not news: whatever should not be there any more is ended now.
    cut_access(change, user).await?;
    Ok(news)
}

/// A source says that the user is active again. The user may sign in; nothing that was ended
/// comes back. Whether that was news.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn activate(change: &mut Change, user: UserId) -> Result<bool, db::Error> {
    access::hold(change, user).await?;
    directory::set_active(change, user, true).await
}

/// An administrator blocks the user, until a moment or until allowed again.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn block(
    change: &mut Change,
    user: UserId,
    reason: &str,
    until: Option<Timestamp>,
) -> Result<(), db::Error> {
    access::block(change, user, reason, until).await?;
    cut_access(change, user).await
}

/// An administrator takes a block back. Whether there was anything to take back.
///
/// # Errors
/// When the database cannot answer.
pub async fn allow(change: &mut Change, user: UserId) -> Result<bool, db::Error> {
    access::allow(change, user).await
}

/// Deletes the user. Everything that is theirs goes with the row; what was issued to them is
/// ended first, so that its end is on record.
///
/// # Errors
/// Like [`deactivate`].
pub async fn delete(change: &mut Change, user: &User) -> Result<(), Refusal> {
    access::hold(change, user.id).await?;
    directory::may_go(change, user.id).await?;
    cut_access(change, user.id).await?;
    Ok(directory::delete_user(change, user).await?)
}

/// Ends one session and what applications hold through it. The applications that were signed
/// in to through it, which are told; none when it was not open any more.
///
/// # Errors
/// When the database cannot answer.
pub async fn end_session(
    change: &mut Change,
    session: SessionId,
    reason: EndReason,
) -> Result<Vec<SignedInTo>, db::Error> {
    let was_open = signin::end_session(change, session, reason).await?;
    if !was_open {
        grants::end_of_session(change, session, reason.word()).await?;
        return Ok(Vec::new());
    }
    logouts::of_session(change, session, reason.word()).await
}

/// Ends all sessions of a user and what applications hold for them. API keys stay: they are
/// not sessions. How many sessions it ended.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn end_sessions(
    change: &mut Change,
    user: UserId,
    reason: EndReason,
) -> Result<u64, db::Error> {
    access::hold(change, user).await?;
    signin::void_links(change, user).await?;
    email_changes::void(change, user).await?;
    let ended = signin::end_sessions_of_user(change, user, reason).await?;
    grants::end_of_user(change, user, reason.word()).await?;
    logouts::of_user(change, user).await?;
    Ok(ended)
}

/// Ends all sessions of a user but one, and what applications hold through them, as if each were
/// ended by itself: what was made to outlive a session stays. How many there were.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn end_other_sessions(
    change: &mut Change,
    user: UserId,
    kept: SessionId,
    reason: EndReason,
) -> Result<usize, db::Error> {
    access::hold(change, user).await?;
    let ended = signin::end_other_sessions(change, user, kept, reason).await?;
    for session in &ended {
        logouts::of_session(change, *session, reason.word()).await?;
    }
    Ok(ended.len())
}

/// Ends everything that was issued to a user but one session and what hangs on it: whatever
/// somebody else may have got hold of, what outlives sessions included.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn disown(change: &mut Change, user: UserId, kept: SessionId) -> Result<(), db::Error> {
    let reason = EndReason::Disowned;
    access::hold(change, user).await?;
    signin::void_links(change, user).await?;
    email_changes::void(change, user).await?;
    signin::end_other_sessions(change, user, kept, reason).await?;
    devices::forget_all(change, user).await?;
    grants::end_of_user_but(change, user, kept, reason.word()).await?;
    logouts::of_user(change, user).await
}

/// An administrator takes away all that a user proves themself with beside the password: it was
/// lost. How many factors there were.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn remove_factors(
    change: &mut Change,
    post: &Post,
    user: UserId,
    reason: &str,
) -> Result<u64, db::Error> {
    access::hold(change, user).await?;
    credentials::remove_factors(change, post, user, reason).await
}

/// Ends everything that was issued to the user. Whoever calls this holds the user
/// (`access::hold`): a sign-in or a token at the same moment is before it and ends, or after
/// it and is refused.
async fn cut_access(change: &mut Change, user: UserId) -> Result<(), db::Error> {
    let reason = EndReason::AccessCut;
    email_changes::void(change, user).await?;
    signin::end_sessions_of_user(change, user, reason).await?;
    devices::end_trust(change, user, reason.word()).await?;
    grants::end_of_user(change, user, reason.word()).await?;
    logouts::of_user(change, user).await?;
    api_keys::end_of_user(change, user, reason.word()).await?;
    Ok(())
}
