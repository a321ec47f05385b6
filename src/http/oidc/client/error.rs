//! The errors of the token endpoint: the table of RFC 6749 §5.2.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::domain::grants::{ErrorCode, InvalidProof, NotBound, NotRedeemed};
use crate::domain::signing_keys;
use crate::foundation::db;
use crate::http::oidc::json::no_store;

const COME_AGAIN: HeaderValue = HeaderValue::from_static("2");
// One challenge whatever went wrong: it names the scheme that can be used.
const CHALLENGE: HeaderValue =
    HeaderValue::from_static("Basic realm=\"doorward\", charset=\"UTF-8\"");

/// An error answer. The description is a sentence of ours: nothing of the request is in it.
pub(in crate::http::oidc) struct TokenError {
    code: ErrorCode,
    description: String,
}

impl TokenError {
    pub(in crate::http::oidc) fn new(code: ErrorCode, description: &str) -> Self {
        Self {
            code,
            description: description.to_owned(),
        }
    }

    pub(in crate::http::oidc) fn missing(name: &'static str) -> Self {
        Self::new(ErrorCode::InvalidRequest, &format!("{name} is missing"))
    }

    pub(in crate::http::oidc) fn invalid_client() -> Self {
        // The same for an unknown client and a wrong secret.
        Self::new(
            ErrorCode::InvalidClient,
            "the client did not prove who it is",
        )
    }

    fn status(&self) -> StatusCode {
        match self.code {
            ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
            ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl From<db::Error> for TokenError {
    fn from(error: db::Error) -> Self {
        if matches!(error, db::Error::Busy) {
            return Self::new(ErrorCode::TemporarilyUnavailable, "too much at once");
        }
        tracing::error!(%error, "the database could not answer");
        Self::new(ErrorCode::ServerError, "the server failed")
    }
}

impl From<signing_keys::Error> for TokenError {
    fn from(error: signing_keys::Error) -> Self {
        tracing::error!(%error, "a token could not be signed");
        Self::new(ErrorCode::ServerError, "the server failed")
    }
}

impl From<InvalidProof> for TokenError {
    fn from(refused: InvalidProof) -> Self {
        let code = match refused {
            InvalidProof::NonceWanted => ErrorCode::UseDpopNonce,
            _ => ErrorCode::InvalidDpopProof,
        };
        Self::new(code, &refused.to_string())
    }
}

impl From<NotBound> for TokenError {
    fn from(refused: NotBound) -> Self {
        let code = match refused {
            NotBound::Proof(refused) => return refused.into(),
            NotBound::ProofMissing => ErrorCode::InvalidDpopProof,
            NotBound::CertificateMissing => ErrorCode::InvalidRequest,
            NotBound::OtherKey => ErrorCode::InvalidGrant,
        };
        Self::new(code, &refused.to_string())
    }
}

impl From<NotRedeemed> for TokenError {
    fn from(refusal: NotRedeemed) -> Self {
        match refusal {
            NotRedeemed::Db(error) => error.into(),
            NotRedeemed::Resource => Self::new(
                ErrorCode::InvalidTarget,
                "a token for that resource was not granted",
            ),
            NotRedeemed::NotBound(refused) => refused.into(),
            NotRedeemed::WiderScope => Self::new(
                ErrorCode::InvalidScope,
                "the scope is wider than what was granted",
            ),
            refused => {
                // Which of them it was is for the log alone.
                tracing::info!(reason = %refused, "a code or token was not redeemed");
                Self::new(
                    ErrorCode::InvalidGrant,
                    "it has expired, was used or ended, or is not for this client and request",
                )
            }
        }
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = json!({
            "error": self.code.as_str(),
            "error_description": self.description,
        });
        let mut response = no_store(status, &body);
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, CHALLENGE);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, COME_AGAIN);
        }
        response
    }
}
