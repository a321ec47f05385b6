//! Operations on some entries of a list attribute (`emails[type eq "work"]`), or on a part
//! of them (`emails[type eq "work"].value`, `emails.value`).

use serde_json::{Map, Number, Value};

use super::lists::{store, take, unite, unset_primary};
use super::single::merge;
use crate::http::scim::document::Document;
use crate::http::scim::error::ScimError;
use crate::http::scim::filter::of_entries;
use crate::http::scim::grammar::{Filter, Literal, Operator, Test};
use crate::http::scim::schema::{Attribute, Kind};
use crate::http::scim::tolerance::{self, Verb, boolean_text};
use crate::http::scim::value::{Named, Part, is_hollow, is_primary, parts, single};

/// Which entries, and which part of them. Without a filter: all.
pub(super) struct Selection<'a> {
    pub(super) attribute: &'static Attribute,
    pub(super) filter: Option<&'a Filter<'a>>,
    pub(super) part: Option<&'static Attribute>,
}

pub(super) fn edit(
    container: &mut Document,
    selection: &Selection<'_>,
    verb: Verb,
    value: Option<Value>,
) -> Result<(), ScimError> {
    let mut entries = match container.get(selection.attribute.name) {
        Some(Value::Array(entries)) => entries.clone(),
        _ => Vec::new(),
    };
    let selected = selection.of(&entries)?;
    let something = selected.contains(&true);
    // The stored list is left alone until nothing can be refused any more.
    if selection.attribute.kind != Kind::Complex {
        let value = if verb == Verb::Remove { None } else { value };
        let value = single(Named::whole(selection.attribute), value.unwrap_or_default())?;
        replace_selected(&mut entries, &selected, value.as_ref());
        drop(take(container, selection.attribute));
        return store(container, selection.attribute, unite(entries));
    }
    match selection.new_parts(verb, value)? {
        NewParts::Drop => {
            let mut keep = selected.iter().map(|selected| !selected);
            entries.retain(|_| keep.next().unwrap_or(true));
        }
        NewParts::Merge(parts) if something => {
            merge_into_selected(&mut entries, &selected, &parts, selection)?;
        }
        NewParts::Merge(parts) => match selection.created(verb, parts)? {
            None => return Ok(()),
            Some(entry) => {
                if is_primary(&entry) {
                    unset_primary(&mut entries);
                }
                entries.push(entry);
            }
        },
    }
    drop(take(container, selection.attribute));
    store(container, selection.attribute, unite(entries))
}

/// Simple values that are selected become another, or go.
fn replace_selected(entries: &mut Vec<Value>, selected: &[bool], value: Option<&Value>) {
    let mut selected = selected.iter().copied();
    entries.retain_mut(|entry| match (selected.next(), value) {
        (Some(true), None) => false,
        (Some(true), Some(value)) => {
            entry.clone_from(value);
            true
        }
        _ => true,
    });
}

/// What happens to the entries that are selected.
enum NewParts {
    Drop,
    Merge(Vec<Part>),
}

impl Selection<'_> {
    /// Which of the entries it selects.
    fn of(&self, entries: &[Value]) -> Result<Vec<bool>, ScimError> {
        let Some(filter) = self.filter else {
            return Ok(vec![true; entries.len()]);
        };
        let filter = of_entries(self.attribute, filter)?;
        let holds = |entry| filter.holds_for_entry(self.attribute, entry);
        Ok(entries.iter().map(holds).collect())
    }

    fn new_parts(&self, verb: Verb, value: Option<Value>) -> Result<NewParts, ScimError> {
        let value = value.unwrap_or_default();
        match (verb, self.part) {
            (Verb::Remove, None) => Ok(NewParts::Drop),
            (Verb::Remove, Some(part)) => Ok(NewParts::Merge(vec![(part, None)])),
            (Verb::Add | Verb::Replace, Some(part)) => {
                let value = single(Named::part(self.attribute, part), value)?;
                Ok(NewParts::Merge(vec![(part, value)]))
            }
            (Verb::Replace, None) if tolerance::is_unassigned(&value) => Ok(NewParts::Drop),
            (Verb::Add, None) if tolerance::is_unassigned(&value) => {
                Ok(NewParts::Merge(Vec::new()))
            }
            (Verb::Add | Verb::Replace, None) => {
                let value = tolerance::only_element(value);
                parts(self.attribute, value).map(NewParts::Merge)
            }
        }
    }

    /// T4. RFC 7644 answers `noTarget` when no entry matches; Entra ID relies on the entry
    /// being made of the filter's terms, and on nothing happening when there is no value.
    fn created(&self, verb: Verb, parts: Vec<Part>) -> Result<Option<Value>, ScimError> {
        if verb == Verb::Remove || parts.iter().all(|(_, value)| value.is_none()) {
            return Ok(None);
        }
        let mut entry = Map::new();
        let by_terms = self.part.is_some()
            && self
                .filter
                .is_none_or(|filter| equal_terms(self.attribute, filter, &mut entry));
        if !by_terms {
            return Err(ScimError::NoTarget(format!(
                "No entry of {} matches the filter.",
                self.attribute.name
            )));
        }
        merge(&mut entry, parts);
        Ok(Some(Value::Object(entry)))
    }
}

/// The parts that a filter of `eq` terms joined by `and` asks for; `false` for any other.
fn equal_terms(
    attribute: &'static Attribute,
    filter: &Filter<'_>,
    entry: &mut Map<String, Value>,
) -> bool {
    match filter {
        Filter::And(all) => all.iter().all(|term| equal_terms(attribute, term, entry)),
        Filter::Attribute(path, Test::Compare(Operator::Eq, literal)) => {
            let part = attribute.sub(path.name).filter(|part| !part.is_read_only());
            let value = part.and_then(|part| filter_value(part, literal));
            match (part, value) {
                (Some(part), Some(value)) => {
                    entry.insert(part.name.to_owned(), value);
                    true
                }
                _ => false,
            }
        }
        _ => false,
    }
}

/// A filter's literal as a value of the attribute (T2 for booleans); `None` when it is of
/// another type.
fn filter_value(part: &Attribute, literal: &Literal<'_>) -> Option<Value> {
    match (part.kind, literal) {
        (Kind::Boolean, Literal::Boolean(truth)) => Some(Value::Bool(*truth)),
        (Kind::Boolean, Literal::String(text)) => boolean_text(text).map(Value::Bool),
        (Kind::Boolean | Kind::Complex, _) => None,
        (Kind::Integer | Kind::Decimal, Literal::Number(text)) => {
            text.parse::<Number>().ok().map(Value::Number)
        }
        (Kind::Integer | Kind::Decimal, _) => None,
        (_, Literal::String(text)) => Some(Value::String(text.clone().into_owned())),
        _ => None,
    }
}

fn merge_into_selected(
    entries: &mut Vec<Value>,
    selected: &[bool],
    parts: &[Part],
    selection: &Selection<'_>,
) -> Result<(), ScimError> {
    let makes_primary = parts
        .iter()
        .any(|(part, value)| part.name == "primary" && *value == Some(Value::Bool(true)));
    let loses_a_part = parts.iter().any(|(_, value)| value.is_none());
    if makes_primary {
        if selected.iter().filter(|selected| **selected).count() > 1 {
            return Err(ScimError::InvalidValue(format!(
                "{} can have one primary value only.",
                selection.attribute.name
            )));
        }
        unset_primary(entries);
    }
    let mut selected = selected.iter().copied();
    entries.retain_mut(|entry| {
        let (true, Value::Object(entry)) = (selected.next().unwrap_or(false), entry) else {
            return true;
        };
        merge(entry, parts.to_vec());
        // An entry that lost its value and only says what it was for is gone.
        !(entry.is_empty() || loses_a_part && is_hollow(entry))
    });
    Ok(())
}
