//! What is done to a group.

use std::collections::BTreeSet;

use super::trace::{Effect, Moved, Named, Traced};
use super::{Done, Wanted};
use crate::domain::audit::Change;
use crate::domain::connections::BareMembersRemove;
use crate::domain::directory::{self, Group, GroupEdit, GroupId, GroupRules, Members};
use crate::domain::ledger;
use crate::domain::schemas::{Holder, keep_unique};
use crate::http::scim::asked::{Asked, IfMatch};
use crate::http::scim::document::{self, Document, Incoming};
use crate::http::scim::error::ScimError;
use crate::http::scim::groups::{id_of, not_found};
use crate::http::scim::ownership::{is_foreign, keep_foreign};
use crate::http::scim::patch::{self, Edit, Operation};
use crate::http::scim::resource::{group_document, group_profile};
use crate::http::scim::schema::{self, ResourceType};
use crate::http::web::State;

/// How many members are compared with a list that replaces them, for the ledger.
const COMPARED: i64 = ledger::MOST_MEMBERS as i64;

/// Something to do to a group, ready to be done.
pub(in crate::http::scim) struct GroupWork {
    schema: &'static ResourceType,
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
            Wanted::Create(body) => Action::Create(document::read(schema, body?)?),
            Wanted::Replace(id, body) => {
                Action::Replace(id_of(&id)?, document::read(schema, body?)?)
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
        let became = match action {
            Action::Create(incoming) => {
                let added = incoming.rows.iter().flatten().cloned().collect();
                let group = create(change, schema, incoming, asked.group_rules()).await?;
                Became {
                    after: Some(group),
                    members: Moved {
                        added,
                        removed: Vec::new(),
                    },
                    ..Became::default()
                }
            }
            Action::Replace(id, incoming) => {
                let group = held(change, id, &expected).await?;
                let edit = replacement(asked, schema, &group, incoming)?;
                write(change, (schema, asked), group, edit).await?
            }
            Action::Modify(id, operations) => {
                let group = held(change, id, &expected).await?;
                let edit = patch::apply(schema, group_document(&group), operations)?;
                refuse_bare_removal(asked, &edit)?;
                let edit = GroupEdit {
                    profile: Some(group_profile(edit.document)),
                    members: edit.rows,
                };
                write(change, (schema, asked), group, edit).await?
            }
            Action::Delete(id) => {
                let group = held(change, id, &expected).await?;
                let nobody = Members::Replace(BTreeSet::new());
                let members = moves(change, id, &nobody).await?;
                directory::check_deletion(change, &group.ownership)?;
                directory::delete_group(change, &group).await?;
                Became {
                    before: Some(group),
                    members,
                    ..Became::default()
                }
            }
        };
        let after = became.after.clone();
        let traced = named.done(asked, schema, became.effect());
        let done = after.map_or(Done::Deleted, |group| Done::Group(group, None));
        Ok((done, traced))
    }
}

/// What became of a group.
#[derive(Default)]
struct Became {
    before: Option<Group>,
    after: Option<Group>,
    members: Moved,
    emptied: bool,
}

impl Became {
    fn effect(self) -> Effect {
        let (before, after) = (self.before.as_ref(), self.after.as_ref());
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
            // The brake counts it: it is the commonest accident of all.
            gone: i64::from(self.emptied),
            members: self.members,
            remark: None,
        }
    }
}

/// What a PUT makes of a group.
fn replacement(
    asked: &Asked,
    schema: &ResourceType,
    group: &Group,
    mut incoming: Incoming,
) -> Result<GroupEdit, ScimError> {
    let old = &group.profile.attributes;
    document::keep_immutable(schema, old, &mut incoming.document)?;
    let given = incoming.document.keys().cloned().collect();
    keep_foreign(
        asked,
        &group.ownership,
        &given,
        &group_document(group),
        &mut incoming.document,
    );
    let members = match incoming.rows {
        None if is_foreign(asked, &group.ownership, "members") => Members::default(),
        members => Members::Replace(members.unwrap_or_default()),
    };
    Ok(GroupEdit {
        profile: Some(group_profile(incoming.document)),
        members,
    })
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

/// `remove` on `members` that names none of them clears the group, if the connection is
/// trusted to mean that.
fn refuse_bare_removal(asked: &Asked, edit: &Edit) -> Result<(), ScimError> {
    let setting = asked.caller.connection.settings.bare_members_remove;
    if edit.cleared_rows && setting == BareMembersRemove::Refuse {
        return Err(ScimError::InvalidValue(
            "members: this connection does not remove all members at once: name those that go."
                .to_owned(),
        ));
    }
    Ok(())
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
    keep_unique(change, Holder::Group(&holder), schema.extensions, documents).await?;
    Ok(group)
}

async fn write(
    change: &mut Change,
    (schema, asked): (&ResourceType, &Asked),
    group: Group,
    edit: GroupEdit,
) -> Result<Became, ScimError> {
    let holder = group.id.to_string();
    if let Some(profile) = &edit.profile {
        let documents = (&group.profile.attributes, &profile.attributes);
        keep_unique(change, Holder::Group(&holder), schema.extensions, documents).await?;
    }
    let members = moves(change, group.id, &edit.members).await?;
    let empties = matches!(&edit.members, Members::Replace(all) if all.is_empty());
    let before = group.clone();
    let after = directory::change_group(change, group, edit, asked.group_rules()).await?;
    Ok(Became {
        before: Some(before),
        after: Some(after),
        emptied: empties && !members.removed.is_empty(),
        members,
    })
}
