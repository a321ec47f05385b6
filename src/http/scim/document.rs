//! Whole resources as clients send them (POST and PUT), checked against the schema tables.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::error::ScimError;
use super::schema::{Attribute, ResourceType, Schema};
use super::tolerance;
use super::value::{Named, normalise, row_ids};

/// A resource in stored form: names in the spelling of the schema, extensions under their
/// URN, nothing that is unassigned and nothing that only the server sets.
pub type Document = Map<String, Value>;

/// A resource out of a request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Incoming {
    /// What is written as one document.
    pub document: Document,
    /// The ids of what is held as rows (the members of a group); `None` when the request
    /// does not speak of them.
    pub rows: Option<BTreeSet<String>>,
}

/// Checks a body. Attributes that only the server sets are passed over (RFC 7644, section
/// 3.3), and so is what no schema knows (T8): clients send both.
pub fn read(resource_type: &ResourceType, body: Value) -> Result<Incoming, ScimError> {
    let Value::Object(body) = body else {
        return Err(ScimError::InvalidSyntax(
            "The body must be a JSON object.".to_owned(),
        ));
    };
    let mut incoming = Incoming::default();
    for (name, value) in body {
        if name.eq_ignore_ascii_case("schemas") {
            check_schemas(&value)?;
        } else if let Some(schema) = resource_type.extension(&name) {
            let extension = read_extension(schema, value)?;
            if !extension.is_empty() {
                put(&mut incoming.document, schema.id, Value::Object(extension))?;
            }
        } else if let Some(attribute) = resource_type.attribute(&name) {
            read_attribute(&mut incoming, attribute, value)?;
        }
    }
    check_required(resource_type, &incoming.document)?;
    Ok(incoming)
}

fn read_attribute(
    incoming: &mut Incoming,
    attribute: &Attribute,
    value: Value,
) -> Result<(), ScimError> {
    if attribute.is_read_only() {
        return Ok(());
    }
    if attribute.held_as_rows {
        let ids = row_ids(attribute, value)?;
        incoming.rows = Some(ids.into_iter().collect());
        return Ok(());
    }
    match normalise(Named::whole(attribute), value)? {
        Some(value) => put(&mut incoming.document, attribute.name, value),
        None => Ok(()),
    }
}

fn read_extension(schema: &Schema, value: Value) -> Result<Document, ScimError> {
    let mut extension = Document::new();
    if tolerance::is_unassigned(&value) {
        return Ok(extension);
    }
    let Value::Object(given) = value else {
        return Err(ScimError::InvalidValue(format!(
            "{} must be an object.",
            schema.id
        )));
    };
    for (name, value) in given {
        let Some(attribute) = schema
            .attribute(&name)
            .filter(|known| !known.is_read_only())
        else {
            continue;
        };
        if let Some(value) = normalise(Named::whole(attribute), value)? {
            put(&mut extension, attribute.name, value)?;
        }
    }
    Ok(extension)
}

/// Names differ in case only: which one counts would be anyone's guess.
fn put(document: &mut Document, name: &str, value: Value) -> Result<(), ScimError> {
    match document.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(ScimError::InvalidValue(format!("{name} is given twice."))),
    }
}

fn check_schemas(value: &Value) -> Result<(), ScimError> {
    let is_list_of_texts = value
        .as_array()
        .is_some_and(|all| all.iter().all(Value::is_string));
    if is_list_of_texts {
        Ok(())
    } else {
        Err(ScimError::InvalidValue(
            "schemas must be a list of strings.".to_owned(),
        ))
    }
}

/// Refuses a document without what its schema requires. An attribute of an extension is
/// required where the resource has anything of the extension: clients that do not know the
/// extension need not send it.
pub fn check_required(resource_type: &ResourceType, document: &Document) -> Result<(), ScimError> {
    check_attributes("", resource_type.schema.attributes, document)?;
    for schema in resource_type.extensions.iter() {
        if let Some(Value::Object(values)) = document.get(schema.id) {
            check_attributes(&format!("{}:", schema.id), schema.attributes, values)?;
        }
    }
    Ok(())
}

fn check_attributes(
    prefix: &str,
    attributes: &[Attribute],
    values: &Document,
) -> Result<(), ScimError> {
    for attribute in attributes {
        let value = values.get(attribute.name);
        if value.is_none() && attribute.required {
            return Err(missing(&format!("{prefix}{}", attribute.name)));
        }
        for part in attribute.sub_attributes.iter().filter(|part| part.required) {
            let lacks = |entry: &Value| entry.get(part.name).is_none();
            let missed = match value {
                Some(Value::Array(entries)) => entries.iter().any(lacks),
                Some(entry) => lacks(entry),
                None => false,
            };
            if missed {
                return Err(missing(&format!(
                    "{prefix}{}.{}",
                    attribute.name, part.name
                )));
            }
        }
    }
    Ok(())
}

fn missing(name: &str) -> ScimError {
    ScimError::InvalidValue(format!("{name} is required."))
}

/// What may be set once, in a document that is to take another's place (RFC 7644, section
/// 3.5.1): the same value is fine, another is refused, and what the client leaves out stays.
pub fn keep_immutable(
    resource_type: &ResourceType,
    old: &Document,
    new: &mut Document,
) -> Result<(), ScimError> {
    for schema in resource_type.extensions.iter() {
        let Some(Value::Object(held)) = old.get(schema.id) else {
            continue;
        };
        for attribute in schema.attributes.iter().filter(|a| a.is_immutable()) {
            let Some(value) = held.get(attribute.name) else {
                continue;
            };
            let extension = new
                .entry(schema.id)
                .or_insert_with(|| Value::Object(Document::new()));
            match extension.get(attribute.name) {
                Some(given) if given == value => {}
                Some(_) => {
                    return Err(ScimError::Mutability(format!(
                        "{}:{} cannot be changed any more.",
                        schema.id, attribute.name
                    )));
                }
                None => extension[attribute.name] = value.clone(),
            }
        }
    }
    Ok(())
}
