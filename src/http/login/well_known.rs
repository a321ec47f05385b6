//! What browsers and password managers look for at a fixed address.

use axum::{
    Router,
    extract::State as Shared,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value as Json, json};

use crate::http::web::State;

const AN_HOUR: &str = "public, max-age=3600";

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route("/.well-known/webauthn", get(related_origins))
        .route("/.well-known/passkey-endpoints", get(passkey_endpoints))
}

/// The origins whose pages may use the passkeys of this server (Web Authentication Level 3
/// §5.11.1).
async fn related_origins(Shared(state): Shared<State>) -> Response {
    match &state.webauthn {
        Some(party) => found(&json!({ "origins": party.origins() })),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Where passkeys are added and looked after (the well-known URL of the W3C's passkey endpoints).
async fn passkey_endpoints(Shared(state): Shared<State>) -> Response {
    if state.webauthn.is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let page = format!("{}/account/security", state.issuer);
    found(&json!({ "enroll": page, "manage": page }))
}

fn found(what: &Json) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, AN_HOUR),
    ];
    (headers, what.to_string()).into_response()
}
