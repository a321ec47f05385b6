//! What is done to one resource: by a request of its own, or as one operation of a bulk
//! request. It is prepared before any change is open (bodies are read, passwords are
//! hashed), then done within a change.

mod group;
mod user;

pub(super) use group::GroupWork;
pub(super) use user::UserWork;

use serde_json::Value;

use super::asked::{Asked, IfMatch};
use super::error::ScimError;
use crate::domain::audit::Change;
use crate::domain::directory::{Group, User};
use crate::http::web::State;

/// What a client wants done, not yet looked at any closer.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// POST.
    Create(Value),
    /// PUT.
    Replace(String, Value),
    /// PATCH.
    Modify(String, Value),
    /// DELETE.
    Delete(String),
}

/// Something to do to one resource, ready to be done.
pub(super) enum Work {
    /// To a user.
    User(UserWork),
    /// To a group.
    Group(GroupWork),
}

/// What there is afterwards.
pub(super) enum Done {
    /// A user.
    User(User),
    /// A group.
    Group(Group),
    /// Nothing any more.
    Deleted,
}

impl Work {
    /// Does it within a change.
    pub(super) async fn perform(
        self,
        change: &mut Change,
        asked: &Asked,
    ) -> Result<Done, ScimError> {
        match self {
            Self::User(work) => work.perform(change, asked).await,
            Self::Group(work) => work.perform(change, asked).await,
        }
    }

    /// Does it in a change of its own.
    pub(super) async fn run(self, state: &State, asked: &Asked) -> Result<Done, ScimError> {
        let mut change = asked.change(state).await?;
        let done = self.perform(&mut change, asked).await?;
        change.commit().await?;
        Ok(done)
    }
}

impl Done {
    /// The user that it was about.
    pub(super) fn user(self) -> Result<User, ScimError> {
        match self {
            Self::User(user) => Ok(user),
            Self::Group(_) | Self::Deleted => Err(ScimError::Internal),
        }
    }

    /// The group that it was about.
    pub(super) fn group(self) -> Result<Group, ScimError> {
        match self {
            Self::Group(group) => Ok(group),
            Self::User(_) | Self::Deleted => Err(ScimError::Internal),
        }
    }
}

/// Prepares what is wanted of a user.
pub(super) async fn on_user(
    state: &State,
    asked: &Asked,
    wanted: Wanted,
    expected: IfMatch,
) -> Result<Work, ScimError> {
    UserWork::prepare(state, asked, wanted, expected)
        .await
        .map(Work::User)
}

/// Prepares what is wanted of a group.
pub(super) fn on_group(
    state: &State,
    wanted: Wanted,
    expected: IfMatch,
) -> Result<Work, ScimError> {
    GroupWork::prepare(state, wanted, expected).map(Work::Group)
}
