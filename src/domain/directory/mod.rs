//! Owns users and groups: who exists, what a source or an administrator says of them, who
//! is in which group, and how they are found. Does not own whether a user may sign in
//! (`access`), what a user proves it with (`credentials`), or what a deactivation ends
//! (`lifecycle`).
//!
//! Each change of a user or a group moves its version by one and its `updated_at` to the
//! change's moment, and records an audit event; a change that changes nothing does neither.

mod administrators;
mod extension;
mod external_ids;
mod groups;
mod members;
mod names;
mod ownership;
mod pictures;
mod refusal;
pub mod search;
mod store;
mod totals;
mod users;

use serde_json::{Map, Value};

use crate::foundation::{clock::Timestamp, zone::Zone};
use crate::typed_id;

pub use administrators::{administrators_to_write_to, may_go};
pub use extension::{count_with_extension, forget_extension};
pub use groups::{
    GroupEdit, GroupRules, HeldGroup, Member, MemberKind, change_group, create_group, delete_group,
    find_group, find_group_for, groups_of, has_at_most, lock_group, members_of, next_members,
};
pub use members::Members;
pub use names::{address_key, folded, group_name_key, is_plain_address, user_name_key};
pub use ownership::{Owned, Ownership, check_deletion, count_created, release};
pub use pictures::{PICTURES, find_picture, picture_path, remove_picture, set_picture};
pub use refusal::Refusal;
pub use totals::{fold_totals, total_groups, total_users};
pub use users::{
    NewUser, change_profile, claim, create_user, delete_user, find_by_user_name, find_for_sign_in,
    find_user, find_user_for, find_user_with_groups, has_users, holder_of_address, lock_user,
    set_active, state_active,
};

typed_id!(
    /// The id of a user: its SCIM `id` and its OIDC `sub`.
    pub UserId
);
typed_id!(
    /// The id of a group: its SCIM `id`.
    pub GroupId
);

/// A user.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// What is said of it.
    pub profile: Profile,
    /// Whether its source counts it as active.
    pub active: bool,
    /// Since when.
    pub active_since: Timestamp,
    /// Who said so.
    pub active_by: String,
    /// Whether its source says anything of that; what it said last holds all the same.
    pub active_stated: bool,
    /// The name of the picture that it uploaded.
    pub picture: Option<String>,
    /// Whether it administrates this server. Such a user is out of reach for provisioning.
    pub administrator: bool,
    /// Whose it is.
    pub ownership: Ownership,
    /// Moves by one with every change.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What a source or an administrator says of a user.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// The name that the user signs in with, as it was written.
    pub user_name: String,
    /// The asking connection's name for the user.
    pub external_id: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The id of the manager.
    pub manager: Option<String>,
    /// Everything else, in the names and shapes of the SCIM schemas.
    pub attributes: Map<String, Value>,
}

/// An e-mail address of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Email<'a> {
    /// The address.
    pub address: &'a str,
    /// What it is for: `work`, `home`.
    pub kind: Option<&'a str>,
    /// Whether it is the preferred one.
    pub primary: bool,
}

impl Profile {
    /// A profile of a user name and nothing else.
    pub fn named(user_name: impl Into<String>) -> Self {
        Self {
            user_name: user_name.into(),
            ..Self::default()
        }
    }

    /// The same with one primary work e-mail address more.
    #[must_use]
    pub fn with_email(mut self, address: &str) -> Self {
        let email = serde_json::json!({ "value": address, "type": "work", "primary": true });
        match self.attributes.get_mut("emails") {
            Some(Value::Array(all)) => all.push(email),
            _ => {
                self.attributes
                    .insert("emails".to_owned(), Value::Array(vec![email]));
            }
        }
        self
    }

    /// The e-mail addresses, in the order they were given.
    pub fn emails(&self) -> impl Iterator<Item = Email<'_>> {
        let all = self.attributes.get("emails").and_then(Value::as_array);
        all.into_iter().flatten().filter_map(|email| {
            Some(Email {
                address: email.get("value")?.as_str()?,
                kind: email.get("type").and_then(Value::as_str),
                primary: email.get("primary").and_then(Value::as_bool) == Some(true),
            })
        })
    }

    /// The preferred e-mail address, or else the first.
    pub fn email(&self) -> Option<&str> {
        self.emails()
            .find(|email| email.primary)
            .or_else(|| self.emails().next())
            .map(|email| email.address)
    }

    /// The roles that the user bears, as their source wrote them.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        let all = self.attributes.get("roles").and_then(Value::as_array);
        let written = all.into_iter().flatten();
        let names = written.filter_map(|role| role.get("value")?.as_str());
        names.filter(|name| !name.is_empty())
    }

    /// A text attribute by its SCIM name: `locale`, `timezone`, `preferredLanguage`.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).and_then(Value::as_str)
    }

    /// The time zone in which times are shown to them: their own, when it is one that is known;
    /// UTC otherwise, which says so itself.
    pub fn zone(&self) -> Zone {
        let own = self.text("timezone").and_then(Zone::named);
        own.unwrap_or_else(Zone::utc)
    }

    /// The address of the preferred photo, or else of the first; none that anybody on the way
    /// could exchange.
    pub fn photo(&self) -> Option<&str> {
        let all = self.attributes.get("photos").and_then(Value::as_array)?;
        let is_primary = |photo: &&Value| photo.get("primary") == Some(&Value::Bool(true));
        let photo = all.iter().find(is_primary).or_else(|| all.first())?;
        let address = photo.get("value")?.as_str()?;
        address.starts_with("https://").then_some(address)
    }

    /// A part of the name: `givenName`, `familyName`, `middleName`, `formatted`.
    pub fn name_part(&self, part: &str) -> Option<&str> {
        self.attributes.get("name")?.get(part)?.as_str()
    }

    /// The name to show: the display name, the formatted name, given and family name, or
    /// the user name.
    pub fn shown_name(&self) -> String {
        if let Some(name) = self.display_name.as_deref().or(self.name_part("formatted")) {
            return name.to_owned();
        }
        let parts = [self.name_part("givenName"), self.name_part("familyName")];
        let name: Vec<&str> = parts.into_iter().flatten().collect();
        if name.is_empty() {
            self.user_name.clone()
        } else {
            name.join(" ")
        }
    }
}

/// A group, without its members.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// What is said of it.
    pub profile: GroupProfile,
    /// Whose it is.
    pub ownership: Ownership,
    /// Moves by one with every change, of the members too.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What a source or an administrator says of a group.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupProfile {
    /// The name to show. No two groups have the same, unless a connection allows it.
    pub display_name: String,
    /// The asking connection's name for the group.
    pub external_id: Option<String>,
    /// Everything else, in the names and shapes of the SCIM schemas.
    pub attributes: Map<String, Value>,
}
