//! The door of OpenID Connect and OAuth 2: discovery, key set, authorization, consent, tokens,
//! userinfo, logout.

mod answer;
mod authorize;
mod client;
mod consent;
mod cors;
mod device;
mod documents;
mod dpop;
mod encrypt;
mod front;
mod frontchannel;
mod hint;
mod introspect;
mod json;
mod logout;
mod par;
mod redirect;
mod registration;
mod resource_metadata;
mod resume;
mod revoke;
mod shaping;
mod token;
mod userinfo;
mod visit;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

use super::web::{State, paths};

const AUTHORIZE: &str = "/oauth2/authorize";
const PAR: &str = "/oauth2/par";
const TOKEN: &str = "/oauth2/token";
const USERINFO: &str = "/oauth2/userinfo";
const INTROSPECT: &str = "/oauth2/introspect";
const REVOKE: &str = "/oauth2/revoke";
const DEVICE: &str = "/oauth2/device";
const REGISTER: &str = "/oauth2/register";
/// Where people type the code of a device. It is short: they type it, too.
const VERIFICATION: &str = "/device";
const VERIFICATION_DECISION: &str = "/device/decide";
const JWKS: &str = "/oauth2/jwks";
const LOGOUT: &str = "/oauth2/logout";
const LOGOUT_CONFIRM: &str = paths::SIGN_OUT;

/// Its addresses. The state is asked for once, for what is prepared at the start.
pub fn routes(state: &State) -> Router<State> {
    let visited = Router::new()
        .route(AUTHORIZE, get(authorize::by_query).post(authorize::by_form))
        .route("/oauth2/authorize/resume/{handle}", get(resume::resume))
        .route(
            "/oauth2/consent/{handle}",
            get(consent::ask).post(consent::decide),
        )
        .route(VERIFICATION, get(device::show).post(device::submit))
        .route(VERIFICATION_DECISION, post(device::decide))
        .route(LOGOUT, get(logout::by_query).post(logout::by_form))
        .route(LOGOUT_CONFIRM, post(logout::confirm));
    routes_of_clients(state)
        .merge(visited)
        .merge(registration::routes(state))
}

/// What is published, and what clients call: no page for a browser.
pub fn routes_of_clients(state: &State) -> Router<State> {
    let metadata = get(documents::metadata(state)).options(cors::preflight);
    let userinfo = get(userinfo::userinfo).post(userinfo::userinfo);
    let published = Router::new()
        .route("/.well-known/openid-configuration", metadata.clone())
        .route("/.well-known/oauth-authorization-server", metadata)
        .route(JWKS, get(documents::key_set).options(cors::preflight))
        .merge(resource_metadata::routes(state))
        .layer(from_fn(cors::for_everybody));
    let called = Router::new()
        .route(TOKEN, post(token::token).options(cors::preflight))
        .route(DEVICE, post(device::authorize).options(cors::preflight))
        .route(PAR, post(par::push).options(cors::preflight))
        .route(USERINFO, userinfo.options(cors::preflight))
        .route(
            INTROSPECT,
            post(introspect::introspect).options(cors::preflight),
        )
        .route(REVOKE, post(revoke::revoke).options(cors::preflight))
        .layer(from_fn_with_state(state.clone(), cors::for_public_clients));
    published.merge(called)
}

fn consent_path(handle: &str) -> String {
    format!("/oauth2/consent/{handle}")
}

fn resume_path(handle: &str) -> String {
    format!("/oauth2/authorize/resume/{handle}")
}
