//! `/Bulk` (RFC 7644, section 3.7): many operations in one request.
//!
//! A bulk request is no transaction: each operation is done in a change of its own, as if
//! it had come by itself, and it is done as a whole or not at all. So a large request does
//! not keep SQLite's one writer from others, on PostgreSQL it does not hold the rows of a
//! thousand resources, and what is answered as done is on disk. (Savepoints in one change
//! would be quicker by the commits and would lose all of that.) Operations that refer to
//! each other in a circle are the exception: they cannot exist without each other, and are
//! done in one change, together or not at all. And a rehearsal is done in one change that is
//! undone, so that operations find what those before them would have left.
//!
//! Operations run through the same functions as requests of their own (`work`).

mod order;
mod references;
mod request;
mod run;

use axum::Router;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use serde_json::json;

use super::answer;
use super::asked::Asked;
use super::error::ScimError;
use super::media::{JsonBody, MAX_BODY};
use crate::http::web::State;

/// The most operations in one request. Each may cost a commit, and the client waits for all.
pub(super) const MAX_OPERATIONS: usize = 1000;

const RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

pub(super) fn routes() -> Router<State> {
    let endpoint = post(bulk).fallback(|| async { ScimError::MethodNotAllowed("POST") });
    Router::new().route(&format!("{}/Bulk", super::PATH), endpoint)
}

async fn bulk(
    Shared(state): Shared<State>,
    asked: Asked,
    body: Result<JsonBody, ScimError>,
) -> Result<Response, ScimError> {
    let JsonBody(body) = body.map_err(name_the_limit)?;
    let request = request::read(body)?;
    let results = run::run(&state, &asked, request).await?;
    let answer = json!({ "schemas": [RESPONSE_URN], "Operations": results });
    Ok(answer::body(StatusCode::OK, &answer))
}

fn name_the_limit(error: ScimError) -> ScimError {
    match error {
        ScimError::TooLarge(_) => ScimError::TooLarge(format!(
            "The request is larger than maxPayloadSize, which is {MAX_BODY} bytes."
        )),
        other => other,
    }
}
