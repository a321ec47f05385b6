//! The `User` schema (RFC 7643, section 4.1, with its errata).

use super::{Attribute, Schema};

/// `urn:ietf:params:scim:schemas:core:2.0:User`.
pub static USER: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:User",
    name: "User",
    description: "A person's account",
    attributes: ATTRIBUTES,
};

static ATTRIBUTES: &[Attribute] = &[
    Attribute::string("userName", "The name that the user signs in with")
        .required()
        .unique(),
    Attribute::complex("name", NAME, "The parts of the user's name"),
    Attribute::string("displayName", "The name to show for the user"),
    Attribute::string("nickName", "What the user is called casually"),
    Attribute::reference("profileUrl", &["external"], "A page about the user"),
    Attribute::string("title", "The user's title, such as Vice President"),
    Attribute::string("userType", "The user's relation to the organisation"),
    Attribute::string("preferredLanguage", "Languages, as in Accept-Language"),
    Attribute::string("locale", "How to write dates and numbers for the user"),
    Attribute::string("timezone", "The user's time zone, such as Europe/Berlin"),
    Attribute::boolean("active", "Whether the user may sign in"),
    Attribute::string("password", "A new password; it is never shown").secret(),
    Attribute::list("emails", EMAILS, "E-mail addresses"),
    Attribute::list("phoneNumbers", PHONE_NUMBERS, "Phone numbers"),
    Attribute::list("ims", IMS, "Instant messaging addresses"),
    Attribute::list("photos", PHOTOS, "Addresses of photos of the user"),
    Attribute::list("addresses", ADDRESSES, "Postal addresses"),
    Attribute::list("groups", GROUPS, "Groups that the user belongs to").read_only(),
    Attribute::list("entitlements", PLAIN, "What the user is entitled to"),
    Attribute::list("roles", PLAIN, "What the user is, such as Student"),
    Attribute::list("x509Certificates", CERTIFICATES, "Certificates of the user"),
];

static NAME: &[Attribute] = &[
    Attribute::string("formatted", "The full name, ready to show"),
    Attribute::string("familyName", "The family name"),
    Attribute::string("givenName", "The given name"),
    Attribute::string("middleName", "The middle names"),
    Attribute::string("honorificPrefix", "A title before the name"),
    Attribute::string("honorificSuffix", "A title after the name"),
];

const DISPLAY: Attribute = Attribute::string("display", "The value in a form to show");
const TYPE: Attribute = Attribute::string("type", "What the value is for");
const PRIMARY: Attribute = Attribute::boolean("primary", "Whether this is the preferred value");

static EMAILS: &[Attribute] = &[
    Attribute::string("value", "The e-mail address"),
    DISPLAY,
    TYPE.values(&["work", "home", "other"]),
    PRIMARY,
];

static PHONE_NUMBERS: &[Attribute] = &[
    Attribute::string("value", "The phone number"),
    DISPLAY,
    TYPE.values(&["work", "home", "mobile", "fax", "pager", "other"]),
    PRIMARY,
];

static IMS: &[Attribute] = &[
    Attribute::string("value", "The instant messaging address"),
    DISPLAY,
    TYPE.values(&["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"]),
    PRIMARY,
];

static PHOTOS: &[Attribute] = &[
    Attribute::reference("value", &["external"], "The address of the photo"),
    DISPLAY,
    TYPE.values(&["photo", "thumbnail"]),
    PRIMARY,
];

static ADDRESSES: &[Attribute] = &[
    Attribute::string("formatted", "The full address, ready to show"),
    Attribute::string("streetAddress", "Street and number"),
    Attribute::string("locality", "City"),
    Attribute::string("region", "State or region"),
    Attribute::string("postalCode", "Postal code"),
    Attribute::string("country", "Country"),
    TYPE.values(&["work", "home", "other"]),
    PRIMARY,
];

static GROUPS: &[Attribute] = &[
    Attribute::string("value", "The id of the group")
        .read_only()
        .case_exact(),
    // Erratum 8471: a group only.
    Attribute::reference("$ref", &["Group"], "The address of the group").read_only(),
    Attribute::string("display", "The name of the group").read_only(),
    Attribute::string(
        "type",
        "Whether the membership is direct or by another group",
    )
    .read_only()
    .values(&["direct", "indirect"]),
];

static PLAIN: &[Attribute] = &[
    Attribute::string("value", "The value"),
    DISPLAY,
    TYPE,
    PRIMARY,
];

static CERTIFICATES: &[Attribute] = &[
    Attribute::binary("value", "The certificate, as DER in base64"),
    DISPLAY,
    TYPE,
    PRIMARY,
];
