//! A filter in which every name is known and every value has the type of its attribute.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value};

use crate::domain::directory::folded;
use crate::foundation::clock::Timestamp;
use crate::http::scim::grammar::Operator;
use crate::http::scim::schema::{Attribute, Kind};

/// A checked filter.
#[derive(Debug, Clone)]
pub enum Expression {
    /// All of these; of none, everything.
    All(Vec<Expression>),
    /// Any of these; of none, nothing.
    Any(Vec<Expression>),
    /// The opposite.
    Not(Box<Expression>),
    /// Whether the resource has anything of the extension of this URN.
    Extension(&'static str),
    /// A question to one attribute.
    Is(Attr, Check),
    /// One element of the attribute meets all of this; the names in it are of parts.
    Element(Attr, Box<Expression>),
}

/// An attribute and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Attr {
    /// The URN of the extension that it is in.
    pub extension: Option<&'static str>,
    /// The attribute.
    pub attribute: &'static Attribute,
    /// The part of it.
    pub sub: Option<&'static Attribute>,
}

/// What is asked of an attribute.
#[derive(Debug, Clone)]
pub enum Check {
    /// It has a value.
    Present,
    /// It has none.
    Absent,
    /// It compares with a value.
    Compare(Operator, Operand),
}

/// What an attribute is compared with.
#[derive(Debug, Clone)]
pub enum Operand {
    /// Text, as it was given and as it is compared.
    Text {
        /// As in the filter.
        given: String,
        /// Folded, where case does not matter.
        compared: String,
        /// The key that equality goes by, where there is one; within it, nothing when the
        /// text has none, which is equal to nobody's.
        key: Option<(KeyOf, Option<String>)>,
    },
    /// A truth value.
    Boolean(bool),
    /// A moment.
    Instant(Timestamp),
    /// A number.
    Number(Number),
}

/// Makes the key of a name.
pub type KeyOf = fn(&str) -> Option<String>;

impl Attr {
    /// The table row whose value is compared: the part, or a complex attribute's `value`.
    pub fn leaf(self) -> &'static Attribute {
        match self.sub {
            Some(sub) => sub,
            None if self.attribute.kind == Kind::Complex => {
                self.attribute.sub("value").unwrap_or(self.attribute)
            }
            None => self.attribute,
        }
    }

    /// The names by which an index may know it: the attribute and its part.
    pub fn names(self) -> (&'static str, Option<&'static str>) {
        (self.attribute.name, self.sub.map(|sub| sub.name))
    }

    /// Its value in a resource.
    pub fn value(self, resource: &Map<String, Value>) -> Option<&Value> {
        match self.extension {
            None => resource.get(self.attribute.name),
            Some(urn) => resource.get(urn)?.get(self.attribute.name),
        }
    }
}

impl Operand {
    /// Text for an attribute.
    pub fn text(leaf: &Attribute, given: &str, key_of: Option<KeyOf>) -> Self {
        Self::Text {
            given: given.to_owned(),
            compared: if leaf.case_exact {
                given.to_owned()
            } else {
                folded(given)
            },
            key: key_of.map(|key_of| (key_of, key_of(given))),
        }
    }
}

/// How a value of an attribute and an operand stand to each other, and whether they are
/// equal; nothing when they cannot be compared.
pub(super) fn compare(leaf: &Attribute, operator: Operator, value: &Value, with: &Operand) -> bool {
    match (value, with) {
        (Value::String(text), Operand::Text { compared, key, .. }) => {
            if let (Operator::Eq | Operator::Ne, Some((key_of, key))) = (operator, key) {
                let equal = key.is_some() && key_of(text) == *key;
                return equal == (operator == Operator::Eq);
            }
            if leaf.case_exact {
                text_meets(operator, text, compared)
            } else {
                text_meets(operator, &folded(text), compared)
            }
        }
        (Value::String(text), Operand::Instant(moment)) => {
            let order = Timestamp::parse_rfc3339(text).map(|known| known.cmp(moment));
            order_meets(operator, order)
        }
        (Value::Bool(truth), Operand::Boolean(wanted)) => {
            (truth == wanted) == (operator == Operator::Eq)
        }
        (Value::Number(number), Operand::Number(wanted)) => {
            order_meets(operator, number_order(number, wanted))
        }
        _ => operator == Operator::Ne,
    }
}

/// Whole numbers exactly, others as far as a float holds them: `5` and `5.0` are equal.
fn number_order(one: &Number, other: &Number) -> Option<Ordering> {
    let whole = |number: &Number| {
        let signed = number.as_i64().map(i128::from);
        signed.or(number.as_u64().map(i128::from))
    };
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

fn text_meets(operator: Operator, text: &str, with: &str) -> bool {
    match operator {
        Operator::Co => text.contains(with),
        Operator::Sw => text.starts_with(with),
        Operator::Ew => text.ends_with(with),
        _ => order_meets(operator, Some(text.cmp(with))),
    }
}

fn order_meets(operator: Operator, order: Option<Ordering>) -> bool {
    match operator {
        Operator::Eq => order == Some(Ordering::Equal),
        Operator::Ne => order != Some(Ordering::Equal),
        Operator::Gt => order == Some(Ordering::Greater),
        Operator::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Operator::Lt => order == Some(Ordering::Less),
        Operator::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::Co | Operator::Sw | Operator::Ew => false,
    }
}
