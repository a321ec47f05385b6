//! Owns why a user can or cannot sign in: independent facts, each with since, until,
//! by whom and why. Does not own what is cut when access ends (`lifecycle`), nor the
//! SCIM source's `active` (it stands with the user in `directory` and is read here).
//!
//! Every door asks [`may_use`], and nothing else decides.

mod fact;
mod store;

pub use fact::{Access, Fact, FactKind};
pub(in crate::domain) use store::{access_columns, access_joins, of_rows};

use serde_json::json;

use super::{
    audit::{Change, Event},
    directory::UserId,
    tries::{self, Stopped},
};
use crate::foundation::{
    clock::Timestamp,
    db::{self, Fetch},
};

/// What stands against this user's access at `now`: nothing, when it may be used.
/// One query. A user who does not exist (any more) has no access.
///
/// # Errors
/// When the database cannot answer.
pub async fn may_use(from: impl Fetch, user: UserId, now: Timestamp) -> Result<Access, db::Error> {
    store::read(from, user, now).await
}

/// The same, with what is only shown: that failed tries make unknown browsers wait. Two
/// queries.
///
/// # Errors
/// When the database cannot answer.
pub async fn shown(
    mut from: impl Fetch,
    user: UserId,
    now: Timestamp,
) -> Result<Access, db::Error> {
    let access = store::read(&mut from, user, now).await?;
    let stopped = tries::stopped(&mut from, user, now).await?;
    Ok(access.with(stopped.map(throttled)))
}

fn throttled(stopped: Stopped) -> Fact {
    let words: Vec<&str> = stopped.factors.iter().map(|factor| factor.word()).collect();
    Fact {
        kind: FactKind::Throttled,
        since: stopped.since,
        until: stopped.until,
        by: "system".to_owned(),
        reason: Some(format!("failed tries: {}", words.join(", "))),
    }
}

/// Holds a user's access until the change ends. Whoever cuts access holds it first,
/// and whoever makes something of it (a session, a token) holds it, then asks
/// [`may_use`]: so neither can slip past the other, on both engines.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn hold(change: &mut Change, user: UserId) -> Result<(), db::Error> {
    store::hold(change, user).await
}

/// Blocks a user, until a moment or until allowed again. Blocking again replaces
/// reason and end. Ends nothing by itself: `lifecycle` does, in the same change.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn block(
    change: &mut Change,
    user: UserId,
    reason: &str,
    until: Option<Timestamp>,
) -> Result<(), db::Error> {
    hold(change, user).await?;
    store::state(change, user, FactKind::Blocked, until, reason).await?;
    let until = until.map(Timestamp::to_rfc3339);
    change.record(
        Event::new("access.blocked")
            .subject("user", user)
            .detail(json!({ "reason": reason, "until": until })),
    );
    Ok(())
}

/// Withholds access from an account that was never allowed any.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn withhold(change: &mut Change, user: UserId, reason: &str) -> Result<(), db::Error> {
    hold(change, user).await?;
    store::state(change, user, FactKind::NotGranted, None, reason).await?;
    change.record(
        Event::new("access.withheld")
            .subject("user", user)
            .detail(json!({ "reason": reason })),
    );
    Ok(())
}

/// Takes back a block, and grants access that was not granted. Whether there was
/// anything to take back.
///
/// # Errors
/// When the database cannot answer.
pub async fn allow(change: &mut Change, user: UserId) -> Result<bool, db::Error> {
    let withdrawn = store::withdraw(change, user).await? > 0;
    if withdrawn {
        change.record(Event::new("access.allowed").subject("user", user));
    }
    Ok(withdrawn)
}

/// When a user's access begins and ends by its bounds in time, if it has any.
///
/// # Errors
/// When the database cannot answer.
pub async fn validity(
    from: impl Fetch,
    user: UserId,
) -> Result<(Option<Timestamp>, Option<Timestamp>), db::Error> {
    store::validity(from, user).await
}

/// Bounds a user's access in time; `None` on both sides takes the bounds away.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn set_validity(
    change: &mut Change,
    user: UserId,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    reason: Option<&str>,
) -> Result<(), db::Error> {
    hold(change, user).await?;
    store::set_validity(change, user, (from, until), reason).await?;
    change.record(
        Event::new("access.validity_set")
            .subject("user", user)
            .detail(json!({
                "from": from.map(Timestamp::to_rfc3339),
                "until": until.map(Timestamp::to_rfc3339),
                "reason": reason,
            })),
    );
    Ok(())
}

/// Users whose validity has ended and of whom something may be left that was issued before: up
/// to `limit`, those of longest ago first.
///
/// # Errors
/// When the database cannot answer.
pub async fn validities_to_end(
    from: impl Fetch,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<UserId>, db::Error> {
    store::validities_to_end(from, now, limit).await
}

/// Notes that what was issued to a user ends, because their validity has. Whether that is so and
/// nobody noted it before: then the caller, who holds the user, ends it in the same change.
///
/// # Errors
/// When the database cannot answer.
pub async fn end_validity(change: &mut Change, user: UserId) -> Result<bool, db::Error> {
    let ended = store::end_validity(change, user).await?;
    if ended {
        change.record(Event::new("access.validity_ended").subject("user", user));
    }
    Ok(ended)
}
