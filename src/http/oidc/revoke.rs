//! `/oauth2/revoke` (RFC 7009): a client gives back what it holds.

use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::client::{Caller, TokenError, required};
use super::json::no_store;
use crate::domain::grants::{ErrorCode, NotRevoked, Revocation};
use crate::foundation::crypto::token::Secret;
use crate::http::web::State;

/// The revocation endpoint.
pub(super) async fn revoke(Shared(state): Shared<State>, caller: Caller, body: Body) -> Response {
    match answer(&state, &caller, body).await {
        // What the client asked for is so: also when there was nothing to revoke.
        Ok(()) => no_store(StatusCode::OK, &json!({})),
        Err(error) => error.into_response(),
    }
}

async fn answer(state: &State, caller: &Caller, body: Body) -> Result<(), TokenError> {
    let form = caller.form(body).await?;
    let now = state.clock.now();
    let client = caller.authenticated(state, &form, now).await?;
    // `token_type_hint` is a hint: each kind of token is told by its form.
    let token = Secret::from(required(&form, "token")?);
    let revocation = Revocation {
        db: &state.db,
        master: &state.master_key,
        keys: &state.signing_keys,
        issuer: &state.issuer,
        client: &client,
        now,
    };
    Ok(revocation.of(&token).await?)
}

impl From<NotRevoked> for TokenError {
    fn from(refused: NotRevoked) -> Self {
        match refused {
            // Never told as done (fosite CVE-2020-15223): the client would forget a token that
            // is still good.
            NotRevoked::Db(error) => error.into(),
            NotRevoked::OfAnotherClient => {
                Self::new(ErrorCode::InvalidGrant, "the token is another client's")
            }
            NotRevoked::OfAConnection => Self::new(
                ErrorCode::UnsupportedTokenType,
                "the access tokens of a connection end with its secrets",
            ),
        }
    }
}
