//! Values that only one resource may have.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Attribute, Refusal, Schema, Uniqueness, store};
use crate::domain::audit::Change;

/// PostgreSQL cannot index more than about 2 700 bytes.
const LONGEST_KEY: usize = 1024;

/// Whose values they are.
#[derive(Debug, Clone, Copy)]
pub enum Holder<'a> {
    /// A user, by its id.
    User(&'a str),
    /// A group, by its id.
    Group(&'a str),
}

/// A value, in the form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UniqueValue {
    pub(super) schema: &'static str,
    pub(super) attribute: String,
    pub(super) key: String,
}

/// Takes the unique values that a resource has from now on, and gives back those that it
/// had. Called in the change that writes the resource, with what it held before.
///
/// # Errors
/// Another resource has one of them.
pub async fn keep_unique(
    change: &mut Change,
    holder: Holder<'_>,
    schemas: &[&'static Schema],
    (before, after): (&Map<String, Value>, &Map<String, Value>),
) -> Result<(), Refusal> {
    let wanted = unique_values(schemas, after)?;
    // What is stored was short enough when it was written.
    let held = unique_values(schemas, before).unwrap_or_default();
    if wanted == held {
        return Ok(());
    }
    if !held.is_empty() {
        store::forget_values(change, holder).await?;
    }
    for value in wanted {
        if !store::take_value(change, holder, &value).await? {
            let name = format!("{}:{}", value.schema, value.attribute);
            return Err(Refusal::ValueTaken(name));
        }
    }
    Ok(())
}

/// In one order, so that two changes that want the same values do not wait for each other.
fn unique_values(
    schemas: &[&'static Schema],
    document: &Map<String, Value>,
) -> Result<BTreeSet<UniqueValue>, Refusal> {
    let mut found = BTreeSet::new();
    for schema in schemas {
        let Some(Value::Object(values)) = document.get(schema.id) else {
            continue;
        };
        for attribute in schema.attributes {
            let Some(value) = values.get(attribute.name) else {
                continue;
            };
            for entry in entries(value) {
                collect(&mut found, schema.id, (attribute.name, attribute), entry)?;
                for part in attribute.sub_attributes {
                    if let Some(value) = entry.get(part.name) {
                        let name = format!("{}.{}", attribute.name, part.name);
                        collect(&mut found, schema.id, (&name, part), value)?;
                    }
                }
            }
        }
    }
    Ok(found)
}

fn entries(value: &Value) -> &[Value] {
    match value {
        Value::Array(all) => all,
        one => std::slice::from_ref(one),
    }
}

fn collect(
    found: &mut BTreeSet<UniqueValue>,
    schema: &'static str,
    (name, attribute): (&str, &Attribute),
    value: &Value,
) -> Result<(), Refusal> {
    if attribute.uniqueness == Uniqueness::None {
        return Ok(());
    }
    let key = match value {
        Value::String(text) if attribute.case_exact => text.clone(),
        Value::String(text) => text.to_lowercase(),
        other => other.to_string(),
    };
    if key.len() > LONGEST_KEY {
        return Err(Refusal::TooLong(format!("{schema}:{name}")));
    }
    found.insert(UniqueValue {
        schema,
        attribute: name.to_owned(),
        key,
    });
    Ok(())
}
