//! PATCH (RFC 7644, section 3.5.2) as a pure function: the stored document and a list of
//! operations become another document, and ids of rows to add, remove or replace. What is
//! held as rows is never read for it.
//!
//! Either all operations can be done, or none is.

mod elements;
mod lists;
mod pathless;
mod request;
mod rows;
mod single;

use serde_json::Value;

pub use request::{Operation, read_request};

use super::document::{Document, check_required};
use super::error::ScimError;
use super::grammar::{Filter, PatchPath, parse_patch_path};
use super::schema::{Attribute, ResourceType, Schema, Target};
use super::tolerance::{self, Verb};
use crate::domain::directory::Members;

/// What a list of operations comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The document afterwards.
    pub document: Document,
    /// What happens to the rows.
    pub rows: Members,
    /// Whether an operation removed all rows without naming any.
    pub cleared_rows: bool,
}

/// Applies operations to a document, in their order.
pub fn apply(
    resource_type: &ResourceType,
    document: Document,
    operations: Vec<Operation>,
) -> Result<Edit, ScimError> {
    let mut edit = Edit {
        document,
        rows: Members::default(),
        cleared_rows: false,
    };
    for (number, operation) in (1_usize..).zip(operations) {
        edit.apply_one(resource_type, operation)
            .map_err(|error| error.at_operation(number))?;
    }
    check_required(resource_type, &edit.document)?;
    Ok(edit)
}

/// What an operation is aimed at: an attribute of the resource or of an extension, some
/// entries of it, a part of it.
struct Aim<'a> {
    extension: Option<&'static Schema>,
    attribute: &'static Attribute,
    filter: Option<&'a Filter<'a>>,
    part: Option<&'static Attribute>,
}

impl Aim<'_> {
    fn is_read_only(&self) -> bool {
        self.attribute.is_read_only() || self.part.is_some_and(Attribute::is_read_only)
    }
}

/// A path and what it names: a whole extension, or an aim.
enum Named<'a> {
    Extension(&'static Schema),
    Aim(Aim<'a>),
}

fn name<'a>(resource_type: &ResourceType, path: &'a PatchPath<'a>) -> Result<Named<'a>, ScimError> {
    let unknown = || ScimError::InvalidPath(format!("No attribute is named `{path}`."));
    match resource_type.resolve(&path.attribute) {
        None => Err(unknown()),
        Some(Target::Extension(_)) if path.filter.is_some() => Err(unknown()),
        Some(Target::Extension(schema)) => Ok(Named::Extension(schema)),
        Some(Target::Attribute {
            extension,
            attribute,
            sub,
        }) => {
            let part = match path.sub {
                Some(part) => Some(attribute.sub(part).ok_or_else(unknown)?),
                None => sub,
            };
            Ok(Named::Aim(Aim {
                extension,
                attribute,
                filter: path.filter.as_ref(),
                part,
            }))
        }
    }
}

impl Edit {
    fn apply_one(
        &mut self,
        resource_type: &ResourceType,
        operation: Operation,
    ) -> Result<(), ScimError> {
        let Operation { verb, path, value } = operation;
        if verb != Verb::Remove && value.is_none() {
            return Err(ScimError::InvalidValue(
                "add and replace need a `value`.".to_owned(),
            ));
        }
        let Some(path) = path else {
            return self.pathless(resource_type, verb, value);
        };
        let path = parse_patch_path(&path)
            .map_err(|error| ScimError::InvalidPath(format!("`{path}`: {error}.")))?;
        match name(resource_type, &path)? {
            Named::Extension(schema) => self.extension(schema, verb, value),
            Named::Aim(aim) if aim.is_read_only() => Err(ScimError::Mutability(format!(
                "`{path}` is set by the server only."
            ))),
            Named::Aim(aim) => self.aimed(&aim, verb, value),
        }
    }

    /// `path` is the URN of an extension: all of its attributes.
    fn extension(
        &mut self,
        schema: &'static Schema,
        verb: Verb,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        let value = value.unwrap_or_default();
        if verb == Verb::Remove || (verb == Verb::Replace && tolerance::is_unassigned(&value)) {
            let held = self.document.get(schema.id);
            let fixed = schema.attributes.iter().find(|attribute| {
                attribute.is_immutable() && held.is_some_and(|h| h.get(attribute.name).is_some())
            });
            if let Some(attribute) = fixed {
                return Err(unchangeable(schema, attribute));
            }
            self.document.shift_remove(schema.id);
            return Ok(());
        }
        self.extension_parts(schema, verb, value)
    }

    /// Does the operation where the aim points.
    fn aimed(&mut self, aim: &Aim<'_>, verb: Verb, value: Option<Value>) -> Result<(), ScimError> {
        if aim.attribute.held_as_rows {
            return rows::edit((&mut self.rows, &mut self.cleared_rows), aim, verb, value);
        }
        match aim.extension {
            None => edit_in(&mut self.document, aim, verb, value),
            Some(schema) => {
                let mut extension = match self.document.get(schema.id) {
                    Some(Value::Object(extension)) => extension.clone(),
                    _ => Document::new(),
                };
                let name = aim.attribute.name;
                let fixed = extension
                    .get(name)
                    .filter(|_| aim.attribute.is_immutable())
                    .cloned();
                edit_in(&mut extension, aim, verb, value)?;
                if fixed.is_some() && extension.get(name) != fixed.as_ref() {
                    return Err(unchangeable(schema, aim.attribute));
                }
                if extension.is_empty() {
                    self.document.shift_remove(schema.id);
                } else {
                    self.document
                        .insert(schema.id.to_owned(), Value::Object(extension));
                }
                Ok(())
            }
        }
    }
}

fn unchangeable(schema: &Schema, attribute: &Attribute) -> ScimError {
    ScimError::Mutability(format!(
        "{}:{} cannot be changed any more.",
        schema.id, attribute.name
    ))
}

fn edit_in(
    container: &mut Document,
    aim: &Aim<'_>,
    verb: Verb,
    value: Option<Value>,
) -> Result<(), ScimError> {
    let attribute = aim.attribute;
    match (attribute.multi_valued, aim.filter, aim.part) {
        (false, None, None) => single::edit(container, attribute, verb, value),
        (false, None, Some(part)) => single::edit_part(container, attribute, part, verb, value),
        (false, Some(_), _) => Err(ScimError::InvalidPath(format!(
            "{} has one value: it takes no filter.",
            attribute.name
        ))),
        (true, None, None) => lists::edit(container, attribute, verb, value),
        (true, filter, part) => {
            let selection = elements::Selection {
                attribute,
                filter,
                part,
            };
            elements::edit(container, &selection, verb, value)
        }
    }
}
