//! The sources' own names for users and groups. Each connection has its own, sees its own,
//! and is found by its own (RFC 7643, section 3.1: scoped to the provisioning domain).

use std::collections::HashMap;

use super::{Group, GroupId, User, UserId, store};
use crate::domain::audit::{Change, ConnectionId};
use crate::foundation::db::{Error, Fetch};

/// Gives the users of a page the names that a connection has for them.
///
/// # Errors
/// When the database cannot answer.
pub(super) async fn name_users(
    from: impl Fetch,
    connection: ConnectionId,
    users: &mut [User],
) -> Result<(), Error> {
    if users.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = users.iter().map(|user| user.id.to_string()).collect();
    let mut names = names(from, connection, &ids).await?;
    for (user, id) in users.iter_mut().zip(&ids) {
        user.profile.external_id = names.remove(id);
    }
    Ok(())
}

/// Gives the groups of a page the names that a connection has for them.
///
/// # Errors
/// When the database cannot answer.
pub(super) async fn name_groups(
    from: impl Fetch,
    connection: ConnectionId,
    groups: &mut [Group],
) -> Result<(), Error> {
    if groups.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = groups.iter().map(|group| group.id.to_string()).collect();
    let mut names = names(from, connection, &ids).await?;
    for (group, id) in groups.iter_mut().zip(&ids) {
        group.profile.external_id = names.remove(id);
    }
    Ok(())
}

async fn names(
    from: impl Fetch,
    connection: ConnectionId,
    ids: &[String],
) -> Result<HashMap<String, String>, Error> {
    let all = store::external_ids_of(from, connection, ids).await?;
    Ok(all.into_iter().collect())
}

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
