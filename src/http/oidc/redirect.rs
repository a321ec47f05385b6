//! Redirects of a browser.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Sends the browser to a path of our own.
pub(super) fn to_path(path: &str) -> Response {
    see_other(path)
}

/// A registered address may have a query of its own, which stays.
pub(super) fn with_query(uri: &str, query: &str) -> String {
    let separator = match uri.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}{query}")
}

// 303: whatever brought the browser here, it goes on with GET and without its form
// (RFC 9700 §4.12).
pub(super) fn see_other(location: &str) -> Response {
    let Ok(mut location) = HeaderValue::from_str(location) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    location.set_sensitive(true);
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_of_the_address_stays() {
        assert_eq!(with_query("https://a/cb", "x=1"), "https://a/cb?x=1");
        assert_eq!(with_query("https://a/cb?", "x=1"), "https://a/cb?x=1");
        assert_eq!(
            with_query("https://a/cb?t=1", "x=1"),
            "https://a/cb?t=1&x=1"
        );
    }
}
