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
    /// A page of the user's own account, by its path there: nothing for the first page,
    /// `security`, `sessions/…`.
    Account(String),
}

impl Destination {
    /// The first page of the user's own account.
    pub const ACCOUNT: Self = Self::Account(String::new());

    /// The page of the account at a path below it. One that cannot be a page there leads to the
    /// first page: whoever made the address wins nothing by it.
    #[must_use]
    pub fn account_page(page: &str) -> Self {
        if is_page(page) {
            Self::Account(page.to_owned())
        } else {
            Self::ACCOUNT
        }
    }
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
            Self::Account(page) if page.is_empty() => f.write_str("account"),
            Self::Account(page) => write!(f, "account:{page}"),
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
            Some(("account", page)) if is_page(page) => Ok(Self::Account(page.to_owned())),
            None if text == "account" => Ok(Self::ACCOUNT),
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

/// The longest path of a page of the account, in bytes.
const LONGEST_PAGE: usize = 100;

/// Words of small letters, digits and hyphens with single slashes between them: no step up, no
/// other host, no query.
fn is_page(path: &str) -> bool {
    let word = |word: &str| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !word.is_empty() && word.bytes().all(fits)
    };
    path.len() <= LONGEST_PAGE && path.split('/').all(word)
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
            Destination::ACCOUNT,
            Destination::Account("sessions/0192-ab".to_owned()),
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
            "account:",
            "account:/evil.example",
            "account:security/",
            "account:a//evil.example",
            "account:../oauth2/logout",
            "account:security?x=y",
            "account:a\r\nb",
            "device:../../evil",
            "device:a&b=c",
            "",
        ] {
            assert!(text.parse::<Destination>().is_err(), "{text}");
        }
    }
}
