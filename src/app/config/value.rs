//! The kinds of value a setting can have, each read from one text.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use url::Url;

use super::duration;

/// A kind of value: how it is read, shown, and described to who mistyped it.
pub trait Value: Sized {
    /// Whether the text must never be shown, not even in an error about it.
    const SECRET: bool = false;
    /// What a value looks like, to end the sentence "expected …".
    fn expected() -> String;
    /// Reads the text, or refuses it.
    fn parse(text: &str) -> Option<Self>;
    /// The value in text, without secrets.
    fn shown(&self) -> String;
}

impl Value for SocketAddr {
    fn expected() -> String {
        "an IP address and a port, such as 127.0.0.1:8080".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn shown(&self) -> String {
        self.to_string()
    }
}

/// An address to listen on, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OptionalAddress(Option<SocketAddr>);

impl OptionalAddress {
    /// The address, if one was given.
    pub fn given(self) -> Option<SocketAddr> {
        self.0
    }
}

impl Value for OptionalAddress {
    fn expected() -> String {
        format!("{}, or nothing", SocketAddr::expected())
    }
    fn parse(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self(None)),
            text => SocketAddr::parse(text).map(|address| Self(Some(address))),
        }
    }
    fn shown(&self) -> String {
        self.0
            .map(|address| address.to_string())
            .unwrap_or_default()
    }
}

impl Value for PathBuf {
    fn expected() -> String {
        "a folder".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty() && !text.contains('\0')).then(|| Self::from(text))
    }
    fn shown(&self) -> String {
        self.display().to_string()
    }
}

/// A file, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionalFile(Option<PathBuf>);

impl OptionalFile {
    /// The file, if one was named.
    pub fn given(&self) -> Option<&Path> {
        self.0.as_deref()
    }
}

impl Value for OptionalFile {
    fn expected() -> String {
        "a file, or nothing".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        let given = (!text.is_empty()).then(|| PathBuf::from(text));
        (!text.contains('\0')).then_some(Self(given))
    }
    fn shown(&self) -> String {
        self.given()
            .map(|path| path.display().to_string())
            .unwrap_or_default()
    }
}

/// The name of an HTTP header, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionalHeader(Option<String>);

impl OptionalHeader {
    /// The name in lower case, if one was given.
    pub fn given(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl Value for OptionalHeader {
    fn expected() -> String {
        "the name of a header, such as X-SSL-Client-Cert, or nothing".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let given = (!text.is_empty()).then(|| text.to_ascii_lowercase());
        text.bytes().all(allowed).then_some(Self(given))
    }
    fn shown(&self) -> String {
        self.given().unwrap_or_default().to_owned()
    }
}

impl Value for Duration {
    fn expected() -> String {
        "a duration of at least a second, such as 90d, 12h, 30m or 45s".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        duration::parse(text).filter(|duration| !duration.is_zero())
    }
    fn shown(&self) -> String {
        duration::format(*self)
    }
}

/// How often something happens, if ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period(Option<Duration>);

impl Period {
    /// The time between two of them; none for never.
    pub fn given(self) -> Option<Duration> {
        self.0
    }
}

impl Value for Period {
    fn expected() -> String {
        "never, or a duration of at least a second, such as 90d".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        match text {
            "never" => Some(Self(None)),
            text => Duration::parse(text).map(|period| Self(Some(period))),
        }
    }
    fn shown(&self) -> String {
        self.0
            .map_or_else(|| "never".to_owned(), |period| period.shown())
    }
}

/// `on` or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch(pub bool);

impl Value for Switch {
    fn expected() -> String {
        "on or off".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        match text {
            "on" | "true" => Some(Self(true)),
            "off" | "false" => Some(Self(false)),
            _ => None,
        }
    }
    fn shown(&self) -> String {
        if self.0 { "on" } else { "off" }.to_owned()
    }
}

/// A whole number with bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const MIN: u32, const MAX: u32>(pub u32);

impl<const MIN: u32, const MAX: u32> Value for Whole<MIN, MAX> {
    fn expected() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }
    fn parse(text: &str) -> Option<Self> {
        text.parse()
            .ok()
            .filter(|number| (MIN..=MAX).contains(number))
            .map(Self)
    }
    fn shown(&self) -> String {
        self.0.to_string()
    }
}

/// Where the database is; may hold a password, so it is never shown whole.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Option<String>);

impl DatabaseUrl {
    /// The address that was given, if one was.
    pub fn given(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Value for DatabaseUrl {
    const SECRET: bool = true;
    fn expected() -> String {
        "sqlite:PATH or postgres://USER@HOST/NAME".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self(None));
        }
        let known = text
            .strip_prefix("sqlite:")
            .is_some_and(|path| !path.trim_start_matches('/').is_empty())
            || ((text.starts_with("postgres://") || text.starts_with("postgresql://"))
                && Url::parse(text).is_ok());
        known.then(|| Self(Some(text.to_owned())))
    }
    fn shown(&self) -> String {
        match &self.0 {
            None => String::new(),
            Some(text) if text.starts_with("sqlite:") => text.clone(),
            Some(text) => Url::parse(text).map_or_else(
                |_| "postgres://…".to_owned(),
                // A password can stand before the host or in the query.
                |url| {
                    let port = url
                        .port()
                        .map(|port| format!(":{port}"))
                        .unwrap_or_default();
                    format!(
                        "postgres://{}{port}{}",
                        url.host_str().unwrap_or_default(),
                        url.path()
                    )
                },
            ),
        }
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

impl Value for LogFormat {
    fn expected() -> String {
        "text or json".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        match text {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
    fn shown(&self) -> String {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
        .to_owned()
    }
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLevel(pub tracing::Level);

impl Value for LogLevel {
    fn expected() -> String {
        "error, warn, info or debug".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        match text {
            "error" => Some(Self(tracing::Level::ERROR)),
            "warn" => Some(Self(tracing::Level::WARN)),
            "info" => Some(Self(tracing::Level::INFO)),
            "debug" => Some(Self(tracing::Level::DEBUG)),
            _ => None,
        }
    }
    fn shown(&self) -> String {
        self.0.as_str().to_lowercase()
    }
}

/// Ranges of addresses, separated by commas: `10.0.0.0/8, ::1`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges(Vec<Range>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    address: IpAddr,
    prefix: u8,
}

impl Ranges {
    /// Whether one of the ranges holds the address.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0
            .iter()
            .any(|range| range.contains(address.to_canonical()))
    }
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(widest);
        (prefix <= widest).then_some(Self { address, prefix })
    }

    fn contains(&self, other: IpAddr) -> bool {
        match (self.address, other) {
            (IpAddr::V4(mine), IpAddr::V4(other)) => {
                (mine.to_bits() ^ other.to_bits())
                    .checked_shr(32 - u32::from(self.prefix))
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(mine), IpAddr::V6(other)) => {
                (mine.to_bits() ^ other.to_bits())
                    .checked_shr(128 - u32::from(self.prefix))
                    .unwrap_or(0)
                    == 0
            }
            _ => false,
        }
    }
}

impl Value for Ranges {
    fn expected() -> String {
        "addresses or ranges separated by commas, such as 10.0.0.0/8, ::1".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        let texts = text
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty());
        texts
            .map(Range::parse)
            .collect::<Option<Vec<_>>>()
            .map(Self)
    }
    fn shown(&self) -> String {
        let texts: Vec<_> = self
            .0
            .iter()
            .map(|range| format!("{}/{}", range.address, range.prefix))
            .collect();
        texts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_url_never_shows_its_password() {
        for text in [
            "postgres://u:s3cret@db:5432/door",
            "postgres://db:5432/door?password=s3cret",
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.shown(), "postgres://db:5432/door");
            assert!(!format!("{url:?}").contains("s3cret"));
        }
        for text in [
            "mysql://x",
            "sqlite:",
            "sqlite://",
            "postgres",
            "doorward.db",
        ] {
            assert!(DatabaseUrl::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn ranges_hold_what_their_prefix_says() {
        let ranges = Ranges::parse("10.0.0.0/8, 192.168.1.7,::1, 0.0.0.0/0").unwrap();
        assert!(ranges.contain("1.2.3.4".parse().unwrap()));
        let ranges = Ranges::parse("10.0.0.0/8, 192.168.1.7, fd00::/8").unwrap();
        for (address, held) in [
            ("10.255.0.1", true),
            ("11.0.0.1", false),
            ("192.168.1.7", true),
            ("192.168.1.8", false),
            ("::ffff:10.1.1.1", true),
            ("fd12::1", true),
            ("fe80::1", false),
        ] {
            assert_eq!(ranges.contain(address.parse().unwrap()), held, "{address}");
        }
        for text in ["10.0.0.0/33", "::/129", "x", "10.0.0.0/-1", "10.0.0.0/"] {
            assert!(Ranges::parse(text).is_none(), "{text}");
        }
        assert_eq!(Ranges::parse("").unwrap(), Ranges::default());
    }
}
