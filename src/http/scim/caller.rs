//! Who asks: the bearer token of a request.

use axum::http::{HeaderMap, header};

use super::error::ScimError;
use crate::domain::api_keys::{self, Refusal, Scope};
use crate::domain::audit::Actor;
use crate::domain::directory::UserId;
use crate::http::web::State;

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The program that asks, as the audit log names it.
    pub actor: Actor,
    /// The user that its token belongs to; none when it belongs to the installation.
    pub owner: Option<UserId>,
}

/// The caller of a request.
///
/// # Errors
/// Without a token that is good and has the scope `scim`.
pub async fn authenticate(state: &State, headers: &HeaderMap) -> Result<Caller, ScimError> {
    let Some(token) = bearer(headers) else {
        let presented = headers.contains_key(header::AUTHORIZATION);
        return Err(ScimError::Unauthorized { presented });
    };
    match api_keys::authenticate(&state.db, token, state.clock.now()).await {
        Ok(key) if key.scopes.contain(Scope::Scim) => Ok(Caller {
            actor: Actor::ApiKey(key.id.to_string()),
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
