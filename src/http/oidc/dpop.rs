//! `DPoP` proofs as they travel (RFC 9449): a header in, a nonce out.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;

use crate::domain::grants::{InvalidProof, Occasion, Proof, dpop_nonce};
use crate::foundation::clock::Timestamp;
use crate::http::web::State;

const PROOF: HeaderName = HeaderName::from_static("dpop");
const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// The proof of a request, checked and not used yet; none when there is none.
pub(super) fn proof(
    state: &State,
    headers: &HeaderMap,
    occasion: &Occasion<'_>,
    now: Timestamp,
) -> Result<Option<Proof>, InvalidProof> {
    let mut values = headers.get_all(PROOF).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(InvalidProof::Several);
    }
    let text = value.to_str().map_err(|_| InvalidProof::Malformed)?;
    Proof::check(text, occasion, &state.master_key, now).map(Some)
}

/// The proof of a request to one of the endpoints that clients call by POST.
pub(super) fn proof_of_call(
    state: &State,
    headers: &HeaderMap,
    path: &str,
    now: Timestamp,
) -> Result<Option<Proof>, InvalidProof> {
    let alias = alias(state, path);
    let occasion = Occasion {
        method: "POST",
        url: &format!("{}{path}", state.issuer),
        alias: alias.as_deref(),
        access_token: None,
        nonce_wanted: state.tokens.dpop_nonces,
    };
    proof(state, headers, &occasion, now)
}

/// The address of an endpoint for clients that show certificates (RFC 8705 §5).
pub(super) fn alias(state: &State, path: &str) -> Option<String> {
    let elsewhere = state.offer.mtls_url.as_ref()?;
    Some(format!("{elsewhere}{path}"))
}

/// Gives the caller the nonce for its next proof, if it is one that makes proofs.
pub(super) fn with_nonce(state: &State, asked: &HeaderMap, mut response: Response) -> Response {
    if asked.contains_key(PROOF) {
        let nonce = dpop_nonce(&state.master_key, state.clock.now());
        if let Ok(nonce) = HeaderValue::from_str(&nonce) {
            response.headers_mut().insert(NONCE, nonce);
        }
    }
    response
}
