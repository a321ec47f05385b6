//! Users and groups as SCIM shows them, and back from documents to what the directory keeps.

use serde_json::{Map, Value, json};

use super::document::Document;
use super::schema::{ENTERPRISE_USER, GROUPS, ResourceType, USERS};
use crate::domain::directory::{
    Group, GroupProfile, HeldGroup, Member, MemberKind, Profile, User, UserId,
};
use crate::foundation::clock::Timestamp;

/// Where the resources live: made from the configured public address, never from what a
/// request says of its host.
#[derive(Debug, Clone, Copy)]
pub struct Base<'a>(pub &'a str);

impl Base<'_> {
    /// The address of a resource.
    pub fn location(self, resource_type: &ResourceType, id: &str) -> String {
        format!("{}{}/{id}", self.0, resource_type.endpoint)
    }
}

/// The value of the ETag header and of `meta.version`.
pub fn version_tag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// A user, with the groups that it is in.
pub fn user_resource(base: Base<'_>, user: &User, groups: &[HeldGroup]) -> Map<String, Value> {
    let id = user.id.to_string();
    let mut resource = Map::with_capacity(24);
    resource.insert("schemas".to_owned(), Value::Null);
    resource.insert("id".to_owned(), json!(id));
    resource.extend(user_document(user));
    complete_manager(base, &mut resource);
    if !groups.is_empty() {
        let entry = |group: &HeldGroup| {
            let id = group.id.to_string();
            json!({
                "value": id,
                "$ref": base.location(&GROUPS, &id),
                "display": group.display_name,
                "type": if group.direct { "direct" } else { "indirect" },
            })
        };
        let entries = groups.iter().map(entry).collect();
        resource.insert("groups".to_owned(), Value::Array(entries));
    }
    let meta = meta(
        base,
        &USERS,
        &id,
        (user.created_at, user.updated_at, user.version),
    );
    resource.insert("meta".to_owned(), meta);
    resource
}

/// A group; `None` leaves the members out.
pub fn group_resource(
    base: Base<'_>,
    group: &Group,
    members: Option<&[Member]>,
) -> Map<String, Value> {
    let id = group.id.to_string();
    let mut resource = Map::with_capacity(8);
    resource.insert("schemas".to_owned(), Value::Null);
    resource.insert("id".to_owned(), json!(id));
    resource.extend(group_document(group));
    if let Some(members) = members.filter(|members| !members.is_empty()) {
        let entries = members.iter().map(|member| member_entry(base, member));
        resource.insert("members".to_owned(), Value::Array(entries.collect()));
    }
    let meta = meta(
        base,
        &GROUPS,
        &id,
        (group.created_at, group.updated_at, group.version),
    );
    resource.insert("meta".to_owned(), meta);
    resource
}

/// A member of a group.
pub fn member_entry(base: Base<'_>, member: &Member) -> Value {
    let resource_type = match member.kind {
        MemberKind::User => &USERS,
        MemberKind::Group => &GROUPS,
    };
    json!({
        "value": member.id,
        "$ref": base.location(resource_type, &member.id),
        "type": resource_type.name,
        "display": member.display,
    })
}

fn meta(
    base: Base<'_>,
    resource_type: &ResourceType,
    id: &str,
    (created, changed, version): (Timestamp, Timestamp, i64),
) -> Value {
    json!({
        "resourceType": resource_type.name,
        "created": created.to_rfc3339(),
        "lastModified": changed.to_rfc3339(),
        "location": base.location(resource_type, id),
        "version": version_tag(version),
    })
}

/// A manager is shown in the complex form, with an address when it is one of ours.
fn complete_manager(base: Base<'_>, resource: &mut Map<String, Value>) {
    let manager = resource
        .get_mut(ENTERPRISE_USER.id)
        .and_then(|extension| extension.get_mut("manager"))
        .and_then(Value::as_object_mut);
    let Some(manager) = manager else { return };
    // What a client sent has been left out by `take_manager`.
    let id = manager.get("value").and_then(Value::as_str);
    if let Some(id) = id.filter(|id| id.parse::<UserId>().is_ok()) {
        let address = base.location(&USERS, id);
        manager.insert("$ref".to_owned(), Value::String(address));
    }
}

/// A user as the document that PATCH works on.
pub fn user_document(user: &User) -> Document {
    let profile = &user.profile;
    let mut document = Document::with_capacity(profile.attributes.len() + 5);
    put_text(&mut document, "externalId", profile.external_id.as_ref());
    put_text(&mut document, "userName", Some(&profile.user_name));
    put_text(&mut document, "displayName", profile.display_name.as_ref());
    if user.active_stated {
        document.insert("active".to_owned(), Value::Bool(user.active));
    }
    document.extend(profile.attributes.clone());
    if let Some(manager) = &profile.manager {
        let extension = document
            .entry(ENTERPRISE_USER.id)
            .or_insert_with(|| Value::Object(Map::new()));
        extension["manager"] = json!({ "value": manager });
    }
    document
}

/// A document of a user, taken apart.
#[derive(Debug, PartialEq)]
pub struct UserParts {
    /// What the directory keeps.
    pub profile: Profile,
    /// Whether the source counts the user as active; `None` when it does not say, which
    /// never disables anyone.
    pub active: Option<bool>,
    /// A new password.
    pub password: Option<String>,
}

/// Takes a document apart.
pub fn user_parts(mut document: Document) -> UserParts {
    let active = document.shift_remove("active");
    let manager = take_manager(&mut document);
    UserParts {
        active: active.and_then(|active| active.as_bool()),
        password: take_text(&mut document, "password"),
        profile: Profile {
            user_name: take_text(&mut document, "userName").unwrap_or_default(),
            external_id: take_text(&mut document, "externalId"),
            display_name: take_text(&mut document, "displayName"),
            manager,
            attributes: document,
        },
    }
}

fn take_manager(document: &mut Document) -> Option<String> {
    let extension = document.get_mut(ENTERPRISE_USER.id)?.as_object_mut()?;
    let manager = extension.shift_remove("manager");
    if extension.is_empty() {
        document.shift_remove(ENTERPRISE_USER.id);
    }
    match manager?.get_mut("value")?.take() {
        Value::String(id) => Some(id),
        _ => None,
    }
}

/// A group, without its members, as the document that PATCH works on.
pub fn group_document(group: &Group) -> Document {
    let mut document = Document::new();
    let profile = &group.profile;
    put_text(&mut document, "externalId", profile.external_id.as_ref());
    put_text(&mut document, "displayName", Some(&profile.display_name));
    document.extend(profile.attributes.clone());
    document
}

/// A document of a group, taken apart.
pub fn group_profile(mut document: Document) -> GroupProfile {
    GroupProfile {
        display_name: take_text(&mut document, "displayName").unwrap_or_default(),
        external_id: take_text(&mut document, "externalId"),
        attributes: document,
    }
}

fn put_text(document: &mut Document, name: &str, text: Option<&String>) {
    if let Some(text) = text {
        document.insert(name.to_owned(), Value::String(text.clone()));
    }
}

fn take_text(document: &mut Document, name: &str) -> Option<String> {
    match document.shift_remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}
