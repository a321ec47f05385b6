//! What the attributes are: their characteristics (RFC 7643, section 2) as data.
//! Validation, projection, PATCH, filters, uniqueness and `/Schemas` read these
//! tables and know no attribute by themselves.
//!
//! A new resource type is one table and one line in [`RESOURCE_TYPES`].

mod attribute;
mod enterprise;
mod every_resource;
mod group;
mod publish;
mod resolve;
mod user;

pub use attribute::{Attribute, Kind, Mutability, Returned, Uniqueness};
pub use enterprise::ENTERPRISE_USER;
pub use every_resource::COMMON;
pub use group::GROUP;
pub use publish::{resource_type_document, schema_document};
pub use resolve::Target;
pub use user::USER;

/// A schema: its URN and its attributes.
#[derive(Debug)]
pub struct Schema {
    /// The URN that names it.
    pub id: &'static str,
    /// Its short name.
    pub name: &'static str,
    /// What it describes.
    pub description: &'static str,
    /// Its attributes, without those that every resource has ([`COMMON`]).
    pub attributes: &'static [Attribute],
}

impl Schema {
    /// The attribute of this name; names are compared without case (RFC 7643, 2.1).
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        attribute::named(self.attributes, name)
    }
}

/// A kind of resource: where it lives and what it consists of.
#[derive(Debug)]
pub struct ResourceType {
    /// `User`, `Group`.
    pub name: &'static str,
    /// The path below `/scim/v2`.
    pub endpoint: &'static str,
    /// What it is.
    pub description: &'static str,
    /// The schema whose attributes stand at the top of a resource.
    pub schema: &'static Schema,
    /// Schemas whose attributes stand under their URN; none is required.
    pub extensions: &'static [&'static Schema],
}

impl ResourceType {
    /// The extension of this URN, compared without case.
    pub fn extension(&self, urn: &str) -> Option<&'static Schema> {
        self.extensions
            .iter()
            .copied()
            .find(|schema| schema.id.eq_ignore_ascii_case(urn))
    }

    /// An attribute at the top of a resource: a common one or one of the schema.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        attribute::named(COMMON, name).or_else(|| self.schema.attribute(name))
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

/// Every resource type that the server offers.
pub static RESOURCE_TYPES: &[&ResourceType] = &[&USERS, &GROUPS];

/// Every schema of every resource type, each once.
pub fn schemas() -> Vec<&'static Schema> {
    let mut all: Vec<&'static Schema> = Vec::new();
    for resource_type in RESOURCE_TYPES {
        let own = std::iter::once(resource_type.schema);
        for schema in own.chain(resource_type.extensions.iter().copied()) {
            if !all.iter().any(|known| known.id == schema.id) {
                all.push(schema);
            }
        }
    }
    all
}
