//! What the protected resources of this server say of themselves (RFC 9728): which server their
//! tokens come from, and how they are presented. Userinfo goes by the name of the issuer, as
//! the audience of its tokens does; SCIM by its own address.

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};
use url::Url;

use super::{cors, documents};
use crate::domain::clients::scope;
use crate::domain::connections::{SCIM_PATH, access_token, scim_url};
use crate::foundation::crypto::jose::Algorithm;
use crate::http::web::State;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// Where the metadata of userinfo is.
pub(super) fn of_userinfo(issuer: &str) -> String {
    // RFC 9728 §3.1: the well-known path goes between host and path of the resource.
    let Ok(url) = Url::parse(issuer) else {
        return String::new();
    };
    let (origin, path) = (url.origin().ascii_serialization(), url.path());
    format!("{origin}{WELL_KNOWN}{}", path.trim_end_matches('/'))
}

/// The addresses of the documents.
pub(super) fn routes(state: &State) -> Router<State> {
    let issuer = state.issuer.as_str();
    let certificates = state.offer.certificates.is_some();
    let mut routes = Router::new();
    for (path, document) in [
        (WELL_KNOWN.to_owned(), userinfo(issuer, certificates)),
        (format!("{WELL_KNOWN}{SCIM_PATH}"), scim(issuer)),
    ] {
        let handler = get(documents::prepared(&document)).options(cors::preflight);
        routes = routes.route(&path, handler);
    }
    routes
}

fn userinfo(issuer: &str, certificates: bool) -> Value {
    json!({
        "resource": issuer,
        "authorization_servers": [issuer],
        "scopes_supported": [scope::OPENID, "profile", "email", "groups"],
        "bearer_methods_supported": ["header", "body"],
        "dpop_signing_alg_values_supported": Algorithm::ALL.map(Algorithm::as_str),
        "dpop_bound_access_tokens_required": false,
        "tls_client_certificate_bound_access_tokens": certificates,
        "resource_name": "Userinfo",
    })
}

fn scim(issuer: &str) -> Value {
    json!({
        "resource": scim_url(issuer),
        "authorization_servers": [issuer],
        "scopes_supported": [access_token::SCOPE],
        "bearer_methods_supported": ["header"],
        "resource_name": "SCIM 2.0",
    })
}
