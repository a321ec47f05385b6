//! Cursors (RFC 9865): where a page ended, sealed. Whoever holds one learns nothing from it
//! and can make none; it is good for one query of one caller, for an hour.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::ScimError;
use super::sorting::SortKey;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::crypto::seal::MasterKey;

/// How long a client may take from one page to the next.
pub const LIFETIME: Duration = Duration::from_secs(3600);

const CONTEXT: &str = "scim cursor";

/// A resource's place among what a query finds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct At {
    /// Which of the resource types of the query.
    pub source: usize,
    /// What it is sorted by.
    pub key: SortKey,
    /// Its id.
    pub id: String,
}

/// Which way a page lies from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// Behind it.
    Next,
    /// Before it.
    Previous,
}

#[derive(Serialize, Deserialize)]
struct Inside {
    query: String,
    until: i64,
    way: Way,
    at: At,
}

/// Makes and reads the cursors of one query.
pub struct Cursors<'a> {
    key: &'a MasterKey,
    now: Timestamp,
    query: String,
}

impl<'a> Cursors<'a> {
    /// `query`: everything that another query differs in.
    pub fn new(key: &'a MasterKey, now: Timestamp, query: &[&str]) -> Self {
        // Each part with its length: no two queries run together to the same text.
        let text = query
            .iter()
            .map(|part| format!("{}:{part}", part.len()))
            .collect::<String>();
        Self {
            key,
            now,
            query: Digest::of(text.as_bytes()).as_str().to_owned(),
        }
    }

    /// A cursor for the page that lies this way from a place.
    pub fn seal(&self, way: Way, at: At) -> Result<String, ScimError> {
        let inside = Inside {
            query: self.query.clone(),
            until: self.now.plus(LIFETIME).millis(),
            way,
            at,
        };
        let sealed = serde_json::to_vec(&inside)
            .ok()
            .and_then(|plain| self.key.seal(&plain, CONTEXT).ok());
        sealed.ok_or(ScimError::Internal)
    }

    /// What a cursor says.
    pub fn open(&self, cursor: &str) -> Result<(Way, At), ScimError> {
        let plain = self
            .key
            .open(cursor, CONTEXT)
            .map_err(|_| ScimError::InvalidCursor("is none of this server"))?;
        let inside: Inside = serde_json::from_slice(&plain)
            .map_err(|_| ScimError::InvalidCursor("is of another version of this server"))?;
        if inside.query != self.query {
            return Err(ScimError::InvalidCursor("belongs to another query"));
        }
        if self.now.millis() >= inside.until {
            return Err(ScimError::ExpiredCursor);
        }
        Ok((inside.way, inside.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> At {
        At {
            source: 0,
            key: SortKey::Text("ann".into()),
            id: "u".into(),
        }
    }

    #[test]
    fn a_cursor_is_good_for_its_own_query_until_it_expires() {
        let key = MasterKey::generate();
        let now = Timestamp::from_millis(1_000_000);
        let cursors = Cursors::new(&key, now, &["a", "bc"]);
        let cursor = cursors.seal(Way::Next, at()).unwrap();
        assert_eq!(cursors.open(&cursor).unwrap(), (Way::Next, at()));
        let late = Cursors::new(&key, now.plus(LIFETIME), &["a", "bc"]);
        assert_eq!(late.open(&cursor), Err(ScimError::ExpiredCursor));
        let other = Cursors::new(&key, now, &["ab", "c"]);
        assert!(matches!(
            other.open(&cursor),
            Err(ScimError::InvalidCursor(_))
        ));
        let strange = MasterKey::generate();
        let strange = Cursors::new(&strange, now, &["a", "bc"]);
        assert!(matches!(
            strange.open(&cursor),
            Err(ScimError::InvalidCursor(_))
        ));
    }

    #[test]
    fn a_cursor_has_unreserved_letters_only_and_shows_nothing() {
        let key = MasterKey::generate();
        let cursors = Cursors::new(&key, Timestamp::from_millis(0), &[]);
        let cursor = cursors.seal(Way::Previous, at()).unwrap();
        assert!(
            cursor
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
        );
        assert!(!cursor.contains("ann"));
    }
}
