//! `/oauth2/userinfo` (Core §5.3): claims of the user, for a token whose grant stands, and
//! whose holder proves what it is bound to.

mod presented;
mod refusal;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;

use self::presented::{Presented, Scheme, presented};
use self::refusal::Refusal;
use super::encrypt::reader;
use super::json::{no_store, token_no_store};
use super::shaping::shaping;
use super::{USERINFO, dpop};
use crate::domain::audit::Actor;
use crate::domain::clients::{Client, Place, scope};
use crate::domain::grants::{
    self, Claims, Confirmation, InvalidProof, NotBound, Occasion, VerifiedAccessToken,
};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::certificate::Certificate;
use crate::foundation::crypto::jose::Encryption;
use crate::http::web::{ShownCertificate, State};

/// What a proof of possession is told from.
struct Request<'a> {
    method: &'a Method,
    headers: &'a HeaderMap,
    certificate: Option<&'a Certificate>,
}

/// Userinfo, by GET or by POST.
pub(super) async fn userinfo(
    Shared(state): Shared<State>,
    RawQuery(query): RawQuery,
    ShownCertificate(certificate): ShownCertificate,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let body = (method == Method::POST).then_some(body);
    let answered = async {
        let presented = presented(query.as_deref(), &headers, body).await?;
        let (client, claims) = claims(
            &state,
            &presented,
            &Request {
                method: &method,
                headers: &headers,
                certificate: certificate.as_ref(),
            },
        )
        .await?;
        told(&state, &client, &claims).await
    };
    let response = match answered.await {
        Ok(response) => response,
        Err(refusal) => refusal.answer(&state.issuer),
    };
    dpop::with_nonce(&state, &headers, response)
}

// As the client registered it: JSON, or a token that is signed, or encrypted, or both.
async fn told(state: &State, client: &Client, claims: &Claims) -> Result<Response, Refusal> {
    let now = state.clock.now();
    let metadata = &client.metadata;
    let encryption = Encryption::registered(
        metadata.userinfo_encrypted_response_alg,
        metadata.userinfo_encrypted_response_enc,
    );
    let reader = reader(state, client, encryption, now).await?;
    let keys = &state.signing_keys;
    let signed = grants::signed_userinfo(claims, client, &state.issuer, keys, now)?;
    Ok(match (signed, reader) {
        (None, None) => no_store(StatusCode::OK, claims),
        (Some(token), None) => token_no_store(token),
        (Some(token), Some(reader)) => token_no_store(reader.enclose(&token)?),
        (None, Some(reader)) => {
            let plain = serde_json::to_vec(claims).map_err(|_| Refusal::NotTold)?;
            token_no_store(reader.encrypt(&plain)?)
        }
    })
}

async fn claims(
    state: &State,
    presented: &Presented,
    request: &Request<'_>,
) -> Result<(Arc<Client>, Claims), Refusal> {
    let now = state.clock.now();
    let keys = &state.signing_keys;
    let verified = VerifiedAccessToken::read(presented.token.reveal(), &state.issuer, keys, now)
        .filter(|token| token.is_only_for(&state.issuer))
        .ok_or(Refusal::InvalidToken(presented.scheme))?;
    // The client may have been disabled since: it is in memory.
    let client = state.clients.find(&state.db, verified.client(), now).await;
    let client = client?
        .filter(|client| client.is_enabled())
        .ok_or(Refusal::InvalidToken(presented.scheme))?;
    prove_possession(state, presented, &verified, request, now).await?;
    let holder = grants::holder(&state.db, &verified, now)
        .await?
        .ok_or(Refusal::InvalidToken(presented.scheme))?;
    if !holder.scope.contains(scope::OPENID) {
        return Err(Refusal::InsufficientScope(presented.scheme));
    }
    let (db, user) = (&state.db, &holder.user);
    let about = (user, state.issuer.as_str());
    let by_name = holder.terms.claims.userinfo.keys();
    let claims = Claims::of(db, about, &holder.scope).await?;
    let claims = claims.with_requested(db, about, by_name).await?;
    let claims = claims.shaped(&shaping(state, &client, user, Place::Userinfo));
    let subject = grants::subject_of(&state.master_key, &client, user.id);
    Ok((client, claims.with_subject(&subject)))
}

// A bound token is no bearer token, whoever presents it as one (Keycloak #38333): it is stolen,
// or the thief would prove the key.
async fn prove_possession(
    state: &State,
    presented: &Presented,
    token: &VerifiedAccessToken,
    request: &Request<'_>,
    now: Timestamp,
) -> Result<(), Refusal> {
    match (token.confirmation(), presented.scheme) {
        (None, Scheme::Bearer) => Ok(()),
        (Some(Confirmation::Key(jkt)), Scheme::Dpop) => {
            let alias = dpop::alias(state, USERINFO);
            let occasion = Occasion {
                method: request.method.as_str(),
                url: &format!("{}{USERINFO}", state.issuer),
                alias: alias.as_deref(),
                access_token: Some(presented.token.reveal()),
                // It is bound to the token, which lives for minutes: there is nothing that
                // could be prepared long before.
                nonce_wanted: false,
            };
            let proof = dpop::proof(state, request.headers, &occasion, now)?;
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
            let shown = request.certificate.map(Certificate::thumbprint);
            match shown.is_some_and(|shown| shown == *thumbprint) {
                true => Ok(()),
                false => Err(Refusal::InvalidToken(presented.scheme)),
            }
        }
        _ => Err(Refusal::InvalidToken(presented.scheme)),
    }
}
