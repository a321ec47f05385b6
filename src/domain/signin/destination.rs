//! Where a sign-in goes on. A closed list: no address of the outside is ever stored or
//! followed.

use std::{fmt, str::FromStr};

/// What goes on when the sign-in is complete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Destination {
    /// An authorization request that waits, by its handle. The handle is worth nothing
    /// without the cookie of the browser that made the request.
    Authorize(String),
    /// The page on which a device is connected; with the letters of its code, when they are
    /// known.
    Device(String),
    /// The user's own account.
    Account,
}

/// Not a destination.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a destination")]
pub struct DestinationRefused;

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authorize(handle) => write!(f, "authorize:{handle}"),
            Self::Device(code) => write!(f, "device:{code}"),
            Self::Account => f.write_str("account"),
        }
    }
}

impl FromStr for Destination {
    type Err = DestinationRefused;

    fn from_str(text: &str) -> Result<Self, DestinationRefused> {
        match text.split_once(':') {
            Some(("authorize", handle)) if is_handle(handle) => {
                Ok(Self::Authorize(handle.to_owned()))
            }
            Some(("device", code)) if code.bytes().all(|b| b.is_ascii_uppercase()) => {
                Ok(Self::Device(code.to_owned()))
            }
            None if text == "account" => Ok(Self::Account),
            _ => Err(DestinationRefused),
        }
    }
}

/// The base64url alphabet: what a handle is made of, and nothing that a path or a
/// header could take for something else.
fn is_handle(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_read_as_it_was_written() {
        for destination in [
            Destination::Authorize("abc-_9".to_owned()),
            Destination::Device(String::new()),
            Destination::Device("WDJBMJHT".to_owned()),
            Destination::Account,
        ] {
            assert_eq!(destination.to_string().parse(), Ok(destination));
        }
    }

    #[test]
    fn an_address_is_no_destination() {
        for text in [
            "https://evil.example/",
            "//evil.example",
            "authorize:",
            "authorize:../../evil",
            "authorize:a\r\nb",
            "account:x",
            "device:../../evil",
            "device:a&b=c",
            "",
        ] {
            assert!(text.parse::<Destination>().is_err(), "{text}");
        }
    }
}
