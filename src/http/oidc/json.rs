//! Answers in JSON that nobody may keep.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Answers with `body`. Tokens and claims are in it: no cache may hold it (RFC 6749 §5.1).
pub(super) fn no_store(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => (status, headers("application/json"), body).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Answers with a signed or encrypted token alone.
pub(super) fn token_no_store(token: String) -> Response {
    (StatusCode::OK, headers("application/jwt"), token).into_response()
}

fn headers(kind: &'static str) -> [(HeaderName, HeaderValue); 2] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]
}
