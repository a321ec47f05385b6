//! How a registration is refused (RFC 7591 §3.2.2, RFC 6750 §3.1).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::domain::clients::{InvalidMetadata, NotRegistered};
use crate::foundation::db;
use crate::http::oidc::json::no_store;

const CHALLENGE: HeaderValue = HeaderValue::from_static("Bearer");
const INVALID_TOKEN: HeaderValue = HeaderValue::from_static(r#"Bearer error="invalid_token""#);
/// Seconds after which a busy server may be asked again.
const COME_AGAIN: HeaderValue = HeaderValue::from_static("1");

/// A registration that is refused.
pub(super) enum Refusal {
    /// There is no token.
    NoToken,
    /// The token opens nothing here.
    Token,
    /// The body cannot be read.
    NotJson(&'static str),
    /// What is wanted is refused.
    NotRegistered(NotRegistered),
}

impl From<NotRegistered> for Refusal {
    fn from(refused: NotRegistered) -> Self {
        match refused {
            NotRegistered::Token => Self::Token,
            refused => Self::NotRegistered(refused),
        }
    }
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        Self::NotRegistered(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::NoToken => unauthorized(CHALLENGE),
            Self::Token => unauthorized(INVALID_TOKEN),
            Self::NotJson(text) => said(StatusCode::BAD_REQUEST, "invalid_client_metadata", text),
            Self::NotRegistered(refused) => not_registered(&refused),
        }
    }
}

fn not_registered(refused: &NotRegistered) -> Response {
    use InvalidMetadata::{NoRedirectUri, RedirectUri};
    let (status, error) = match refused {
        NotRegistered::Db(error) => return failed(error),
        NotRegistered::Token => return unauthorized(INVALID_TOKEN),
        NotRegistered::Quota => (StatusCode::FORBIDDEN, "access_denied"),
        NotRegistered::SoftwareStatement => (StatusCode::BAD_REQUEST, "invalid_software_statement"),
        NotRegistered::Metadata(NoRedirectUri | RedirectUri { .. }) => {
            (StatusCode::BAD_REQUEST, "invalid_redirect_uri")
        }
        _ => (StatusCode::BAD_REQUEST, "invalid_client_metadata"),
    };
    said(status, error, &refused.to_string())
}

fn failed(error: &db::Error) -> Response {
    if matches!(error, db::Error::Busy) {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let mut response = said(status, "temporarily_unavailable", "too much at once");
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, COME_AGAIN);
        return response;
    }
    tracing::error!(%error, "the database could not answer");
    said(
        StatusCode::INTERNAL_SERVER_ERROR,
        "server_error",
        "the server failed",
    )
}

fn unauthorized(challenge: HeaderValue) -> Response {
    let text = "the token is missing, or opens nothing here";
    let mut response = said(StatusCode::UNAUTHORIZED, "invalid_token", text);
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, challenge);
    response
}

fn said(status: StatusCode, error: &str, description: &str) -> Response {
    no_store(
        status,
        &json!({ "error": error, "error_description": description }),
    )
}
