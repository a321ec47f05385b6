//! `/oauth2/par` (RFC 9126): a client hands in its request before the browser brings the
//! reference to it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::client::{Caller, TokenError};
use super::json::no_store;
use super::{PAR, dpop};
use crate::domain::audit::{Actor, Change};
use crate::domain::clients::Client;
use crate::domain::grants::{
    self, AuthorizationRequest, ErrorCode, IdTokenHint, InvalidProof, NotRead, PUSHED_LIFETIME,
    PageRefusal, Parameters, Proof, ReadRequest, Refusal, request,
};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::token::Secret;
use crate::http::web::{Form, State};

/// What proves the client, and is no part of its request.
const OF_THE_CLIENT: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// The endpoint.
pub(super) async fn push(Shared(state): Shared<State>, caller: Caller, body: Body) -> Response {
    let response = match answer(&state, &caller, body).await {
        Ok(reference) => {
            let body = json!({
                "request_uri": reference.reveal(),
                "expires_in": PUSHED_LIFETIME.as_secs(),
            });
            no_store(StatusCode::CREATED, &body)
        }
        Err(error) => error.into_response(),
    };
    dpop::with_nonce(&state, &caller.headers, response)
}

async fn answer(state: &State, caller: &Caller, body: Body) -> Result<Secret, TokenError> {
    let form = caller.form(body).await?;
    let now = state.clock.now();
    let client = caller.authenticated(state, &form, now).await?;
    let proof = dpop::proof_of_call(state, &caller.headers, PAR, now)?;
    let pushed = Pushed { state, client, now };
    let mut read = pushed.read(&form).await?;
    if let Some(proof) = &proof {
        read.parameters = bound(read.parameters, proof)?;
    }
    let request = pushed.check(&read)?;
    read.origin.expected = pushed.expected(&request)?;
    let actor = Actor::Client(pushed.client.id.to_string());
    let mut change = Change::begin(&state.db, actor, now).await?;
    if let Some(proof) = &proof
        && !proof.use_up(&mut change).await?
    {
        return Err(InvalidProof::Replayed.into());
    }
    let reference = grants::push(&mut change, &pushed.client, &read).await?;
    change.commit().await?;
    Ok(reference)
}

// RFC 9449 §10.1: the key that is proven here is the one of the code, as if `dpop_jkt` said so.
fn bound(parameters: Parameters, proof: &Proof) -> Result<Parameters, TokenError> {
    match parameters.get("dpop_jkt") {
        Some(named) if named != proof.jkt => {
            let text = "dpop_jkt is not the key of the DPoP proof";
            Err(TokenError::new(ErrorCode::InvalidDpopProof, text))
        }
        _ => {
            let own = vec![("dpop_jkt".to_owned(), proof.jkt.clone())];
            let others = parameters.without("dpop_jkt");
            Ok(Parameters::from_pairs(own).completed_by(&others))
        }
    }
}

struct Pushed<'a> {
    state: &'a State,
    client: Arc<Client>,
    now: Timestamp,
}

impl Pushed<'_> {
    async fn read(&self, form: &Form) -> Result<ReadRequest, TokenError> {
        let own = self.client.id.as_str();
        // A form names the client when nothing else does; the request always has its name.
        let others = form
            .fields()
            .filter(|(name, _)| *name != "client_id" && !OF_THE_CLIENT.contains(name));
        let pairs = others.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let client_id = ("client_id".to_owned(), own.to_owned());
        let parameters = Parameters::from_pairs(std::iter::once(client_id).chain(pairs).collect());
        let reading = grants::Reading {
            db: &self.state.db,
            outbound: &self.state.outbound,
            key_sets: &self.state.key_sets,
            own_keys: &self.state.signing_keys,
            master: &self.state.master_key,
            issuer: &self.state.issuer,
            client: &self.client,
            now: self.now,
        };
        reading
            .pushed(&parameters)
            .await
            .map_err(|error| match error {
                NotRead::Refused(code, text) => TokenError::new(code, text),
                NotRead::Database(error) => error.into(),
            })
    }

    // It came by the right way, whatever its reference will be.
    fn check(&self, read: &ReadRequest) -> Result<AuthorizationRequest, TokenError> {
        let origin = read.origin.clone().as_pushed();
        let checked = request::check(&read.parameters, &origin, &self.client, &self.state.issuer);
        checked.map_err(|refusal| match refusal {
            Refusal::Redirect(refusal) => TokenError::new(refusal.error, refusal.description),
            Refusal::Page(PageRefusal::RedirectUri) => TokenError::new(
                ErrorCode::InvalidRequest,
                "redirect_uri is not one that the client registered",
            ),
            Refusal::Page(_) => {
                TokenError::new(ErrorCode::InvalidRequest, "the request is incomplete")
            }
        })
    }

    fn expected(
        &self,
        request: &AuthorizationRequest,
    ) -> Result<Option<crate::domain::directory::UserId>, TokenError> {
        let Some(hint) = &request.id_token_hint else {
            return Ok(None);
        };
        let state = self.state;
        let keys = (&state.signing_keys, &state.master_key);
        let read = IdTokenHint::read(hint, &state.issuer, keys, self.now);
        let own = read.filter(|hint| hint.client == self.client.id.as_str());
        let text = "id_token_hint is not an ID token of this client";
        let hint = own.ok_or_else(|| TokenError::new(ErrorCode::InvalidRequest, text))?;
        Ok(Some(hint.user))
    }
}
