//! The part of a filter that the directory's indexes can answer.
//!
//! A [`Narrowed`] condition holds at least for everything that the filter holds for. When
//! it is exact, it holds for nothing else and the filter need not be evaluated again.

use super::expression::{Attr, Check, Expression, Operand};
use crate::domain::directory::search::{Comparison, Condition, Found, GroupTerm, Term, UserTerm};
use crate::domain::directory::{Group, User};
use crate::foundation::clock::Timestamp;
use crate::http::scim::grammar::Operator;
use crate::http::scim::schema::ENTERPRISE_USER;

/// A condition that comes from a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowed<T> {
    /// Holds at least for all that the filter holds for.
    pub condition: Condition<T>,
    /// Whether for those only.
    pub exact: bool,
}

/// A kind of resource that has indexes.
pub trait Indexed: Found {
    /// The condition of a question to an attribute; nothing when no column answers it.
    fn question(attr: Attr, check: &Check) -> Option<Narrowed<Self::Term>>;

    /// The condition of a filter on the elements of an attribute.
    fn element(attr: Attr, inner: &Expression) -> Option<Narrowed<Self::Term>>;
}

/// Narrows a filter.
pub fn narrow<K: Indexed>(filter: &Expression) -> Narrowed<K::Term> {
    match filter {
        Expression::All(all) => {
            let parts: Vec<_> = all.iter().map(narrow::<K>).collect();
            let exact = parts.iter().all(|part| part.exact);
            let conditions = parts.into_iter().map(|part| part.condition);
            let mut conditions: Vec<_> = conditions.filter(|part| !part.is_everything()).collect();
            let condition = match conditions.len() {
                1 => conditions.remove(0),
                _ => Condition::All(conditions),
            };
            Narrowed { condition, exact }
        }
        Expression::Any(any) => {
            let parts: Vec<_> = any.iter().map(narrow::<K>).collect();
            let exact = parts.iter().all(|part| part.exact);
            if parts.iter().any(|part| part.condition.is_everything()) {
                let everything = parts
                    .iter()
                    .any(|part| part.exact && part.condition.is_everything());
                return Narrowed {
                    condition: Condition::everything(),
                    exact: exact || everything,
                };
            }
            let condition = Condition::Any(parts.into_iter().map(|part| part.condition).collect());
            Narrowed { condition, exact }
        }
        Expression::Not(inner) => opposite(narrow::<K>(inner)),
        Expression::Extension(_) => unknown(),
        // Another extension may have attributes of the same names.
        Expression::Is(attr, _) | Expression::Element(attr, _) if !is_ours(*attr) => unknown(),
        Expression::Is(attr, check) => K::question(*attr, check).unwrap_or_else(unknown),
        Expression::Element(attr, inner) => K::element(*attr, inner).unwrap_or_else(unknown),
    }
}

fn is_ours(attr: Attr) -> bool {
    attr.extension.is_none_or(|urn| urn == ENTERPRISE_USER.id)
}

fn unknown<T: Term>() -> Narrowed<T> {
    Narrowed {
        condition: Condition::everything(),
        exact: false,
    }
}

fn exactly<T>(condition: Condition<T>) -> Option<Narrowed<T>> {
    Some(Narrowed {
        condition,
        exact: true,
    })
}

fn is<T>(term: T) -> Option<Narrowed<T>> {
    exactly(Condition::Is(term))
}

/// Of a condition that holds for too many, the opposite says nothing.
fn opposite<T: Term>(part: Narrowed<T>) -> Narrowed<T> {
    if !part.exact {
        return unknown();
    }
    Narrowed {
        condition: match part.condition {
            Condition::Not(inner) => *inner,
            other => Condition::Not(Box::new(other)),
        },
        exact: true,
    }
}

/// A single value is equal or not; with `ne` the opposite, also where it is missing.
fn equality<T: Term>(check: &Check, term: impl Fn(String) -> T) -> Option<Narrowed<T>> {
    let Check::Compare(operator, Operand::Text { given, .. }) = check else {
        return None;
    };
    match operator {
        Operator::Eq => is(term(given.clone())),
        Operator::Ne => is(term(given.clone())).map(opposite),
        _ => None,
    }
}

/// What every resource has is present; the question finds all or nobody.
fn always<T: Term>(check: &Check) -> Option<Narrowed<T>> {
    match check {
        Check::Present => exactly(Condition::everything()),
        Check::Absent => exactly(Condition::nothing()),
        Check::Compare(..) => None,
    }
}

fn optional<T: Term>(check: &Check, present: T) -> Option<Narrowed<T>> {
    match check {
        Check::Present => is(present),
        Check::Absent => is(present).map(opposite),
        Check::Compare(..) => None,
    }
}

fn moment<T: Term>(
    check: &Check,
    term: impl Fn(Comparison, Timestamp) -> T,
) -> Option<Narrowed<T>> {
    let Check::Compare(operator, Operand::Instant(moment)) = check else {
        return None;
    };
    let comparison = match operator {
        Operator::Eq => Comparison::Equal,
        Operator::Ne => return is(term(Comparison::Equal, *moment)).map(opposite),
        Operator::Gt => Comparison::After,
        Operator::Ge => Comparison::NotBefore,
        Operator::Lt => Comparison::Before,
        Operator::Le => Comparison::NotAfter,
        Operator::Co | Operator::Sw | Operator::Ew => return None,
    };
    is(term(comparison, *moment))
}

/// The one name of the kind of resource, compared here and now.
fn resource_kind<T: Term>(check: &Check, name: &str) -> Option<Narrowed<T>> {
    let Check::Compare(operator, Operand::Text { given, .. }) = check else {
        return None;
    };
    let holds = match operator {
        Operator::Eq => given == name,
        Operator::Ne => given != name,
        _ => return None,
    };
    exactly(if holds {
        Condition::everything()
    } else {
        Condition::nothing()
    })
}

impl Indexed for User {
    fn question(attr: Attr, check: &Check) -> Option<Narrowed<UserTerm>> {
        match attr.names() {
            ("id", None) => always(check).or_else(|| equality(check, UserTerm::Id)),
            ("userName", None) => always(check).or_else(|| equality(check, UserTerm::UserName)),
            ("externalId", None) => optional(check, UserTerm::HasExternalId)
                .or_else(|| equality(check, UserTerm::ExternalId)),
            ("manager", None | Some("value")) => {
                optional(check, UserTerm::HasManager).or_else(|| equality(check, UserTerm::Manager))
            }
            ("active", None) => optional(check, UserTerm::ActiveStated).or_else(|| active(check)),
            ("emails", None | Some("value")) => any_of_list(check, |address| UserTerm::Email {
                kind: None,
                address,
            }),
            ("groups", None | Some("value")) => any_of_list(check, UserTerm::InGroup),
            ("meta" | "schemas", None) => always(check),
            ("meta", Some("created")) => always(check).or_else(|| moment(check, UserTerm::Created)),
            ("meta", Some("lastModified")) => {
                always(check).or_else(|| moment(check, UserTerm::Changed))
            }
            ("meta", Some("resourceType")) => {
                always(check).or_else(|| resource_kind(check, "User"))
            }
            ("meta", Some(_)) => always(check),
            _ => None,
        }
    }

    fn element(attr: Attr, inner: &Expression) -> Option<Narrowed<UserTerm>> {
        let (wanted, exact) = wanted_element(inner);
        match attr.names() {
            ("emails", None) => Some(Narrowed {
                condition: Condition::Is(UserTerm::Email {
                    kind: wanted.kind,
                    address: wanted.value?,
                }),
                exact,
            }),
            ("groups", None) => Some(Narrowed {
                condition: Condition::Is(UserTerm::InGroup(wanted.value?)),
                // The kind of a membership is not asked for in the statement.
                exact: exact && wanted.kind.is_none(),
            }),
            ("manager", None) => Some(Narrowed {
                condition: Condition::Is(UserTerm::Manager(wanted.value?)),
                exact: exact && wanted.kind.is_none(),
            }),
            _ => None,
        }
    }
}

impl Indexed for Group {
    fn question(attr: Attr, check: &Check) -> Option<Narrowed<GroupTerm>> {
        match attr.names() {
            ("id", None) => always(check).or_else(|| equality(check, GroupTerm::Id)),
            ("displayName", None) => {
                always(check).or_else(|| equality(check, GroupTerm::DisplayName))
            }
            ("externalId", None) => optional(check, GroupTerm::HasExternalId)
                .or_else(|| equality(check, GroupTerm::ExternalId)),
            ("members", None | Some("value")) => optional(check, GroupTerm::HasMembers)
                .or_else(|| any_of_list(check, GroupTerm::Member)),
            ("meta", Some("resourceType")) => {
                always(check).or_else(|| resource_kind(check, "Group"))
            }
            ("meta" | "schemas", _) => always(check),
            _ => None,
        }
    }

    fn element(attr: Attr, inner: &Expression) -> Option<Narrowed<GroupTerm>> {
        let (wanted, exact) = wanted_element(inner);
        match attr.names() {
            ("members", None) => Some(Narrowed {
                condition: Condition::Is(GroupTerm::Member(wanted.value?)),
                exact: exact && wanted.kind.is_none(),
            }),
            _ => None,
        }
    }
}

fn active(check: &Check) -> Option<Narrowed<UserTerm>> {
    let Check::Compare(operator, Operand::Boolean(truth)) = check else {
        return None;
    };
    let equal = is(UserTerm::Active(*truth));
    match operator {
        // The other value, or none.
        Operator::Ne => equal.map(opposite),
        _ => equal,
    }
}

/// One of a list is equal. That one is *not* equal, no index tells.
fn any_of_list<T: Term>(check: &Check, term: impl Fn(String) -> T) -> Option<Narrowed<T>> {
    match check {
        Check::Compare(Operator::Eq, Operand::Text { given, .. }) => is(term(given.clone())),
        _ => None,
    }
}

/// `value eq "x"` and `type eq "y"` of an element, and whether nothing else is asked.
#[derive(Default)]
struct Wanted {
    value: Option<String>,
    kind: Option<String>,
}

fn wanted_element(inner: &Expression) -> (Wanted, bool) {
    let mut wanted = Wanted::default();
    let exact = collect(inner, &mut wanted);
    (wanted, exact)
}

fn collect(inner: &Expression, wanted: &mut Wanted) -> bool {
    match inner {
        Expression::All(all) => {
            let mut exact = true;
            for part in all {
                exact &= collect(part, wanted);
            }
            exact
        }
        Expression::Is(attr, Check::Compare(Operator::Eq, Operand::Text { given, .. })) => {
            let slot = match attr.attribute.name {
                "value" => &mut wanted.value,
                "type" => &mut wanted.kind,
                _ => return false,
            };
            // A second one may be another: the first is enough to find them.
            let free = slot.is_none();
            if free {
                *slot = Some(given.clone());
            }
            free
        }
        _ => false,
    }
}
