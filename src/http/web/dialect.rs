//! How to say what no door says: that there is nothing, or that something broke.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{refusal::PageRefusal, request_id::RequestId};

/// What the caller understands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dialect {
    /// A browser.
    Page,
    /// RFC 7644, section 3.12.
    Scim,
    /// RFC 6749, section 5.2, and everything else that programs read.
    Json,
}

impl Dialect {
    pub(super) fn of(path: &str, headers: &HeaderMap) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
        if path.starts_with("/scim/") {
            Self::Scim
        } else if accept.is_some_and(|accept| accept.contains("text/html")) {
            Self::Page
        } else {
            Self::Json
        }
    }

    pub(super) fn internal(self, request_id: Option<RequestId>) -> Response {
        self.say(PageRefusal::internal(request_id.clone()), request_id)
    }

    pub(super) fn not_found(self, request_id: Option<RequestId>) -> Response {
        self.say(PageRefusal::not_found(request_id.clone()), request_id)
    }

    pub(super) fn method(self, request_id: Option<RequestId>) -> Response {
        self.say(PageRefusal::method(request_id.clone()), request_id)
    }

    fn say(self, refusal: PageRefusal, request_id: Option<RequestId>) -> Response {
        let (status, code) = (refusal.status(), refusal.code());
        let request_id = request_id.map(|id| id.to_string());
        let (kind, body) = match self {
            Self::Page => return refusal.into_response(),
            Self::Scim => ("application/scim+json", scim(status, refusal.sentence())),
            Self::Json => (
                "application/json",
                json!({ "error": code, "request_id": request_id }),
            ),
        };
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-store"),
        ];
        (status, headers, body.to_string()).into_response()
    }
}

fn scim(status: StatusCode, detail: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": status.as_str(),
        "detail": detail,
    })
}
