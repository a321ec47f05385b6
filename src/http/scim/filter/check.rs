//! From syntax to meaning: names are looked up, values brought into their attributes'
//! types.

use super::expression::{Attr, Check, Expression, KeyOf, Operand};
use crate::domain::directory::{address_key, group_name_key, user_name_key};
use crate::foundation::clock::Timestamp;
use crate::http::scim::error::ScimError;
use crate::http::scim::grammar::{
    AttributePath, Filter, Literal, Operator, Test, parse_attribute_path, parse_filter,
};
use crate::http::scim::schema::{Attribute, Kind, ResourceType, Returned, Target};
use crate::http::scim::tolerance::boolean_text;

/// What becomes of a name that the resource type does not have.
#[derive(Debug, Clone, Copy)]
pub enum Unknown<'a> {
    /// It is refused.
    Refused,
    /// It has no value, if one of these has it (RFC 7644, section 3.4.2.1: in a query over
    /// several types, an attribute that a type does not define is without a value).
    AbsentIfIn(&'a [&'static ResourceType]),
}

/// Checks a filter against a resource type.
///
/// # Errors
/// When it does not parse, names what there is not or compares what cannot be compared.
pub fn compile(
    resource_type: &'static ResourceType,
    text: &str,
    unknown: Unknown<'_>,
) -> Result<Expression, ScimError> {
    let filter = parse_filter(text)
        .map_err(|error| refused(format!("The filter does not parse: {error}.")))?;
    let scope = Scope {
        resource_type,
        unknown,
    };
    scope.expression(&filter)
}

/// The attribute of a name by itself, as `sortBy` has it.
pub fn name(resource_type: &'static ResourceType, text: &str) -> Option<Attr> {
    let path = parse_attribute_path(text.trim()).ok()?;
    match find(resource_type, &path)? {
        Found::Attr(attr) => Some(attr).filter(|attr| !is_hidden(attr)),
        Found::Extension(_) => None,
    }
}

fn refused(text: String) -> ScimError {
    ScimError::InvalidFilter(text)
}

enum Found {
    Attr(Attr),
    Extension(&'static str),
}

/// What a path names. Entra ID asks for `manager` without the URN of the extension.
fn find(resource_type: &'static ResourceType, path: &AttributePath<'_>) -> Option<Found> {
    match resource_type.resolve(path) {
        Some(Target::Extension(schema)) => Some(Found::Extension(schema.id)),
        Some(Target::Attribute {
            extension,
            attribute,
            sub,
        }) => Some(Found::Attr(Attr {
            extension: extension.map(|schema| schema.id),
            attribute,
            sub,
        })),
        None if path.urn.is_none() => resource_type.extensions.iter().find_map(|schema| {
            let attribute = schema.attribute(path.name)?;
            let sub = match path.sub {
                None => None,
                Some(sub) => Some(attribute.sub(sub)?),
            };
            Some(Found::Attr(Attr {
                extension: Some(schema.id),
                attribute,
                sub,
            }))
        }),
        None => None,
    }
}

/// What is never shown is not told by the way of filters either.
fn is_hidden(attr: &Attr) -> bool {
    attr.attribute.returned == Returned::Never
        || attr.sub.is_some_and(|sub| sub.returned == Returned::Never)
}

struct Scope<'a> {
    resource_type: &'static ResourceType,
    unknown: Unknown<'a>,
}

impl Scope<'_> {
    fn expression(&self, filter: &Filter<'_>) -> Result<Expression, ScimError> {
        Ok(match filter {
            Filter::Or(any) => Expression::Any(self.all(any)?),
            Filter::And(all) => Expression::All(self.all(all)?),
            Filter::Not(inner) => Expression::Not(Box::new(self.expression(inner)?)),
            Filter::Attribute(path, test) => self.question(path, test)?,
            Filter::Element(path, inner, then) => self.element(path, inner, then.as_ref())?,
        })
    }

    fn all(&self, filters: &[Filter<'_>]) -> Result<Vec<Expression>, ScimError> {
        filters.iter().map(|part| self.expression(part)).collect()
    }

    fn find(&self, path: &AttributePath<'_>) -> Result<Option<Found>, ScimError> {
        let known = |resource_type| {
            find(resource_type, path)
                .filter(|found| !matches!(found, Found::Attr(attr) if is_hidden(attr)))
        };
        if let Some(found) = known(self.resource_type) {
            return Ok(Some(found));
        }
        match self.unknown {
            Unknown::AbsentIfIn(others) if others.iter().any(|other| known(other).is_some()) => {
                Ok(None)
            }
            _ => Err(refused(format!(
                "`{path}` is no attribute that can be filtered by."
            ))),
        }
    }

    fn question(&self, path: &AttributePath<'_>, test: &Test<'_>) -> Result<Expression, ScimError> {
        match self.find(path)? {
            None => Ok(of_nothing(test)),
            Some(Found::Extension(urn)) => match test {
                Test::Present | Test::Compare(Operator::Ne, Literal::Null) => {
                    Ok(Expression::Extension(urn))
                }
                Test::Compare(Operator::Eq, Literal::Null) => {
                    Ok(Expression::Not(Box::new(Expression::Extension(urn))))
                }
                Test::Compare(..) => Err(refused(format!("`{path}` can only be asked for `pr`."))),
            },
            Some(Found::Attr(attr)) => {
                let key_of = match attr.extension {
                    None => key_of(self.resource_type, attr.names()),
                    Some(_) => None,
                };
                Ok(Expression::Is(attr, check(path, attr, test, key_of)?))
            }
        }
    }

    fn element(
        &self,
        path: &AttributePath<'_>,
        inner: &Filter<'_>,
        then: Option<&(&str, Test<'_>)>,
    ) -> Result<Expression, ScimError> {
        let attr = match self.find(path)? {
            None => return Ok(Expression::Any(Vec::new())),
            Some(Found::Attr(attr)) if attr.attribute.kind == Kind::Complex => attr,
            Some(_) => {
                return Err(refused(format!("`{path}` has no parts to filter by.")));
            }
        };
        let parts = Parts {
            attribute: attr.attribute,
            // Another extension may have attributes of the same names.
            of: Some(self.resource_type).filter(|_| attr.extension.is_none()),
        };
        let mut all = vec![parts.expression(inner)?];
        if let Some((sub, test)) = then {
            all.push(parts.question(sub, sub, test)?);
        }
        let inner = match all.len() {
            1 => all.remove(0),
            _ => Expression::All(all),
        };
        Ok(Expression::Element(attr, Box::new(inner)))
    }
}

/// What is asked of an attribute that a type does not have.
fn of_nothing(test: &Test<'_>) -> Expression {
    match test {
        Test::Compare(Operator::Eq, Literal::Null) => Expression::everything(),
        Test::Compare(Operator::Ne, literal) if *literal != Literal::Null => {
            Expression::everything()
        }
        _ => Expression::Any(Vec::new()),
    }
}

/// A filter within brackets: its names are parts of one attribute.
struct Parts {
    attribute: &'static Attribute,
    /// The resource type by whose keys its names are compared.
    of: Option<&'static ResourceType>,
}

/// Checks what stands in the brackets of a PATCH path, which is asked of each entry of a list
/// ([`Expression::holds_for_entry`]).
///
/// # Errors
/// When it names what the attribute does not have, or compares what cannot be compared.
pub fn of_entries(
    attribute: &'static Attribute,
    filter: &Filter<'_>,
) -> Result<Expression, ScimError> {
    let parts = Parts {
        attribute,
        of: None,
    };
    parts.expression(filter)
}

impl Parts {
    fn expression(&self, filter: &Filter<'_>) -> Result<Expression, ScimError> {
        let all = |parts: &[Filter<'_>]| {
            let parts = parts.iter().map(|part| self.expression(part));
            parts.collect::<Result<Vec<_>, _>>()
        };
        match filter {
            Filter::Or(any) => Ok(Expression::Any(all(any)?)),
            Filter::And(every) => Ok(Expression::All(all(every)?)),
            Filter::Not(inner) => Ok(Expression::Not(Box::new(self.expression(inner)?))),
            Filter::Attribute(path, test) if path.urn.is_none() && path.sub.is_none() => {
                self.question(path.name, path, test)
            }
            Filter::Attribute(path, _) => Err(self.unknown(path)),
            Filter::Element(path, ..) => Err(self.unknown(path)),
        }
    }

    fn question(
        &self,
        name: &str,
        shown: &dyn std::fmt::Display,
        test: &Test<'_>,
    ) -> Result<Expression, ScimError> {
        let part = self
            .part(name)
            .filter(|part| part.returned != Returned::Never)
            .ok_or_else(|| self.unknown(shown))?;
        let attr = Attr {
            extension: None,
            attribute: part,
            sub: None,
        };
        let names = (self.attribute.name, Some(part.name));
        let key_of = self.of.and_then(|known| key_of(known, names));
        Ok(Expression::Is(attr, check(shown, attr, test, key_of)?))
    }

    /// A simple value has no parts, and is called `value` where one is asked for.
    fn part(&self, name: &str) -> Option<&'static Attribute> {
        if self.attribute.kind != Kind::Complex && name.eq_ignore_ascii_case("value") {
            return Some(self.attribute);
        }
        self.attribute.sub(name)
    }

    fn unknown(&self, shown: &dyn std::fmt::Display) -> ScimError {
        refused(format!(
            "`{shown}` is no part of {} that can be filtered by.",
            self.attribute.name
        ))
    }
}

/// What equality goes by, where it goes by more than folded text: the same as uniqueness.
fn key_of(resource_type: &ResourceType, names: (&str, Option<&str>)) -> Option<KeyOf> {
    match (resource_type.name, names) {
        ("User", ("userName", None)) => Some(|text| user_name_key(text).ok()),
        ("User", ("emails", None | Some("value"))) => Some(address_key),
        ("Group", ("displayName", None)) => Some(|text| group_name_key(text).ok()),
        _ => None,
    }
}

fn check(
    shown: &dyn std::fmt::Display,
    attr: Attr,
    test: &Test<'_>,
    key_of: Option<KeyOf>,
) -> Result<Check, ScimError> {
    let leaf = attr.leaf();
    let (operator, literal) = match test {
        Test::Present => return Ok(Check::Present),
        Test::Compare(Operator::Eq, Literal::Null) => return Ok(Check::Absent),
        Test::Compare(Operator::Ne, Literal::Null) => return Ok(Check::Present),
        Test::Compare(operator, literal) => (*operator, literal),
    };
    if !applies(leaf.kind, operator) {
        return Err(refused(format!(
            "`{}` cannot be asked of `{shown}`, which is of type {}.",
            operator.word(),
            leaf.kind.word()
        )));
    }
    match operand(leaf, operator, literal, key_of) {
        Some(operand) => Ok(Check::Compare(operator, operand)),
        None => Err(refused(format!(
            "`{shown}` is of type {} and cannot be compared with {literal}.",
            leaf.kind.word()
        ))),
    }
}

/// RFC 7644: what has no order is not greater or less than anything.
fn applies(kind: Kind, operator: Operator) -> bool {
    match kind {
        Kind::Complex => false,
        Kind::Boolean => matches!(operator, Operator::Eq | Operator::Ne),
        Kind::Decimal | Kind::Integer => {
            !matches!(operator, Operator::Co | Operator::Sw | Operator::Ew)
        }
        Kind::Binary => !matches!(
            operator,
            Operator::Gt | Operator::Ge | Operator::Lt | Operator::Le
        ),
        Kind::String | Kind::Reference | Kind::DateTime => true,
    }
}

fn operand(
    leaf: &Attribute,
    operator: Operator,
    literal: &Literal<'_>,
    key_of: Option<KeyOf>,
) -> Option<Operand> {
    let is_part_of_text = matches!(operator, Operator::Co | Operator::Sw | Operator::Ew);
    match (leaf.kind, literal) {
        (Kind::Boolean, Literal::Boolean(truth)) => Some(Operand::Boolean(*truth)),
        (Kind::Boolean, Literal::String(text)) => boolean_text(text).map(Operand::Boolean),
        (Kind::Decimal | Kind::Integer, Literal::Number(text)) => {
            serde_json::from_str(text).ok().map(Operand::Number)
        }
        (Kind::DateTime, Literal::String(text)) if !is_part_of_text => {
            Timestamp::parse_rfc3339(text).map(Operand::Instant)
        }
        (Kind::String | Kind::Reference | Kind::Binary | Kind::DateTime, Literal::String(text)) => {
            Some(Operand::text(leaf, text, key_of))
        }
        _ => None,
    }
}
