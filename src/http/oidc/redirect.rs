//! The answers of the authorization endpoint that go to the client through the browser.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::domain::grants::{AuthorizationRequest, ErrorCode, RedirectRefusal};
use crate::foundation::crypto::token::Secret;

/// Sends the browser to a path of our own.
pub(super) fn to_path(path: &str) -> Response {
    see_other(path)
}

/// Sends a code.
pub(super) fn with_code(request: &AuthorizationRequest, code: &Secret, issuer: &str) -> Response {
    let answer = [("code", code.reveal())];
    send(
        &request.redirect_uri,
        &answer,
        request.state.as_deref(),
        issuer,
    )
}

/// Sends an error.
pub(super) fn with_error(
    request: &AuthorizationRequest,
    error: ErrorCode,
    description: &'static str,
    issuer: &str,
) -> Response {
    let refusal = RedirectRefusal {
        redirect_uri: request.redirect_uri.clone(),
        state: request.state.clone(),
        error,
        description,
    };
    with_refusal(&refusal, issuer)
}

/// Sends the error of a check.
pub(super) fn with_refusal(refusal: &RedirectRefusal, issuer: &str) -> Response {
    let answer = [
        ("error", refusal.error.as_str()),
        ("error_description", refusal.description),
    ];
    send(
        &refusal.redirect_uri,
        &answer,
        refusal.state.as_deref(),
        issuer,
    )
}

// Every answer names the issuer (RFC 9207): a client that talks to several cannot be made to
// take one for another.
fn send(
    redirect_uri: &str,
    answer: &[(&str, &str)],
    state: Option<&str>,
    issuer: &str,
) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(answer);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    query.append_pair("iss", issuer);
    see_other(&with_query(redirect_uri, &query.finish()))
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

    #[test]
    fn keycloak_cve_2026_9689_values_cannot_add_parameters() {
        let response = send(
            "https://a/cb",
            &[("code", "c")],
            Some("x&code=stolen#f\r\nSet-Cookie: a=b"),
            "https://op",
        );
        assert_eq!(
            response.headers()[header::LOCATION],
            "https://a/cb?code=c&state=x%26code%3Dstolen%23f%0D%0ASet-Cookie%3A+a%3Db&iss=https%3A%2F%2Fop"
        );
    }
}
