//! `/oauth2/userinfo` (Core §5.3): claims of the user, for a token whose grant stands, and
//! whose holder proves what it is bound to.

mod presented;
mod refusal;

use axum::body::Body;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;

use self::presented::{Presented, Scheme, presented};
use self::refusal::Refusal;
use super::json::no_store;
use super::{USERINFO, dpop};
use crate::domain::audit::Actor;
use crate::domain::clients::scope;
use crate::domain::grants::{
    self, Claims, Confirmation, InvalidProof, NotBound, Occasion, VerifiedAccessToken,
};
use crate::foundation::clock::Timestamp;
use crate::http::web::State;

/// Userinfo, by GET or by POST.
pub(super) async fn userinfo(
    Shared(state): Shared<State>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let body = (method == Method::POST).then_some(body);
    let answered = async {
        let presented = presented(query.as_deref(), &headers, body).await?;
        claims(&state, &presented, (&method, &headers)).await
    };
    let response = match answered.await {
        Ok(claims) => no_store(StatusCode::OK, &claims),
        Err(refusal) => refusal.answer(&state.issuer),
    };
    dpop::with_nonce(&state, &headers, response)
}

async fn claims(
    state: &State,
    presented: &Presented,
    request: (&Method, &HeaderMap),
) -> Result<Claims, Refusal> {
    let now = state.clock.now();
    let keys = &state.signing_keys;
    let verified = VerifiedAccessToken::read(presented.token.reveal(), &state.issuer, keys, now)
        .filter(|token| token.is_only_for(&state.issuer))
        .ok_or(Refusal::InvalidToken(presented.scheme))?;
    // The client may have been disabled since: it is in memory.
    let client = state.clients.find(&state.db, verified.client(), now).await;
    let live = client?.is_some_and(|client| client.is_enabled());
    if !live {
        return Err(Refusal::InvalidToken(presented.scheme));
    }
    prove_possession(state, presented, &verified, request, now).await?;
    let holder = grants::holder(&state.db, &verified, now)
        .await?
        .ok_or(Refusal::InvalidToken(presented.scheme))?;
    if !holder.scope.contains(scope::OPENID) {
        return Err(Refusal::InsufficientScope(presented.scheme));
    }
    let claims = Claims::of(&state.db, &holder.user, &holder.scope).await;
    Ok(claims?.with_subject(&holder.user))
}

// A bound token is no bearer token, whoever presents it as one (Keycloak #38333): it is stolen,
// or the thief would prove the key.
async fn prove_possession(
    state: &State,
    presented: &Presented,
    token: &VerifiedAccessToken,
    (method, headers): (&Method, &HeaderMap),
    now: Timestamp,
) -> Result<(), Refusal> {
    match (token.confirmation(), presented.scheme) {
        (None, Scheme::Bearer) => Ok(()),
        (Some(Confirmation::Key(jkt)), Scheme::Dpop) => {
            let occasion = Occasion {
                method: method.as_str(),
                url: &format!("{}{USERINFO}", state.issuer),
                access_token: Some(presented.token.reveal()),
                // It is bound to the token, which lives for minutes: there is nothing that
                // could be prepared long before.
                nonce_wanted: false,
            };
            let proof = dpop::proof(state, headers, &occasion, now)?;
            let proof = proof.ok_or(NotBound::ProofMissing)?;
            if proof.jkt != *jkt {
                return Err(Refusal::InvalidToken(presented.scheme));
            }
            let actor = Actor::Client(token.client().to_owned());
            match proof.use_alone(&state.db, actor, now).await? {
                true => Ok(()),
                false => Err(InvalidProof::Replayed.into()),
            }
        }
        (Some(Confirmation::Certificate(thumbprint)), Scheme::Bearer) => {
            let shown = client_certificate(state, headers);
            match shown.is_some_and(|shown| shown == *thumbprint) {
                true => Ok(()),
                false => Err(Refusal::InvalidToken(presented.scheme)),
            }
        }
        _ => Err(Refusal::InvalidToken(presented.scheme)),
    }
}

fn client_certificate(_state: &State, _headers: &HeaderMap) -> Option<String> {
    None
}
