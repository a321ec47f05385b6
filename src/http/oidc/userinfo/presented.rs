//! How a token comes: in the header, or in the form of a POST (RFC 6750 §2); never in the
//! address.

use axum::body::Body;
use axum::http::{HeaderMap, header};

use super::refusal::Refusal;
use crate::foundation::crypto::token::Secret;
use crate::http::web::Form;

/// By what right a token is presented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scheme {
    /// Whoever has it may use it (RFC 6750).
    Bearer,
    /// Whoever proves its key (RFC 9449 §7.1).
    Dpop,
}

/// A token that was presented.
pub(super) struct Presented {
    pub(super) token: Secret,
    pub(super) scheme: Scheme,
}

pub(super) async fn presented(
    query: Option<&str>,
    headers: &HeaderMap,
    body: Option<Body>,
) -> Result<Presented, Refusal> {
    let mut names = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    if names.any(|(name, _)| name == "access_token") {
        return Err(Refusal::InvalidRequest(
            "a token does not belong into the address",
        ));
    }
    let in_header = in_header(headers)?;
    let in_form = match body {
        Some(body) => form_token(headers, body).await?,
        None => None,
    };
    match (in_header, in_form) {
        (Some(_), Some(_)) => Err(Refusal::InvalidRequest("there are two tokens")),
        (Some(presented), None) => Ok(presented),
        (None, Some(token)) => Ok(Presented {
            token,
            scheme: Scheme::Bearer,
        }),
        (None, None) => Err(Refusal::NoToken),
    }
}

fn in_header(headers: &HeaderMap) -> Result<Option<Presented>, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        let text = "there are several Authorization headers";
        return Err(Refusal::InvalidRequest(text));
    }
    let value = value
        .to_str()
        .map_err(|_| Refusal::InvalidToken(Scheme::Bearer))?;
    // Another scheme brings no access token; the challenge says what is understood.
    let (scheme, token) = value.split_once(' ').ok_or(Refusal::NoToken)?;
    let scheme = match scheme {
        _ if scheme.eq_ignore_ascii_case("bearer") => Scheme::Bearer,
        _ if scheme.eq_ignore_ascii_case("dpop") => Scheme::Dpop,
        _ => return Err(Refusal::NoToken),
    };
    let token = token.trim();
    if token.is_empty() {
        return Err(Refusal::NoToken);
    }
    let token = token.into();
    Ok(Some(Presented { token, scheme }))
}

async fn form_token(headers: &HeaderMap, body: Body) -> Result<Option<Secret>, Refusal> {
    if !headers.contains_key(header::CONTENT_TYPE) {
        return Ok(None);
    }
    let form = Form::read(headers, body)
        .await
        .map_err(|_| Refusal::InvalidRequest("the body is not a form with each field once"))?;
    Ok(form.get("access_token").map(Secret::from))
}
