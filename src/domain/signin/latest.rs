//! The sessions of a person as they look back at them: open ones, and closed ones for a while.

use super::{EndReason, Session, SessionId, store};
use crate::domain::directory::UserId;
use crate::foundation::{
    clock::Timestamp,
    db::{self, Fetch},
};

/// A person who looks back sees so many at most.
const MOST: i64 = 50;
/// So many successions are looked at: each sign-in in the same browser is one.
const MOST_SUCCESSIONS: i64 = 1000;

/// A session that may be over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LatestSession {
    /// The session.
    pub session: Session,
    /// When it ends, unless it is used before.
    pub idle_until: Timestamp,
    /// When it was ended, if it was.
    pub ended_at: Option<Timestamp>,
    /// Why, if that is known.
    pub end_reason: Option<EndReason>,
}

impl LatestSession {
    /// When it ended, by itself or by somebody; none while it is open.
    #[must_use]
    pub fn over_since(&self, now: Timestamp) -> Option<Timestamp> {
        let by_itself = self.due();
        self.ended_at.or((by_itself <= now).then_some(by_itself))
    }

    /// When it ends by itself if it is not used any more.
    #[must_use]
    pub fn due(&self) -> Timestamp {
        self.idle_until.min(self.session.expires_at)
    }
}

/// The latest sessions of a user, newest first; without those that a later one in the same browser
/// goes on for.
///
/// # Errors
/// When the database cannot answer.
pub async fn latest_sessions(
    from: impl Fetch,
    user: UserId,
) -> Result<Vec<LatestSession>, db::Error> {
    store::latest_sessions(from, user, MOST).await
}

/// Which session of a user goes on for which earlier one: pairs of the earlier and the later.
///
/// # Errors
/// When the database cannot answer.
pub async fn successions(
    from: impl Fetch,
    user: UserId,
) -> Result<Vec<(SessionId, SessionId)>, db::Error> {
    store::successions(from, user, MOST_SUCCESSIONS).await
}

/// Whether the session, open or not, is one of this user.
///
/// # Errors
/// When the database cannot answer.
pub async fn is_session_of(
    from: impl Fetch,
    session: SessionId,
    user: UserId,
) -> Result<bool, db::Error> {
    store::is_session_of(from, session, user).await
}
