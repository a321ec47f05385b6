//! `/oauth2/userinfo` (Core §5.3): claims of the user, for a bearer token whose grant stands.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::encrypt::{CannotEncrypt, Reader};
use super::json::{no_store, token_no_store};
use crate::domain::clients::{Client, scope};
use crate::domain::grants::{self, Claims, VerifiedAccessToken};
use crate::domain::signing_keys;
use crate::foundation::crypto::jose::Encryption;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db;
use crate::http::web::{Form, State};

/// The answers of RFC 6750 §3.1.
enum Refusal {
    /// No token: a bare challenge.
    NoToken,
    /// Two tokens, or one where none belongs.
    InvalidRequest(&'static str),
    /// Not a token, or nothing it stands on stands any more.
    InvalidToken,
    /// A token without `openid`.
    InsufficientScope,
    /// It cannot be signed, or not be encrypted to the client: its key set does not answer, or
    /// has no key for what it registered.
    NotTold,
    /// The database failed.
    Db(db::Error),
}

impl From<CannotEncrypt> for Refusal {
    fn from(error: CannotEncrypt) -> Self {
        tracing::warn!(%error, "userinfo cannot be encrypted");
        Self::NotTold
    }
}

impl From<signing_keys::Error> for Refusal {
    fn from(error: signing_keys::Error) -> Self {
        tracing::error!(%error, "userinfo cannot be signed");
        Self::NotTold
    }
}

/// Userinfo, by GET or by POST.
pub(super) async fn userinfo(
    Shared(state): Shared<State>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let body = (method == Method::POST).then_some(body);
    let answered = async {
        let token = presented(query.as_deref(), &headers, body).await?;
        let (client, claims) = claims(&state, &token).await?;
        told(&state, &client, &claims).await
    };
    match answered.await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

// As the client registered it: JSON, or a token that is signed, or encrypted, or both.
async fn told(state: &State, client: &Client, claims: &Claims) -> Result<Response, Refusal> {
    let now = state.clock.now();
    let metadata = &client.metadata;
    let encryption = Encryption::registered(
        metadata.userinfo_encrypted_response_alg,
        metadata.userinfo_encrypted_response_enc,
    );
    let reader = Reader::of(state, client, encryption, now).await?;
    let keys = &state.signing_keys;
    let signed = grants::signed_userinfo(claims, client, &state.issuer, keys, now)?;
    Ok(match (signed, reader) {
        (None, None) => no_store(StatusCode::OK, claims),
        (Some(token), None) => token_no_store(token),
        (Some(token), Some(reader)) => token_no_store(reader.enclose(&token)?),
        (None, Some(reader)) => {
            let plain = serde_json::to_vec(claims).map_err(|_| Refusal::NotTold)?;
            token_no_store(reader.encrypt(None, &plain)?)
        }
    })
}

async fn claims(state: &State, token: &Secret) -> Result<(Arc<Client>, Claims), Refusal> {
    let now = state.clock.now();
    let keys = &state.signing_keys;
    let verified = VerifiedAccessToken::read(token.reveal(), &state.issuer, keys, now)
        .filter(|token| token.is_only_for(&state.issuer))
        .ok_or(Refusal::InvalidToken)?;
    // The client may have been disabled since: it is in memory.
    let client = state.clients.find(&state.db, verified.client(), now).await;
    let client = client
        .map_err(Refusal::Db)?
        .filter(|client| client.is_enabled())
        .ok_or(Refusal::InvalidToken)?;
    let holder = grants::holder(&state.db, &verified, now)
        .await
        .map_err(Refusal::Db)?
        .ok_or(Refusal::InvalidToken)?;
    if !holder.scope.contains(scope::OPENID) {
        return Err(Refusal::InsufficientScope);
    }
    let (db, user) = (&state.db, &holder.user);
    let by_name = holder.terms.claims.userinfo.keys();
    let claims = Claims::of(db, user, &holder.scope)
        .await
        .map_err(Refusal::Db)?;
    let claims = claims.with_requested(db, user, by_name).await;
    let claims = claims.map_err(Refusal::Db)?.with_subject(user);
    Ok((client, claims))
}

// In the header, or in the form of a POST (RFC 6750 §2); never in the address.
async fn presented(
    query: Option<&str>,
    headers: &HeaderMap,
    body: Option<Body>,
) -> Result<Secret, Refusal> {
    let mut names = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    if names.any(|(name, _)| name == "access_token") {
        return Err(Refusal::InvalidRequest(
            "a token does not belong into the address",
        ));
    }
    let in_header = bearer(headers)?;
    let in_form = match body {
        Some(body) => form_token(headers, body).await?,
        None => None,
    };
    match (in_header, in_form) {
        (Some(_), Some(_)) => Err(Refusal::InvalidRequest("there are two tokens")),
        (Some(token), None) | (None, Some(token)) => Ok(token),
        (None, None) => Err(Refusal::NoToken),
    }
}

fn bearer(headers: &HeaderMap) -> Result<Option<Secret>, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        let text = "there are several Authorization headers";
        return Err(Refusal::InvalidRequest(text));
    }
    let value = value.to_str().map_err(|_| Refusal::InvalidToken)?;
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => {
            Ok(Some(token.trim().into()))
        }
        // Another scheme is no bearer token; the challenge says what is understood.
        _ => Err(Refusal::NoToken),
    }
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

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, text) = match self {
            Self::NoToken => (StatusCode::UNAUTHORIZED, "", "a bearer token is needed"),
            Self::InvalidRequest(text) => (StatusCode::BAD_REQUEST, "invalid_request", text),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "the token has expired, or what it stands on has ended",
            ),
            Self::InsufficientScope => (
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                "the token is not good for openid",
            ),
            Self::NotTold => (
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "the answer cannot be signed, or not be encrypted to the client's keys",
            ),
            Self::Db(db::Error::Busy) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "too much at once",
            ),
            Self::Db(error) => {
                tracing::error!(%error, "the database could not answer");
                let text = "the server failed";
                (StatusCode::INTERNAL_SERVER_ERROR, "server_error", text)
            }
        };
        answer(status, code, text)
    }
}

fn answer(status: StatusCode, code: &'static str, text: &'static str) -> Response {
    // Without a token there is nothing to say beyond the challenge (RFC 6750 §3.1).
    let body = match code {
        "" => json!({}),
        code => json!({ "error": code, "error_description": text }),
    };
    let mut response = no_store(status, &body);
    let headers = response.headers_mut();
    let challenge = match code {
        "" => "Bearer realm=\"doorward\"".to_owned(),
        code => {
            format!("Bearer realm=\"doorward\", error=\"{code}\", error_description=\"{text}\"")
        }
    };
    let client_mistake = status.is_client_error();
    if let (true, Ok(challenge)) = (client_mistake, HeaderValue::from_str(&challenge)) {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}
