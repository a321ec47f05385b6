//! What is done to a group.

use std::collections::BTreeSet;

use super::trace::{Effect, Moved, Named, Traced};
use super::{Done, Wanted};
use crate::domain::audit::Change;
use crate::domain::directory::{
    self, Group, GroupEdit, GroupId, GroupProfile, GroupRules, Members,
};
use crate::domain::ledger;
use crate::domain::schemas::{Holder, keep_unique};
use crate::http::scim::asked::{Asked, IfMatch};
use crate::http::scim::document::{self, Document, Incoming};
use crate::http::scim::error::ScimError;
use crate::http::scim::groups::{id_of, not_found};
use crate::http::scim::patch::{self, Operation};
use crate::http::scim::resource::{group_document, group_profile};
use crate::http::scim::schema::{self, ResourceType};
use crate::http::web::State;

/// How many members are compared with a list that replaces them, for the ledger.
const COMPARED: i64 = ledger::MOST_MEMBERS as i64;

/// Something to do to a group, ready to be done.
pub(in crate::http::scim) struct GroupWork {
    schema: ResourceType,
    expected: IfMatch,
    action: Action,
}

enum Action {
    Create(Incoming),
    Replace(GroupId, Incoming),
    Modify(GroupId, Vec<Operation>),
    Delete(GroupId),
}

impl GroupWork {
    /// Reads what is wanted.
    pub(super) fn prepare(
        state: &State,
        wanted: Wanted,
        expected: IfMatch,
    ) -> Result<Self, ScimError> {
        let schema = schema::groups(&state.schemas.current());
        let action = match wanted {
            Wanted::Create(body) => Action::Create(document::read(&schema, body?)?),
            Wanted::Replace(id, body) => {
                Action::Replace(id_of(&id)?, document::read(&schema, body?)?)
            }
            Wanted::Modify(id, body) => Action::Modify(id_of(&id)?, patch::read_request(body?)?),
            Wanted::Delete(id) => Action::Delete(id_of(&id)?),
        };
        Ok(Self {
            schema,
            expected,
            action,
        })
    }

    /// Does it.
    pub(super) async fn perform(
        self,
        change: &mut Change,
        asked: &Asked,
        named: &Named,
    ) -> Result<(Done, Traced), ScimError> {
        let Self {
            schema,
            expected,
            action,
        } = self;
        let rules = asked.group_rules();
        let mut moved = Moved::default();
        let mut emptied = false;
        let (before, after) = match action {
            Action::Create(incoming) => {
                moved.added = incoming.rows.iter().flatten().cloned().collect();
                let group = create(change, &schema, incoming, rules).await?;
                (None, Some(group))
            }
            Action::Replace(id, mut incoming) => {
                let group = held(change, id, &expected).await?;
                let old = &group.profile.attributes;
                document::keep_immutable(&schema, old, &mut incoming.document)?;
                let members = Members::Replace(incoming.rows.unwrap_or_default());
                let edit = edit(group_profile(incoming.document), members);
                moved = moves(change, id, &edit.members).await?;
                emptied = empties(&edit.members) && !moved.removed.is_empty();
                let after = write(change, &schema, group.clone(), edit, rules).await?;
                (Some(group), Some(after))
            }
            Action::Modify(id, operations) => {
                let group = held(change, id, &expected).await?;
                let edit = patch::apply(&schema, group_document(&group), operations)?;
                let edit = self::edit(group_profile(edit.document), edit.rows);
                moved = moves(change, id, &edit.members).await?;
                emptied = empties(&edit.members) && !moved.removed.is_empty();
                let after = write(change, &schema, group.clone(), edit, rules).await?;
                (Some(group), Some(after))
            }
            Action::Delete(id) => {
                let group = held(change, id, &expected).await?;
                moved = moves(change, id, &Members::Replace(BTreeSet::new())).await?;
                directory::check_deletion(change, &group.ownership)?;
                directory::delete_group(change, &group).await?;
                (Some(group), None)
            }
        };
        let effect = Effect {
            gone: i64::from(emptied),
            ..effect(before.as_ref(), after.as_ref(), moved)
        };
        let traced = named.done(asked, &schema, effect);
        let done = after.map_or(Done::Deleted, |group| Done::Group(group, None));
        Ok((done, traced))
    }
}

/// Whether it takes all members away at once, which the brake counts: it is the commonest
/// accident of all.
fn empties(members: &Members) -> bool {
    matches!(members, Members::Replace(all) if all.is_empty())
}

/// What became of a group.
fn effect(before: Option<&Group>, after: Option<&Group>, members: Moved) -> Effect {
    let either = after.or(before);
    let unchanged = before.map(|group| group.version) == after.map(|group| group.version);
    Effect {
        id: either.map(|group| group.id.to_string()).unwrap_or_default(),
        name: either
            .map(|group| group.profile.display_name.clone())
            .unwrap_or_default(),
        before: before.map(group_document),
        after: after.map(group_document),
        unchanged,
        gone: 0,
        members,
        remark: None,
    }
}

/// Who comes and who goes. To add or remove one, no list is read; a list that replaces
/// another is compared with the first of those who are there.
async fn moves(change: &mut Change, id: GroupId, members: &Members) -> Result<Moved, ScimError> {
    let all = match members {
        Members::Change { add, remove } => {
            return Ok(Moved {
                added: add.iter().cloned().collect(),
                removed: remove.iter().cloned().collect(),
            });
        }
        Members::Replace(all) => all,
    };
    let present = directory::members_of(&mut *change, &[id], COMPARED).await?;
    let present: BTreeSet<String> = present.into_iter().map(|member| member.id).collect();
    Ok(Moved {
        removed: present.difference(all).cloned().collect(),
        added: all.difference(&present).cloned().collect(),
    })
}

/// The group as it is, held against other writers, if it is the version that is meant.
async fn held(change: &mut Change, id: GroupId, expected: &IfMatch) -> Result<Group, ScimError> {
    let found = directory::lock_group(change, id).await?;
    let group = found.ok_or_else(not_found)?;
    expected.check(group.version)?;
    Ok(group)
}

async fn create(
    change: &mut Change,
    schema: &ResourceType,
    incoming: Incoming,
    rules: GroupRules,
) -> Result<Group, ScimError> {
    let profile = group_profile(incoming.document);
    let members = incoming.rows.unwrap_or_default();
    let group = directory::create_group(change, profile, members, rules).await?;
    let nothing = Document::new();
    let documents = (&nothing, &group.profile.attributes);
    let holder = group.id.to_string();
    keep_unique(
        change,
        Holder::Group(&holder),
        &schema.extensions,
        documents,
    )
    .await?;
    Ok(group)
}

fn edit(profile: GroupProfile, members: Members) -> GroupEdit {
    GroupEdit {
        profile: Some(profile),
        members,
    }
}

async fn write(
    change: &mut Change,
    schema: &ResourceType,
    group: Group,
    edit: GroupEdit,
    rules: GroupRules,
) -> Result<Group, ScimError> {
    let holder = group.id.to_string();
    if let Some(profile) = &edit.profile {
        let documents = (&group.profile.attributes, &profile.attributes);
        let holder = Holder::Group(&holder);
        keep_unique(change, holder, &schema.extensions, documents).await?;
    }
    Ok(directory::change_group(change, group, edit, rules).await?)
}
