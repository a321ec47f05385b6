//! Refuses unsafe requests that another site's page sends to one of our forms.
//!
//! Three things stand in the way of a forged form: the `SameSite=Lax` cookie is not
//! sent with it, the handle in the address is bound to that cookie, and this check.

use axum::http::{HeaderMap, header};
use url::Url;

/// What a cross-site request is answered with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the form was sent by a page of another site")]
pub struct CrossSite;

/// Passes a request that one of our own pages (or the user, by reloading) sent, or
/// that no browser sent.
///
/// `Sec-Fetch-Site` decides where the browser sends it: always, to https and to
/// localhost. Elsewhere `Origin` does. There it is `null` for our own pages, because of
/// their `Referrer-Policy: no-referrer`, so that on plain http `null` has to pass; the
/// cookie and the handle still hold.
///
/// # Errors
/// When another site's page sent it.
pub fn check(headers: &HeaderMap, public_url: &Url) -> Result<(), CrossSite> {
    if let Some(site) = headers.get("sec-fetch-site") {
        return match site.as_bytes() {
            b"same-origin" | b"none" => Ok(()),
            _ => Err(CrossSite),
        };
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let own = public_url.origin().ascii_serialization();
    let is_own = origin.as_bytes() == own.as_bytes();
    let is_null = origin.as_bytes() == b"null" && public_url.scheme() == "http";
    if is_own || is_null {
        Ok(())
    } else {
        Err(CrossSite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(public_url: &str, given: &[(&'static str, &str)]) -> bool {
        let headers = given
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        check(&headers, &Url::parse(public_url).unwrap()).is_ok()
    }

    #[test]
    fn sec_fetch_site_decides_where_it_is_sent() {
        let id = "https://id.example";
        for (site, passes) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
            ("", false),
        ] {
            assert_eq!(answer(id, &[("sec-fetch-site", site)]), passes, "{site}");
        }
        let own_origin = [("sec-fetch-site", "cross-site"), ("origin", id)];
        assert!(!answer(id, &own_origin));
    }

    #[test]
    fn elsewhere_the_origin_decides() {
        for (public_url, origin, passes) in [
            ("https://id.example", "https://id.example", true),
            ("https://id.example/", "https://id.example", true),
            ("https://id.example:8443", "https://id.example:8443", true),
            ("https://id.example:8443", "https://id.example", false),
            ("https://id.example", "http://id.example", false),
            ("https://id.example", "https://evil.example", false),
            ("https://id.example", "https://id.example.evil.test", false),
            ("https://id.example", "null", false),
            ("http://192.168.1.7:8080", "null", true),
            ("http://192.168.1.7:8080", "http://192.168.1.7", false),
        ] {
            assert_eq!(
                answer(public_url, &[("origin", origin)]),
                passes,
                "{origin}"
            );
        }
    }

    #[test]
    fn a_program_that_is_no_browser_passes() {
        assert!(answer("https://id.example", &[]));
    }
}
