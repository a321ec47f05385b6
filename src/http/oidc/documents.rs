//! What is published: the metadata (OpenID Connect Discovery, RFC 8414) and the key set. Bytes
//! that were prepared before anybody asked.

use std::future::{Ready, ready};

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{AUTHORIZE, DEVICE, INTROSPECT, JWKS, LOGOUT, PAR, REGISTER, REVOKE, TOKEN, USERINFO};
use crate::domain::clients::scope;
use crate::domain::clients::{
    AuthenticationMethod, GrantType, MayRegister, ResponseMode, ResponseType, SubjectType,
};
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
    let mut document = describe(&state.issuer, &state.offer);
    // Keys that requests can be encrypted to are a setting.
    if let (true, Some(entries)) = (state.signing_keys.decrypts(), document.as_object_mut()) {
        let managements: Vec<_> = KeyManagement::OFFERED
            .iter()
            .map(|one| one.as_str())
            .collect();
        let contents = ContentEncryption::ALL.map(ContentEncryption::as_str);
        let names = "request_object_encryption";
        entries.insert(format!("{names}_alg_values_supported"), json!(managements));
        entries.insert(format!("{names}_enc_values_supported"), json!(contents));
    }
    prepared(&document)
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

/// What is on, subject by subject. A new feature adds its lines to its subject.
fn describe(issuer: &str, offer: &Offer) -> Value {
    let subjects = [
        endpoints(issuer, offer),
        requests(),
        tokens(),
        client_authentication(offer),
        signing_out(),
        people(),
    ];
    let entries = subjects.into_iter().filter_map(|subject| match subject {
        Value::Object(entries) => Some(entries),
        _ => None,
    });
    Value::Object(entries.flatten().collect())
}

fn endpoints(issuer: &str, offer: &Offer) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let mut endpoints = json!({
        "issuer": issuer,
        "authorization_endpoint": at(AUTHORIZE),
        "token_endpoint": at(TOKEN),
        "userinfo_endpoint": at(USERINFO),
        "introspection_endpoint": at(INTROSPECT),
        "revocation_endpoint": at(REVOKE),
        "pushed_authorization_request_endpoint": at(PAR),
        "device_authorization_endpoint": at(DEVICE),
        "jwks_uri": at(JWKS),
        "end_session_endpoint": at(LOGOUT),
    });
    if offer.documents.on {
        endpoints["client_id_metadata_document_supported"] = json!(true);
    }
    if offer.registration.who != MayRegister::Nobody {
        endpoints["registration_endpoint"] = json!(at(REGISTER));
    }
    if let Some(elsewhere) = &offer.mtls_url {
        endpoints["mtls_endpoint_aliases"] = aliases(elsewhere);
    }
    endpoints
}

// RFC 8705 §5: the endpoints at which a client shows its certificate.
fn aliases(elsewhere: &str) -> Value {
    let at = |path: &str| format!("{elsewhere}{path}");
    json!({
        "token_endpoint": at(TOKEN),
        "userinfo_endpoint": at(USERINFO),
        "introspection_endpoint": at(INTROSPECT),
        "revocation_endpoint": at(REVOKE),
        "pushed_authorization_request_endpoint": at(PAR),
        "device_authorization_endpoint": at(DEVICE),
    })
}

fn requests() -> Value {
    let algorithms = Algorithm::ALL.map(Algorithm::as_str);
    let managements: Vec<_> = KeyManagement::OFFERED
        .iter()
        .map(|one| one.as_str())
        .collect();
    json!({
        "scopes_supported": scope::KNOWN,
        "response_types_supported": ResponseType::ALL,
        "response_modes_supported": ResponseMode::ALL,
        "grant_types_supported": GrantType::OFFERED,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_uri_parameter_supported": true,
        "require_request_uri_registration": true,
        "require_pushed_authorization_requests": false,
        "request_object_signing_alg_values_supported": SignatureAlgorithm::ALL,
        "authorization_response_iss_parameter_supported": true,
        "authorization_signing_alg_values_supported": algorithms,
        "authorization_encryption_alg_values_supported": managements,
        "authorization_encryption_enc_values_supported": ContentEncryption::ALL,
    })
}

fn tokens() -> Value {
    let algorithms = Algorithm::ALL.map(Algorithm::as_str);
    let managements: Vec<_> = KeyManagement::OFFERED
        .iter()
        .map(|one| one.as_str())
        .collect();
    let contents = ContentEncryption::ALL.map(ContentEncryption::as_str);
    json!({
        "subject_types_supported": SubjectType::ALL.map(SubjectType::as_str),
        "id_token_signing_alg_values_supported": algorithms,
        "id_token_encryption_alg_values_supported": managements,
        "id_token_encryption_enc_values_supported": contents,
        "userinfo_signing_alg_values_supported": algorithms,
        "userinfo_encryption_alg_values_supported": managements,
        "userinfo_encryption_enc_values_supported": contents,
        "introspection_signing_alg_values_supported": algorithms,
        "dpop_signing_alg_values_supported": algorithms,
    })
}

fn client_authentication(offer: &Offer) -> Value {
    let methods = offer.authentication_methods();
    json!({
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": SignatureAlgorithm::ALL,
        "introspection_endpoint_auth_methods_supported": confidential_methods(&methods),
        "introspection_endpoint_auth_signing_alg_values_supported": SignatureAlgorithm::ALL,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": SignatureAlgorithm::ALL,
        "tls_client_certificate_bound_access_tokens": offer.certificates.is_some(),
    })
}

fn signing_out() -> Value {
    json!({
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": true,
        "frontchannel_logout_session_supported": true,
    })
}

fn people() -> Value {
    json!({
        "acr_values_supported": Acr::ALL.map(Acr::as_str),
        "claim_types_supported": ["normal", "distributed"],
        "claims_supported": CLAIMS,
        "ui_locales_supported": Language::ALL.map(Language::tag),
    })
}

// Whoever may know of tokens proves itself.
fn confidential_methods(methods: &[AuthenticationMethod]) -> Vec<AuthenticationMethod> {
    let mut methods = methods.to_vec();
    methods.retain(|method| *method != AuthenticationMethod::None);
    methods
}

const CLAIMS: [&str; 28] = [
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
    "address",
    "phone_number",
    "picture",
    "groups",
    "roles",
];
