//! What the protected resources of this server say of themselves (RFC 9728): which server their
//! tokens come from, and how they are presented. Userinfo goes by the name of the issuer, as
//! the audience of its tokens does; SCIM by its own address.

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};
use url::Url;

use super::{cors, documents};
use crate::domain::clients::scope;
use crate::domain::connections::{access_token, scim_url};
use crate::foundation::crypto::jose::Algorithm;
use crate::http::web::State;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// Where the metadata of userinfo is.
pub(super) fn of_userinfo(issuer: &str) -> String {
    let origin = Url::parse(issuer).map(|url| url.origin().ascii_serialization());
    format!("{}{}", origin.unwrap_or_default(), path_of(issuer))
}

// RFC 9728 §3.1: the well-known path goes between host and path of the resource.
fn path_of(resource: &str) -> String {
    let path = Url::parse(resource).map(|url| url.path().trim_end_matches('/').to_owned());
    format!("{WELL_KNOWN}{}", path.unwrap_or_default())
}

/// The addresses of the documents.
pub(super) fn routes(state: &State) -> Router<State> {
    let issuer = state.issuer.as_str();
    let certificates = state.offer.certificates.is_some();
    let mut routes = Router::new();
    for (resource, document) in [
        (issuer.to_owned(), userinfo(issuer, certificates)),
        (scim_url(issuer), scim(issuer)),
    ] {
        let handler = get(documents::prepared(&document)).options(cors::preflight);
        routes = routes.route(&path_of(&resource), handler);
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
