//! Answers that are not refusals.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::media::SCIM_JSON;
use super::projection::Projection;
use super::resource::version_tag;
use super::schema::ResourceType;

/// The `schemas` value of a list.
pub const LIST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// JSON in SCIM's media type.
pub fn body(status: StatusCode, body: &Value) -> Response {
    let kind = [(header::CONTENT_TYPE, SCIM_JSON)];
    (status, kind, body.to_string()).into_response()
}

/// The ETag and the address of a resource, and when it is new, its `Location`.
pub fn headers(status: StatusCode, resource: &Map<String, Value>) -> HeaderMap {
    let meta = |name: &str| {
        resource["meta"][name]
            .as_str()
            .and_then(|text| HeaderValue::from_str(text).ok())
    };
    let mut headers = HeaderMap::new();
    if let Some(version) = meta("version") {
        headers.insert(header::ETAG, version);
    }
    if let Some(location) = meta("location") {
        if status == StatusCode::CREATED {
            headers.insert(header::LOCATION, location.clone());
        }
        headers.insert(header::CONTENT_LOCATION, location);
    }
    headers
}

/// One resource, projected, with its ETag and, when it is new, its `Location`.
pub fn resource(
    status: StatusCode,
    resource_type: &ResourceType,
    projection: &Projection,
    mut resource: Map<String, Value>,
) -> Response {
    let headers = headers(status, &resource);
    projection.apply(resource_type, &mut resource);
    (headers, body(status, &Value::Object(resource))).into_response()
}

/// 204 with the version that there is now.
pub fn no_content(version: i64) -> Response {
    let etag = [(header::ETAG, version_tag(version))];
    (StatusCode::NO_CONTENT, etag).into_response()
}

/// 304: the caller has this version.
pub fn not_modified(version: i64) -> Response {
    let etag = [(header::ETAG, version_tag(version))];
    (StatusCode::NOT_MODIFIED, etag).into_response()
}

/// A part of a list. `offset` counts from nought, SCIM from one.
pub fn list(total: i64, offset: i64, resources: Vec<Value>) -> Response {
    let answer = json!({
        "schemas": [LIST_URN],
        "totalResults": total,
        "startIndex": offset + 1,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    });
    body(StatusCode::OK, &answer)
}
