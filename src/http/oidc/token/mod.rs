//! `/oauth2/token`: every grant walks the same way. The client proves itself, the grant is
//! allowed to it, what it brings is redeemed in one transaction, and tokens are minted.

mod assertion;
mod authorization_code;
mod client;
mod client_credentials;
mod device_code;
mod error;
mod minted;
mod refresh_token;
mod token_exchange;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State as Shared};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

pub(super) use self::client::authenticated;
pub(super) use self::error::TokenError;
use self::minted::Minted;
use super::{TOKEN, dpop};
use crate::domain::clients::{Client, GrantType};
use crate::domain::grants::{ErrorCode, Possession, Proof};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::Encryption;
use crate::http::oidc::encrypt::{CannotEncrypt, Reader};
use crate::http::web::{Form, FormRefused, State};

/// Parameters that must not travel in an address, where logs and histories keep them.
const NEVER_IN_THE_QUERY: [&str; 13] = [
    "client_id",
    "client_secret",
    "client_assertion",
    "grant_type",
    "code",
    "code_verifier",
    "refresh_token",
    "redirect_uri",
    "scope",
    "token",
    "device_code",
    "subject_token",
    "actor_token",
];

/// An authenticated request for tokens.
struct Ask<'a> {
    state: &'a State,
    client: Arc<Client>,
    form: &'a Form,
    /// The resources that it names (RFC 8707).
    resource: Vec<String>,
    proof: Option<Proof>,
    /// To whom its `id_token` is encrypted, if it is.
    reader: Option<Reader>,
    now: Timestamp,
}

/// The token endpoint.
pub(super) async fn token(
    Shared(state): Shared<State>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let answered = answer(&state, query.as_deref(), &headers, body).await;
    let response = match answered {
        Ok(minted) => minted.into_response(),
        Err(error) => error.into_response(),
    };
    dpop::with_nonce(&state, &headers, response)
}

async fn answer(
    state: &State,
    query: Option<&str>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Minted, TokenError> {
    let form = form(query, headers, body).await?;
    let now = state.clock.now();
    let client = authenticated(state, headers, &form, now).await?;
    let proof = dpop::proof_of_call(state, headers, TOKEN, now)?;
    let reader = reader(state, &client, now).await?;
    let ask = Ask {
        state,
        client,
        form: &form,
        resource: form.list("resource"),
        proof,
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

/// The form of a request that a client sends: small, each field once, and nothing of it in the
/// address.
pub(super) async fn form(
    query: Option<&str>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Form, TokenError> {
    refuse_query(query)?;
    Form::read(headers, body).await.map_err(unreadable)
}

/// A parameter that must be there; an empty one counts as left out (RFC 6749 §3.2).
pub(super) fn required<'f>(form: &'f Form, name: &'static str) -> Result<&'f str, TokenError> {
    let given = form.get(name).filter(|value| !value.is_empty());
    given.ok_or_else(|| TokenError::missing(name))
}

fn refuse_query(query: Option<&str>) -> Result<(), TokenError> {
    let named = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .any(|(name, _)| NEVER_IN_THE_QUERY.contains(&name.as_ref()));
    if named {
        let text = "parameters belong into the body, not into the address";
        return Err(TokenError::new(ErrorCode::InvalidRequest, text));
    }
    Ok(())
}

fn unreadable(refused: FormRefused) -> TokenError {
    let text = match refused {
        FormRefused::NotAForm => "the body must be application/x-www-form-urlencoded",
        FormRefused::TooLarge => "the body is larger than 64 kB",
        FormRefused::Duplicate => "a parameter is given more than once",
        FormRefused::Unreadable => "the body cannot be read",
    };
    TokenError::new(ErrorCode::InvalidRequest, text)
}

// Before anything is redeemed: a key set that does not answer must not cost a code.
async fn reader(
    state: &State,
    client: &Client,
    now: Timestamp,
) -> Result<Option<Reader>, TokenError> {
    let metadata = &client.metadata;
    let encryption = Encryption::registered(
        metadata.id_token_encrypted_response_alg,
        metadata.id_token_encrypted_response_enc,
    );
    Reader::of(state, client, encryption, now)
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
            certificate: None,
        }
    }

    /// A parameter; an empty one counts as left out (RFC 6749 §3.2).
    fn given(&self, name: &str) -> Option<&str> {
        self.form.get(name).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &'static str) -> Result<&str, TokenError> {
        required(self.form, name)
    }
}
