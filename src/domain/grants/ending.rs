//! How grants end before their time.

use serde_json::json;

use super::{GrantId, device, store};
use crate::domain::audit::{Change, Event};
use crate::domain::directory::UserId;
use crate::domain::signin::SessionId;
use crate::foundation::db;

/// How many rows of each table one sweep deletes.
const SWEPT_AT_ONCE: i64 = 500;

/// Ends everything that clients hold of a user: codes on their way and grants. Returns how many
/// grants there were.
pub async fn end_of_user(
    change: &mut Change,
    user: UserId,
    reason: &'static str,
) -> Result<u64, db::Error> {
    // Codes first: a redemption that is under way holds its code's row, so this waits for it
    // and then finds the grant that it began.
    store::end_codes_of_user(change, user).await?;
    device::end_of_user(change, user).await?;
    let ended = store::end_grants_of_user(change, user, reason).await?;
    record_ended(change, user, ended, reason);
    Ok(ended)
}

/// The same, but for what came of one session: it is the one that is believed.
pub async fn end_of_user_but(
    change: &mut Change,
    user: UserId,
    kept: SessionId,
    reason: &'static str,
) -> Result<u64, db::Error> {
    store::end_codes_of_user(change, user).await?;
    device::end_of_user(change, user).await?;
    let ended = store::end_grants_of_user_but(change, user, kept, reason).await?;
    record_ended(change, user, ended, reason);
    Ok(ended)
}

fn record_ended(change: &mut Change, user: UserId, ended: u64, reason: &'static str) {
    if ended > 0 {
        change.record(
            Event::new("grants.ended")
                .subject("user", user)
                .detail(json!({ "grants": ended, "reason": reason })),
        );
    }
}

/// Ends what clients hold by one browser session. Grants with `offline_access` were made to
/// outlive it (OpenID Connect Back-Channel Logout §2.7) and stay. Returns how many ended.
pub async fn end_of_session(
    change: &mut Change,
    session: SessionId,
    reason: &'static str,
) -> Result<u64, db::Error> {
    store::end_codes_of_session(change, session).await?;
    device::end_of_session(change, session).await?;
    let ended = store::end_grants_of_session(change, session, reason).await?;
    if ended > 0 {
        change.record(
            Event::new("grants.ended")
                .subject("session", session)
                .detail(json!({ "grants": ended, "reason": reason })),
        );
    }
    Ok(ended)
}

/// Ends a grant of which a used code or token came back.
pub(super) async fn end_of_reused(
    change: &mut Change,
    grant: GrantId,
    reason: &'static str,
) -> Result<(), db::Error> {
    if let Some(user) = store::end_grant(change, grant, reason).await? {
        change.record(
            Event::new("grant.ended")
                .subject("user", user)
                .detail(json!({ "grant": grant, "reason": reason })),
        );
    }
    Ok(())
}

/// Deletes what is over and can no longer be asked about, a few rows at a time. Returns how
/// many went; when it is none, the sweep is done.
pub async fn sweep(change: &mut Change) -> Result<u64, db::Error> {
    let swept = store::sweep(change, SWEPT_AT_ONCE).await?;
    change.unrecorded("a sweep of what had ended anyhow");
    Ok(swept)
}
