//! `/oauth2/authorize`: the front door of every sign-in at an application.

use axum::body::Body;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::visit::{Asked, Ended, Visit};
use super::{AUTHORIZE, redirect};
use crate::domain::grants::{KeptRequest, Parameters};
use crate::http::web::{
    self, Browser, CookieName, LARGEST_FORM, PageRefusal, State, ThisRequest, cookies,
};

/// A request in the query.
pub(super) async fn by_query(
    Shared(state): Shared<State>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    browser: Browser,
    ThisRequest(request_id): ThisRequest,
) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    let visit = Visit {
        now: state.clock.now(),
        state: &state,
        headers: &headers,
        browser: &browser,
        request_id,
    };
    answer(&visit, parameters).await
}

/// A request in a form (Core §3.1.2.1).
pub(super) async fn by_form(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    browser: Browser,
    ThisRequest(request_id): ThisRequest,
    body: Body,
) -> Response {
    let Some(form) = read_form(&headers, body).await else {
        return PageRefusal::new(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "Unreadable request",
            "The application sent a request that is not a form, or one that is too large.",
        )
        .of_request(request_id)
        .into_response();
    };
    // A form of another site comes without our `SameSite=Lax` cookies: the person would look
    // signed out, and the cookie of the browser would be made anew. Asked again by GET, the
    // browser brings them.
    if cookies::read(&state, &headers, CookieName::Browser).is_none()
        && web::session_secret(&state, &headers).is_none()
        && let Ok(query) = std::str::from_utf8(&form)
    {
        return redirect::to_path(&redirect::with_query(AUTHORIZE, query));
    }
    let visit = Visit {
        now: state.clock.now(),
        state: &state,
        headers: &headers,
        browser: &browser,
        request_id,
    };
    answer(&visit, Parameters::parse(&form)).await
}

async fn answer(visit: &Visit<'_>, parameters: Parameters) -> Response {
    match begin(visit, parameters).await {
        Ok(asked) => visit.proceed(asked).await,
        Err(response) => *response,
    }
}

async fn begin(visit: &Visit<'_>, parameters: Parameters) -> Result<Asked, Ended> {
    let request = visit.check(&parameters).await?;
    let kept = KeptRequest {
        client: request.client.id.clone(),
        parameters,
        expected: visit.expected(&request)?,
        asked_at: visit.now,
    };
    Ok(Asked {
        request,
        kept,
        handle: None,
        allowed_now: false,
    })
}

// Not the form reader that all doors share: it refuses a duplicate before anything is known of
// the client, and here the client may be told by redirect.
async fn read_form(headers: &HeaderMap, body: Body) -> Option<axum::body::Bytes> {
    let kind = headers
        .get(axum::http::header::CONTENT_TYPE)?
        .to_str()
        .ok()?;
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return None;
    }
    axum::body::to_bytes(body, LARGEST_FORM).await.ok()
}
