//! Who asks, and for which connection: the bearer token of a request.

use std::sync::Arc;

use axum::http::{HeaderMap, header};

use super::error::ScimError;
use crate::domain::api_keys::{self, Refusal, Scope};
use crate::domain::audit::Actor;
use crate::domain::connections::access_token::{SCOPE, VerifiedAccessToken};
use crate::domain::connections::{Connection, ConnectionId};
use crate::domain::directory::UserId;
use crate::http::web::State;

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The program that asks, as the audit log names it.
    pub actor: Actor,
    /// The connection that it asks for.
    pub connection: Arc<Connection>,
    /// The user that its token belongs to; none when it belongs to the installation.
    pub owner: Option<UserId>,
}

/// The caller of a request.
///
/// # Errors
/// Without a token that is good and has the scope `scim`, or when its connection is disabled.
pub async fn authenticate(state: &State, headers: &HeaderMap) -> Result<Caller, ScimError> {
    let Some(token) = bearer(headers) else {
        let presented = headers.contains_key(header::AUTHORIZATION);
        return Err(ScimError::Unauthorized { presented });
    };
    let Presented {
        actor,
        connection,
        owner,
    } = if token.contains('.') {
        by_access_token(state, token).await?
    } else {
        by_key(state, token).await?
    };
    let connection = state.connections.find(&state.db, connection).await?;
    match connection.filter(|connection| connection.is_enabled()) {
        Some(connection) => Ok(Caller {
            actor,
            connection,
            owner,
        }),
        None => {
            tracing::info!(
                actor = actor.label(),
                "a SCIM request of a disabled connection was refused"
            );
            Err(ScimError::Unauthorized { presented: true })
        }
    }
}

/// What a good token says.
struct Presented {
    actor: Actor,
    connection: ConnectionId,
    owner: Option<UserId>,
}

/// An access token of a connection's client (RFC 9068). It costs no query: client and
/// connection are in memory.
async fn by_access_token(state: &State, token: &str) -> Result<Presented, ScimError> {
    let refused = ScimError::Unauthorized { presented: true };
    let now = state.clock.now();
    let read = VerifiedAccessToken::read(token, &state.issuer, &state.signing_keys, now);
    let token = read.ok_or(refused.clone())?;
    let client = state.clients.find(&state.db, &token.client_id, now).await?;
    let client = client.filter(|client| client.is_enabled());
    let client = client.ok_or(refused.clone())?;
    let connection = client.connection.ok_or(refused.clone())?;
    let stands = match state.connections.find(&state.db, connection).await? {
        Some(connection) => token.still_stands(&connection),
        None => false,
    };
    if !stands {
        return Err(refused);
    }
    if !token.scope.contains(SCOPE) {
        return Err(ScimError::Forbidden(
            "The access token does not have the scope `scim`.".to_owned(),
        ));
    }
    Ok(Presented {
        actor: Actor::Client(client.id.to_string()),
        connection,
        owner: None,
    })
}

async fn by_key(state: &State, token: &str) -> Result<Presented, ScimError> {
    match api_keys::authenticate(&state.api_keys, &state.db, token, state.clock.now()).await {
        Ok(key) if key.scopes.contain(&Scope::Scim) => Ok(Presented {
            actor: Actor::ApiKey(key.id.to_string()),
            connection: key.connection.unwrap_or(ConnectionId::BUILT_IN),
            owner: key.owner,
        }),
        Ok(_) => Err(ScimError::Forbidden(
            "The API key does not have the scope `scim`.".to_owned(),
        )),
        Err(Refusal::Database(error)) => Err(error.into()),
        Err(refusal) => {
            tracing::info!(%refusal, "a SCIM request was refused");
            Err(ScimError::Unauthorized { presented: true })
        }
    }
}

/// The token of `Authorization: Bearer …`; the word is taken in any case (RFC 9110, 11.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
