//! Operations on an attribute of one value, or on a part of it.

use serde_json::{Map, Value};

use crate::http::scim::document::Document;
use crate::http::scim::error::ScimError;
use crate::http::scim::schema::{Attribute, Kind, Mutability};
use crate::http::scim::tolerance::{self, Verb};
use crate::http::scim::value::{Named, Part, parts, single};

/// `add` and `replace` set a simple attribute and merge into a complex one; `remove`, and
/// a value that is unassigned, clear it.
pub(super) fn edit(
    container: &mut Document,
    attribute: &'static Attribute,
    verb: Verb,
    value: Option<Value>,
) -> Result<(), ScimError> {
    if verb == Verb::Remove {
        if attribute.required {
            return Err(ScimError::Mutability(format!(
                "{} is required and cannot be removed.",
                attribute.name
            )));
        }
        container.remove(attribute.name);
        return Ok(());
    }
    let value = tolerance::only_element(value.unwrap_or_default());
    let value = tolerance::bare_id(attribute, value);
    if attribute.kind == Kind::Complex && !tolerance::is_unassigned(&value) {
        return merge_into(container, attribute, parts(attribute, value)?);
    }
    let value = single(Named::whole(attribute), value)?;
    put(container, attribute, value)
}

/// The same for one part: `name.givenName`, `manager.value`.
pub(super) fn edit_part(
    container: &mut Document,
    attribute: &'static Attribute,
    part: &'static Attribute,
    verb: Verb,
    value: Option<Value>,
) -> Result<(), ScimError> {
    let value = match verb {
        Verb::Remove => None,
        Verb::Add | Verb::Replace => {
            single(Named::part(attribute, part), value.unwrap_or_default())?
        }
    };
    merge_into(container, attribute, vec![(part, value)])
}

fn merge_into(
    container: &mut Document,
    attribute: &'static Attribute,
    parts: Vec<Part>,
) -> Result<(), ScimError> {
    let mut whole = match container.get(attribute.name) {
        Some(Value::Object(whole)) => whole.clone(),
        _ => Map::new(),
    };
    merge(&mut whole, parts);
    let value = (!whole.is_empty()).then_some(Value::Object(whole));
    put(container, attribute, value)
}

/// Sets the parts that have a value and takes out those that have none.
pub(super) fn merge(whole: &mut Map<String, Value>, parts: Vec<Part>) {
    for (part, value) in parts {
        match value {
            Some(value) => {
                whole.insert(part.name.to_owned(), value);
            }
            None => {
                whole.shift_remove(part.name);
            }
        }
    }
}

/// Sets or clears an attribute. What may be set once is not set again to something else.
fn put(
    container: &mut Document,
    attribute: &'static Attribute,
    value: Option<Value>,
) -> Result<(), ScimError> {
    let fixed = attribute.mutability == Mutability::Immutable
        && container
            .get(attribute.name)
            .is_some_and(|known| value.as_ref() != Some(known));
    if fixed {
        return Err(ScimError::Mutability(format!(
            "{} cannot be changed any more.",
            attribute.name
        )));
    }
    match value {
        Some(value) => {
            container.insert(attribute.name.to_owned(), value);
        }
        None => {
            container.shift_remove(attribute.name);
        }
    }
    Ok(())
}
