//! Operations on a whole list attribute.

use serde_json::{Map, Value};

use super::single::merge;
use crate::http::scim::document::Document;
use crate::http::scim::error::ScimError;
use crate::http::scim::schema::{Attribute, Kind};
use crate::http::scim::tolerance::{self, Verb};
use crate::http::scim::value::{MAX_VALUES, Named, is_primary, list, parts, same_entry, single};

/// `add` appends what is not there yet, `replace` sets the list, `remove` clears it or,
/// with values (T5), takes those out.
pub(super) fn edit(
    container: &mut Document,
    attribute: &'static Attribute,
    verb: Verb,
    value: Option<Value>,
) -> Result<(), ScimError> {
    let mut entries = take(container, attribute);
    match verb {
        Verb::Remove => match value {
            None | Some(Value::Null) => entries.clear(),
            Some(listed) => remove_listed(&mut entries, attribute, listed)?,
        },
        Verb::Replace => entries = list(Named::whole(attribute), as_list(attribute, value))?,
        Verb::Add => {
            for entry in list(Named::whole(attribute), as_list(attribute, value))? {
                add(&mut entries, entry);
            }
        }
    }
    store(container, attribute, entries)
}

/// The entries of a list, taken out of their container.
pub(super) fn take(container: &mut Document, attribute: &Attribute) -> Vec<Value> {
    match container.get_mut(attribute.name).map(Value::take) {
        Some(Value::Array(entries)) => entries,
        _ => Vec::new(),
    }
}

/// Puts the entries back; a list without entries is unassigned.
pub(super) fn store(
    container: &mut Document,
    attribute: &Attribute,
    entries: Vec<Value>,
) -> Result<(), ScimError> {
    if entries.len() > MAX_VALUES {
        return Err(ScimError::InvalidValue(format!(
            "{} takes at most {MAX_VALUES} values.",
            attribute.name
        )));
    }
    if entries.is_empty() {
        container.shift_remove(attribute.name);
    } else {
        container.insert(attribute.name.to_owned(), Value::Array(entries));
    }
    Ok(())
}

/// One object stands for a list of it, and so does one value where values are simple.
fn as_list(attribute: &Attribute, value: Option<Value>) -> Value {
    match value.unwrap_or_default() {
        entry @ Value::Object(_) => Value::Array(vec![entry]),
        list @ Value::Array(_) => list,
        value if attribute.kind != Kind::Complex && !tolerance::is_unassigned(&value) => {
            Value::Array(vec![value])
        }
        other => other,
    }
}

/// Adds an entry, or completes the one that it is already there as.
fn add(entries: &mut Vec<Value>, entry: Value) {
    if is_primary(&entry) {
        unset_primary(entries);
    }
    complete_or_push(entries, entry);
}

fn complete_or_push(entries: &mut Vec<Value>, entry: Value) {
    match entries.iter_mut().find(|known| same_entry(known, &entry)) {
        None => entries.push(entry),
        Some(known) => {
            if let (Value::Object(known), Value::Object(entry)) = (known, entry) {
                known.extend(entry);
            }
        }
    }
}

/// Entries that have become the same one are one.
pub(super) fn unite(entries: Vec<Value>) -> Vec<Value> {
    let mut united: Vec<Value> = Vec::with_capacity(entries.len());
    for entry in entries {
        complete_or_push(&mut united, entry);
    }
    united
}

/// A new primary value ends that of the old (RFC 7644, section 3.5.2).
pub(super) fn unset_primary(entries: &mut [Value]) {
    for entry in entries {
        if is_primary(entry) {
            entry["primary"] = Value::Bool(false);
        }
    }
}

/// T5. Entra ID sends `remove` on a list with the values to remove. An empty list of them
/// removes nothing: to clear everything would lose data.
fn remove_listed(
    entries: &mut Vec<Value>,
    attribute: &'static Attribute,
    listed: Value,
) -> Result<(), ScimError> {
    let listed = match listed {
        Value::Array(listed) => listed,
        one => vec![one],
    };
    for gone in listed {
        if tolerance::is_unassigned(&gone) {
            continue;
        }
        if attribute.kind != Kind::Complex {
            let gone = single(Named::whole(attribute), gone)?;
            entries.retain(|entry| Some(entry) != gone.as_ref());
            continue;
        }
        let mut wanted = Map::new();
        if let Value::String(value) = gone {
            wanted.insert("value".to_owned(), Value::String(value));
        } else {
            merge(&mut wanted, parts(attribute, gone)?);
        }
        entries.retain(|entry| wanted.is_empty() || !holds(entry, &wanted));
    }
    Ok(())
}

/// Whether an entry has all of these parts.
fn holds(entry: &Value, wanted: &Map<String, Value>) -> bool {
    wanted
        .iter()
        .all(|(name, value)| entry.get(name) == Some(value))
}
