use crate::domain::audit::ConnectionId;
use crate::foundation::db;

/// What the directory refuses.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Another user has the name; also when case or Unicode form differ.
    #[error("another user has the userName")]
    UserNameTaken,
    /// Another group has the name; also when case or Unicode form differ.
    #[error("another group has the displayName")]
    GroupNameTaken,
    /// The text cannot be used: which attribute, and why.
    #[error("{attribute} {reason}")]
    NotAllowed {
        /// The attribute, by its SCIM name.
        attribute: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The attribute is another connection's.
    #[error("{attribute} belongs to the connection {owner}")]
    OwnedByAnother {
        /// The attribute, by its SCIM name.
        attribute: String,
        /// Whose it is.
        owner: ConnectionId,
    },
    /// Another connection created it.
    #[error("it was created by the connection {owner}")]
    CreatedByAnother {
        /// Whose it is.
        owner: ConnectionId,
    },
    /// An administrator of this server, for a source.
    #[error("administrators of this server are out of reach for provisioning")]
    OutOfReach,
    /// Nobody would be left who administrates this server.
    #[error("the last active administrator of this server cannot go")]
    LastAdministrator,
    /// The group has a member who is an administrator of this server.
    #[error("the group has members whom provisioning does not touch")]
    HoldsAdministrator,
    /// Members that are neither a user nor a group.
    #[error("no user or group has the id {}", .0.join(", "))]
    UnknownMembers(Vec<String>),
    /// The database refused or failed.
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl Refusal {
    /// A unique constraint is a refusal of its own; other errors stay what they are.
    pub(super) fn from_write(error: db::Error) -> Self {
        if error.violates("users.user_name_key") {
            return Self::UserNameTaken;
        }
        if error.violates("groups.unique_name_key") {
            return Self::GroupNameTaken;
        }
        Self::Database(error)
    }
}
