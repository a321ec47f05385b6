//! The order of a list (RFC 7644, section 3.4.2.3).

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::ScimError;
use super::filter::{self, Attr};
use super::query::Query;
use super::schema::{Kind, ResourceType};
use super::value::is_primary;
use crate::domain::directory::folded;
use crate::domain::directory::search::{By, Key, Place};
use crate::foundation::clock::Timestamp;

/// What a list is sorted by.
#[derive(Debug, Clone, Copy)]
pub struct Sorting {
    /// The attribute; none for the order of ids.
    pub attr: Option<Attr>,
    /// From the last to the first.
    pub descending: bool,
}

impl Sorting {
    /// Reads `sortBy` and `sortOrder` for each of the resource types. A type that does not
    /// have the attribute comes where those without a value come.
    pub fn read(types: &[&'static ResourceType], query: &Query) -> Result<Vec<Self>, ScimError> {
        let descending = query.is_descending()?;
        let wanted = query.sort_by.as_deref().map(str::trim);
        let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else {
            let by_id = Self {
                attr: None,
                descending,
            };
            return Ok(vec![by_id; types.len()]);
        };
        let all: Vec<Self> = types
            .iter()
            .map(|known| Self {
                attr: filter::name(known, wanted),
                descending,
            })
            .collect();
        let found: Vec<Attr> = all.iter().filter_map(|sorting| sorting.attr).collect();
        if found.is_empty() {
            return Err(refused("names no attribute"));
        }
        for attr in found {
            if attr.leaf().kind == Kind::Complex {
                return Err(refused("must name a part of a complex attribute"));
            }
            if attr.attribute.held_as_rows {
                return Err(refused("cannot be the members of a group"));
            }
        }
        Ok(all)
    }

    /// The key of a resource: of a list the primary value, or else the first.
    pub fn key(self, resource: &Map<String, Value>) -> SortKey {
        let Some(attr) = self.attr else {
            return SortKey::Missing;
        };
        let value = match attr.value(resource) {
            Some(Value::Array(all)) => all.iter().find(|one| is_primary(one)).or(all.first()),
            other => other,
        };
        let leaf = attr.leaf();
        let value = match value {
            Some(Value::Object(parts)) => parts.get(leaf.name),
            other => other,
        };
        match value {
            Some(Value::String(text)) if leaf.kind == Kind::DateTime => {
                Timestamp::parse_rfc3339(text)
                    .map_or(SortKey::Missing, |moment| SortKey::Instant(moment.millis()))
            }
            Some(Value::String(text)) if leaf.case_exact => SortKey::Text(text.clone()),
            Some(Value::String(text)) => SortKey::Text(folded(text)),
            Some(Value::Bool(truth)) => SortKey::Boolean(*truth),
            Some(Value::Number(number)) => {
                number.as_f64().map_or(SortKey::Missing, SortKey::Number)
            }
            _ => SortKey::Missing,
        }
    }
}

fn refused(why: &str) -> ScimError {
    ScimError::InvalidValue(format!("sortBy {why}."))
}

/// What a resource is sorted by. Without a value it comes last, and first in a descending
/// order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SortKey {
    /// `false` before `true`.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A moment, in milliseconds.
    Instant(i64),
    /// Text, folded where case does not matter.
    Text(String),
    /// No value.
    Missing,
}

impl SortKey {
    /// As in an order that an index gives.
    pub fn of_place(key: &Key) -> Self {
        match key {
            Key::None => Self::Missing,
            Key::Text(text) => Self::Text(text.clone()),
            Key::Instant(moment) => Self::Instant(moment.millis()),
        }
    }

    /// A place in an order that an index gives; nothing for a key of another order.
    pub fn place(&self, by: By, id: &str) -> Option<Place> {
        let key = match (by, self) {
            (By::Id, Self::Missing) => Key::None,
            (By::Name, Self::Text(text)) => Key::Text(text.clone()),
            (By::Created | By::Changed, Self::Instant(moment)) => {
                Key::Instant(Timestamp::from_millis(*moment))
            }
            _ => return None,
        };
        Some(Place {
            key,
            id: id.to_owned(),
        })
    }

    /// A total order, so that pages neither repeat nor skip anyone.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(one), Self::Boolean(other)) => one.cmp(other),
            (Self::Number(one), Self::Number(other)) => one.total_cmp(other),
            (Self::Instant(one), Self::Instant(other)) => one.cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Boolean(_) => 0,
            Self::Number(_) => 1,
            Self::Instant(_) => 2,
            Self::Text(_) => 3,
            Self::Missing => 4,
        }
    }
}
