//! `/healthz`: the process answers. `/readyz`: it can serve, or says why it cannot.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    extract::State as Shared,
    http::{HeaderValue, Response, StatusCode, header},
    routing::get,
};
use serde_json::json;

use crate::{foundation::db::Error, http::web::State};

/// A database that takes longer to answer is not one to send requests to.
const PATIENCE: Duration = Duration::from_secs(2);

/// The two addresses.
pub fn routes() -> Router<State> {
    Router::new()
        .route(
            "/healthz",
            get(|| async { answer(StatusCode::OK, "alive", None) }),
        )
        .route("/readyz", get(ready))
}

async fn ready(Shared(state): Shared<State>) -> Response<Body> {
    match why_not_ready(&state).await {
        None => answer(StatusCode::OK, "ready", None),
        Some(reason) => {
            tracing::warn!(%reason, "not ready");
            answer(StatusCode::SERVICE_UNAVAILABLE, "unavailable", Some(reason))
        }
    }
}

/// The reasons are few and fixed: what the database said goes to the log only.
async fn why_not_ready(state: &State) -> Option<String> {
    let schema = match tokio::time::timeout(PATIENCE, state.db.schema()).await {
        Err(_) | Ok(Err(Error::Busy)) => {
            return Some("the database does not answer in time".to_owned());
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database cannot be read");
            return Some("the database cannot be read".to_owned());
        }
        Ok(Ok(schema)) => schema,
    };
    (schema.found != schema.known).then(|| {
        format!(
            "the database has schema version {}, this program needs {}",
            schema.found, schema.known
        )
    })
}

fn answer(status: StatusCode, word: &str, reason: Option<String>) -> Response<Body> {
    let body = match reason {
        Some(reason) => json!({ "status": word, "reason": reason }),
        None => json!({ "status": word }),
    };
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
