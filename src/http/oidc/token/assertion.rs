//! A client that presents an assertion in place of a secret: one that it signed itself
//! (`private_key_jwt`), or the token of a foreign issuer that its connection trusts.

use std::sync::Arc;

use serde::Deserialize;

use super::error::TokenError;
use crate::domain::clients::assertion::{self, Claims, InvalidAssertion, JWT_BEARER};
use crate::domain::clients::{AuthenticationMethod, Client, KeySource};
use crate::domain::connections::trust;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{ForeignKeys, Unverified};
use crate::http::oidc::TOKEN;
use crate::http::web::{Form, State};

/// The assertion of a form, if there is one.
pub(super) fn presented(form: &Form) -> Result<Option<&str>, TokenError> {
    let given = |name: &str| form.get(name).filter(|value| !value.is_empty());
    match (given("client_assertion_type"), given("client_assertion")) {
        (None, None) => Ok(None),
        (Some(JWT_BEARER), Some(assertion)) => Ok(Some(assertion)),
        _ => Err(TokenError::invalid_client()),
    }
}

/// Who an assertion says that it speaks of, before anything of it is proven.
#[derive(Deserialize)]
struct Named {
    iss: String,
    sub: String,
}

/// The client that presented the assertion, authenticated. A foreign assertion does not know
/// the client's name, so the form must say it.
pub(super) async fn authenticated(
    state: &State,
    client_id: Option<&str>,
    assertion: &str,
    now: Timestamp,
) -> Result<Arc<Client>, TokenError> {
    let token = Unverified::parse(assertion).ok_or_else(TokenError::invalid_client)?;
    let named: Option<Named> = token.unproven_claims();
    let named = named.ok_or_else(TokenError::invalid_client)?;
    let client_id = client_id.unwrap_or(&named.sub);
    let client = state.clients.find(&state.db, client_id, now).await?;
    let client = client
        .filter(|client| client.is_enabled())
        .ok_or_else(TokenError::invalid_client)?;
    let accepted = if named.iss == client_id {
        by_own_key(state, &client, &token, now).await
    } else {
        by_foreign_issuer(state, &client, &token, now).await
    };
    match accepted {
        Ok(()) => Ok(client),
        Err(InvalidAssertion::Database(error)) => Err(error.into()),
        Err(refused) => {
            tracing::info!(client = %client.id, reason = %refused, "an assertion was not accepted");
            Err(TokenError::invalid_client())
        }
    }
}

async fn by_own_key(
    state: &State,
    client: &Client,
    token: &Unverified<'_>,
    now: Timestamp,
) -> Result<(), InvalidAssertion> {
    let keys = keys_of(state, client, token, now).await?;
    let claims: Claims = keys.verify(token).ok_or(InvalidAssertion::Signature)?;
    // The issuer is what is to be named (draft-ietf-oauth-rfc7523bis); the address of this
    // endpoint is what libraries of before name.
    let endpoint = format!("{}{TOKEN}", state.issuer);
    let audiences = [state.issuer.as_str(), &endpoint];
    assertion::accept_own(&state.db, client, &claims, &audiences, now).await
}

async fn keys_of(
    state: &State,
    client: &Client,
    token: &Unverified<'_>,
    now: Timestamp,
) -> Result<Arc<ForeignKeys>, InvalidAssertion> {
    let metadata = &client.metadata;
    if metadata.token_endpoint_auth_method != Some(AuthenticationMethod::PrivateKeyJwt) {
        return Err(InvalidAssertion::Party);
    }
    if let Some(keys) = &metadata.jwks {
        let read = ForeignKeys::read(keys).map_err(|_| InvalidAssertion::Signature)?;
        return Ok(Arc::new(read));
    }
    let address = metadata.jwks_uri.clone();
    let source = KeySource::Address(address.ok_or(InvalidAssertion::Signature)?);
    let found = state
        .key_sets
        .of(&state.outbound, &source, token, now)
        .await;
    found.map_err(|error| {
        tracing::warn!(client = %client.id, %error, "an assertion cannot be checked");
        InvalidAssertion::Signature
    })
}

async fn by_foreign_issuer(
    state: &State,
    client: &Client,
    token: &Unverified<'_>,
    now: Timestamp,
) -> Result<(), InvalidAssertion> {
    let id = client.connection.ok_or(InvalidAssertion::Party)?;
    let connection = state.connections.find(&state.db, id).await?;
    let connection = connection.ok_or(InvalidAssertion::Party)?;
    trust::accept(&connection, token, (&state.key_sets, &state.outbound), now).await
}
