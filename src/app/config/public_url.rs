//! The address of the server.

use url::{Host, Url};

use super::value::Value;
use crate::http::web::paths;

/// Where browsers and clients reach the server: the issuer, so without a slash at
/// the end, and compared character by character by every client (RFC 8414, 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// The address without a slash at the end.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The path, without a slash at its end.
    pub fn path(&self) -> &str {
        self.0.path().trim_end_matches('/')
    }

    /// Whether it is reached by TLS.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether a browser keeps what is sent there to itself: `https`, or this machine.
    pub fn is_private(&self) -> bool {
        let local = match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        self.0.scheme() == "https" || local
    }
}

impl Value for PublicUrl {
    fn expected() -> String {
        "an address such as https://id.example.com (http or https; a path of letters, digits and -._~; no query, fragment or user)".to_owned()
    }
    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let plain = matches!(url.scheme(), "http" | "https")
            && url.host().is_some()
            && is_a_prefix(url.path())
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        plain.then_some(Self(url))
    }
    fn shown(&self) -> String {
        self.as_str().to_owned()
    }
}

/// Another address of the server, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionalPublicUrl(Option<PublicUrl>);

impl OptionalPublicUrl {
    /// The address, if one was given.
    pub fn given(&self) -> Option<&PublicUrl> {
        self.0.as_ref()
    }
}

impl Value for OptionalPublicUrl {
    fn expected() -> String {
        format!("{}, or nothing", PublicUrl::expected())
    }
    fn parse(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self(None)),
            text => PublicUrl::parse(text).map(|url| Self(Some(url))),
        }
    }
    fn shown(&self) -> String {
        self.given().map(Value::shown).unwrap_or_default()
    }
}

/// Whether the server can lie under the path: nothing that has to be escaped, so that it is written
/// in one way only, and no name that belongs to the host.
fn is_a_prefix(path: &str) -> bool {
    let inner = path.strip_prefix('/').unwrap_or(path);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let mut segments = inner.split('/');
    let first = segments.clone().next().unwrap_or_default();
    path == "/"
        || !paths::OF_THE_HOST.contains(&first)
            && segments.all(|segment| !segment.is_empty() && segment.bytes().all(unreserved))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_url_is_the_issuer_and_has_no_slash_at_its_end() {
        for text in ["https://id.example.com", "https://id.example.com/"] {
            assert_eq!(
                PublicUrl::parse(text).unwrap().as_str(),
                "https://id.example.com"
            );
        }
        for text in [
            "https://id.example.com/a/tenant-1",
            "https://id.example.com/a/tenant-1/",
        ] {
            assert_eq!(
                PublicUrl::parse(text).unwrap().as_str(),
                "https://id.example.com/a/tenant-1"
            );
        }
        for text in [
            "",
            "id.example.com",
            "ftp://x",
            "https://x/?a",
            "https://x/#f",
            "https://u:p@x/",
            "https://x/a//b",
            "https://x//",
            "https://x/a%20b",
            "https://x/a;b",
            "https://x/{a}",
            "https://x/.well-known/a",
            "https://x/healthz",
        ] {
            assert!(PublicUrl::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn plain_http_is_private_on_this_machine_only() {
        for (text, private) in [
            ("http://localhost:8080", true),
            ("http://127.0.0.1:1", true),
            ("http://[::1]:1", true),
            ("https://id.example.com", true),
            ("http://id.example.com", false),
            ("http://localhost.example.com", false),
        ] {
            assert_eq!(
                PublicUrl::parse(text).unwrap().is_private(),
                private,
                "{text}"
            );
        }
    }
}
