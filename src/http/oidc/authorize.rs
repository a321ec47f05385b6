//! `/oauth2/authorize`: the front door of every sign-in at an application.

use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::visit::{Asked, Ended, Visit};
use super::{AUTHORIZE, hint, redirect};
use crate::domain::grants::{KeptRequest, Parameters};
use crate::http::web::{self, CookieName, LARGEST_FORM, Language, PageRefusal, cookies};

/// A request in the query.
pub(super) async fn by_query(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::parse(query.unwrap_or_default().as_bytes());
    answer(&visit, parameters).await
}

/// A request in a form (Core §3.1.2.1).
pub(super) async fn by_form(visit: Visit, body: Body) -> Response {
    let Some(form) = read_form(&visit.headers, body).await else {
        return PageRefusal::new(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            Language::unreadable_request,
            Language::unreadable_request_sentence,
        )
        .of_request(visit.request_id)
        .into_response();
    };
    // A form of another site comes without our `SameSite=Lax` cookies: the person would look
    // signed out, and the cookie of the browser would be made anew. Asked again by GET, the
    // browser brings them.
    let (state, headers) = (&visit.state, &visit.headers);
    if cookies::read(state, headers, CookieName::Browser).is_none()
        && web::session_secret(state, headers).is_none()
        && let Ok(query) = std::str::from_utf8(&form)
    {
        return redirect::to_path(&redirect::with_query(AUTHORIZE, query));
    }
    answer(&visit, Parameters::parse(&form)).await
}

async fn answer(visit: &Visit, parameters: Parameters) -> Response {
    match begin(visit, parameters).await {
        Ok(asked) => visit.proceed(asked).await,
        Err(response) => *response,
    }
}

async fn begin(visit: &Visit, parameters: Parameters) -> Result<Asked, Ended> {
    let (client, mut read) = visit.read(&parameters).await?;
    let mut request = visit.check(&client, &read.parameters, &read.origin).await?;
    let expected = hint::expected(visit, &mut request, &mut read.origin).await?;
    let kept = KeptRequest {
        client: client.id.clone(),
        parameters: read.parameters,
        origin: read.origin,
        expected,
        asked_at: visit.now,
    };
    Ok(Asked {
        request,
        kept,
        handle: None,
        allowed_now: false,
        remembered: false,
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
