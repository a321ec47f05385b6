//! The brake: a source that takes away more of its users than it should is held until a
//! person has looked. A wrong scope or an emptied group in the source looks exactly like a
//! thousand people who left at once; the difference is for a person to tell.
//!
//! What went is counted by the minute, so the window is exact to a minute and a count reads
//! a row for each minute of it, not for each user.

use std::time::Duration;

use serde_json::json;

use super::{NewEntry, store};
use crate::domain::audit::{Change, ConnectionId, Event};
use crate::domain::connections::{self, Brake, NotChanged};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Db, Error};

const MINUTE: i64 = 60_000;
/// No window is longer (the setting's own limit), so no count from before is asked for.
const LONGEST_WINDOW: Duration = Duration::from_secs(8 * 86_400);
/// Counting all users of a connection is dear: it is done to begin a window and before
/// anything is held, but not for every request that is held.
const COUNT_LIVES: Duration = Duration::from_secs(60);

/// What is held, and until when at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// How many went within the window.
    pub gone: i64,
    /// How many may.
    pub limit: i64,
    /// How far back that is counted, in minutes.
    pub window_minutes: u32,
    /// When the first of them will no longer count, in whole seconds from now.
    pub retry_after: u32,
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} users were deactivated or deleted within {} minutes, and {} may be: further ones \
             are held until an administrator releases the connection",
            self.gone, self.window_minutes, self.limit
        )
    }
}

/// Why users may not go.
#[derive(Debug, thiserror::Error)]
pub enum Halt {
    /// Too many have.
    #[error("{0}")]
    Held(Held),
    /// The database cannot answer.
    #[error(transparent)]
    Database(#[from] Error),
}

/// How a connection's brake stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many went within the window.
    pub gone: i64,
    /// Since when it holds.
    pub held_since: Option<Timestamp>,
}

/// Counts `users` of a connection as going, in the change in which they go. Changes of one
/// connection that come here wait for each other, so the last that may go is one and not two.
///
/// # Errors
/// [`Halt::Held`] when so many may not; the caller drops the change, and with it the count.
pub async fn take(
    change: &mut Change,
    connection: ConnectionId,
    brake: Brake,
    users: i64,
) -> Result<(), Halt> {
    if brake.share_percent >= 100 || users == 0 {
        return Ok(());
    }
    let now = change.now();
    let row = store::lock_brake(change, connection).await?;
    let (gone, oldest) = store::gone_since(&mut *change, connection, first(brake, now)).await?;
    let wanted = gone.saturating_add(users);
    let mut limit = limit(brake, row.users);
    let stale = now.since(row.counted_at) >= COUNT_LIVES;
    if (gone == 0 || wanted > limit) && stale {
        // Those that went in this change are not among the active any more.
        let active = store::count_users(&mut *change, connection).await?;
        let had = active
            .saturating_add(wanted)
            .max(if gone == 0 { 0 } else { row.users });
        store::set_users(change, connection, had).await?;
        limit = self::limit(brake, had);
    }
    if wanted > limit {
        return Err(Halt::Held(Held {
            gone,
            limit,
            window_minutes: brake.window_minutes,
            retry_after: retry_after(brake, oldest, now),
        }));
    }
    if row.held_since.is_some() {
        store::set_free(change, connection).await?;
    }
    store::add_gone(change, connection, now.millis().div_euclid(MINUTE), users).await?;
    Ok(())
}

/// Keeps that a request was held. The first one of a brake that was free is told to the
/// administrator, once: in the audit log and in the log. Whether it was.
///
/// # Errors
/// When the database cannot be written to.
pub async fn hold(change: &mut Change, entry: &NewEntry, held: Held) -> Result<bool, Error> {
    super::write(change, entry).await?;
    if !store::set_held(change, entry.connection).await? {
        change.unrecorded("one of many that are held; the first was recorded");
        return Ok(false);
    }
    tracing::warn!(
        connection = %entry.connection,
        gone = held.gone,
        limit = held.limit,
        window_minutes = held.window_minutes,
        "a connection takes away too many users: further ones are held; look at them with \
         `doorward connection ledger`, and let them go on with `doorward connection release`"
    );
    change.record(
        Event::new("connection.held")
            .subject("connection", entry.connection)
            .detail(json!({
                "gone": held.gone,
                "limit": held.limit,
                "window_minutes": held.window_minutes,
            })),
    );
    Ok(true)
}

/// Lets a connection go on: its window begins anew. Since when it was held, if it was.
///
/// # Errors
/// There is no such connection.
pub async fn release(
    change: &mut Change,
    connection: ConnectionId,
) -> Result<Option<Timestamp>, NotChanged> {
    if connections::find(&mut *change, connection).await?.is_none() {
        return Err(NotChanged::NoSuchConnection(connection));
    }
    let row = store::lock_brake(change, connection).await?;
    store::forget_gone(change, connection).await?;
    store::forget_count(change, connection).await?;
    let since = row.held_since.map(Timestamp::to_rfc3339);
    change.record(
        Event::new("connection.released")
            .subject("connection", connection)
            .detail(json!({ "held_since": since })),
    );
    Ok(row.held_since)
}

/// How the brake of a connection stands.
///
/// # Errors
/// When the database cannot answer.
pub async fn standing(
    db: &Db,
    connection: ConnectionId,
    brake: Brake,
    now: Timestamp,
) -> Result<Standing, Error> {
    let row = store::brake(db, connection).await?;
    let (gone, _) = store::gone_since(db, connection, first(brake, now)).await?;
    Ok(Standing {
        gone,
        held_since: row.and_then(|row| row.held_since),
    })
}

pub(super) async fn sweep(change: &mut Change, most: i64) -> Result<u64, Error> {
    let before = change.now().minus(LONGEST_WINDOW).millis();
    store::delete_minutes_before(change, before.div_euclid(MINUTE), most).await
}

/// How many may go of so many users.
fn limit(brake: Brake, users: i64) -> i64 {
    let share = users.saturating_mul(i64::from(brake.share_percent)) / 100;
    share.max(i64::from(brake.at_least))
}

fn window(brake: Brake) -> Duration {
    Duration::from_secs(u64::from(brake.window_minutes) * 60)
}

/// The first minute that the window reaches.
fn first(brake: Brake, now: Timestamp) -> i64 {
    now.minus(window(brake)).millis().div_euclid(MINUTE)
}

fn retry_after(brake: Brake, oldest: Option<i64>, now: Timestamp) -> u32 {
    let oldest = oldest.unwrap_or_else(|| now.millis().div_euclid(MINUTE));
    let leaves = Timestamp::from_millis((oldest + 1) * MINUTE).plus(window(brake));
    let seconds = leaves.since(now).as_millis().div_ceil(1000);
    u32::try_from(seconds).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BRAKE: Brake = Brake {
        share_percent: 20,
        window_minutes: 60,
        at_least: 5,
    };

    #[test]
    fn a_share_may_go_and_so_many_whatever_the_share() {
        for (users, may) in [(0, 5), (10, 5), (25, 5), (30, 6), (1_000_000, 200_000)] {
            assert_eq!(limit(BRAKE, users), may, "{users}");
        }
        assert!(limit(BRAKE, i64::MAX) > 0);
    }

    #[test]
    fn the_wait_ends_when_the_first_minute_has_left_the_window() {
        let now = Timestamp::from_millis(100 * MINUTE + 1);
        for (oldest, seconds) in [
            (Some(100), 3_660),
            (Some(41), 120),
            (Some(40), 60),
            (None, 3_660),
        ] {
            assert_eq!(retry_after(BRAKE, oldest, now), seconds, "{oldest:?}");
        }
        assert_eq!(first(BRAKE, now), 40);
        assert_eq!(first(BRAKE, now.plus(Duration::from_secs(60))), 41);
        assert_eq!(retry_after(BRAKE, Some(0), now), 1);
    }
}
