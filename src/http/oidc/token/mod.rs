//! `/oauth2/token`: every grant walks the same way. The client proves itself, the grant is
//! allowed to it, what it brings is redeemed in one transaction, and tokens are minted.

mod authorization_code;
mod client_credentials;
mod device_code;
mod minted;
mod refresh_token;
mod token_exchange;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Response};

use self::minted::Minted;
use super::client::{Caller, TokenError, required};
use super::{TOKEN, dpop};
use crate::domain::clients::{CannotEncrypt, Client, GrantType, Reader, TokenLifetimes};
use crate::domain::grants::{ErrorCode, Possession, Proof};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::certificate::Certificate;
use crate::http::oidc::encrypt;
use crate::http::web::{Form, State};

/// An authenticated request for tokens.
struct Ask<'a> {
    state: &'a State,
    client: Arc<Client>,
    form: &'a Form,
    /// The resources that it names (RFC 8707).
    resource: Vec<String>,
    proof: Option<Proof>,
    /// The thumbprint of the certificate of the connection.
    certificate: Option<String>,
    /// To whom its `id_token` is encrypted, if it is.
    reader: Option<Reader>,
    now: Timestamp,
}

/// The token endpoint.
pub(super) async fn token(Shared(state): Shared<State>, caller: Caller, body: Body) -> Response {
    let response = match answer(&state, &caller, body).await {
        Ok(minted) => minted.into_response(),
        Err(error) => error.into_response(),
    };
    dpop::with_nonce(&state, &caller.headers, response)
}

async fn answer(state: &State, caller: &Caller, body: Body) -> Result<Minted, TokenError> {
    let form = caller.form(body).await?;
    let now = state.clock.now();
    let client = caller.authenticated(state, &form, now).await?;
    let proof = dpop::proof_of_call(state, &caller.headers, TOKEN, now)?;
    let reader = reader(state, &client, now).await?;
    let ask = Ask {
        state,
        client,
        form: &form,
        resource: form.list("resource"),
        proof,
        certificate: caller.certificate.as_ref().map(Certificate::thumbprint),
        reader,
        now,
    };
    let grant = grant_type(&ask)?;
    match grant {
        GrantType::AuthorizationCode => authorization_code::answer(&ask).await,
        GrantType::RefreshToken => refresh_token::answer(&ask).await,
        GrantType::ClientCredentials => client_credentials::answer(&ask).await,
        GrantType::DeviceCode => device_code::answer(&ask).await,
        GrantType::TokenExchange => token_exchange::answer(&ask).await,
        GrantType::Implicit => Err(not_offered()),
    }
}

// Before anything is redeemed: a key set that does not answer must not cost a code.
async fn reader(
    state: &State,
    client: &Client,
    now: Timestamp,
) -> Result<Option<Reader>, TokenError> {
    encrypt::reader(state, client, client.id_token_encryption(), now)
        .await
        .map_err(|error| cannot_encrypt(client, &error))
}

fn cannot_encrypt(client: &Client, error: &CannotEncrypt) -> TokenError {
    tracing::warn!(client = %client.id, %error, "a token cannot be encrypted");
    TokenError::new(
        ErrorCode::TemporarilyUnavailable,
        "the client's key set has no key to encrypt to, or does not answer",
    )
}

fn not_offered() -> TokenError {
    TokenError::new(
        ErrorCode::UnsupportedGrantType,
        "this grant type is not offered",
    )
}

fn grant_type(ask: &Ask<'_>) -> Result<GrantType, TokenError> {
    let name = ask.required("grant_type")?;
    let grant = name.parse::<GrantType>().ok();
    let offered = grant.filter(|grant| GrantType::OFFERED.contains(grant));
    let grant = offered.ok_or_else(not_offered)?;
    if !ask.client.may_use(grant) {
        let text = "the client is not registered for this grant type";
        return Err(TokenError::new(ErrorCode::UnauthorizedClient, text));
    }
    Ok(grant)
}

impl Ask<'_> {
    /// What the caller proved to hold.
    fn possession(&self) -> Possession<'_> {
        Possession {
            proof: self.proof.as_ref(),
            certificate: self.certificate.as_deref(),
        }
    }

    /// How long what the client is given is good for.
    fn lifetimes(&self) -> TokenLifetimes {
        self.client.lifetimes(&self.state.tokens.lifetimes)
    }

    /// A parameter; an empty one counts as left out (RFC 6749 §3.2).
    fn given(&self, name: &str) -> Option<&str> {
        self.form.get(name).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &'static str) -> Result<&str, TokenError> {
        required(self.form, name)
    }
}
