use std::{convert::Infallible, fmt, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, request::Parts},
};

/// The name of one request in the logs, in the audit log and in the answer's
/// `x-request-id`. It is made here; a caller's own is not believed, so that nobody can
/// make two requests look like one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A name that was made for a request.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The name of the request that carries these extensions, if it has one yet.
    pub fn of(extensions: &Extensions) -> Option<Self> {
        extensions.get::<Self>().cloned()
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of the request at hand, for error pages and the audit log.
pub struct ThisRequest(pub Option<RequestId>);

impl<S: Send + Sync> FromRequestParts<S> for ThisRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(RequestId::of(&parts.extensions)))
    }
}
