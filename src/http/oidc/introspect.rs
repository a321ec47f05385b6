//! `/oauth2/introspect` (RFC 7662): whether a token is active, for who may know. As JSON, or
//! signed (RFC 9701) when the caller asks for that.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use super::client::{self, TokenError, bearer, required};
use super::json::no_store;
use crate::domain::api_keys::{self, ApiKey, EVERY_AUDIENCE, Refusal};
use crate::domain::clients::Client;
use crate::domain::connections::access_token::VerifiedAccessToken;
use crate::domain::grants::{Active, ErrorCode, Introspection, Sees, Viewer};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::Algorithm;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db;
use crate::http::web::{Form, State};

const SIGNED: &str = "application/token-introspection+jwt";
const TYP: &str = "token-introspection+jwt";

/// Who asks.
enum Caller {
    Client(Arc<Client>),
    ResourceServer(Arc<ApiKey>),
}

/// The introspection endpoint.
pub(super) async fn introspect(
    Shared(state): Shared<State>,
    call: client::Caller,
    body: Body,
) -> Response {
    let answered = answer(&state, &call, body).await;
    answered.unwrap_or_else(IntoResponse::into_response)
}

async fn answer(state: &State, call: &client::Caller, body: Body) -> Result<Response, TokenError> {
    let form = call.form(body).await?;
    let now = state.clock.now();
    let caller = caller(state, call, &form, now).await?;
    let token = Secret::from(required(&form, "token")?);
    let introspection = Introspection {
        db: &state.db,
        master: &state.master_key,
        keys: &state.signing_keys,
        clients: &state.clients,
        issuer: &state.issuer,
        viewer: caller.viewer(),
        now,
    };
    let mut active = introspection.of(&token).await?;
    if let Some(found) = &active
        && !connection_stands(state, found, &token, now).await?
    {
        active = None;
    }
    match caller.wants_signed(&call.headers) {
        Some(algorithm) => signed(state, &caller, algorithm, active.as_ref(), now),
        None => Ok(match active {
            Some(active) => no_store(StatusCode::OK, &active),
            None => no_store(StatusCode::OK, &inactive()),
        }),
    }
}

fn inactive() -> serde_json::Value {
    json!({ "active": false })
}

async fn caller(
    state: &State,
    call: &client::Caller,
    form: &Form,
    now: Timestamp,
) -> Result<Caller, TokenError> {
    if let Some(key) = bearer(&call.headers) {
        return by_key(state, key, form, now).await;
    }
    let client = call.authenticated(state, form, now).await?;
    // The name of a public client is known to everybody, and everybody could ask in its name.
    if client.confidential {
        Ok(Caller::Client(client))
    } else {
        Err(TokenError::invalid_client())
    }
}

async fn by_key(
    state: &State,
    key: &str,
    form: &Form,
    now: Timestamp,
) -> Result<Caller, TokenError> {
    let also_as_a_client = ["client_id", "client_secret", "client_assertion"];
    if also_as_a_client.iter().any(|name| form.get(name).is_some()) {
        let text = "the caller authenticates in two ways at once";
        return Err(TokenError::new(ErrorCode::InvalidRequest, text));
    }
    match api_keys::authenticate(&state.api_keys, &state.db, key, now).await {
        Ok(key) if key.scopes.introspect() => Ok(Caller::ResourceServer(key)),
        Ok(key) => {
            tracing::info!(api_key = %key.id, "an API key without the scope introspection asked");
            Err(TokenError::invalid_client())
        }
        Err(Refusal::Database(error)) => Err(error.into()),
        Err(refusal) => {
            tracing::info!(%refusal, "an introspection was refused");
            Err(TokenError::invalid_client())
        }
    }
}

impl Caller {
    fn viewer(&self) -> Viewer<'_> {
        match self {
            Self::Client(client) => Viewer::Client(client),
            Self::ResourceServer(key) => {
                let names: Vec<_> = key.scopes.audiences().collect();
                Viewer::ResourceServer(if names.contains(&EVERY_AUDIENCE) {
                    Sees::Everything
                } else {
                    Sees::Named(names)
                })
            }
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Client(client) => client.id.to_string(),
            Self::ResourceServer(key) => key.id.to_string(),
        }
    }

    /// What the answer is signed with, when it is to be signed: the caller says so now, or its
    /// registration does.
    fn wants_signed(&self, headers: &HeaderMap) -> Option<Algorithm> {
        let asks = headers.get_all(header::ACCEPT).iter().any(|value| {
            let value = value.to_str().unwrap_or_default();
            value.split(',').any(|kind| {
                let kind = kind.split(';').next().unwrap_or_default();
                kind.trim().eq_ignore_ascii_case(SIGNED)
            })
        });
        let Self::Client(client) = self else {
            return asks.then_some(Algorithm::Rs256);
        };
        // RS256 is the default of RFC 9701 §6, and what FAPI forbids.
        let registered = client.metadata.introspection_signed_response_alg;
        let default = if client.rules().fapi_algorithms {
            Algorithm::Es256
        } else {
            Algorithm::Rs256
        };
        registered.or(asks.then_some(default))
    }
}

// What a connection's client holds ends with the connection, which knows more of it.
async fn connection_stands(
    state: &State,
    active: &Active,
    token: &Secret,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let client = state.clients.get(&active.client_id);
    let Some(id) = client.and_then(|client| client.connection) else {
        return Ok(true);
    };
    let connection = state.connections.find(&state.db, id).await?;
    let (issuer, keys) = (&state.issuer, &state.signing_keys);
    let read = VerifiedAccessToken::read(token.reveal(), issuer, keys, now);
    Ok(matches!(
        (connection, read),
        (Some(connection), Some(token))
            if connection.is_enabled() && token.still_stands(&connection)
    ))
}

/// The claims of RFC 9701 §5: none of the token stands on the outer level, so that this cannot
/// pass for the token.
#[derive(Serialize)]
struct Payload<'a, T> {
    iss: &'a str,
    aud: String,
    iat: i64,
    token_introspection: T,
}

fn signed(
    state: &State,
    caller: &Caller,
    algorithm: Algorithm,
    active: Option<&Active>,
    now: Timestamp,
) -> Result<Response, TokenError> {
    let payload = Payload {
        iss: &state.issuer,
        aud: caller.name(),
        iat: now.seconds(),
        token_introspection: match active {
            Some(active) => serde_json::to_value(active).unwrap_or_else(|_| inactive()),
            None => inactive(),
        },
    };
    let text = state.signing_keys.sign(algorithm, TYP, &payload, now)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(SIGNED)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text).into_response())
}
