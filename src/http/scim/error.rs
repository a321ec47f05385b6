//! Everything that a SCIM request can be refused with: the table of RFC 7644,
//! section 3.12, as one enum.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::media::SCIM_JSON;
use crate::domain::directory::Refusal;
use crate::domain::ledger::Held;
use crate::domain::schemas;
use crate::foundation::db;

/// The `schemas` value of an error body.
pub const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// A refusal. The text says what is wrong and where, for the one who can mend it;
/// it never repeats a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScimError {
    /// 400 `invalidFilter`: the filter does not parse or asks for what is not offered.
    InvalidFilter(String),
    /// 400 `tooMany`: the answer would be larger than the server is willing to build.
    TooMany(String),
    /// 409 `uniqueness`: a value that must be unique is taken.
    Uniqueness(String),
    /// 409: something that this depends on is not there, for now or any more.
    Conflict(String),
    /// 400 `mutability`: an attribute that may not be changed like this.
    Mutability(String),
    /// 400 `invalidSyntax`: the body is not the message that it should be.
    InvalidSyntax(String),
    /// 400 `invalidPath`: a PATCH path that does not parse or names nothing.
    InvalidPath(String),
    /// 400 `noTarget`: a PATCH path that selects nothing to work on.
    NoTarget(String),
    /// 400 `invalidValue`: a value is missing, of the wrong type or not allowed.
    InvalidValue(String),
    /// 400 `invalidCursor`: no cursor of this server, or of another query (RFC 9865).
    InvalidCursor(&'static str),
    /// 400 `expiredCursor`: the client waited too long.
    ExpiredCursor,
    /// 400 `invalidCount`: a page by cursor that is larger than pages may be.
    InvalidCount(String),
    /// 401: no credentials, or none that count. `true`: some were presented.
    Unauthorized {
        /// Whether a token came with the request (RFC 6750, section 3.1: only then
        /// is an error code named).
        presented: bool,
    },
    /// 403: the credentials do not allow this.
    Forbidden(String),
    /// 403: it is another connection's, and no better credentials would help.
    NotOwner(String),
    /// 404: no such resource or endpoint.
    NotFound(String),
    /// 405: the endpoint does not know the method; the text is the `Allow` header.
    MethodNotAllowed(&'static str),
    /// 412: `If-Match` names another version.
    PreconditionFailed,
    /// 413: the body, or the number of operations in it, is over the limit.
    TooLarge(String),
    /// 415: the body is not JSON in UTF-8.
    UnsupportedMediaType,
    /// 429: the brake holds deactivations and deletions of the connection.
    Held(Held),
    /// 501: a part of SCIM that is not offered.
    NotImplemented(&'static str),
    /// 503: try again in so many seconds.
    Unavailable {
        /// Whole seconds, because clients ignore the date form of `Retry-After`.
        retry_after: u32,
    },
    /// 500: ours. The cause is logged with the request id and not told.
    Internal,
}

impl ScimError {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::InvalidFilter(_)
            | Self::TooMany(_)
            | Self::Mutability(_)
            | Self::InvalidSyntax(_)
            | Self::InvalidPath(_)
            | Self::NoTarget(_)
            | Self::InvalidValue(_)
            | Self::InvalidCursor(_)
            | Self::ExpiredCursor
            | Self::InvalidCount(_) => StatusCode::BAD_REQUEST,
            Self::Uniqueness(_) | Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Unauthorized { .. } => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::NotOwner(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Held(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::NotImplemented(_) => StatusCode::NOT_IMPLEMENTED,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The `scimType` keyword, where RFC 7644 has one.
    pub fn scim_type(&self) -> Option<&'static str> {
        match self {
            Self::InvalidFilter(_) => Some("invalidFilter"),
            Self::TooMany(_) => Some("tooMany"),
            Self::Uniqueness(_) => Some("uniqueness"),
            Self::Mutability(_) => Some("mutability"),
            Self::InvalidSyntax(_) => Some("invalidSyntax"),
            Self::InvalidPath(_) => Some("invalidPath"),
            Self::NoTarget(_) => Some("noTarget"),
            Self::InvalidValue(_) => Some("invalidValue"),
            Self::InvalidCursor(_) => Some("invalidCursor"),
            Self::ExpiredCursor => Some("expiredCursor"),
            Self::InvalidCount(_) => Some("invalidCount"),
            _ => None,
        }
    }

    /// The sentence for the caller.
    pub fn detail(&self) -> String {
        match self {
            Self::InvalidFilter(text)
            | Self::TooMany(text)
            | Self::Uniqueness(text)
            | Self::Conflict(text)
            | Self::Mutability(text)
            | Self::InvalidSyntax(text)
            | Self::InvalidPath(text)
            | Self::NoTarget(text)
            | Self::InvalidValue(text)
            | Self::Forbidden(text)
            | Self::NotOwner(text)
            | Self::NotFound(text)
            | Self::InvalidCount(text)
            | Self::TooLarge(text) => text.clone(),
            Self::InvalidCursor(why) => format!("The cursor {why}."),
            Self::ExpiredCursor => "The cursor has expired: start again without one.".to_owned(),
            Self::Unauthorized { presented: true } => {
                "The bearer token is unknown, expired or revoked.".to_owned()
            }
            Self::Unauthorized { presented: false } => {
                "Send `Authorization: Bearer …` with an API key of scope `scim`.".to_owned()
            }
            Self::MethodNotAllowed(allow) => {
                format!("This endpoint knows the methods {allow} only.")
            }
            Self::PreconditionFailed => {
                "The resource has changed since the version in If-Match.".to_owned()
            }
            Self::UnsupportedMediaType => {
                "Send the body as application/scim+json or application/json in UTF-8.".to_owned()
            }
            Self::Held(held) => format!("{}.", capital(&held.to_string())),
            Self::NotImplemented(what) => format!("{what} is not offered here."),
            Self::Unavailable { .. } => "The server is busy; try again.".to_owned(),
            Self::Internal => "The server could not do this; its log says why.".to_owned(),
        }
    }

    /// The same refusal, saying which operation of a list it is about.
    #[must_use]
    pub fn at_operation(self, number: usize) -> Self {
        let at = |text: String| format!("Operation {number}: {text}");
        match self {
            Self::InvalidFilter(text) => Self::InvalidFilter(at(text)),
            Self::Mutability(text) => Self::Mutability(at(text)),
            Self::InvalidPath(text) => Self::InvalidPath(at(text)),
            Self::NoTarget(text) => Self::NoTarget(at(text)),
            Self::InvalidValue(text) => Self::InvalidValue(at(text)),
            other => other,
        }
    }

    /// The body of RFC 7644, section 3.12. `status` is a string there.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "schemas": [ERROR_URN],
            "status": self.status().as_str(),
        });
        if let Some(kind) = self.scim_type() {
            body["scimType"] = json!(kind);
        }
        body["detail"] = json!(self.detail());
        body
    }
}

impl IntoResponse for ScimError {
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.body().to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(SCIM_JSON));
        match self {
            Self::Unauthorized { presented } => {
                // RFC 6750, section 3.1: an error code only when there was a token.
                let challenge = if presented {
                    "Bearer realm=\"scim\", error=\"invalid_token\""
                } else {
                    "Bearer realm=\"scim\""
                };
                headers.insert(
                    header::WWW_AUTHENTICATE,
                    HeaderValue::from_static(challenge),
                );
            }
            Self::Forbidden(_) => {
                let challenge =
                    "Bearer realm=\"scim\", error=\"insufficient_scope\", scope=\"scim\"";
                headers.insert(
                    header::WWW_AUTHENTICATE,
                    HeaderValue::from_static(challenge),
                );
            }
            Self::MethodNotAllowed(allow) => {
                headers.insert(header::ALLOW, HeaderValue::from_static(allow));
            }
            Self::Held(Held { retry_after, .. }) | Self::Unavailable { retry_after } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
            }
            _ => {}
        }
        response
    }
}

impl From<db::Error> for ScimError {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Busy | db::Error::Unavailable(_) => {
                tracing::warn!(%error, "the database could not be asked");
                Self::Unavailable { retry_after: 1 }
            }
            // A member that was deleted in the moment of its adding, among others.
            db::Error::ForeignKey => Self::InvalidValue(
                "Something that the request refers to does not exist any more.".to_owned(),
            ),
            _ => {
                tracing::error!(%error, "a SCIM request failed");
                Self::Internal
            }
        }
    }
}

impl From<Refusal> for ScimError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UserNameTaken | Refusal::GroupNameTaken => {
                Self::Uniqueness(format!("{}.", capital(&refusal.to_string())))
            }
            Refusal::OwnedByAnother { .. } => {
                Self::NotOwner(format!("The attribute {refusal}, which wrote it first."))
            }
            Refusal::CreatedByAnother { .. } => {
                Self::NotOwner(format!("{}.", capital(&refusal.to_string())))
            }
            Refusal::OutOfReach => Self::NotFound("There is no such user.".to_owned()),
            Refusal::HoldsAdministrator | Refusal::LastAdministrator => {
                Self::NotOwner(format!("{}.", capital(&refusal.to_string())))
            }
            Refusal::NotAllowed { .. } => Self::InvalidValue(format!("{refusal}.")),
            Refusal::UnknownMembers(ref ids) => {
                // A push of thousands must not be answered with thousands of ids.
                let named = ids.iter().take(50).cloned().collect::<Vec<_>>().join(", ");
                Self::InvalidValue(format!(
                    "members: {} of the ids belong to no user or group: {named}.",
                    ids.len()
                ))
            }
            Refusal::Database(error) => error.into(),
        }
    }
}

impl From<schemas::Refusal> for ScimError {
    fn from(refusal: schemas::Refusal) -> Self {
        match refusal {
            schemas::Refusal::ValueTaken(_) => {
                Self::Uniqueness(format!("{}.", capital(&refusal.to_string())))
            }
            schemas::Refusal::TooLong(_) => Self::InvalidValue(format!("{refusal}.")),
            schemas::Refusal::Database(error) => error.into(),
            other => {
                tracing::error!(error = %other, "a SCIM request failed");
                Self::Internal
            }
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
