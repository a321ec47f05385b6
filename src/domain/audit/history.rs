//! Looking back at what happened to something.

use std::{fmt, str::FromStr};

use serde_json::Value as Json;

use super::store;
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{Error, Fetch};

/// An event that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its place in the order of events.
    pub place: Place,
    /// Who did it: the kind ([`super::Actor::kind`]).
    pub actor_kind: String,
    /// Who did it: the id, when the kind has one.
    pub actor_id: Option<String>,
    /// What was done.
    pub action: String,
    /// What else was written down.
    pub detail: Json,
}

/// The place of an event in the order of events: the moment, and the id among those of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// When.
    pub at: Timestamp,
    /// The event's id.
    pub id: String,
}

/// Not a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the order of events")]
pub struct NoPlace;

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.millis(), self.id)
    }
}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (at, id) = text.split_once('.').ok_or(NoPlace)?;
        let is_id = id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        if !is_id {
            return Err(NoPlace);
        }
        Ok(Self {
            at: Timestamp::from_millis(at.parse().map_err(|_| NoPlace)?),
            id: id.to_owned(),
        })
    }
}

/// Some of the events, the newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The events.
    pub entries: Vec<Entry>,
    /// Where the next page begins: after this place. None when there is no more.
    pub next: Option<Place>,
}

/// What happened to a subject, the newest first, from `after` on: up to `most` events.
///
/// # Errors
/// When the database cannot answer.
pub async fn events_about(
    from: impl Fetch,
    subject: (&'static str, &str),
    after: Option<&Place>,
    most: u8,
) -> Result<Page, Error> {
    let wanted = usize::from(most);
    let mut entries = store::about(from, subject, after, i64::from(most) + 1).await?;
    let more = entries.len() > wanted;
    entries.truncate(wanted);
    let next = entries.last().filter(|_| more);
    Ok(Page {
        next: next.map(|entry| entry.place.clone()),
        entries,
    })
}

/// When something was last done to a subject.
///
/// # Errors
/// When the database cannot answer.
pub async fn newest_about(
    from: impl Fetch,
    subject: (&'static str, &str),
    action: &'static str,
) -> Result<Option<Timestamp>, Error> {
    store::newest_about(from, subject, action).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written_and_nothing_else_is_one() {
        let place = Place {
            at: Timestamp::from_millis(1_700_000_000_000),
            id: "0192f3a4-0000-7000-8000-000000000001".to_owned(),
        };
        assert_eq!(place.to_string().parse(), Ok(place));
        for text in [
            "",
            ".",
            "1.",
            "1.x",
            "x.0192f3a4-0000-7000-8000-000000000001",
            "1.' or 1=1",
        ] {
            assert_eq!(text.parse::<Place>(), Err(NoPlace), "{text}");
        }
    }
}
