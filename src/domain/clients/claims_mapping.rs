//! What a client's tokens say of a person beyond the standard claims: from which attribute of
//! the directory, or which constant, and in which of the tokens. It is checked when it is set,
//! so that no token is minted with a claim that the protocol needs for itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::directory::User;
use crate::domain::schemas::{self, Schema};

/// More are not mapped: tokens travel in headers and cookies.
const MOST_CLAIMS: usize = 64;
/// Names of claims can be addresses (RFC 7519 §4.2).
const LONGEST_NAME: usize = 200;
/// The largest constant, as JSON.
const LARGEST_CONSTANT: usize = 1024;
/// How many groups stand in a token when nothing else is said.
pub const GROUPS_IN_A_TOKEN: usize = 50;
/// The most that may be said.
const MOST_GROUPS_IN_A_TOKEN: usize = 1000;
const LONGEST_PREFIX: usize = 256;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// The attributes of a user that can be told, with their parts. No password among them.
const ATTRIBUTES: [(&str, &[&str]); 19] = [
    ("id", &[]),
    ("userName", &[]),
    ("displayName", &[]),
    ("nickName", &[]),
    ("profileUrl", &[]),
    ("title", &[]),
    ("userType", &[]),
    ("preferredLanguage", &[]),
    ("locale", &[]),
    ("timezone", &[]),
    ("active", &[]),
    (
        "name",
        &[
            "formatted",
            "familyName",
            "givenName",
            "middleName",
            "honorificPrefix",
            "honorificSuffix",
        ],
    ),
    ("emails", PLURAL),
    ("phoneNumbers", PLURAL),
    ("ims", PLURAL),
    ("photos", PLURAL),
    ("entitlements", PLURAL),
    ("roles", PLURAL),
    (
        "addresses",
        &[
            "formatted",
            "streetAddress",
            "locality",
            "region",
            "postalCode",
            "country",
            "type",
        ],
    ),
];
const PLURAL: &[&str] = &["value", "display", "type"];

const ENTERPRISE_ATTRIBUTES: [&str; 5] = [
    "employeeNumber",
    "costCenter",
    "organization",
    "division",
    "department",
];

/// What the protocol says itself, or what would be a lie: nobody here has verified what a
/// mapping would call verified.
const RESERVED: [&str; 31] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "sid",
    "at_hash",
    "c_hash",
    "s_hash",
    "scope",
    "client_id",
    "cnf",
    "act",
    "may_act",
    "authorization_details",
    "grant",
    "events",
    "typ",
    "active",
    "_claim_names",
    "_claim_sources",
    "email_verified",
    "phone_number_verified",
    "updated_at",
];

crate::registered_names! {
    /// Where a claim can stand.
    pub enum Place {
        /// The ID token.
        IdToken = "id_token",
        /// The answer of userinfo.
        Userinfo = "userinfo",
        /// The access token.
        AccessToken = "access_token",
    }
}

/// The mapping of one client.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimsMapping {
    /// By the claim's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub claims: BTreeMap<String, MappedClaim>,
    /// Which groups are told, where groups are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<GroupRule>,
}

/// Where the value of a claim comes from, and where it stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedClaim {
    /// An attribute: `title`, `name.familyName`, `roles.value`, or with its schema
    /// `urn:…:department`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// The same value for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<Value>,
    /// Of several values, only the primary one or else the first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub single: bool,
    /// In which tokens; ID token and userinfo when it is not said.
    #[serde(rename = "in", default = "where_people_are_described")]
    pub places: Vec<Place>,
}

/// Which groups a client is told of.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRule {
    /// Only those whose name begins so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starting_with: Option<String>,
    /// How many may stand in a token. With more, the token refers to userinfo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<usize>,
}

fn where_people_are_described() -> Vec<Place> {
    vec![Place::IdToken, Place::Userinfo]
}

/// Why a mapping cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum InvalidMapping {
    /// It is not of the form.
    #[error("the mapping cannot be read: {0}")]
    Form(#[from] serde_json::Error),
    /// There are too many.
    #[error("more than {MOST_CLAIMS} claims are mapped")]
    TooMany,
    /// The name cannot be a claim's.
    #[error("{0:?} is no name for a claim")]
    Name(String),
    /// The claim is the protocol's.
    #[error("the claim {0} belongs to the protocol and cannot be mapped")]
    Reserved(String),
    /// It has to come from somewhere, and from one place.
    #[error("the claim {0} needs either an attribute or a constant")]
    Source(String),
    /// It has to stand somewhere.
    #[error("the claim {0} stands in no token")]
    Nowhere(String),
    /// There is no such attribute, or it is never told.
    #[error("the claim {claim}: there is no attribute {attribute} that can be told")]
    Attribute {
        /// The claim.
        claim: String,
        /// What was named.
        attribute: String,
    },
    /// The constant is too large.
    #[error("the constant of the claim {0} is larger than {LARGEST_CONSTANT} bytes")]
    Constant(String),
    /// The rule for groups cannot be.
    #[error("groups: at most {MOST_GROUPS_IN_A_TOKEN} can stand in a token, and at least 0")]
    Groups,
}

impl ClaimsMapping {
    /// Reads a mapping that a row holds. One that cannot be read maps nothing: it was checked
    /// when it was set.
    pub fn stored(value: Option<&Value>) -> Self {
        let read = value.map(|value| serde_json::from_value(value.clone()));
        read.and_then(Result::ok).unwrap_or_default()
    }

    /// Reads a mapping that is to be set, and checks it. `extensions` are the declared
    /// extensions of users.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(value: &Value, extensions: &[&'static Schema]) -> Result<Self, InvalidMapping> {
        // A list would be read as the fields in their order.
        let fields: Map<String, Value> = serde_json::from_value(value.clone())?;
        let mapping: Self = serde_json::from_value(Value::Object(fields))?;
        if mapping.claims.len() > MOST_CLAIMS {
            return Err(InvalidMapping::TooMany);
        }
        for (name, claim) in &mapping.claims {
            claim.check(name, extensions)?;
        }
        let fits = |rule: &GroupRule| {
            rule.at_most
                .is_none_or(|most| most <= MOST_GROUPS_IN_A_TOKEN)
                && rule
                    .starting_with
                    .as_ref()
                    .is_none_or(|text| text.len() <= LONGEST_PREFIX)
        };
        match &mapping.groups {
            Some(rule) if !fits(rule) => Err(InvalidMapping::Groups),
            _ => Ok(mapping),
        }
    }

    /// Whether anything of it stands there.
    pub fn is_in(&self, place: Place) -> bool {
        self.claims
            .values()
            .any(|claim| claim.places.contains(&place))
    }

    /// The claims of a user that stand there.
    pub fn of(
        &self,
        user: &User,
        extensions: &[&'static Schema],
        place: Place,
    ) -> impl Iterator<Item = (&str, Value)> {
        let here = self
            .claims
            .iter()
            .filter(move |(_, claim)| claim.places.contains(&place));
        here.filter_map(move |(name, claim)| {
            let value = claim.value(user, extensions)?;
            Some((name.as_str(), value))
        })
    }
}

impl MappedClaim {
    fn check(&self, name: &str, extensions: &[&'static Schema]) -> Result<(), InvalidMapping> {
        let owned = || name.to_owned();
        let printable = |c: char| !c.is_whitespace() && !c.is_control();
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(printable) {
            return Err(InvalidMapping::Name(owned()));
        }
        if RESERVED.contains(&name) {
            return Err(InvalidMapping::Reserved(owned()));
        }
        if self.places.is_empty() {
            return Err(InvalidMapping::Nowhere(owned()));
        }
        match (&self.attribute, &self.constant) {
            (Some(attribute), None) if can_be_told(attribute, extensions) => Ok(()),
            (Some(attribute), None) => Err(InvalidMapping::Attribute {
                claim: owned(),
                attribute: attribute.clone(),
            }),
            (None, Some(constant)) if constant.to_string().len() > LARGEST_CONSTANT => {
                Err(InvalidMapping::Constant(owned()))
            }
            (None, Some(_)) => Ok(()),
            _ => Err(InvalidMapping::Source(owned())),
        }
    }

    fn value(&self, user: &User, extensions: &[&'static Schema]) -> Option<Value> {
        let value = match (&self.attribute, &self.constant) {
            (Some(path), _) => attribute(user, extensions, path, self.single)?,
            (None, constant) => constant.clone()?,
        };
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(all) => all.is_empty(),
            _ => false,
        };
        (!empty).then_some(value)
    }
}

/// The schema that a path names, and the rest of it.
fn split(path: &str) -> (Option<&str>, &str) {
    match path.rsplit_once(':') {
        Some((urn, rest)) if urn.eq_ignore_ascii_case(CORE) => (None, rest),
        Some((urn, rest)) => (Some(urn), rest),
        None => (None, path),
    }
}

fn can_be_told(path: &str, extensions: &[&'static Schema]) -> bool {
    let (urn, rest) = split(path);
    let (name, part) = match rest.split_once('.') {
        Some((name, part)) => (name, Some(part)),
        None => (rest, None),
    };
    match urn {
        None => ATTRIBUTES
            .iter()
            .any(|(known, parts)| *known == name && part.is_none_or(|part| parts.contains(&part))),
        Some(urn) if urn.eq_ignore_ascii_case(ENTERPRISE) => {
            let manager = name == "manager" && part.is_none_or(|part| part == "value");
            manager || part.is_none() && ENTERPRISE_ATTRIBUTES.contains(&name)
        }
        Some(urn) => is_declared(extensions, urn, name, part),
    }
}

fn is_declared(extensions: &[&'static Schema], urn: &str, name: &str, part: Option<&str>) -> bool {
    let schema = extensions
        .iter()
        .find(|schema| schema.id.eq_ignore_ascii_case(urn));
    let attribute = schema.and_then(|schema| schema.attribute(name));
    attribute.is_some_and(|attribute| {
        attribute.returned != schemas::Returned::Never
            && part.is_none_or(|part| attribute.sub(part).is_some())
    })
}

fn attribute(
    user: &User,
    extensions: &[&'static Schema],
    path: &str,
    single: bool,
) -> Option<Value> {
    let profile = &user.profile;
    let (urn, rest) = split(path);
    match (urn, rest) {
        (None, "id") => return Some(user.id.to_string().into()),
        (None, "userName") => return Some(profile.user_name.clone().into()),
        (None, "displayName") => return profile.display_name.clone().map(Value::from),
        (None, "active") => return Some(user.active.into()),
        (Some(urn), "manager" | "manager.value") if urn.eq_ignore_ascii_case(ENTERPRISE) => {
            return profile.manager.clone().map(Value::from);
        }
        _ => {}
    }
    let document = &profile.attributes;
    match urn {
        None => at(document, rest, single),
        Some(urn) if urn.eq_ignore_ascii_case(ENTERPRISE) => {
            at(document.get(ENTERPRISE)?.as_object()?, rest, single)
        }
        Some(_) => {
            let value = schemas::value_at(extensions, document, path)?;
            Some(match value {
                Value::Array(all) if single => all.into_iter().next()?,
                other => other,
            })
        }
    }
}

/// The value at `name` or `name.part`; the parts of a list are a list.
fn at(document: &Map<String, Value>, path: &str, single: bool) -> Option<Value> {
    let (name, part) = match path.split_once('.') {
        Some((name, part)) => (name, Some(part)),
        None => (path, None),
    };
    let part_of = |value: &Value| match part {
        Some(part) => value.get(part).cloned(),
        None => Some(value.clone()),
    };
    match document.get(name)? {
        Value::Array(all) if single => {
            let primary = |value: &&Value| value.get("primary") == Some(&Value::Bool(true));
            part_of(all.iter().find(primary).or_else(|| all.first())?)
        }
        Value::Array(all) => Some(all.iter().filter_map(part_of).collect()),
        one => part_of(one),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(mapping: &Value) -> String {
        ClaimsMapping::read(mapping, &[]).unwrap_err().to_string()
    }

    #[test]
    fn what_belongs_to_the_protocol_cannot_be_mapped() {
        for name in RESERVED {
            let said = refusal(&json!({ "claims": { name: { "constant": 1 } } }));
            assert!(said.contains("belongs to the protocol"), "{name}: {said}");
        }
    }

    #[test]
    fn only_attributes_that_are_there_and_may_be_told_are_mapped() {
        let of = |path: &str| json!({ "claims": { "x": { "attribute": path } } });
        for path in [
            "title",
            "name.familyName",
            "roles",
            "roles.value",
            "emails.value",
            "urn:ietf:params:scim:schemas:core:2.0:User:title",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        ] {
            assert!(ClaimsMapping::read(&of(path), &[]).is_ok(), "{path}");
        }
        for path in [
            "",
            "password",
            "Title",
            "name.password",
            "name.",
            "title.value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:salary",
            "urn:example:unknown:1.0:User:x",
        ] {
            assert!(refusal(&of(path)).contains("no attribute"), "{path}");
        }
    }

    #[test]
    fn a_mapping_is_whole_or_refused() {
        for (mapping, why) in [
            (json!([]), "cannot be read"),
            (
                json!({ "claims": { "x": {} } }),
                "either an attribute or a constant",
            ),
            (
                json!({ "claims": { "x": { "attribute": "title", "constant": 1 } } }),
                "either",
            ),
            (
                json!({ "claims": { "x": { "constant": 1, "in": [] } } }),
                "in no token",
            ),
            (
                json!({ "claims": { "x": { "constant": 1, "in": ["cookie"] } } }),
                "cannot be read",
            ),
            (json!({ "claims": { "x y": { "constant": 1 } } }), "no name"),
            (json!({ "claims": { "": { "constant": 1 } } }), "no name"),
            (
                json!({ "claims": { "x": { "constant": "y".repeat(2000) } } }),
                "larger",
            ),
            (json!({ "groups": { "at_most": 1001 } }), "groups"),
            (json!({ "groups": { "all": true } }), "cannot be read"),
            (json!({ "other": 1 }), "cannot be read"),
        ] {
            assert!(
                refusal(&mapping).contains(why),
                "{mapping}: {}",
                refusal(&mapping)
            );
        }
        let many: Map<String, Value> = (0..65)
            .map(|n| (format!("c{n}"), json!({ "constant": n })))
            .collect();
        assert!(refusal(&json!({ "claims": many })).contains("more than 64"));
    }
}
