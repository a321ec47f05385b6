//! Bodies in and out. T11: `application/json` is taken and given as well as SCIM's own
//! type, with or without a charset.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use serde_json::Value;

use super::error::ScimError;

/// What SCIM speaks (RFC 7644, section 8.1).
pub const SCIM_JSON: &str = "application/scim+json";
const JSON: &str = "application/json";

/// The largest body: the whole list of a group of some 40 000 members.
pub const MAX_BODY: usize = 2 * 1024 * 1024;

/// A body as JSON. `Absent` when it is empty.
pub struct JsonBody(pub Value);

impl JsonBody {
    /// The document.
    pub fn into_value(self) -> Value {
        self.0
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ScimError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ScimError> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(ScimError::UnsupportedMediaType);
        }
        let bytes = read(&parts.headers, body).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            // The position helps; the text of the body may hold a password and is not told.
            ScimError::InvalidSyntax(format!(
                "The body is not JSON in UTF-8: line {}, column {}.",
                error.line(),
                error.column()
            ))
        })
    }
}

async fn read(headers: &HeaderMap, mut body: Body) -> Result<Vec<u8>, ScimError> {
    let too_large = || ScimError::TooLarge(format!("A body may have at most {MAX_BODY} bytes."));
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    let mut over = announced.is_some_and(|length| length > MAX_BODY);
    let mut kept = Vec::new();
    // What is too much is still read, as far as any body is, and thrown away: a connection
    // that is closed while the client sends can lose the answer that says why.
    while let Some(frame) = body.frame().await {
        let data = match frame {
            Ok(frame) => frame.into_data().unwrap_or_default(),
            Err(_) if over => break,
            Err(_) => {
                return Err(ScimError::InvalidSyntax(
                    "The body ended before it was complete.".to_owned(),
                ));
            }
        };
        over |= kept.len() + data.len() > MAX_BODY;
        if over {
            kept = Vec::new();
        } else {
            kept.extend_from_slice(&data);
        }
    }
    if over { Err(too_large()) } else { Ok(kept) }
}

/// Whether the body says that it is JSON in UTF-8, or says nothing.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return true;
    };
    let Ok(kind) = kind.to_str() else {
        return false;
    };
    let mut pieces = kind.split(';').map(str::trim);
    let known = pieces.next().is_some_and(|essence| {
        essence.eq_ignore_ascii_case(SCIM_JSON) || essence.eq_ignore_ascii_case(JSON)
    });
    let utf8 = pieces.all(|parameter| {
        let charset = parameter
            .get(..8)
            .filter(|name| name.eq_ignore_ascii_case("charset="))
            .map(|_| parameter[8..].trim_matches('"'));
        charset.is_none_or(|charset| {
            charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
        })
    });
    known && utf8
}

/// Answers as `application/json` to whoever asks for that and not for SCIM's own type, and
/// lets no shared cache keep a person's data.
pub async fn negotiate(request: Request, next: Next) -> Response {
    let plain = wants_plain_json(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-cache"));
    if plain
        && headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == SCIM_JSON)
    {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    }
    response
}

fn wants_plain_json(headers: &HeaderMap) -> bool {
    let accepted: Vec<&str> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|accept| accept.to_str().ok())
        .flat_map(|accept| accept.split(','))
        .filter_map(|kind| kind.split(';').next())
        .map(str::trim)
        .collect();
    let has = |wanted: &str| {
        accepted
            .iter()
            .any(|kind| kind.eq_ignore_ascii_case(wanted))
    };
    has(JSON) && !has(SCIM_JSON)
}
