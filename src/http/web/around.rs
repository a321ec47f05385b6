//! What every request passes through, from the outside in: it gets an id and a log
//! line, a panic fails it alone, its body is bounded, and its answer gets the headers
//! that all answers have. A refusal becomes a page here.

use std::{panic::AssertUnwindSafe, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request, State as Shared},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http_body_util::Limited;
use tower::ServiceExt as _;
use tracing::Instrument;

use super::{
    assets, dialect::Dialect, language::Languages, refusal::PageRefusal, request_id::RequestId,
    state::State,
};
use crate::foundation::id::new_uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// More than any protocol here needs; the doors are stricter, and each says so in its own
/// form. This holds a door that forgets to be: its reading ends here.
const LARGEST_BODY: usize = 4 << 20;

/// Puts the doors behind what every request passes through, with the static assets
/// and the pages for what is not there; and all of it under the path of the public URL.
pub fn around(doors: Router<State>, state: State) -> Router {
    let doors = passed(doors.merge(assets::routes()), &state);
    let prefix = state.prefix.clone();
    if prefix.is_empty() {
        return doors;
    }
    let beside = passed(Router::new(), &state);
    Router::new().fallback(move |mut request: Request| {
        let ours = prefix.take_in(&mut request);
        let router = if ours { &doors } else { &beside };
        router.clone().oneshot(request)
    })
}

fn passed(doors: Router<State>, state: &State) -> Router {
    doors
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::map_request(bound))
        .layer(middleware::from_fn_with_state(state.clone(), pass))
        .with_state(state.clone())
}

async fn bound(request: Request) -> Request {
    request.map(|body| Body::new(Limited::new(body, LARGEST_BODY)))
}

async fn pass(Shared(state): Shared<State>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = new_uuid(state.clock.now()).simple().to_string();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let dialect = Dialect::of(request.uri().path(), request.headers());
    let languages = Languages::of(request.uri().query(), request.headers());
    let request_id = RequestId::new(id.as_str());
    request.extensions_mut().insert(request_id.clone());
    let span = tracing::info_span!("request", request_id = %id);
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind();
    let response = match answered.instrument(span.clone()).await {
        Ok(response) => response,
        // What the panic said has been written to the log by the panic hook.
        Err(_) => dialect.internal(Some(request_id)),
    };
    let mut response = PageRefusal::shown_by(response, || state.frame(languages.choose(None)));
    state.prefix.lead_out(&mut response);
    add_headers(response.headers_mut(), &state, &id);
    let route = route.as_ref().map(MatchedPath::as_str);
    span.in_scope(|| log(&method, route, &response, begun));
    response
}

fn add_headers(headers: &mut HeaderMap, state: &State, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    if state.public_url.scheme() == "https" {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}

/// The line holds the route and not the address: an address can carry a code or a
/// handle in its path or query.
fn log(method: &Method, route: Option<&str>, response: &Response, begun: Instant) {
    let route = route.unwrap_or("(no route)");
    let status = response.status().as_u16();
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    if status >= 500 && status != 503 {
        tracing::error!(%method, route, status, micros, "failed");
    } else {
        tracing::info!(%method, route, status, micros, "answered");
    }
}

async fn not_found(request: Request) -> Response {
    let dialect = Dialect::of(request.uri().path(), request.headers());
    dialect
        .not_found(RequestId::of(request.extensions()))
        .into_response()
}

async fn method_not_allowed(request: Request) -> Response {
    let dialect = Dialect::of(request.uri().path(), request.headers());
    dialect
        .method(RequestId::of(request.extensions()))
        .into_response()
}
