//! A filter on a resource in memory.

use serde_json::{Map, Value};

use super::expression::{Attr, Check, Expression, compare};
use crate::http::scim::grammar::Operator;
use crate::http::scim::schema::{Attribute, Kind};
use crate::http::scim::tolerance::is_unassigned;

impl Expression {
    /// Holds for everything.
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it holds for a resource.
    pub fn holds_for(&self, resource: &Map<String, Value>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|part| part.holds_for(resource)),
            Self::Any(any) => any.iter().any(|part| part.holds_for(resource)),
            Self::Not(inner) => !inner.holds_for(resource),
            Self::Extension(urn) => resource.get(*urn).is_some_and(has_value),
            Self::Is(attr, check) => is(*attr, check, resource),
            Self::Element(attr, inner) => elements(attr.value(resource))
                .iter()
                .filter_map(Value::as_object)
                .any(|element| inner.holds_for(element)),
        }
    }

    /// Whether it holds for an entry of a list of this attribute.
    pub fn holds_for_entry(&self, attribute: &Attribute, entry: &Value) -> bool {
        match entry {
            Value::Object(parts) if attribute.kind == Kind::Complex => self.holds_for(parts),
            simple => {
                let named = (attribute.name.to_owned(), simple.clone());
                self.holds_for(&Map::from_iter([named]))
            }
        }
    }

    /// Whether it asks anything of this attribute at the top of a resource.
    pub fn mentions(&self, name: &str) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.mentions(name)),
            Self::Not(inner) => inner.mentions(name),
            Self::Extension(_) => false,
            // The names within an element are of its parts.
            Self::Is(attr, _) | Self::Element(attr, _) => {
                attr.extension.is_none() && attr.attribute.name == name
            }
        }
    }
}

/// The values of an attribute: those of the list, or the only one.
fn elements(value: Option<&Value>) -> &[Value] {
    match value {
        None => &[],
        Some(Value::Array(all)) => all,
        Some(one) => std::slice::from_ref(one),
    }
}

fn is(attr: Attr, check: &Check, resource: &Map<String, Value>) -> bool {
    let all = elements(attr.value(resource));
    match check {
        Check::Present => all.iter().any(|element| is_present(attr, element)),
        Check::Absent => !all.iter().any(|element| is_present(attr, element)),
        Check::Compare(operator, operand) => {
            let leaf = attr.leaf();
            if all.is_empty() {
                return *operator == Operator::Ne;
            }
            all.iter().any(|element| match leaf_of(attr, element) {
                Some(value) => compare(leaf, *operator, value, operand),
                None => *operator == Operator::Ne,
            })
        }
    }
}

/// Whether an element has what is asked for; a complex one as a whole, unless a part is
/// named.
fn is_present(attr: Attr, element: &Value) -> bool {
    match attr.sub {
        None => has_value(element),
        Some(_) => leaf_of(attr, element).is_some(),
    }
}

fn leaf_of(attr: Attr, element: &Value) -> Option<&Value> {
    let value = if attr.attribute.kind == Kind::Complex {
        element.get(attr.leaf().name)?
    } else {
        element
    };
    has_value(value).then_some(value)
}

fn has_value(value: &Value) -> bool {
    match value {
        Value::Object(parts) => parts.values().any(has_value),
        other => !is_unassigned(other),
    }
}
