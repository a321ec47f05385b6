//! The refusals of userinfo: the tables of RFC 6750 §3.1 and RFC 9449 §7.1.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::json;

use super::presented::Scheme;
use crate::domain::clients::CannotEncrypt;
use crate::domain::grants::{InvalidProof, NotBound};
use crate::domain::signing_keys;
use crate::foundation::crypto::jose::Algorithm;
use crate::foundation::db;
use crate::http::oidc::json::no_store;
use crate::http::oidc::resource_metadata;

/// Why no claims are told.
pub(super) enum Refusal {
    /// No token: a bare challenge.
    NoToken,
    /// Two tokens, or one where none belongs.
    InvalidRequest(&'static str),
    /// Not a token, not presented as it has to be, or nothing it stands on stands any more.
    InvalidToken(Scheme),
    /// A token without `openid`.
    InsufficientScope(Scheme),
    /// The proof that goes with the token is missing, or none.
    NotBound(NotBound),
    /// It cannot be signed, or not be encrypted to the client: its key set does not answer, or
    /// has no key for what it registered.
    NotTold,
    /// The database failed.
    Db(db::Error),
}

impl From<CannotEncrypt> for Refusal {
    fn from(error: CannotEncrypt) -> Self {
        tracing::warn!(%error, "userinfo cannot be encrypted");
        Self::NotTold
    }
}

impl From<signing_keys::Error> for Refusal {
    fn from(error: signing_keys::Error) -> Self {
        tracing::error!(%error, "userinfo cannot be signed");
        Self::NotTold
    }
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        Self::Db(error)
    }
}

impl From<NotBound> for Refusal {
    fn from(refused: NotBound) -> Self {
        Self::NotBound(refused)
    }
}

impl From<InvalidProof> for Refusal {
    fn from(refused: InvalidProof) -> Self {
        Self::NotBound(refused.into())
    }
}

impl Refusal {
    /// The answer. The challenge tells where the metadata of this resource is (RFC 9728 §5.1).
    pub(super) fn answer(self, issuer: &str) -> Response {
        let (status, code, text) = self.told();
        // Without a token there is nothing to say beyond the challenge (RFC 6750 §3.1).
        let body = match code {
            "" => json!({}),
            code => json!({ "error": code, "error_description": text }),
        };
        let mut response = no_store(status, &body);
        let headers = response.headers_mut();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        if !status.is_client_error() {
            return response;
        }
        for scheme in self.schemes() {
            let challenge = challenge(*scheme, (code, &text), issuer);
            if let Ok(challenge) = HeaderValue::from_str(&challenge) {
                headers.append(header::WWW_AUTHENTICATE, challenge);
            }
        }
        response
    }

    // Whoever came with a proof is told of proofs; whoever came with nothing, of both.
    fn schemes(&self) -> &'static [Scheme] {
        match self {
            Self::NoToken | Self::InvalidRequest(_) | Self::NotTold | Self::Db(_) => {
                &[Scheme::Bearer, Scheme::Dpop]
            }
            Self::InvalidToken(Scheme::Bearer) | Self::InsufficientScope(Scheme::Bearer) => {
                &[Scheme::Bearer]
            }
            Self::InvalidToken(Scheme::Dpop)
            | Self::InsufficientScope(Scheme::Dpop)
            | Self::NotBound(_) => &[Scheme::Dpop],
        }
    }

    fn told(&self) -> (StatusCode, &'static str, String) {
        let (status, code, text) = match self {
            Self::NoToken => (StatusCode::UNAUTHORIZED, "", "an access token is needed"),
            Self::InvalidRequest(text) => (StatusCode::BAD_REQUEST, "invalid_request", *text),
            Self::InvalidToken(_) => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "the token has expired, is bound otherwise, or what it stands on has ended",
            ),
            Self::InsufficientScope(_) => (
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                "the token is not good for openid",
            ),
            Self::NotBound(refused) => {
                let code = match refused {
                    NotBound::Proof(InvalidProof::NonceWanted) => "use_dpop_nonce",
                    _ => "invalid_dpop_proof",
                };
                return (StatusCode::UNAUTHORIZED, code, refused.to_string());
            }
            Self::NotTold => (
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "the answer cannot be signed, or not be encrypted to the client's keys",
            ),
            Self::Db(db::Error::Busy) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "too much at once",
            ),
            Self::Db(error) => {
                tracing::error!(%error, "the database could not answer");
                let text = "the server failed";
                (StatusCode::INTERNAL_SERVER_ERROR, "server_error", text)
            }
        };
        (status, code, text.to_owned())
    }
}

fn challenge(scheme: Scheme, (code, text): (&str, &str), issuer: &str) -> String {
    let mut challenge = match scheme {
        Scheme::Bearer => "Bearer realm=\"doorward\"".to_owned(),
        Scheme::Dpop => {
            let algorithms = Algorithm::ALL.map(Algorithm::as_str).join(" ");
            format!("DPoP realm=\"doorward\", algs=\"{algorithms}\"")
        }
    };
    if !code.is_empty() {
        challenge.push_str(&format!(", error=\"{code}\", error_description=\"{text}\""));
    }
    let metadata = resource_metadata::of_userinfo(issuer);
    challenge.push_str(&format!(", resource_metadata=\"{metadata}\""));
    challenge
}
