//! Which applications a person is signed in to, and by which session.

use super::store;
use crate::domain::audit::Change;
use crate::domain::clients::ClientId;
use crate::domain::directory::UserId;
use crate::domain::signin::SessionId;
use crate::foundation::db;

/// An application that was signed in to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedInTo {
    /// Which.
    pub client: ClientId,
    /// Through which session: the `sid` that the application knows.
    pub session: SessionId,
    /// Who.
    pub user: UserId,
    /// Whether the application registered where it is told that this has ended.
    pub to_be_told: bool,
}

/// The applications that were signed in to through a session, or through one that it took over
/// from in the same browser.
///
/// # Errors
/// When the database cannot answer.
pub async fn applications_of_session(
    change: &mut Change,
    session: SessionId,
) -> Result<Vec<SignedInTo>, db::Error> {
    store::applications_of_session(change, session).await
}

/// The applications that a user held anything at until this very change ended it.
///
/// # Errors
/// When the database cannot answer.
pub async fn applications_of_user(
    change: &mut Change,
    user: UserId,
) -> Result<Vec<SignedInTo>, db::Error> {
    store::applications_of_user(change, user).await
}
