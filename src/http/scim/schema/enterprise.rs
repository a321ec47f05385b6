//! The enterprise extension of `User` (RFC 7643, section 4.3, with its errata).

use super::{Attribute, Schema};

/// `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User`.
pub static ENTERPRISE_USER: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    name: "EnterpriseUser",
    description: "What an employer knows about a user",
    attributes: ATTRIBUTES,
};

static ATTRIBUTES: &[Attribute] = &[
    Attribute::string(
        "employeeNumber",
        "The number that the employer gave the user",
    ),
    Attribute::string("costCenter", "The name of a cost centre"),
    Attribute::string("organization", "The name of an organisation"),
    Attribute::string("division", "The name of a division"),
    Attribute::string("department", "The name of a department"),
    Attribute::complex("manager", MANAGER, "The user's manager"),
];

static MANAGER: &[Attribute] = &[
    // Erratum 8472: an id is compared with its case.
    Attribute::string("value", "The id of the manager's User").case_exact(),
    // Taken and not kept: the answer's is made from `value` and the public address, so that
    // no client can point it elsewhere.
    Attribute::reference("$ref", &["User"], "The address of the manager's User"),
    Attribute::string("displayName", "The manager's display name").read_only(),
];
