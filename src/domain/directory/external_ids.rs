//! The sources' own names for users and groups. Each connection has its own, sees its own,
//! and is found by its own (RFC 7643, section 3.1: scoped to the provisioning domain).

use super::{GroupId, UserId, store};
use crate::domain::audit::Change;
use crate::foundation::db::Error;

/// What has an external id.
pub(super) enum Named {
    User(UserId),
    Group(GroupId),
}

/// Writes the name that the change's connection has for something. What is not provisioning
/// has no such name, and leaves alone what there is.
pub(super) async fn write(
    change: &mut Change,
    named: Named,
    external_id: Option<&str>,
) -> Result<(), Error> {
    let Some(connection) = change.connection() else {
        return Ok(());
    };
    let (kind, id) = match named {
        Named::User(id) => ("user", id.to_string()),
        Named::Group(id) => ("group", id.to_string()),
    };
    match external_id {
        Some(external_id) => {
            store::put_external_id(change, connection, (kind, id), external_id).await
        }
        None => store::remove_external_id(change, connection, id).await,
    }
}
