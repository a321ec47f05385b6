//! Ids: UUID version 7 (RFC 9562), so that rows of one time lie together in an index.

use uuid::{Builder, Uuid};

use super::clock::Timestamp;
use super::crypto::random;

/// The text is not a canonical UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct ParseIdError;

/// A new version 7 UUID of the moment `now`.
pub fn new_uuid(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random::bytes::<10>()).into_uuid()
}

/// Reads the hyphenated lower-case form only: one id has one spelling, so that it can be
/// compared as text everywhere.
pub fn parse_uuid(text: &str) -> Result<Uuid, ParseIdError> {
    let uuid = Uuid::try_parse(text).map_err(|_| ParseIdError)?;
    let mut canonical = [0; 36];
    if uuid.hyphenated().encode_lower(&mut canonical) == text {
        Ok(uuid)
    } else {
        Err(ParseIdError)
    }
}

/// Declares an id type of its own, so that one kind of id cannot stand in for another.
#[macro_export]
macro_rules! typed_id {
    ($(#[$doc:meta])* $vis:vis $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        $vis struct $name(uuid::Uuid);

        impl $name {
            /// A new id of the moment `now`.
            pub fn new(now: $crate::foundation::clock::Timestamp) -> Self {
                Self($crate::foundation::id::new_uuid(now))
            }

            /// The 16 bytes (the WebAuthn user handle, among others).
            pub fn as_uuid(&self) -> &uuid::Uuid {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0.hyphenated())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::foundation::id::ParseIdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::foundation::id::parse_uuid(text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl From<$name> for $crate::foundation::db::Value {
            fn from(id: $name) -> Self {
                Self::Text(Some(id.to_string()))
            }
        }

        impl From<Option<$name>> for $crate::foundation::db::Value {
            fn from(id: Option<$name>) -> Self {
                Self::Text(id.map(|id| id.to_string()))
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    typed_id!(
        /// An id of this test.
        pub ThingId
    );

    #[test]
    fn an_id_is_written_and_read_in_one_spelling_only() {
        let id = ThingId::new(Timestamp::from_millis(1_795_294_351_007));
        let text = id.to_string();
        assert_eq!(text.parse::<ThingId>(), Ok(id));
        assert_eq!(text.to_uppercase().parse::<ThingId>(), Err(ParseIdError));
        assert_eq!(text.replace('-', "").parse::<ThingId>(), Err(ParseIdError));
        assert_eq!("".parse::<ThingId>(), Err(ParseIdError));
    }

    #[test]
    fn ids_of_later_moments_sort_later() {
        let early = ThingId::new(Timestamp::from_millis(1_000_000));
        let late = ThingId::new(Timestamp::from_millis(1_000_001));
        assert!(early.to_string() < late.to_string());
    }
}
