//! Signed-in browsers.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Acr, Method, store};
use crate::domain::{
    audit::{Actor, Change, Event},
    devices::DeviceId,
    directory::UserId,
};
use crate::foundation::{
    clock::Timestamp,
    crypto::token::Secret,
    db::{self, Db, Fetch},
};

crate::typed_id! {
    /// A session, by its public name: the `sid` claim. It opens nothing; the secret in
    /// the cookie does.
    pub SessionId
}

/// How often at most a session's last use is written.
const SEEN_EVERY: Duration = Duration::from_secs(60);

/// How long an ended session is kept, so that its end can be looked up.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// However little is allowed, a sign-in counts as fresh this long.
const SHORTEST_FRESH: Duration = Duration::from_secs(60);

/// How long sessions live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lifetimes {
    /// Without use.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
    /// A sign-in, from its beginning.
    pub sign_in: Duration,
    /// How long after signing in a person may change what they sign in with.
    pub fresh: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        const HOUR: u64 = 60 * 60;
        Self {
            idle: Duration::from_secs(8 * HOUR),
            absolute: Duration::from_secs(24 * HOUR),
            sign_in: Duration::from_secs(HOUR / 2),
            fresh: Duration::from_secs(HOUR / 6),
        }
    }
}

/// A live session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Its public name, the `sid` claim.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// When the user last proved themself.
    pub auth_time: Timestamp,
    /// Since when all of it was proven: earlier, when the session goes on from another one.
    pub proven_since: Timestamp,
    /// How: the values of RFC 8176.
    pub amr: Vec<String>,
    /// The same in this server's own, finer words.
    pub methods: Vec<Method>,
    /// What that comes to.
    pub acr: Acr,
    /// Where from, if known.
    pub address: Option<String>,
    /// The browser's `User-Agent`.
    pub browser: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// The device in which it was opened.
    pub device: Option<DeviceId>,
    /// Since when that had been trusted, when the second factor was spared for it.
    pub trusted_at: Option<Timestamp>,
}

impl Session {
    /// Whether its user has proven themself recently enough to change what they sign in with. A
    /// minute always is: who has just come from signing in must not be sent there again.
    #[must_use]
    pub fn is_fresh(&self, lifetimes: Lifetimes, now: Timestamp) -> bool {
        lifetimes.is_fresh(self.auth_time, now)
    }
}

impl Lifetimes {
    /// Whether what was proven `at` a moment is recent enough to change what the person signs in
    /// with.
    pub(super) fn is_fresh(&self, at: Timestamp, now: Timestamp) -> bool {
        now.since(at) <= self.fresh.max(SHORTEST_FRESH)
    }
}

/// Why a session ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The user signed out.
    SignedOut,
    /// The same browser signed in again.
    Replaced,
    /// The user's access was cut.
    AccessCut,
    /// An administrator ended it.
    Administrator,
    /// The password was changed.
    PasswordChanged,
    /// Its user ended it from another browser.
    FromElsewhere,
    /// Its user says that it was not theirs.
    Disowned,
    /// There were two copies of the secret of its device.
    DeviceCopied,
}

impl EndReason {
    /// All of them.
    const ALL: [Self; 8] = [
        Self::SignedOut,
        Self::Replaced,
        Self::AccessCut,
        Self::Administrator,
        Self::PasswordChanged,
        Self::FromElsewhere,
        Self::Disowned,
        Self::DeviceCopied,
    ];

    /// The reason of a word; none for one that this program does not know.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// Its word in rows and events.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Replaced => "replaced",
            Self::AccessCut => "access_cut",
            Self::Administrator => "administrator",
            Self::PasswordChanged => "password_changed",
            Self::FromElsewhere => "from_elsewhere",
            Self::Disowned => "disowned",
            Self::DeviceCopied => "device_copied",
        }
    }
}

/// The live session that a cookie's secret opens. One query; an ended, idle or expired
/// session is none. The user's access is a question of its own: `access::may_use`.
///
/// # Errors
/// When the database cannot answer.
pub async fn session_of(
    from: impl Fetch,
    secret: &Secret,
    now: Timestamp,
) -> Result<Option<Session>, db::Error> {
    store::session_of(from, &secret.digest(), now).await
}

/// Marks a session as used, at most once a minute: that keeps it from going idle.
///
/// # Errors
/// When the database cannot answer.
pub async fn seen(
    db: &Db,
    session: &Session,
    lifetimes: Lifetimes,
    now: Timestamp,
) -> Result<(), db::Error> {
    if now.since(session.last_seen_at) < SEEN_EVERY {
        return Ok(());
    }
    let mut change = Change::begin(db, Actor::User(session.user.to_string()), now).await?;
    store::seen(&mut change, session.id, now.plus(lifetimes.idle)).await?;
    change.unrecorded("a last-use mark");
    change.commit().await
}

/// Holds a session until the change ends, for whoever makes something of it. When it ends, if
/// it is live.
///
/// # Errors
/// When the database cannot answer.
pub async fn hold_session(
    change: &mut Change,
    session: SessionId,
) -> Result<Option<Timestamp>, db::Error> {
    store::hold_session(change, session).await
}

/// Ends a session. Whether it was live.
///
/// # Errors
/// When the database cannot answer.
pub async fn end_session(
    change: &mut Change,
    session: SessionId,
    reason: EndReason,
) -> Result<bool, db::Error> {
    let Some(user) = store::end_session(change, session, reason).await? else {
        return Ok(false);
    };
    change.record(
        Event::new("session.ended")
            .subject("user", user)
            .detail(json!({ "session": session, "reason": reason.word() })),
    );
    Ok(true)
}

/// Ends all sessions of a user, and the sign-ins that hold a proof of theirs. How many
/// sessions were live.
///
/// # Errors
/// When the database cannot answer.
pub async fn end_sessions_of_user(
    change: &mut Change,
    user: UserId,
    reason: EndReason,
) -> Result<u64, db::Error> {
    let ended = end_all(change, user, None, reason).await?;
    Ok(u64::try_from(ended.len()).unwrap_or(u64::MAX))
}

/// Ends all sessions of a user but one, and the sign-ins that hold a proof of theirs. Which they
/// were.
///
/// # Errors
/// When the database cannot answer.
pub async fn end_other_sessions(
    change: &mut Change,
    user: UserId,
    kept: SessionId,
    reason: EndReason,
) -> Result<Vec<SessionId>, db::Error> {
    store::forget_proofs_of_user(change, user, None).await?;
    let ended = store::end_other_sessions(change, user, kept, reason).await?;
    record_ended(change, user, &ended, reason);
    Ok(ended)
}

/// The same, but for the sign-in that is going on; which sessions they were.
pub(super) async fn end_all(
    change: &mut Change,
    user: UserId,
    except: Option<&Secret>,
    reason: EndReason,
) -> Result<Vec<SessionId>, db::Error> {
    let except = except.map(Secret::digest);
    store::forget_proofs_of_user(change, user, except.as_ref()).await?;
    let ended = store::end_sessions_of_user(change, user, reason).await?;
    record_ended(change, user, &ended, reason);
    Ok(ended)
}

fn record_ended(change: &mut Change, user: UserId, ended: &[SessionId], reason: EndReason) {
    if !ended.is_empty() {
        change.record(
            Event::new("sessions.ended")
                .subject("user", user)
                .detail(json!({ "sessions": ended.len(), "reason": reason.word() })),
        );
    }
}

/// The live sessions of a user, newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn sessions_of_user(
    from: impl Fetch,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Session>, db::Error> {
    store::sessions_of_user(from, user, now).await
}

/// Deletes sessions that ended or expired a month ago. How many, at most `limit`.
///
/// # Errors
/// When the database cannot answer.
pub async fn sweep_sessions(change: &mut Change, limit: i64) -> Result<u64, db::Error> {
    let before = change.now().minus(KEPT);
    let swept = store::sweep_sessions(change, before, limit).await?;
    change.unrecorded("a sweep of what had ended");
    Ok(swept)
}
