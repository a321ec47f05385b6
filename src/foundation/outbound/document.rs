//! Documents that are kept for as long as their server says.

use std::time::Duration;

use reqwest::header::{AGE, CACHE_CONTROL, CONTENT_TYPE, HeaderMap};

use super::{NotFetched, Outbound, read};

/// A JSON document, and how long it may be kept.
pub struct Document {
    /// What came.
    pub body: serde_json::Value,
    /// For how long it is good by its `Cache-Control` (RFC 9111), when that says so.
    pub fresh_for: Option<Duration>,
}

impl Outbound {
    /// Fetches a JSON document of at most `largest` bytes, that says of itself that it is one.
    ///
    /// # Errors
    /// It may not be fetched, does not come, or is none.
    pub async fn get_document(
        &self,
        address: &str,
        largest: usize,
    ) -> Result<Document, NotFetched> {
        let response = self.get(address, "application/json").await?;
        if !is_json(response.headers()) {
            return Err(NotFetched::NotJson);
        }
        let fresh_for = fresh_for(response.headers());
        let body = read(response, largest).await?;
        let body = serde_json::from_slice(&body).map_err(|_| NotFetched::NotJson)?;
        Ok(Document { body, fresh_for })
    }
}

// `application/json`, or a kind of it: `application/…+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next();
    let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
    let special = kind.starts_with("application/") && kind.ends_with("+json");
    kind == "application/json" || special
}

fn fresh_for(headers: &HeaderMap) -> Option<Duration> {
    let all = headers.get_all(CACHE_CONTROL).iter();
    let texts = all.filter_map(|value| value.to_str().ok());
    let mut lifetime = None;
    for directive in texts.flat_map(|text| text.split(',')) {
        let directive = directive.trim().to_ascii_lowercase();
        if directive == "no-store" || directive.starts_with("no-cache") {
            return Some(Duration::ZERO);
        }
        let seconds = directive.strip_prefix("max-age=");
        let seconds = seconds.and_then(|text| text.trim_matches('"').parse().ok());
        lifetime = lifetime.or(seconds.map(Duration::from_secs));
    }
    let age = headers.get(AGE).and_then(|age| age.to_str().ok());
    let age = age.and_then(|age| age.trim().parse().ok());
    let age = Duration::from_secs(age.unwrap_or_default());
    lifetime.map(|lifetime| lifetime.saturating_sub(age))
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(all: &[(HeaderName, &'static str)]) -> HeaderMap {
        let all = all.iter();
        all.map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_document_is_good_for_as_long_as_its_server_says() {
        for (control, age, seconds) in [
            ("max-age=600", "", Some(600)),
            ("public, Max-Age=600, must-revalidate", "100", Some(500)),
            ("max-age=60", "61", Some(0)),
            ("no-store, max-age=600", "", Some(0)),
            ("no-cache", "", Some(0)),
            ("private", "", None),
            ("max-age=soon", "", None),
        ] {
            let headers = headers(&[(CACHE_CONTROL, control), (AGE, age)]);
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(fresh_for(&headers), expected, "{control} {age}");
        }
        assert_eq!(fresh_for(&HeaderMap::new()), None);
    }

    #[test]
    fn a_document_says_that_it_is_json() {
        for kind in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/oauth-client+json",
        ] {
            assert!(is_json(&headers(&[(CONTENT_TYPE, kind)])), "{kind}");
        }
        for kind in ["text/html", "text/json", "application/jsonp", "+json", ""] {
            assert!(!is_json(&headers(&[(CONTENT_TYPE, kind)])), "{kind}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
