//! What the pages that ask for passkeys and security keys have in common.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value as Json;

use super::visitor::Visitor;
use crate::{
    domain::credentials::webauthn::{CeremonyError, RelyingParty},
    http::web::PageRefusal,
};

impl Visitor {
    /// This server as authenticators know it.
    pub(super) fn party(&self) -> Result<&RelyingParty, PageRefusal> {
        let party = self.state.webauthn.as_ref();
        party.ok_or_else(|| PageRefusal::not_found(self.request_id.clone()))
    }

    /// A challenge, for the script of the page. Where there is none to give, the status says so to
    /// the script, and the page when it is loaded anew to the person.
    pub(super) fn challenge(
        &self,
        asked: Result<Option<Json>, CeremonyError>,
    ) -> Result<Response, PageRefusal> {
        match asked {
            Ok(Some(options)) => Ok(json(&options)),
            Ok(None) => Ok(StatusCode::CONFLICT.into_response()),
            Err(CeremonyError::TooMany) => Ok(StatusCode::TOO_MANY_REQUESTS.into_response()),
            Err(CeremonyError::Database(error)) => {
                Err(PageRefusal::database(&error, self.request_id.clone()))
            }
            Err(error) => {
                tracing::error!(%error, "a challenge could not be made");
                Err(PageRefusal::internal(self.request_id.clone()))
            }
        }
    }
}

fn json(value: &Json) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, value.to_string()).into_response()
}
