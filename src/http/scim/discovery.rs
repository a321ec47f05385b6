//! What the server offers: `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas` (RFC
//! 7644, section 4). Readable without a token, because they say how to get one, and hold
//! nothing of any person.

use axum::Router;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::base;
use super::bulk;
use super::error::ScimError;
use super::media::MAX_BODY;
use super::query::{DEFAULT_RESULTS, MAX_RESULTS, Query};
use super::schema::{self, resource_type_document, schema_document};
use super::{answer, cursor};
use crate::http::web::State;

pub(super) fn routes() -> Router<State> {
    let only_get = || async { ScimError::MethodNotAllowed("GET, HEAD") };
    let path = |name: &str| format!("{}/{name}", super::PATH);
    Router::new()
        .route(
            &path("ServiceProviderConfig"),
            get(service_provider_config).fallback(only_get),
        )
        .route(
            &path("ResourceTypes"),
            get(resource_types).fallback(only_get),
        )
        .route(
            &path("ResourceTypes/{id}"),
            get(resource_type).fallback(only_get),
        )
        .route(&path("Schemas"), get(all_schemas).fallback(only_get))
        .route(&path("Schemas/{id}"), get(one_schema).fallback(only_get))
}

/// Only what works is advertised.
async fn service_provider_config(Shared(state): Shared<State>) -> Response {
    let config = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": {
            "supported": true,
            "maxOperations": bulk::MAX_OPERATIONS,
            "maxPayloadSize": MAX_BODY,
        },
        "filter": { "supported": true, "maxResults": MAX_RESULTS },
        "changePassword": { "supported": true },
        "sort": { "supported": true },
        "etag": { "supported": true },
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": DEFAULT_RESULTS,
            "maxPageSize": MAX_RESULTS,
            "cursorTimeout": cursor::LIFETIME.as_secs(),
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "API key",
            "description": "Authorization: Bearer, with an API key of scope `scim`",
            "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{}/ServiceProviderConfig", base(&state)),
        },
    });
    answer::body(StatusCode::OK, &config)
}

async fn resource_types(
    Shared(state): Shared<State>,
    RawQuery(query): RawQuery,
) -> Result<Response, ScimError> {
    refuse_filter(query)?;
    let base = base(&state);
    let all = schema::resource_types(&state.schemas.current());
    let all = all.iter().map(|known| resource_type_document(known, &base));
    Ok(whole_list(all.collect()))
}

async fn resource_type(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
) -> Result<Response, ScimError> {
    let all = schema::resource_types(&state.schemas.current());
    let known = all.iter().find(|known| known.name == id);
    let known = known.ok_or_else(|| not_known("resource type"))?;
    let document = resource_type_document(known, &base(&state));
    Ok(answer::body(StatusCode::OK, &document))
}

async fn all_schemas(
    Shared(state): Shared<State>,
    RawQuery(query): RawQuery,
) -> Result<Response, ScimError> {
    refuse_filter(query)?;
    let base = base(&state);
    let all = schema::schemas(&state.schemas.current());
    let all = all.iter().map(|schema| schema_document(schema, &base));
    Ok(whole_list(all.collect()))
}

async fn one_schema(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
) -> Result<Response, ScimError> {
    let all = schema::schemas(&state.schemas.current());
    let known = all
        .iter()
        .find(|schema| schema.id.eq_ignore_ascii_case(&id));
    let known = known.ok_or_else(|| not_known("schema"))?;
    Ok(answer::body(
        StatusCode::OK,
        &schema_document(known, &base(&state)),
    ))
}

/// RFC 7644, section 4: a filter here is 403; paging and projection are passed over.
fn refuse_filter(query: Option<String>) -> Result<(), ScimError> {
    match Query::read(&query.unwrap_or_default())?.filter {
        None => Ok(()),
        Some(_) => Err(ScimError::Forbidden(
            "What the server offers is not filtered.".to_owned(),
        )),
    }
}

fn whole_list(all: Vec<Value>) -> Response {
    answer::list(i64::try_from(all.len()).unwrap_or(i64::MAX), 0, all)
}

fn not_known(what: &str) -> ScimError {
    ScimError::NotFound(format!("There is no such {what}."))
}
