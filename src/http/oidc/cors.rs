//! Which pages of other origins may read our answers. What is published, all of them; what is
//! answered to a client, the pages of registered public clients; what belongs to a person's
//! browser (authorization, consent, logout), none. Never with credentials.

use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::http::web::State;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
const HEADERS: HeaderValue = HeaderValue::from_static("authorization, content-type, dpop");
const EXPOSED: HeaderValue = HeaderValue::from_static("www-authenticate, dpop-nonce");
const HOUR: HeaderValue = HeaderValue::from_static("3600");
const ANY: HeaderValue = HeaderValue::from_static("*");

/// Lets every page read the answer.
pub(super) async fn for_everybody(request: Request, next: Next) -> Response {
    let preflight = is_preflight(&request);
    let mut response = next.run(request).await;
    allow(response.headers_mut(), ANY, preflight);
    response
}

/// Lets the pages of registered public clients read the answer. The origin is compared with
/// what was registered, never believed (Keycloak CVE-2026-37977).
pub(super) async fn for_public_clients(
    Shared(state): Shared<State>,
    request: Request,
    next: Next,
) -> Response {
    let preflight = is_preflight(&request);
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    let registered = |origin: &HeaderValue| {
        let text = origin.to_str().unwrap_or_default();
        state.clients.is_origin_of_a_public_client(text)
    };
    if let Some(origin) = origin.filter(registered) {
        allow(headers, origin, preflight);
    }
    response
}

/// The answer to a preflight: its headers say everything.
pub(super) async fn preflight() -> StatusCode {
    StatusCode::NO_CONTENT
}

fn is_preflight(request: &Request) -> bool {
    let asks = request
        .headers()
        .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    request.method() == Method::OPTIONS && asks
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue, preflight: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HOUR);
    } else {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
