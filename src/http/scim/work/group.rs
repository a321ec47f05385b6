//! What is done to a group.

use super::{Done, Wanted};
use crate::domain::audit::Change;
use crate::domain::connections::BareMembersRemove;
use crate::domain::directory::{self, Group, GroupEdit, GroupId, GroupRules, Members};
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
            Wanted::Create(body) => Action::Create(document::read(schema, body)?),
            Wanted::Replace(id, body) => {
                Action::Replace(id_of(&id)?, document::read(schema, body)?)
            }
            Wanted::Modify(id, body) => Action::Modify(id_of(&id)?, patch::read_request(body)?),
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
    ) -> Result<Done, ScimError> {
        let Self {
            schema,
            expected,
            action,
        } = self;
        match action {
            Action::Create(incoming) => {
                let group = create(change, schema, incoming, asked.group_rules()).await?;
                Ok(Done::Group(group))
            }
            Action::Replace(id, mut incoming) => {
                let group = held(change, id, &expected).await?;
                let old = &group.profile.attributes;
                document::keep_immutable(schema, old, &mut incoming.document)?;
                let given = incoming.document.keys().cloned().collect();
                keep_foreign(
                    asked,
                    &group.ownership,
                    &given,
                    &group_document(&group),
                    &mut incoming.document,
                );
                let members = match incoming.rows {
                    None if is_foreign(asked, &group.ownership, "members") => Members::default(),
                    members => Members::Replace(members.unwrap_or_default()),
                };
                let group =
                    write(change, (schema, asked), group, incoming.document, members).await?;
                Ok(Done::Group(group))
            }
            Action::Modify(id, operations) => {
                let group = held(change, id, &expected).await?;
                let edit = patch::apply(schema, group_document(&group), operations)?;
                refuse_bare_removal(asked, &edit)?;
                let group = write(change, (schema, asked), group, edit.document, edit.rows).await?;
                Ok(Done::Group(group))
            }
            Action::Delete(id) => {
                let group = held(change, id, &expected).await?;
                directory::check_deletion(change, &group.ownership)?;
                directory::delete_group(change, &group).await?;
                Ok(Done::Deleted)
            }
        }
    }
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
    document: Document,
    members: Members,
) -> Result<Group, ScimError> {
    let profile = group_profile(document);
    let holder = group.id.to_string();
    let documents = (&group.profile.attributes, &profile.attributes);
    keep_unique(change, Holder::Group(&holder), schema.extensions, documents).await?;
    let edit = GroupEdit {
        profile: Some(profile),
        members,
    };
    Ok(directory::change_group(change, group, edit, asked.group_rules()).await?)
}
