//! Whether an entry of a list meets a value filter.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use crate::http::scim::error::ScimError;
use crate::http::scim::grammar::{AttributePath, Filter, Literal, Operator, Test};
use crate::http::scim::schema::{Attribute, Kind};
use crate::http::scim::tolerance::boolean_text;

/// Evaluates a filter on one entry of `attribute`.
pub(super) fn matches(
    attribute: &'static Attribute,
    entry: &Value,
    filter: &Filter<'_>,
) -> Result<bool, ScimError> {
    match filter {
        Filter::Or(all) => {
            let mut any = false;
            for part in all {
                any |= matches(attribute, entry, part)?;
            }
            Ok(any)
        }
        Filter::And(all) => {
            let mut every = true;
            for part in all {
                every &= matches(attribute, entry, part)?;
            }
            Ok(every)
        }
        Filter::Not(inner) => Ok(!matches(attribute, entry, inner)?),
        Filter::Attribute(path, test) => {
            // A simple value has no parts, and is called `value` where one is asked for.
            if attribute.kind != Kind::Complex && path.text.eq_ignore_ascii_case("value") {
                return meets(attribute, Some(entry), test);
            }
            let part = part_named(attribute, path)?;
            meets(part, entry.get(part.name), test)
        }
        Filter::Element(..) => Err(ScimError::InvalidFilter(
            "A value filter cannot hold another.".to_owned(),
        )),
    }
}

fn part_named(
    attribute: &'static Attribute,
    path: &AttributePath<'_>,
) -> Result<&'static Attribute, ScimError> {
    let simple = path.urn.is_none() && path.sub.is_none();
    attribute.sub(path.name).filter(|_| simple).ok_or_else(|| {
        ScimError::InvalidFilter(format!("{} has no part named `{path}`.", attribute.name))
    })
}

fn meets(
    part: &'static Attribute,
    value: Option<&Value>,
    test: &Test<'_>,
) -> Result<bool, ScimError> {
    let (operator, literal) = match test {
        Test::Present => return Ok(value.is_some()),
        Test::Compare(operator, literal) => (*operator, literal),
    };
    if *literal == Literal::Null {
        return match operator {
            Operator::Eq => Ok(value.is_none()),
            Operator::Ne => Ok(value.is_some()),
            _ => Err(not_ordered(part)),
        };
    }
    if part.kind == Kind::Boolean && !matches!(operator, Operator::Eq | Operator::Ne) {
        return Err(not_ordered(part));
    }
    let Some(wanted) = filter_value(part, literal) else {
        return Err(ScimError::InvalidFilter(format!(
            "{} is a {}: it cannot be compared with {literal}.",
            part.name,
            part.kind.word()
        )));
    };
    let Some(value) = value else {
        // Nothing equals a missing value, so `ne` holds and all others do not.
        return Ok(operator == Operator::Ne);
    };
    if let (Value::Number(value), Value::Number(wanted)) = (value, &wanted) {
        return numbers(part, operator, value, wanted);
    }
    Ok(compare(
        operator,
        &text_of(part, value),
        &text_of(part, &wanted),
    ))
}

fn numbers(
    part: &Attribute,
    operator: Operator,
    value: &Number,
    wanted: &Number,
) -> Result<bool, ScimError> {
    let order = match (value.as_i64(), wanted.as_i64()) {
        (Some(value), Some(wanted)) => Some(value.cmp(&wanted)),
        _ => value.as_f64().partial_cmp(&wanted.as_f64()),
    };
    Ok(match operator {
        Operator::Eq => order == Some(Ordering::Equal),
        Operator::Ne => order != Some(Ordering::Equal),
        Operator::Gt => order == Some(Ordering::Greater),
        Operator::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Operator::Lt => order == Some(Ordering::Less),
        Operator::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::Co | Operator::Sw | Operator::Ew => {
            return Err(ScimError::InvalidFilter(format!(
                "{} is a number: it has no beginning, middle or end.",
                part.name
            )));
        }
    })
}

fn not_ordered(part: &Attribute) -> ScimError {
    ScimError::InvalidFilter(format!("{} can be compared by eq and ne only.", part.name))
}

/// A filter's literal as a value of the attribute (T2 for booleans); `None` when it is of
/// another type.
pub(super) fn filter_value(part: &Attribute, literal: &Literal<'_>) -> Option<Value> {
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

/// In the form in which the attribute is compared.
fn text_of(part: &Attribute, value: &Value) -> String {
    match value {
        Value::String(text) if part.case_exact => text.clone(),
        Value::String(text) => text.to_lowercase(),
        other => other.to_string(),
    }
}

fn compare(operator: Operator, value: &str, wanted: &str) -> bool {
    match operator {
        Operator::Eq => value == wanted,
        Operator::Ne => value != wanted,
        Operator::Co => value.contains(wanted),
        Operator::Sw => value.starts_with(wanted),
        Operator::Ew => value.ends_with(wanted),
        Operator::Gt => value > wanted,
        Operator::Ge => value >= wanted,
        Operator::Lt => value < wanted,
        Operator::Le => value <= wanted,
    }
}
