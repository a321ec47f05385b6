//! The `Group` schema (RFC 7643, section 4.2, with its errata).

use super::{Attribute, Schema};

/// `urn:ietf:params:scim:schemas:core:2.0:Group`.
pub static GROUP: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:Group",
    name: "Group",
    description: "A group of users and of other groups",
    attributes: ATTRIBUTES,
};

static ATTRIBUTES: &[Attribute] = &[
    // Erratum 5368: required. Unique here, because Entra ID expects 409 for a second
    // group of the same name.
    Attribute::string("displayName", "The name of the group")
        .required()
        .unique(),
    Attribute::list("members", MEMBERS, "The users and groups in the group").rows(),
];

static MEMBERS: &[Attribute] = &[
    Attribute::string("value", "The id of the member")
        .immutable()
        .case_exact(),
    // Taken as a hint of what the client means and not kept: the answer's is made from
    // `value` and the public address.
    Attribute::reference("$ref", &["User", "Group"], "The address of the member").immutable(),
    Attribute::string("type", "Whether the member is a User or a Group")
        .immutable()
        .values(&["User", "Group"]),
    // Ten thousand names are most of a large group's answer, and no provisioning client
    // reads them.
    Attribute::string("display", "The name of the member")
        .read_only()
        .on_request(),
];
