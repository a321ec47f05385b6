//! The attributes that every resource has (RFC 7643, section 3.1). They are part of
//! no schema and so do not appear in `/Schemas`.

use super::Attribute;

/// `schemas`, `id`, `externalId` and `meta`.
pub static COMMON: &[Attribute] = &[
    Attribute {
        multi_valued: true,
        // RFC 7643, section 2.1: schema URIs are compared without case.
        case_exact: false,
        ..Attribute::reference("schemas", &["uri"], "The schemas that the resource uses")
    }
    .read_only()
    .always(),
    Attribute::string("id", "The server's name for the resource")
        .read_only()
        .case_exact()
        .unique()
        .always(),
    Attribute::string("externalId", "The client's name for the resource").case_exact(),
    Attribute::complex("meta", META, "What the server knows about the resource").read_only(),
];

static META: &[Attribute] = &[
    Attribute::string("resourceType", "The kind of resource")
        .read_only()
        .case_exact(),
    Attribute::date_time("created", "When it was created").read_only(),
    Attribute::date_time("lastModified", "When it was changed last").read_only(),
    Attribute::reference("location", &["uri"], "Its address").read_only(),
    Attribute::string("version", "Its version, as in the ETag header")
        .read_only()
        .case_exact(),
];
