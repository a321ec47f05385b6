//! A schema extension as it is declared: the JSON of an entry of `/Schemas` (RFC 7643,
//! section 7), read strictly. What is misspelt is refused and not guessed: a characteristic
//! that silently means its default would be found out when there is data.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Refusal;
use super::characteristics::{Kind, Mutability, Returned, Uniqueness};

/// The most attributes of one schema, and parts of one attribute.
const MOST_ATTRIBUTES: usize = 100;
const MOST_CANONICAL_VALUES: usize = 200;
const LONGEST_NAME: usize = 64;
const LONGEST_URN: usize = 200;
const LONGEST_TEXT: usize = 1000;

/// URNs that name what the server itself has.
const BUILT_IN: [&str; 2] = [
    "urn:ietf:params:scim:schemas:core:",
    "urn:ietf:params:scim:api:",
];
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:";

/// A declared schema extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    #[serde(default, skip_serializing)]
    schemas: Json,
    #[serde(default, skip_serializing)]
    meta: Json,
    /// Its URN.
    pub id: String,
    /// Its short name.
    pub name: String,
    /// What it describes.
    #[serde(default)]
    pub description: String,
    /// Its attributes.
    pub attributes: Vec<AttributeDefinition>,
}

/// An attribute of a declared schema extension. What is left out has the default of RFC
/// 7643, section 2.2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AttributeDefinition {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Its data type.
    #[serde(default = "string", rename = "type")]
    pub kind: String,
    /// Whether it holds a list.
    #[serde(default)]
    pub multi_valued: bool,
    /// Whether a resource that has any attribute of the extension must have this one.
    #[serde(default)]
    pub required: bool,
    /// Whether letter case matters.
    #[serde(default)]
    pub case_exact: bool,
    /// Who may change it.
    #[serde(default = "read_write")]
    pub mutability: String,
    /// When it is shown.
    #[serde(default = "by_default")]
    pub returned: String,
    /// How far a value must be the only one.
    #[serde(default = "none")]
    pub uniqueness: String,
    /// Customary values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub canonical_values: Vec<String>,
    /// What a reference may point to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reference_types: Vec<String>,
    /// The parts of a complex attribute.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sub_attributes: Vec<AttributeDefinition>,
}

fn string() -> String {
    Kind::String.word().to_owned()
}

fn read_write() -> String {
    Mutability::ReadWrite.word().to_owned()
}

fn by_default() -> String {
    Returned::Default.word().to_owned()
}

fn none() -> String {
    Uniqueness::None.word().to_owned()
}

impl Definition {
    /// Reads a definition and checks everything about it.
    ///
    /// # Errors
    /// What is wrong, and with which attribute.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let definition: Self =
            serde_json::from_str(text).map_err(|error| Refusal::NotRead(error.to_string()))?;
        definition.check()?;
        Ok(definition)
    }

    fn check(&self) -> Result<(), Refusal> {
        check_urn(&self.id)?;
        if self.name.trim().is_empty() || self.name.len() > LONGEST_NAME {
            return refuse("name", format!("must have 1 to {LONGEST_NAME} characters"));
        }
        check_text("description", &self.description)?;
        if self.attributes.is_empty() {
            return refuse("attributes", "must name at least one attribute");
        }
        check_names("attributes", &self.attributes)?;
        self.attributes
            .iter()
            .try_for_each(|attribute| attribute.check(&attribute.name, false))
    }

    /// Whether `urn` could be read as the URN of this schema and one of its attributes: then
    /// a path would mean either.
    pub(super) fn could_name(&self, urn: &str) -> bool {
        let Some((start, rest)) = urn.split_at_checked(self.id.len()) else {
            return false;
        };
        let named = |rest: &str| {
            let name = rest.split('.').next().unwrap_or_default();
            self.attributes
                .iter()
                .any(|attribute| attribute.name.eq_ignore_ascii_case(name))
        };
        start.eq_ignore_ascii_case(&self.id) && rest.strip_prefix(':').is_some_and(named)
    }
}

impl AttributeDefinition {
    /// `path` is its name with that of what it is a part of.
    fn check(&self, path: &str, is_part: bool) -> Result<(), Refusal> {
        let kind = word(path, "type", &self.kind, Kind::of_word, Kind::WORDS)?;
        let mutability = word(
            path,
            "mutability",
            &self.mutability,
            Mutability::of_word,
            Mutability::WORDS,
        )?;
        let returned = word(
            path,
            "returned",
            &self.returned,
            Returned::of_word,
            Returned::WORDS,
        )?;
        let uniqueness = word(
            path,
            "uniqueness",
            &self.uniqueness,
            Uniqueness::of_word,
            Uniqueness::WORDS,
        )?;
        check_text(path, &self.description)?;
        self.check_values(path, kind)?;
        self.check_visibility(path, is_part, mutability, returned)?;
        if uniqueness != Uniqueness::None && matches!(kind, Kind::Complex | Kind::Boolean) {
            return refuse(path, format!("is {}: it cannot be unique", kind.word()));
        }
        self.check_parts(path, is_part, kind)
    }

    fn check_values(&self, path: &str, kind: Kind) -> Result<(), Refusal> {
        if !self.canonical_values.is_empty() && kind != Kind::String {
            return refuse(path, "has canonicalValues and is no string");
        }
        let known = |kind: &String| matches!(kind.as_str(), "User" | "Group" | "external" | "uri");
        match (kind, self.reference_types.is_empty()) {
            (Kind::Reference, true) => refuse(path, "is a reference and needs referenceTypes"),
            (Kind::Reference, false) if !self.reference_types.iter().all(known) => refuse(
                path,
                "has referenceTypes other than User, Group, external and uri",
            ),
            (Kind::Reference, false) | (_, true) => Ok(()),
            (_, false) => refuse(path, "has referenceTypes and is no reference"),
        }?;
        if self.canonical_values.len() > MOST_CANONICAL_VALUES {
            return refuse(path, "has too many canonicalValues");
        }
        self.canonical_values
            .iter()
            .try_for_each(|value| check_text(path, value))
    }

    fn check_visibility(
        &self,
        path: &str,
        is_part: bool,
        mutability: Mutability,
        returned: Returned,
    ) -> Result<(), Refusal> {
        if mutability == Mutability::ReadOnly {
            return refuse(path, "is readOnly: nothing would ever set it");
        }
        if is_part && !matches!(returned, Returned::Default | Returned::Request) {
            return refuse(
                path,
                "is a part: `returned` can be default or request, and the whole attribute can say more",
            );
        }
        if is_part && mutability != Mutability::ReadWrite {
            return refuse(
                path,
                "is a part: only a whole attribute can be immutable or writeOnly",
            );
        }
        if mutability == Mutability::WriteOnly && returned != Returned::Never {
            return refuse(path, "is writeOnly: `returned` must be never");
        }
        if is_part && self.multi_valued {
            return refuse(path, "is a part: it cannot be multiValued");
        }
        Ok(())
    }

    fn check_parts(&self, path: &str, is_part: bool, kind: Kind) -> Result<(), Refusal> {
        match (kind, self.sub_attributes.is_empty()) {
            (Kind::Complex, true) => return refuse(path, "is complex and needs subAttributes"),
            (Kind::Complex, false) if is_part => {
                return refuse(path, "is a part: it cannot be complex itself");
            }
            (Kind::Complex, false) => check_names(path, &self.sub_attributes)?,
            (_, false) => return refuse(path, "has subAttributes and is not complex"),
            (_, true) => {}
        }
        self.sub_attributes
            .iter()
            .try_for_each(|part| part.check(&format!("{path}.{}", part.name), true))
    }
}

fn refuse<T>(at: &str, why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::NotAllowed {
        at: at.to_owned(),
        why: why.into(),
    })
}

fn word<T>(
    path: &str,
    characteristic: &str,
    given: &str,
    read: fn(&str) -> Option<T>,
    words: &[&str],
) -> Result<T, Refusal> {
    match read(given) {
        Some(meaning) => Ok(meaning),
        None => refuse(
            path,
            format!(
                "has the {characteristic} `{given}`; there is {}",
                words.join(", ")
            ),
        ),
    }
}

/// The characters of RFC 8141 without those that a path or JSON gives a meaning.
fn check_urn(urn: &str) -> Result<(), Refusal> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || ":.-_".contains(letter);
    let parts: Vec<&str> = urn.split(':').collect();
    let is_urn = parts.len() >= 3 && parts[0].eq_ignore_ascii_case("urn");
    // The last part must not end in what could be taken for a sub-attribute's name.
    let is_whole = parts.iter().all(|part| !part.is_empty());
    if !is_urn || !is_whole || !urn.chars().all(allowed) || urn.len() > LONGEST_URN {
        return refuse(
            "id",
            "must be a URN such as urn:example:scim:schemas:extension:badge:2.0:User",
        );
    }
    let folded = urn.to_ascii_lowercase();
    if BUILT_IN.iter().any(|start| folded.starts_with(start)) || folded.starts_with(ENTERPRISE) {
        return refuse("id", "is a URN of the server's own");
    }
    Ok(())
}

/// Names as RFC 7643, section 2.1, has them, each once whatever its case.
fn check_names(at: &str, attributes: &[AttributeDefinition]) -> Result<(), Refusal> {
    if attributes.len() > MOST_ATTRIBUTES {
        return refuse(at, format!("are more than {MOST_ATTRIBUTES}"));
    }
    let mut names = BTreeSet::new();
    for attribute in attributes {
        let name = attribute.name.as_str();
        let mut letters = name.strip_prefix('$').unwrap_or(name).chars();
        let begins = letters
            .next()
            .is_some_and(|letter| letter.is_ascii_alphabetic());
        let goes_on = letters.all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
        if !begins || !goes_on || name.len() > LONGEST_NAME {
            return refuse(
                at,
                format!("has the name `{name}`: a letter, then letters, digits, - and _"),
            );
        }
        if !names.insert(name.to_ascii_lowercase()) {
            return refuse(at, format!("has the name `{name}` twice"));
        }
    }
    Ok(())
}

fn check_text(at: &str, text: &str) -> Result<(), Refusal> {
    if text.len() > LONGEST_TEXT || text.contains('\0') {
        return refuse(
            at,
            format!("has a text of more than {LONGEST_TEXT} bytes, or with NUL"),
        );
    }
    Ok(())
}
