use crate::foundation::clock::Timestamp;
use crate::foundation::db::Value;

/// What rows can be ordered by without sorting them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The id, which is the order of creation but for clocks.
    Id,
    /// The user name, or the name of a group, as it is compared.
    Name,
    /// When it was created.
    Created,
    /// When it was changed last.
    Changed,
}

/// An order; rows that are equal in it go by their id, so that it is total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// What it goes by.
    pub by: By,
    /// From the last to the first.
    pub descending: bool,
}

impl Order {
    /// Oldest first.
    pub const BY_ID: Self = Self {
        by: By::Id,
        descending: false,
    };
}

/// What a row has for its order, besides the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Nothing: it goes by the id alone.
    None,
    /// A name.
    Text(String),
    /// A moment.
    Instant(Timestamp),
}

impl Key {
    pub(super) fn value(&self) -> Option<Value> {
        match self {
            Self::None => None,
            Self::Text(text) => Some(Value::from(text.as_str())),
            Self::Instant(moment) => Some(Value::from(*moment)),
        }
    }
}

/// A row's place in an order. It is one also when the row is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What it goes by.
    pub key: Key,
    /// Its id.
    pub id: String,
}

/// A stretch counted from the first row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many to pass over.
    pub offset: i64,
    /// How many to give at most.
    pub count: i64,
}

/// Which of the rows to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slice {
    /// Counted from the first.
    Window(Window),
    /// The next ones behind a place.
    After(Place, i64),
    /// The last ones before a place.
    Before(Place, i64),
    /// The last ones.
    Last(i64),
}

impl Slice {
    /// The first `count`.
    pub fn first(count: i64) -> Self {
        Self::Window(Window { offset: 0, count })
    }

    /// The next `count` behind a place, or the first when there is none.
    pub fn next(place: Option<Place>, count: i64) -> Self {
        match place {
            None => Self::first(count),
            Some(place) => Self::After(place, count),
        }
    }

    /// The last `count` before a place, or of all when there is none.
    pub fn previous(place: Option<Place>, count: i64) -> Self {
        match place {
            None => Self::Last(count),
            Some(place) => Self::Before(place, count),
        }
    }

    /// Whether it is read from its end.
    pub(super) fn is_backwards(&self) -> bool {
        matches!(self, Self::Before(..) | Self::Last(_))
    }

    pub(super) fn count(&self) -> i64 {
        match self {
            Self::Window(window) => window.count,
            Self::After(_, count) | Self::Before(_, count) | Self::Last(count) => *count,
        }
    }
}
