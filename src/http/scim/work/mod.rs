//! What is done to one resource: by a request of its own, or as one operation of a bulk
//! request. It is prepared before any change is open (bodies are read, passwords are
//! hashed), then done within a change, then settled: kept in the ledger, and committed.
//! Nothing changes a resource by any other way, so the ledger misses nothing and the brake
//! holds everything.

mod group;
mod stage;
mod trace;
mod user;

use group::GroupWork;
pub(super) use stage::Stage;
pub(super) use trace::{Named, Traced};
use user::UserWork;

use serde_json::Value;

use super::asked::{Asked, IfMatch};
use super::error::ScimError;
use crate::domain::audit::Change;
use crate::domain::directory::{self, Group, GroupId, Member, User};
use crate::domain::ledger::{self, Decision, Halt, Held, NewEntry};
use crate::foundation::db;
use crate::http::web::State;

/// What kind of resource something is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A user.
    User,
    /// A group.
    Group,
}

/// A body, or why it cannot be read.
pub(super) type Body = Result<Value, ScimError>;

/// What a client wants done, not yet looked at any closer.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// POST.
    Create(Body),
    /// PUT.
    Replace(String, Body),
    /// PATCH.
    Modify(String, Body),
    /// DELETE.
    Delete(String),
}

/// Something to do to one resource, ready to be done.
pub(super) struct Work {
    named: Named,
    kind: Kind,
}

enum Kind {
    User(UserWork),
    Group(GroupWork),
}

/// What there is afterwards.
pub(super) enum Done {
    /// A user.
    User(User),
    /// A group; with the members that it would have, when it was only rehearsed.
    Group(Group, Option<Vec<Member>>),
    /// Nothing any more.
    Deleted,
}

/// Does what is wanted of a resource in a change of its own, and keeps it in the ledger,
/// whatever comes of it.
pub(super) async fn carry_out(
    state: &State,
    asked: &Asked,
    target: Target,
    wanted: Wanted,
    expected: IfMatch,
) -> Result<Done, ScimError> {
    let named = Named::of(target, &wanted);
    let attempt = async {
        let work = prepare(state, asked, target, wanted, expected).await?;
        let mut change = asked.change(state).await?;
        let (mut done, traced) = work.perform(&mut change, asked).await?;
        if asked.caller.connection.dry_run() {
            done = done.with_members(&mut change).await?;
        }
        Ok((change, done, traced))
    };
    match attempt.await {
        Ok((change, done, traced)) => {
            settle(state, asked, change, vec![traced]).await?;
            Ok(done)
        }
        Err(error) => {
            keep_refusal(state, asked, &named, &error).await;
            Err(error)
        }
    }
}

/// Prepares what is wanted of a resource.
async fn prepare(
    state: &State,
    asked: &Asked,
    target: Target,
    wanted: Wanted,
    expected: IfMatch,
) -> Result<Work, ScimError> {
    let named = Named::of(target, &wanted);
    let kind = match target {
        Target::User => Kind::User(UserWork::prepare(state, asked, wanted, expected).await?),
        Target::Group => Kind::Group(GroupWork::prepare(state, wanted, expected)?),
    };
    Ok(Work { named, kind })
}

impl Work {
    /// Does it within a change, which [`settle`] ends.
    pub(super) async fn perform(
        self,
        change: &mut Change,
        asked: &Asked,
    ) -> Result<(Done, Traced), ScimError> {
        match self.kind {
            Kind::User(work) => work.perform(change, asked, &self.named).await,
            Kind::Group(work) => work.perform(change, asked, &self.named).await,
        }
    }
}

/// Ends a change in which something was done: asks the brake, writes the ledger and commits.
/// A rehearsal is undone instead, and only the ledger says what would have been.
async fn settle(
    state: &State,
    asked: &Asked,
    mut change: Change,
    traced: Vec<Traced>,
) -> Result<(), ScimError> {
    let connection = &asked.caller.connection;
    if connection.dry_run() {
        drop(change);
        let entries = traced.into_iter().map(Traced::rehearsed).collect();
        return keep_only(state, asked, entries).await;
    }
    let gone = traced.iter().map(|traced| traced.gone).sum();
    match ledger::take(&mut change, connection.id, connection.settings.brake, gone).await {
        Ok(()) => {}
        Err(Halt::Held(held)) => {
            drop(change);
            hold(state, asked, traced, held).await?;
            return Err(ScimError::Held(held));
        }
        Err(Halt::Database(error)) => return Err(error.into()),
    }
    if traced
        .iter()
        .all(|traced| traced.entry.decision == Decision::Unchanged)
    {
        change.unrecorded("an entry of the ledger about nothing that changed");
    }
    for traced in &traced {
        ledger::write(&mut change, &traced.entry).await?;
    }
    Ok(change.commit().await?)
}

/// Keeps entries about nothing that changed.
async fn keep_only(state: &State, asked: &Asked, entries: Vec<NewEntry>) -> Result<(), ScimError> {
    let mut change = asked.change(state).await?;
    change.unrecorded("an entry of the ledger about nothing that changed");
    for entry in entries {
        ledger::write(&mut change, &entry).await?;
    }
    Ok(change.commit().await?)
}

async fn hold(
    state: &State,
    asked: &Asked,
    traced: Vec<Traced>,
    held: Held,
) -> Result<(), db::Error> {
    let status = ScimError::Held(held).status().as_u16();
    let mut change = asked.change(state).await?;
    for Traced { mut entry, .. } in traced {
        entry.decision = Decision::Held;
        entry.status = status;
        entry.detail = Some(held.to_string());
        let first = ledger::hold(&mut change, &entry, held).await?;
        if first {
            ledger::notify(&mut change, &state.post, entry.connection, held).await?;
        }
    }
    change.commit().await
}

/// Whether the ledger keeps a refusal. A database that did not answer is not asked again, and
/// what is held is kept already.
fn is_kept(error: &ScimError) -> bool {
    !matches!(error, ScimError::Unavailable { .. } | ScimError::Held(_))
}

/// Keeps that a request was refused. The answer is a refusal whether or not that can be
/// written.
async fn keep_refusal(state: &State, asked: &Asked, named: &Named, error: &ScimError) {
    if !is_kept(error) {
        return;
    }
    let entry = named.refused(asked, error);
    if let Err(error) = keep_only(state, asked, vec![entry]).await {
        tracing::warn!(?error, "a refusal could not be kept in the ledger");
    }
}

impl Done {
    /// The user that it was about.
    pub(super) fn user(self) -> Result<User, ScimError> {
        match self {
            Self::User(user) => Ok(user),
            Self::Group(..) | Self::Deleted => Err(ScimError::Internal),
        }
    }

    /// The group that it was about, and the members that it would have.
    pub(super) fn group(self) -> Result<(Group, Option<Vec<Member>>), ScimError> {
        match self {
            Self::Group(group, as_if) => Ok((group, as_if)),
            Self::User(_) | Self::Deleted => Err(ScimError::Internal),
        }
    }

    /// Reads what an answer would show while it is still there.
    async fn with_members(self, change: &mut Change) -> Result<Self, ScimError> {
        match self {
            Self::Group(group, _) => {
                let members = members_now(change, group.id).await?;
                Ok(Self::Group(group, Some(members)))
            }
            other => Ok(other),
        }
    }
}

async fn members_now(change: &mut Change, group: GroupId) -> Result<Vec<Member>, db::Error> {
    let most = super::groups::REHEARSED + 1;
    directory::members_of(&mut *change, &[group], most).await
}
