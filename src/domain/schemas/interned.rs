//! From a definition to a table like the built-in ones.
//!
//! A table lives as long as the process. Filters, projections and PATCH paths hold
//! references into it without counting them, and there is no moment at which the last one
//! of a withdrawn schema is known to be gone. Each definition is kept once, however often
//! it is read, so what stays behind is bounded by what administrators have declared since
//! the process began: a few kilobytes each.

use std::sync::{Mutex, PoisonError};

use super::characteristics::{Kind, Mutability, Returned, Uniqueness};
use super::definition::{AttributeDefinition, Definition};
use super::{Attribute, Schema};

static KNOWN: Mutex<Vec<(Definition, &'static Schema)>> = Mutex::new(Vec::new());

/// The table of a definition.
pub(super) fn table(definition: &Definition) -> &'static Schema {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, table)) = known.iter().find(|(known, _)| known == definition) {
        return table;
    }
    let table: &'static Schema = Box::leak(Box::new(Schema {
        id: text(&definition.id),
        name: text(&definition.name),
        description: text(&definition.description),
        attributes: attributes(&definition.attributes),
    }));
    known.push((definition.clone(), table));
    table
}

fn text(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn texts(texts: &[String]) -> &'static [&'static str] {
    let all: Vec<&'static str> = texts.iter().map(|one| text(one)).collect();
    all.leak()
}

fn attributes(definitions: &[AttributeDefinition]) -> &'static [Attribute] {
    let all: Vec<Attribute> = definitions.iter().map(attribute).collect();
    all.leak()
}

/// The words were checked when the schema was declared; should a row hold another
/// nevertheless, the strictest meaning is taken.
fn attribute(definition: &AttributeDefinition) -> Attribute {
    Attribute {
        kind: Kind::of_word(&definition.kind).unwrap_or(Kind::String),
        multi_valued: definition.multi_valued,
        required: definition.required,
        case_exact: definition.case_exact,
        mutability: Mutability::of_word(&definition.mutability).unwrap_or(Mutability::ReadOnly),
        returned: Returned::of_word(&definition.returned).unwrap_or(Returned::Never),
        uniqueness: Uniqueness::of_word(&definition.uniqueness).unwrap_or(Uniqueness::None),
        canonical_values: texts(&definition.canonical_values),
        reference_types: texts(&definition.reference_types),
        sub_attributes: attributes(&definition.sub_attributes),
        ..Attribute::string(text(&definition.name), text(&definition.description))
    }
}
