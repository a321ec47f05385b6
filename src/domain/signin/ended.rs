//! What is said, after the commit, of sessions that ended here and not in `lifecycle`.

use serde::{Deserialize, Serialize};

use super::{EndReason, SessionId};
use crate::domain::{audit::Change, jobs, jobs::Job};
use crate::foundation::db;

/// Sessions ended within a sign-in: another person took the browser over, or the password was
/// changed. What follows for applications is for `lifecycle`, which stands to the right; so it
/// is left to do after the commit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SessionsEnded {
    /// Which.
    pub sessions: Vec<SessionId>,
    /// Why.
    pub reason: EndReason,
}

impl Job for SessionsEnded {
    const KIND: &'static str = "sessions_ended";
}

/// Leaves word of sessions that have just ended.
pub(super) async fn leave_word(
    change: &mut Change,
    sessions: Vec<SessionId>,
    reason: EndReason,
) -> Result<(), db::Error> {
    if sessions.is_empty() {
        return Ok(());
    }
    let ended = SessionsEnded { sessions, reason };
    let now = change.now();
    jobs::enqueue(change, &ended, now).await.map(drop)
}
