//! A client that presents an assertion in place of a secret: one that it signed itself
//! (`private_key_jwt`, `client_secret_jwt`), or the token of a foreign issuer that its
//! connection trusts.

use serde::Deserialize;

use super::{Presented, TokenError, parsed};
use crate::domain::clients::assertion::{InvalidAssertion, JWT_BEARER};
use crate::domain::clients::{Client, Proof};
use crate::domain::connections::trust;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::Unverified;
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

/// The client that an assertion is of. A foreign assertion does not know the client's name, so
/// the form must say it.
pub(super) fn named<'f>(assertion: &'f str, id: Option<&str>) -> Result<Presented<'f>, TokenError> {
    let token = parsed(assertion)?;
    let named: Option<Named> = token.unproven_claims();
    let named = named.ok_or_else(TokenError::invalid_client)?;
    Ok(Presented {
        client_id: id.unwrap_or(&named.sub).to_owned(),
        proof: Proof::Assertion(token),
    })
}

/// Whether somebody else than the client has made the assertion.
pub(super) fn is_of_another(token: &Unverified<'_>, client: &Client) -> bool {
    let named: Option<Named> = token.unproven_claims();
    named.is_some_and(|named| named.iss != client.id.as_str())
}

/// Accepts the assertion of a foreign issuer, which speaks for the connection of the client.
pub(super) async fn by_foreign_issuer(
    state: &State,
    client: &Client,
    token: &Unverified<'_>,
    now: Timestamp,
) -> Result<(), TokenError> {
    if !client.is_enabled() {
        return Err(TokenError::invalid_client());
    }
    let accepted = accept(state, client, token, now).await;
    accepted.map_err(|refusal| refused(client, refusal))
}

async fn accept(
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

/// What the caller is told: nothing of why.
pub(super) fn refused(client: &Client, refusal: InvalidAssertion) -> TokenError {
    match refusal {
        InvalidAssertion::Database(error) => error.into(),
        refusal => {
            tracing::info!(client = %client.id, reason = %refusal, "an assertion was not accepted");
            TokenError::invalid_client()
        }
    }
}
