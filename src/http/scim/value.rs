//! One value, checked against its attribute and brought into the form that is stored.

use std::fmt::{self, Display, Formatter};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Number, Value};

use super::error::ScimError;
use super::schema::{Attribute, Kind};
use super::tolerance;
use crate::foundation::clock::Timestamp;

/// The most values that a list attribute may have. (Members are rows and not counted here.)
pub const MAX_VALUES: usize = 200;

/// An attribute by its full name, for messages: `emails.value`.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The attribute that it is a part of.
    pub parent: Option<&'a Attribute>,
    /// The attribute.
    pub attribute: &'a Attribute,
}

impl<'a> Named<'a> {
    /// A whole attribute.
    pub fn whole(attribute: &'a Attribute) -> Self {
        Self {
            parent: None,
            attribute,
        }
    }

    /// A part of an attribute.
    pub fn part(parent: &'a Attribute, attribute: &'a Attribute) -> Self {
        Self {
            parent: Some(parent),
            attribute,
        }
    }

    fn wants<T>(self, what: &str) -> Result<T, ScimError> {
        Err(ScimError::InvalidValue(format!("{self} must be {what}.")))
    }
}

impl Display for Named<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(out, "{}.", parent.name)?;
        }
        out.write_str(self.attribute.name)
    }
}

/// The value of an attribute, a list or not; `None` when it is unassigned.
pub fn normalise(named: Named<'_>, value: Value) -> Result<Option<Value>, ScimError> {
    if named.attribute.multi_valued {
        let all = list(named, value)?;
        return Ok((!all.is_empty()).then_some(Value::Array(all)));
    }
    single(named, value)
}

/// The values of a list attribute: each once, at most one of them primary.
pub fn list(named: Named<'_>, value: Value) -> Result<Vec<Value>, ScimError> {
    if tolerance::is_unassigned(&value) {
        return Ok(Vec::new());
    }
    let Value::Array(given) = value else {
        return named.wants("a list");
    };
    if given.len() > MAX_VALUES {
        return named.wants(&format!("a list of at most {MAX_VALUES} values"));
    }
    let mut all: Vec<Value> = Vec::with_capacity(given.len());
    for value in given {
        let Some(value) = single(named, value)? else {
            continue;
        };
        if !all.iter().any(|known| same_entry(known, &value)) {
            all.push(value);
        }
    }
    if all.iter().filter(|value| is_primary(value)).count() > 1 {
        return named.wants("a list with at most one primary value");
    }
    Ok(all)
}

/// Whether two entries of a list are the same one: equal, or of the same type and value
/// (RFC 7643, section 2.4, wants such a pair once).
pub fn same_entry(one: &Value, other: &Value) -> bool {
    if one == other {
        return true;
    }
    let kind = |entry: &Value| {
        entry
            .get("type")
            .and_then(Value::as_str)
            .map(str::to_lowercase)
    };
    let value = |entry: &Value| entry.get("value").cloned();
    value(one).is_some() && value(one) == value(other) && kind(one) == kind(other)
}

/// Whether an entry is marked as the preferred one.
pub fn is_primary(entry: &Value) -> bool {
    entry.get("primary").and_then(Value::as_bool) == Some(true)
}

/// Whether nothing is left of an entry but what it was for.
pub fn is_hollow(entry: &Map<String, Value>) -> bool {
    entry.keys().all(|name| name == "type" || name == "primary")
}

/// One value; `None` when it is unassigned.
pub fn single(named: Named<'_>, value: Value) -> Result<Option<Value>, ScimError> {
    let value = tolerance::only_element(value);
    let value = tolerance::bare_id(named.attribute, value);
    if tolerance::is_unassigned(&value) {
        return Ok(None);
    }
    match named.attribute.kind {
        Kind::Complex => object(named.attribute, value),
        Kind::Boolean => boolean(named, &value).map(Some),
        Kind::Integer => number(named, value, "a whole number", Number::is_i64).map(Some),
        Kind::Decimal => number(named, value, "a number", |_| true).map(Some),
        Kind::String | Kind::Reference => text(named, value).map(Some),
        Kind::DateTime => date_time(named, value).map(Some),
        Kind::Binary => binary(named, value).map(Some),
    }
}

fn text(named: Named<'_>, value: Value) -> Result<Value, ScimError> {
    match value {
        // PostgreSQL cannot hold NUL in a text.
        Value::String(text) if text.contains('\0') => named.wants("a string without NUL"),
        Value::String(text) => Ok(Value::String(text)),
        _ => named.wants("a string"),
    }
}

fn boolean(named: Named<'_>, value: &Value) -> Result<Value, ScimError> {
    let truth = match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => tolerance::boolean_text(text),
        _ => None,
    };
    match truth {
        Some(truth) => Ok(Value::Bool(truth)),
        None => named.wants("true or false"),
    }
}

fn number(
    named: Named<'_>,
    value: Value,
    what: &str,
    fits: fn(&Number) -> bool,
) -> Result<Value, ScimError> {
    match value {
        Value::Number(number) if fits(&number) => Ok(Value::Number(number)),
        _ => named.wants(what),
    }
}

fn date_time(named: Named<'_>, value: Value) -> Result<Value, ScimError> {
    match value.as_str().and_then(Timestamp::parse_rfc3339) {
        Some(_) => Ok(value),
        None => named.wants("a dateTime such as 2026-01-23T04:56:22Z"),
    }
}

fn binary(named: Named<'_>, value: Value) -> Result<Value, ScimError> {
    let tolerant =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let decodes = |text: &str| {
        [&alphabet::STANDARD, &alphabet::URL_SAFE]
            .into_iter()
            .any(|letters| GeneralPurpose::new(letters, tolerant).decode(text).is_ok())
    };
    match value.as_str() {
        Some(text) if decodes(text) => Ok(value),
        _ => named.wants("base64 text"),
    }
}

/// An object; `None` when no part of it has a value.
fn object(attribute: &Attribute, value: Value) -> Result<Option<Value>, ScimError> {
    let mut whole = Map::new();
    let mut lost_a_part = false;
    for (part, value) in parts(attribute, value)? {
        match value {
            Some(value) => {
                whole.insert(part.name.to_owned(), value);
            }
            None => lost_a_part = true,
        }
    }
    if whole.is_empty() || (attribute.multi_valued && lost_a_part && is_hollow(&whole)) {
        return Ok(None);
    }
    Ok(Some(Value::Object(whole)))
}

/// A part of a complex attribute and its value; no value when it is unassigned.
pub type Part = (&'static Attribute, Option<Value>);

/// The parts of an object that are known and may be written, each normalised.
pub fn parts(attribute: &Attribute, value: Value) -> Result<Vec<Part>, ScimError> {
    let Value::Object(given) = value else {
        return Named::whole(attribute).wants("an object");
    };
    let mut parts: Vec<Part> = Vec::with_capacity(given.len());
    for (name, value) in given {
        let part = attribute.sub(&name);
        let part = part.or_else(|| tolerance::older_part(attribute, &name));
        let Some(part) = part.filter(|part| !part.is_read_only()) else {
            continue;
        };
        let named = Named::part(attribute, part);
        if parts.iter().any(|(known, _)| known.name == part.name) {
            return named.wants("given once");
        }
        parts.push((part, normalise(named, value)?));
    }
    Ok(parts)
}

/// The ids in a value of an attribute that is held as rows: `[{"value": "…"}, …]`, or one
/// such object.
pub fn row_ids(attribute: &Attribute, value: Value) -> Result<Vec<String>, ScimError> {
    let named = Named::whole(attribute);
    if tolerance::is_unassigned(&value) {
        return Ok(Vec::new());
    }
    let entries = match value {
        Value::Array(entries) => entries,
        entry @ Value::Object(_) => vec![entry],
        _ => return named.wants("a list of objects"),
    };
    entries
        .into_iter()
        .map(|entry| match entry.get("value") {
            Some(Value::String(id)) if !id.is_empty() => Ok(id.clone()),
            _ => named.wants("a list of objects, each with the id of a member in `value`"),
        })
        .collect()
}
