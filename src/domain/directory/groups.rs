//! The rules of groups.

use std::collections::BTreeSet;

use serde_json::json;

use super::external_ids::{self, Named};
use super::names::indexable;
use super::ownership::{self, Ownership};
use super::store::NameKey;
use super::{
    Group, GroupId, GroupProfile, Members, Refusal, UserId, group_name_key, store, totals,
};
use crate::domain::audit::{Change, ConnectionId, Event};
use crate::foundation::db::{self, Db, Fetch};

const MEMBERS: &str = "members";

/// Whether a member is a user or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// A user.
    User,
    /// A group in the group.
    Group,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The group that it is in.
    pub group: GroupId,
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: MemberKind,
    /// Its name.
    pub display: String,
}

/// A group that a user is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldGroup {
    /// The user.
    pub user: UserId,
    /// The group.
    pub id: GroupId,
    /// The group's name.
    pub display_name: String,
    /// Whether the user is a member itself, or by another group.
    pub direct: bool,
}

/// What is to be changed in a group.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupEdit {
    /// Another profile.
    pub profile: Option<GroupProfile>,
    /// Members that come and go.
    pub members: Members,
}

/// What the connection that writes a group has set for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupRules {
    /// No other group that was given its name under this rule may have the same.
    pub unique_names: bool,
    /// Ids of members that nobody has are left out, not refused.
    pub drop_unknown_members: bool,
}

impl Default for GroupRules {
    fn default() -> Self {
        Self {
            unique_names: true,
            drop_unknown_members: false,
        }
    }
}

/// The group of this id.
pub async fn find_group(from: impl Fetch, id: GroupId) -> Result<Option<Group>, db::Error> {
    store::group(from, None, id).await
}

/// The group of this id, with the external id that a connection has for it.
pub async fn find_group_for(
    from: impl Fetch,
    connection: ConnectionId,
    id: GroupId,
) -> Result<Option<Group>, db::Error> {
    store::group(from, Some(connection), id).await
}

/// The group of this id, held against other writers until the change ends.
pub async fn lock_group(change: &mut Change, id: GroupId) -> Result<Option<Group>, db::Error> {
    store::lock_group(change, id).await
}

/// The members of these groups, without administrators; at most `limit` of them.
pub async fn members_of(
    from: impl Fetch,
    groups: &[GroupId],
    limit: i64,
) -> Result<Vec<Member>, db::Error> {
    store::members_of(from, groups, limit).await
}

/// The members of a group behind `last`, at most `limit`: users by their ids, then groups.
/// Administrators are left out.
pub async fn next_members(
    from: &Db,
    group: GroupId,
    last: Option<&Member>,
    limit: i64,
) -> Result<Vec<Member>, db::Error> {
    let (user, inner) = match last {
        None => (Some(""), ""),
        Some(last) if last.kind == MemberKind::User => (Some(last.id.as_str()), ""),
        Some(last) => (None, last.id.as_str()),
    };
    let mut members = match user {
        Some(user) => store::next_users(from, group, user, limit).await?,
        None => Vec::new(),
    };
    let rest = limit - i64::try_from(members.len()).unwrap_or(limit);
    if rest > 0 {
        members.extend(store::next_groups(from, group, inner, rest).await?);
    }
    Ok(members)
}

/// Whether a group has at most this many members, without reading them.
pub async fn has_at_most(from: impl Fetch, group: GroupId, count: i64) -> Result<bool, db::Error> {
    store::has_at_most(from, group, count).await
}

/// The groups that these users are in, themselves or by other groups.
pub async fn groups_of(from: impl Fetch, users: &[UserId]) -> Result<Vec<HeldGroup>, db::Error> {
    store::groups_of(from, users).await
}

/// Creates a group with its members.
pub async fn create_group(
    change: &mut Change,
    profile: GroupProfile,
    members: BTreeSet<String>,
    rules: GroupRules,
) -> Result<Group, Refusal> {
    let key = checked(&profile)?;
    let now = change.now();
    let mut written = changed_names(&GroupProfile::default(), &profile);
    if !members.is_empty() {
        written.push(MEMBERS.to_owned());
    }
    let group = Group {
        id: GroupId::new(now),
        ownership: Ownership::of_new(
            ownership::source(change),
            written.iter().map(String::as_str),
        ),
        profile,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert_group(change, &group, rules.key(&key))
        .await
        .map_err(Refusal::from_write)?;
    if let Some(external_id) = &group.profile.external_id {
        external_ids::write(change, Named::Group(group.id), Some(external_id)).await?;
    }
    totals::one_group(change, &group, 1).await?;
    let added = add_members(change, group.id, &members, rules).await?;
    change.record(
        Event::new("group.created")
            .subject("group", group.id)
            .detail(json!({
                "displayName": group.profile.display_name,
                "members": added,
            })),
    );
    Ok(group)
}

/// Changes a group; what is so already is no change. `group` is what [`lock_group`] found.
pub async fn change_group(
    change: &mut Change,
    group: Group,
    edit: GroupEdit,
    rules: GroupRules,
) -> Result<Group, Refusal> {
    let profile = edit.profile.filter(|profile| *profile != group.profile);
    let moved = move_members(change, group.id, edit.members, rules).await?;
    if profile.is_none() && moved == Moved::default() {
        return Ok(group);
    }
    let renamed = profile.is_some();
    let profile = profile.unwrap_or_else(|| group.profile.clone());
    let mut changed = changed_names(&group.profile, &profile);
    if moved != Moved::default() {
        changed.push(MEMBERS.to_owned());
    }
    let external_id_differs = group.profile.external_id != profile.external_id;
    let group = Group {
        ownership: moved_ownership(change, &group, &profile, &changed)?,
        profile,
        version: group.version + 1,
        updated_at: change.now(),
        ..group
    };
    if renamed {
        let key = checked(&group.profile)?;
        store::update_group(change, &group, rules.key(&key))
            .await
            .map_err(Refusal::from_write)?;
    } else {
        store::touch_group(change, &group).await?;
    }
    if external_id_differs {
        let external_id = group.profile.external_id.as_deref();
        external_ids::write(change, Named::Group(group.id), external_id).await?;
    }
    change.record(
        Event::new("group.changed")
            .subject("group", group.id)
            .detail(json!({
                "attributes": changed,
                "added": moved.added,
                "removed": moved.removed,
            })),
    );
    Ok(group)
}

/// Deletes a group and its memberships; groups that held it lose a member. A source cannot
/// take an administrator out of a group by deleting it.
pub async fn delete_group(change: &mut Change, group: &Group) -> Result<(), Refusal> {
    if change.connection().is_some() && store::holds_administrator(change, group.id).await? {
        return Err(Refusal::HoldsAdministrator);
    }
    store::remove_external_ids(change, group.id.to_string()).await?;
    store::touch_groups_holding(change, group.id).await?;
    store::delete_group(change, group.id).await?;
    totals::one_group(change, group, -1).await?;
    change.record(
        Event::new("group.deleted")
            .subject("group", group.id)
            .detail(json!({ "displayName": group.profile.display_name })),
    );
    Ok(())
}

impl GroupRules {
    fn key(self, text: &str) -> NameKey<'_> {
        NameKey {
            text,
            unique: self.unique_names,
        }
    }
}

/// The names of what differs, by which it is owned.
fn changed_names(old: &GroupProfile, new: &GroupProfile) -> Vec<String> {
    let mut names = ownership::differing(&old.attributes, &new.attributes);
    if old.display_name != new.display_name {
        names.push("displayName".to_owned());
    }
    names
}

/// What `changed` makes of the ownership; refuses to write what is another's.
fn moved_ownership(
    change: &Change,
    group: &Group,
    profile: &GroupProfile,
    changed: &[String],
) -> Result<Ownership, Refusal> {
    let mut ownership = group.ownership.clone();
    let left = changed_names(&GroupProfile::default(), profile);
    for attribute in changed {
        ownership.claim(ownership::source(change), attribute)?;
        if attribute != MEMBERS && !left.contains(attribute) {
            ownership.forget(attribute);
        }
    }
    Ok(ownership)
}

fn checked(profile: &GroupProfile) -> Result<String, Refusal> {
    indexable("externalId", profile.external_id.as_deref())?;
    group_name_key(&profile.display_name)
}

/// How many members came and went.
#[derive(Debug, Default, PartialEq, Eq)]
struct Moved {
    added: u64,
    removed: u64,
}

async fn move_members(
    change: &mut Change,
    group: GroupId,
    members: Members,
    rules: GroupRules,
) -> Result<Moved, Refusal> {
    let (add, remove) = match members {
        Members::Change { add, mut remove } => {
            // What is no id is nobody's, and PostgreSQL does not even take a text with NUL.
            remove.retain(|id| id.parse::<UserId>().is_ok());
            (add, remove)
        }
        Members::Replace(all) => {
            let present = store::member_ids(&mut *change, group).await?;
            let remove = present.difference(&all).cloned().collect();
            let add = all.difference(&present).cloned().collect();
            (add, remove)
        }
    };
    Ok(Moved {
        removed: store::remove_members(change, group, &remove).await?,
        added: add_members(change, group, &add, rules).await?,
    })
}

/// Adds those that are not there yet. An id may be a user's or a group's; an id of neither
/// refuses the whole change, by name, so that no push is half done or silently lost, unless
/// the connection wants it left out.
async fn add_members(
    change: &mut Change,
    group: GroupId,
    ids: &BTreeSet<String>,
    rules: GroupRules,
) -> Result<u64, Refusal> {
    let (known, mut unknown): (Vec<String>, Vec<String>) = ids
        .iter()
        .cloned()
        .partition(|id| id.parse::<UserId>().is_ok());
    let mut added = 0;
    for chunk in known.chunks(store::CHUNK) {
        let outcome = store::add_members(change, group, chunk).await?;
        added += outcome.added;
        unknown.extend(outcome.unknown);
    }
    if rules.drop_unknown_members && !unknown.is_empty() {
        tracing::warn!(%group, ids = unknown.len(), "members that nobody is were left out");
        unknown.clear();
    }
    if unknown.is_empty() {
        Ok(added)
    } else {
        Err(Refusal::UnknownMembers(unknown))
    }
}
