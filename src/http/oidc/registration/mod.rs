//! `/oauth2/register`: applications register themselves (RFC 7591) and look after their
//! registration (RFC 7592). No page of another origin may read the answers: they hold secrets.

mod refusal;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Value, json};

use self::refusal::Refusal;
use super::REGISTER;
use super::client::bearer;
use super::json::no_store;
use crate::domain::api_keys::{self, Scope};
use crate::domain::audit::Actor;
use crate::domain::clients::{Client, MayRegister, Registration, SelfRegistration};
use crate::foundation::crypto::token::Secret;
use crate::http::web::{LARGEST_FORM, State};

/// Its addresses; none when nobody may register.
pub(super) fn routes(state: &State) -> Router<State> {
    if state.offer.registration.who == MayRegister::Nobody {
        return Router::new();
    }
    let one = get(show).put(replace).delete(remove);
    Router::new()
        .route(REGISTER, post(register))
        .route("/oauth2/register/{client_id}", one)
}

async fn register(Shared(state): Shared<State>, headers: HeaderMap, body: Body) -> Response {
    let answer = async {
        let actor = registrar(&state, &headers).await?;
        let said = json_of(&headers, body).await?;
        let registered = desk(&state).register(actor, said).await?;
        state.clients.refresh(&state.db).await?;
        told(&state, StatusCode::CREATED, &registered)
    };
    answer.await.unwrap_or_else(Refusal::into_response)
}

async fn show(
    Shared(state): Shared<State>,
    Path(client_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let (client, token) = opened(&state, &client_id, &headers).await?;
        let registered = desk(&state).show(&client, token).await?;
        told(&state, StatusCode::OK, &registered)
    };
    answer.await.unwrap_or_else(Refusal::into_response)
}

async fn replace(
    Shared(state): Shared<State>,
    Path(client_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let answer = async {
        let (client, token) = opened(&state, &client_id, &headers).await?;
        let said = json_of(&headers, body).await?;
        let registered = desk(&state).replace(&client, &token, said).await?;
        state.clients.refresh(&state.db).await?;
        told(&state, StatusCode::OK, &registered)
    };
    answer.await.unwrap_or_else(Refusal::into_response)
}

async fn remove(
    Shared(state): Shared<State>,
    Path(client_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let (client, token) = opened(&state, &client_id, &headers).await?;
        desk(&state).remove(&client, &token).await?;
        state.clients.refresh(&state.db).await?;
        let no_store = HeaderValue::from_static("no-store");
        Ok((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, no_store)]).into_response())
    };
    answer.await.unwrap_or_else(Refusal::into_response)
}

fn desk(state: &State) -> SelfRegistration<'_> {
    SelfRegistration {
        db: &state.db,
        master_key: &state.master_key,
        outbound: &state.outbound,
        methods: state.offer.authentication_methods(),
        quota: state.offer.registration.quota,
        now: state.clock.now(),
    }
}

// A token that is wrong is refused also where none is needed: whoever has one expects what it
// opens.
async fn registrar(state: &State, headers: &HeaderMap) -> Result<Actor, Refusal> {
    if !headers.contains_key(header::AUTHORIZATION) {
        return match state.offer.registration.who {
            MayRegister::Anybody => Ok(Actor::Anonymous),
            MayRegister::Nobody | MayRegister::WithToken => Err(Refusal::NoToken),
        };
    }
    let key = only_bearer(headers)?;
    let now = state.clock.now();
    match api_keys::authenticate(&state.api_keys, &state.db, key, now).await {
        Ok(key) if key.scopes.contain(&Scope::ClientRegistration) => {
            Ok(Actor::ApiKey(key.id.to_string()))
        }
        Ok(key) => {
            tracing::info!(api_key = %key.id, "an API key without the scope client-registration registers");
            Err(Refusal::Token)
        }
        Err(api_keys::Refusal::Database(error)) => Err(error.into()),
        Err(refusal) => {
            tracing::info!(%refusal, "a registration was refused");
            Err(Refusal::Token)
        }
    }
}

// For an unknown client the same as for a wrong token (RFC 7592 §2.1).
async fn opened(
    state: &State,
    client_id: &str,
    headers: &HeaderMap,
) -> Result<(Arc<Client>, Secret), Refusal> {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Err(Refusal::NoToken);
    }
    let token = Secret::from(only_bearer(headers)?);
    // What another process changed must not be written over.
    state.clients.refresh(&state.db).await?;
    let client = state.clients.get(client_id).ok_or(Refusal::Token)?;
    Ok((client, token))
}

fn only_bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    if headers.get_all(header::AUTHORIZATION).iter().count() > 1 {
        return Err(Refusal::Token);
    }
    bearer(headers).ok_or(Refusal::Token)
}

async fn json_of(headers: &HeaderMap, body: Body) -> Result<Value, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    // A page of another site cannot send this kind without asking first.
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::NotJson("the body must be application/json"));
    }
    let bytes: Bytes = match Limited::new(body, LARGEST_FORM).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err(Refusal::NotJson("the body is larger than 64 kB"));
        }
        Err(_) => return Err(Refusal::NotJson("the body cannot be read")),
    };
    serde_json::from_slice(&bytes).map_err(|_| Refusal::NotJson("the body is not JSON"))
}

fn told(
    state: &State,
    status: StatusCode,
    registration: &Registration,
) -> Result<Response, Refusal> {
    let mut said = registration.said()?;
    let own = format!("{}{REGISTER}/{}", state.issuer, registration.id);
    said["registration_client_uri"] = json!(own);
    Ok(no_store(status, &said))
}
