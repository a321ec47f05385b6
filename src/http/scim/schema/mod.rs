//! What the attributes are: their characteristics (RFC 7643, section 2) as data.
//! Validation, projection, PATCH, filters, uniqueness and `/Schemas` read these
//! tables and know no attribute by themselves.
//!
//! A new resource type is one table and one line in `RESOURCE_TYPES`.

mod enterprise;
mod every_resource;
mod group;
mod publish;
mod resolve;
mod user;

pub use enterprise::ENTERPRISE_USER;
pub use every_resource::COMMON;
pub use group::GROUP;
pub use publish::{resource_type_document, schema_document};
pub use resolve::Target;
pub use user::USER;

use std::sync::{Mutex, PoisonError};

use super::tolerance;
pub use crate::domain::schemas::{Attribute, Kind, Mutability, Returned, Schema, Uniqueness};
use crate::domain::schemas::{ResourceKind, Snapshot, named};

/// A kind of resource: where it lives and what it consists of.
#[derive(Debug, Clone)]
pub struct ResourceType {
    /// `User`, `Group`.
    pub name: &'static str,
    /// The path below `/scim/v2`.
    pub endpoint: &'static str,
    /// What it is.
    pub description: &'static str,
    /// The schema whose attributes stand at the top of a resource.
    pub schema: &'static Schema,
    /// Schemas whose attributes stand under their URN; none is required. To those that are
    /// built in come those that an administrator has declared.
    pub extensions: &'static [&'static Schema],
}

impl ResourceType {
    /// The same with more extensions, as a table of its own. Like the tables of declared
    /// schemas it lives as long as the process, and each set of extensions is kept once.
    fn with(&'static self, declared: &[&'static Schema]) -> &'static Self {
        static KNOWN: Mutex<Vec<&'static ResourceType>> = Mutex::new(Vec::new());
        if declared.is_empty() {
            return self;
        }
        let wanted: Vec<&'static Schema> =
            self.extensions.iter().chain(declared).copied().collect();
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |one: &&&'static Self| {
            let pairs = one.extensions.iter().zip(&wanted);
            one.name == self.name
                && one.extensions.len() == wanted.len()
                && pairs.into_iter().all(|(a, b)| std::ptr::eq(*a, *b))
        };
        if let Some(known) = known.iter().find(same) {
            return known;
        }
        let whole: &'static Self = Box::leak(Box::new(Self {
            extensions: wanted.leak(),
            ..*self
        }));
        known.push(whole);
        whole
    }

    /// The extension of this URN, compared without case; or of an older URN that one of ours
    /// had (T8).
    pub fn extension(&self, urn: &str) -> Option<&'static Schema> {
        let of_urn = |urn: &str| {
            let mut all = self.extensions.iter().copied();
            all.find(|schema| schema.id.eq_ignore_ascii_case(urn))
        };
        of_urn(urn).or_else(|| of_urn(tolerance::todays_urn(urn)?))
    }

    /// An attribute at the top of a resource: a common one or one of the schema.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        named(COMMON, name).or_else(|| self.schema.attribute(name))
    }
}

/// Users.
pub static USERS: ResourceType = ResourceType {
    name: "User",
    endpoint: "/Users",
    description: "A person's account",
    schema: &USER,
    extensions: &[&ENTERPRISE_USER],
};

/// Groups.
pub static GROUPS: ResourceType = ResourceType {
    name: "Group",
    endpoint: "/Groups",
    description: "A group of users and of other groups",
    schema: &GROUP,
    extensions: &[],
};

/// Every resource type that the server offers, without what is declared.
static RESOURCE_TYPES: &[(&ResourceType, ResourceKind)] =
    &[(&USERS, ResourceKind::User), (&GROUPS, ResourceKind::Group)];

/// Users, with the extensions that are declared.
pub fn users(declared: &Snapshot) -> &'static ResourceType {
    USERS.with(declared.of(ResourceKind::User))
}

/// Groups, with the extensions that are declared.
pub fn groups(declared: &Snapshot) -> &'static ResourceType {
    GROUPS.with(declared.of(ResourceKind::Group))
}

/// Every resource type, with the extensions that are declared.
pub fn resource_types(declared: &Snapshot) -> Vec<&'static ResourceType> {
    RESOURCE_TYPES
        .iter()
        .map(|(built_in, kind)| built_in.with(declared.of(*kind)))
        .collect()
}

/// Every schema of every resource type, each once.
pub fn schemas(declared: &Snapshot) -> Vec<&'static Schema> {
    let mut all: Vec<&'static Schema> = Vec::new();
    for resource_type in resource_types(declared) {
        let own = std::iter::once(resource_type.schema);
        for schema in own.chain(resource_type.extensions.iter().copied()) {
            if !all.iter().any(|known| known.id == schema.id) {
                all.push(schema);
            }
        }
    }
    all
}
