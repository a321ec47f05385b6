//! What is published: the metadata (OpenID Connect Discovery, RFC 8414) and the key set. Bytes
//! that were prepared before anybody asked.

use std::future::{Ready, ready};

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{AUTHORIZE, INTROSPECT, JWKS, LOGOUT, PAR, REVOKE, TOKEN, USERINFO};
use crate::domain::clients::scope;
use crate::domain::clients::{AuthenticationMethod, GrantType, ResponseMode, ResponseType};
use crate::domain::signin::Acr;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::crypto::jose::{
    Algorithm, ContentEncryption, KeyManagement, SignatureAlgorithm,
};
use crate::http::web::{Language, Offer, State};

/// Clients keep it for an hour; a changed one is then seen long before a new key signs.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// The handler of the metadata of this issuer.
pub(super) fn metadata(
    state: &State,
) -> impl Fn(HeaderMap) -> Ready<Response> + Clone + Send + use<> {
    prepared(&describe(&state.issuer, &state.offer))
}

/// The handler of a document that does not change while the server runs.
pub(super) fn prepared(
    document: &Value,
) -> impl Fn(HeaderMap) -> Ready<Response> + Clone + Send + use<> {
    let body = document.to_string();
    let etag = format!("\"{}\"", Digest::of(body.as_bytes()).as_str());
    let body = Bytes::from(body);
    move |headers| ready(answer(body.clone(), &etag, &headers))
}

/// The key set.
pub(super) async fn key_set(Shared(state): Shared<State>, headers: HeaderMap) -> Response {
    let keys = state.signing_keys.published();
    answer(Bytes::from_owner(keys.body), &keys.etag, &headers)
}

fn answer(body: Bytes, etag: &str, headers: &HeaderMap) -> Response {
    let mut response = if knows(headers, etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (kind, body).into_response()
    };
    let answer = response.headers_mut();
    answer.insert(header::CACHE_CONTROL, CACHE_CONTROL);
    if let Ok(etag) = HeaderValue::from_str(etag) {
        answer.insert(header::ETAG, etag);
    }
    response
}

fn knows(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH);
    known
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| {
            known
                .split(',')
                .map(|one| one.trim().trim_start_matches("W/"))
                .any(|one| one == etag || one == "*")
        })
}

fn describe(issuer: &str, offer: &Offer) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let scopes = scope::KNOWN;
    let methods = offer.authentication_methods();
    let algorithms = Algorithm::ALL.map(Algorithm::as_str);
    let managements: Vec<_> = KeyManagement::OFFERED
        .iter()
        .map(|one| one.as_str())
        .collect();
    let contents = ContentEncryption::ALL.map(ContentEncryption::as_str);
    let mut described = json!({
        "issuer": issuer,
        "authorization_endpoint": at(AUTHORIZE),
        "token_endpoint": at(TOKEN),
        "userinfo_endpoint": at(USERINFO),
        "jwks_uri": at(JWKS),
        "end_session_endpoint": at(LOGOUT),
        "scopes_supported": scopes,
        "pushed_authorization_request_endpoint": at(PAR),
        "require_pushed_authorization_requests": false,
        "response_types_supported": ResponseType::ALL,
        "response_modes_supported": ResponseMode::ALL,
        "authorization_signing_alg_values_supported": algorithms,
        "grant_types_supported": GrantType::OFFERED,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
        "id_token_encryption_alg_values_supported": managements,
        "id_token_encryption_enc_values_supported": contents,
        "userinfo_signing_alg_values_supported": algorithms,
        "userinfo_encryption_alg_values_supported": managements,
        "userinfo_encryption_enc_values_supported": contents,
        "token_endpoint_auth_methods_supported":
            methods,
        "token_endpoint_auth_signing_alg_values_supported": SignatureAlgorithm::ALL,
        "code_challenge_methods_supported": ["S256"],
        "ui_locales_supported": Language::ALL.map(Language::tag),
        "acr_values_supported": Acr::ALL.map(Acr::as_str),
        "claim_types_supported": ["normal"],
        "claims_supported": CLAIMS,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "authorization_response_iss_parameter_supported": true,
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_uri_parameter_supported": true,
        "require_request_uri_registration": true,
        "request_object_signing_alg_values_supported": algorithms,
    });
    if let (Value::Object(all), Value::Object(more)) =
        (&mut described, describe_tokens(issuer, offer))
    {
        all.extend(more);
    }
    described
}

// What becomes of tokens once they are given.
fn describe_tokens(issuer: &str, offer: &Offer) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let methods = offer.authentication_methods();
    let algorithms = Algorithm::ALL.map(Algorithm::as_str);
    json!({
        "revocation_endpoint": at(REVOKE),
        "introspection_endpoint": at(INTROSPECT),
        "introspection_endpoint_auth_methods_supported": confidential_methods(&methods),
        "introspection_endpoint_auth_signing_alg_values_supported": SignatureAlgorithm::ALL,
        "introspection_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported":
            methods,
        "revocation_endpoint_auth_signing_alg_values_supported": SignatureAlgorithm::ALL,
        "dpop_signing_alg_values_supported": algorithms,
        "tls_client_certificate_bound_access_tokens": offer.certificates.is_some(),
    })
}

// Whoever may know of tokens proves itself.
fn confidential_methods(methods: &[AuthenticationMethod]) -> Vec<AuthenticationMethod> {
    let mut methods = methods.to_vec();
    methods.retain(|method| *method != AuthenticationMethod::None);
    methods
}

const CLAIMS: [&str; 24] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "sid",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "locale",
    "zoneinfo",
    "updated_at",
    "email",
    "email_verified",
    "groups",
];
