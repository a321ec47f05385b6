//! Owns the provisioning ledger: what each connection did and tried to do, and the brake
//! that holds a connection which takes away too many users at once. Does not own what is
//! done (`directory`, `lifecycle`), nor the connections and their settings (`connections`).
//!
//! The audit log says who changed what, for as long as the law wants it. The ledger says
//! what a source asked for and what came of it, refusals and values included, for as long as
//! somebody may ask why.

mod brake;
mod document;
mod notice;
mod store;

use serde_json::Value as Json;

pub use brake::{Halt, Held, Standing, hold, release, standing, take};
pub use document::{Kept, difference};
pub use notice::notify;

use super::audit::{Change, ConnectionId};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Error, Fetch};
use crate::typed_id;

typed_id!(
    /// An entry of the ledger.
    pub EntryId
);

/// The most members of a group that one entry is found by. A push of more is found by its
/// first, and by the group.
pub const MOST_MEMBERS: usize = 1_000;
/// The most entries in one answer.
pub const MOST_ENTRIES: i64 = 1_000;

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It was done.
    Applied,
    /// It was not allowed, or not understood.
    Refused,
    /// The brake held it.
    Held,
    /// It would have been done: the connection only rehearses.
    DryRun,
    /// It asked for what was so already.
    Unchanged,
}

/// The word names no decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a decision is applied, refused, held, dry_run or unchanged")]
pub struct UnknownDecision;

impl Decision {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Applied,
        Self::Refused,
        Self::Held,
        Self::DryRun,
        Self::Unchanged,
    ];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::Held => "held",
            Self::DryRun => "dry_run",
            Self::Unchanged => "unchanged",
        }
    }
}

impl std::str::FromStr for Decision {
    type Err = UnknownDecision;

    fn from_str(word: &str) -> Result<Self, UnknownDecision> {
        let mut all = Self::ALL.into_iter();
        all.find(|decision| decision.word() == word)
            .ok_or(UnknownDecision)
    }
}

/// What a request was about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    /// `user` or `group`.
    pub kind: String,
    /// Its id, when there is or was one.
    pub id: Option<String>,
    /// Its user name or the group's name, as far as the request got to know it.
    pub name: Option<String>,
}

/// A request and what came of it, to be kept.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Whose request it was.
    pub connection: ConnectionId,
    /// The request's id, which the log and the audit log name as well.
    pub request_id: Option<String>,
    /// `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// What it was about.
    pub resource: Resource,
    /// What came of it.
    pub decision: Decision,
    /// The status that it was answered with.
    pub status: u16,
    /// The keyword of a refusal.
    pub scim_type: Option<&'static str>,
    /// The sentence of a refusal, or what else a reader wants to know.
    pub detail: Option<String>,
    /// What was there, as far as it changed.
    pub before: Option<Kept>,
    /// What came of it.
    pub after: Option<Kept>,
    /// Users who came into a group or went out of it.
    pub members: Vec<String>,
}

/// An entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// Whose request it was.
    pub connection: ConnectionId,
    /// When.
    pub at: Timestamp,
    /// The request's id.
    pub request_id: Option<String>,
    /// The method.
    pub method: String,
    /// What it was about.
    pub resource: Resource,
    /// What came of it.
    pub decision: Decision,
    /// The status that it was answered with.
    pub status: i64,
    /// The keyword of a refusal.
    pub scim_type: Option<String>,
    /// The sentence of a refusal.
    pub detail: Option<String>,
    /// What was there, as far as it changed.
    pub before: Option<Json>,
    /// What came of it.
    pub after: Option<Json>,
}

/// Keeps an entry, in the change that it is about or in one of its own.
///
/// # Errors
/// When the database cannot be written to.
pub async fn write(change: &mut Change, entry: &NewEntry) -> Result<EntryId, Error> {
    let id = EntryId::new(change.now());
    store::insert(change, id, entry).await?;
    let found_by = entry.members.len().min(MOST_MEMBERS);
    for chunk in entry.members[..found_by].chunks(store::CHUNK) {
        store::insert_members(change, id, chunk).await?;
    }
    Ok(id)
}

/// A user that is asked about. One who was deleted is found by the name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The id, if it is known.
    pub id: Option<String>,
    /// The user name, if it is known.
    pub name: Option<String>,
}

/// What is asked of the ledger. Nothing set: everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// What this connection did.
    pub connection: Option<ConnectionId>,
    /// What was done to this user, and to groups by giving or taking this user.
    pub person: Option<Person>,
}

/// The newest entries that answer a question, the newest first; at most `most`, and never
/// more than [`MOST_ENTRIES`].
///
/// # Errors
/// When the database cannot answer.
pub async fn find(from: impl Fetch, question: &Question, most: i64) -> Result<Vec<Entry>, Error> {
    let most = most.clamp(0, MOST_ENTRIES);
    match (&question.person, question.connection) {
        (Some(person), connection) => store::about(from, person, connection, most).await,
        (None, Some(connection)) => store::of_connection(from, connection, most).await,
        (None, None) => store::newest(from, most).await,
    }
}

/// Removes up to `most` entries from before `before`, and the brake's counts that no window
/// reaches.
///
/// # Errors
/// When the database cannot answer.
pub async fn sweep(change: &mut Change, before: Timestamp, most: i64) -> Result<u64, Error> {
    let entries = store::delete_before(change, before, most).await?;
    Ok(entries + brake::sweep(change, most).await?)
}

/// How a name is looked for: in any case, without what stands around it.
fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}
