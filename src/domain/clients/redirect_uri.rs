//! Where an answer may be sent: what may be registered, and what matches it.
//!
//! Matching compares text with text (RFC 9700 §4.1.3). Patterns, prefixes and
//! parsed comparison are where other servers were broken; the one exception is
//! the port of a loopback address (RFC 8252 §7.3).

use url::Url;

const LONGEST: usize = 2048;

/// Why a redirect URI cannot be registered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// It is no absolute URI, or one that parsers disagree about.
    #[error("not an absolute URI in plain ASCII without spaces and backslashes")]
    NotAnUri,
    /// A fragment would be lost or mixed with the answer's.
    #[error("a redirect URI has no fragment")]
    Fragment,
    /// `user@host` hides the host from whoever reads it.
    #[error("a redirect URI has no user information")]
    UserInformation,
    /// Plain `http` to another machine.
    #[error("http is for loopback addresses only; use https")]
    PlainHttp,
    /// `javascript:`, `data:` and whatever is not an application's own scheme.
    #[error("the scheme is neither https nor a reversed domain name such as com.example.app")]
    Scheme,
    /// An application's own scheme belongs to programs that keep no secret.
    #[error("an application's own scheme is for public clients only")]
    SchemeOfPublicClients,
}

/// Checks a URI that is about to be registered.
pub fn check(uri: &str, confidential: bool) -> Result<(), Refused> {
    // The URL parser would drop or rewrite these, so that what is checked here
    // were not what a browser is sent to later.
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>');
    if uri.is_empty() || uri.len() > LONGEST || !uri.bytes().all(plain) {
        return Err(Refused::NotAnUri);
    }
    let parsed = Url::parse(uri).map_err(|_| Refused::NotAnUri)?;
    if uri.contains('#') {
        return Err(Refused::Fragment);
    }
    match parsed.scheme() {
        "https" | "http" => check_web_address(uri, &parsed),
        scheme if scheme.contains('.') && confidential => Err(Refused::SchemeOfPublicClients),
        scheme if scheme.contains('.') => Ok(()),
        _ => Err(Refused::Scheme),
    }
}

fn check_web_address(uri: &str, parsed: &Url) -> Result<(), Refused> {
    let rest = uri.split_once("://").ok_or(Refused::NotAnUri)?.1;
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(Refused::UserInformation);
    }
    // One spelling: a host that the parser would rewrite (`HTTP://`, `0x7f.1`,
    // capitals) cannot be compared as text later.
    let written = parsed.as_str();
    if written != uri && written.strip_suffix('/') != Some(uri) {
        return Err(Refused::NotAnUri);
    }
    if parsed.scheme() == "http" && loopback_tail(uri).is_none() {
        return Err(Refused::PlainHttp);
    }
    Ok(())
}

/// Whether a request may name `asked` when `registered` is what the client has.
/// `any_port` is for public clients: a program on the person's own machine
/// listens on whatever port it is given.
pub fn matches(registered: &str, asked: &str, any_port: bool) -> bool {
    if registered == asked {
        return true;
    }
    if !any_port {
        return false;
    }
    match (loopback_tail(registered), loopback_tail(asked)) {
        (Some(registered), Some(asked)) => registered == asked,
        _ => false,
    }
}

/// The host and what follows the port, when the URI is one of a loopback host.
fn loopback_tail(uri: &str) -> Option<(&str, &str)> {
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        let Some(rest) = uri
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_prefix(host))
        else {
            continue;
        };
        let tail = match rest.strip_prefix(':') {
            Some(port) => after_port(port)?,
            None => rest,
        };
        // Anything else would make the host a longer one: `localhost.evil.test`.
        let whole_host = tail.is_empty() || tail.starts_with(['/', '?']);
        return whole_host.then_some((host, tail));
    }
    None
}

fn after_port(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (port, tail) = text.split_at(digits);
    port.parse::<u16>().ok().filter(|port| *port != 0)?;
    Some(tail)
}

/// Whether what is sent there reaches a program of the person's own device: a name says nothing
/// about who listens.
pub fn stays_on_the_device(uri: &str) -> bool {
    !uri.starts_with("https://") || loopback_of_https(uri)
}

fn loopback_of_https(uri: &str) -> bool {
    let host = Url::parse(uri)
        .ok()
        .and_then(|uri| uri.host_str().map(str::to_owned));
    let names = ["localhost", "127.0.0.1", "[::1]"];
    host.is_none_or(|host| names.contains(&host.as_str()))
}

/// The origin that a browser application behind this URI calls from.
pub fn origin(uri: &str) -> Option<String> {
    let parsed = Url::parse(uri).ok()?;
    matches!(parsed.scheme(), "https" | "http").then(|| parsed.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_loopback_and_an_applications_own_scheme_can_be_registered() {
        for uri in [
            "https://app.example.com/callback",
            "https://app.example.com",
            "https://app.example.com/cb?tenant=1",
            "https://app.example.com:8443/cb",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:9000/cb",
            "http://[::1]/cb",
            "http://localhost:3000/cb",
        ] {
            assert_eq!(check(uri, true), Ok(()), "{uri}");
        }
        assert_eq!(check("com.example.app:/cb", false), Ok(()));
        assert_eq!(
            check("com.example.app:/cb", true),
            Err(Refused::SchemeOfPublicClients)
        );
    }

    #[test]
    fn keycloak_cve_2026_9086_a_script_scheme_in_any_case_is_refused() {
        for uri in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "jAvAsCrIpT://example.com/%0aalert(1)",
            "data:text/html,x",
            "DATA:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://example.com/x",
            "about:blank",
            "urn:x",
        ] {
            assert!(check(uri, false).is_err(), "{uri}");
        }
    }

    #[test]
    fn keycloak_cve_2026_7504_several_at_signs_and_user_information_are_refused() {
        for uri in [
            "https://app.example.com@evil.test/",
            "https://a@b@evil.test/cb",
            "https://user:pass@app.example.com/cb",
            "https://@app.example.com/cb",
        ] {
            assert_eq!(check(uri, true), Err(Refused::UserInformation), "{uri}");
        }
    }

    #[test]
    fn fragments_backslashes_line_breaks_and_other_spellings_are_refused() {
        for uri in [
            "https://app.example.com/cb#x",
            "https://app.example.com/cb#",
            "https://app.example.com\\@evil.test/",
            "https:\\\\app.example.com/",
            "https://app.example.com/cb\r\nSet-Cookie: a=b",
            " https://app.example.com/cb",
            "https://app.example.com/cb\t",
            "/cb",
            "app.example.com/cb",
            "",
            "https://",
            "HTTPS://app.example.com/cb",
            "https://APP.example.com/cb",
            "https://app.example.com/a/../cb",
            "https:app.example.com/cb",
            "http://0x7f.0.0.1/cb",
            "https://exämple.com/cb",
        ] {
            assert!(check(uri, true).is_err(), "{uri}");
        }
    }

    #[test]
    fn plain_http_is_for_loopback_addresses_only() {
        for uri in [
            "http://app.example.com/cb",
            "http://localhost.evil.test/cb",
            "http://127.0.0.1.evil.test/cb",
            "http://127.0.0.2/cb",
            "http://192.168.1.1/cb",
        ] {
            assert_eq!(check(uri, false), Err(Refused::PlainHttp), "{uri}");
        }
    }

    #[test]
    fn matching_is_the_comparison_of_two_texts() {
        let registered = "https://app.example.com/cb";
        assert!(matches(registered, registered, false));
        for asked in [
            "https://app.example.com/cb/",
            "https://app.example.com/cb?x=1",
            "https://app.example.com/CB",
            "https://app.example.com/cb/../cb",
            "https://app.example.com/%63b",
            "https://app.example.com/cb;/",
            "https://app.example.com/..;/cb",
            "https://app.example.com:443/cb",
            "https://app.example.com:8443/cb",
            "https://app.example.com@evil.test/cb",
            "https://app.example.com/cb#x",
            "https://evil.test/https://app.example.com/cb",
            "https://app.example.com.evil.test/cb",
            "",
        ] {
            for any_port in [true, false] {
                assert!(!matches(registered, asked, any_port), "{asked}");
            }
        }
    }

    #[test]
    fn authentik_cve_2024_52289_a_dot_is_no_wildcard() {
        assert!(!matches(
            "https://foo.example.com/cb",
            "https://fooaexample.com/cb",
            true
        ));
    }

    #[test]
    fn rfc_8252_a_public_client_may_use_any_port_of_a_loopback_host() {
        for (registered, asked) in [
            ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"),
            ("http://127.0.0.1:8000/cb", "http://127.0.0.1:51004/cb"),
            ("http://[::1]/cb", "http://[::1]:51004/cb"),
            ("http://localhost/cb", "http://localhost:51004/cb"),
            ("http://127.0.0.1", "http://127.0.0.1:51004"),
        ] {
            assert!(matches(registered, asked, true), "{asked}");
            assert!(!matches(registered, asked, false), "{asked}");
        }
    }

    #[test]
    fn keycloak_cve_2026_18211_a_loopback_host_is_a_whole_host() {
        for asked in [
            "http://localhost.evil.test/cb",
            "http://localhost:80@evil.test/cb",
            "http://localhost:80.evil.test/cb",
            "http://localhost:/cb",
            "http://localhost:0/cb",
            "http://localhost:99999/cb",
            "http://localhost@evil.test/cb",
            "http://127.0.0.1:80/cb",
            "https://localhost:80/cb",
            "http://LOCALHOST:80/cb",
            "http://localhost:80/cb?x",
            "http://localhost:80/other",
            "http://localhost:+80/cb",
        ] {
            assert!(!matches("http://localhost/cb", asked, true), "{asked}");
        }
    }

    #[test]
    fn the_origin_is_that_of_a_web_address() {
        assert_eq!(
            origin("https://app.example.com:8443/cb").as_deref(),
            Some("https://app.example.com:8443")
        );
        assert_eq!(origin("com.example.app:/cb"), None);
    }
}
