//! What the protected resources of this server say of themselves (RFC 9728): which server their
//! tokens come from, and how they are presented. Userinfo and SCIM have one document each, at
//! the well-known place with the resource's path after it.

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};
use url::Url;

use super::{USERINFO, cors, documents};
use crate::domain::clients::scope;
use crate::domain::connections::{access_token, scim_url};
use crate::foundation::crypto::jose::Algorithm;
use crate::http::web::State;

const SCIM: &str = "/scim/v2";
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// Where the metadata of userinfo is.
pub(super) fn of_userinfo(issuer: &str) -> String {
    at(&format!("{issuer}{USERINFO}"))
}

// RFC 9728 §3.1: the well-known path goes between host and path of the resource.
fn at(resource: &str) -> String {
    let Ok(url) = Url::parse(resource) else {
        return String::new();
    };
    let origin = url.origin().ascii_serialization();
    format!("{origin}{WELL_KNOWN}{}", url.path())
}

/// The addresses of the documents. For an issuer with a path they stand before that path, where
/// this server may not be reached; so the documents are also where it is.
pub(super) fn routes(issuer: &str) -> Router<State> {
    let mut routes = Router::new();
    let path = Url::parse(issuer).map(|url| url.path().trim_end_matches('/').to_owned());
    let path = path.unwrap_or_default();
    for (resource, document) in [(USERINFO, userinfo(issuer)), (SCIM, scim(issuer))] {
        let handler = get(documents::prepared(&document)).options(cors::preflight);
        routes = routes.route(&format!("{WELL_KNOWN}{resource}"), handler.clone());
        if !path.is_empty() {
            routes = routes.route(&format!("{WELL_KNOWN}{path}{resource}"), handler);
        }
    }
    routes
}

fn userinfo(issuer: &str) -> Value {
    json!({
        "resource": format!("{issuer}{USERINFO}"),
        "authorization_servers": [issuer],
        "scopes_supported": [scope::OPENID, "profile", "email", "groups"],
        "bearer_methods_supported": ["header", "body"],
        "dpop_signing_alg_values_supported": Algorithm::ALL.map(Algorithm::as_str),
        "dpop_bound_access_tokens_required": false,
        "tls_client_certificate_bound_access_tokens": true,
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
