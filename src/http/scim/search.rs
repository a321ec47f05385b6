//! `/.search`: queries in a body, so that what they hold stands in no log of addresses (RFC
//! 7644, sections 3.4.3 and 7.5.2); over one resource type or over all.

use axum::Router;
use axum::extract::State as Shared;
use axum::response::Response;
use axum::routing::post;

use super::asked::Asked;
use super::error::ScimError;
use super::media::JsonBody;
use super::query::Query;
use super::schema::{RESOURCE_TYPES, ResourceType};
use super::{PATH, listing};
use crate::http::web::State;

pub(super) fn routes() -> Router<State> {
    let only_post = || async { ScimError::MethodNotAllowed("POST") };
    let all = |state, asked, body| search(state, asked, body, RESOURCE_TYPES);
    let router = Router::new().route(&format!("{PATH}/.search"), post(all).fallback(only_post));
    (0..RESOURCE_TYPES.len()).fold(router, |router, number| {
        let types = &RESOURCE_TYPES[number..=number];
        let one = move |state, asked, body| search(state, asked, body, types);
        let path = format!("{PATH}{}/.search", RESOURCE_TYPES[number].endpoint);
        router.route(&path, post(one).fallback(only_post))
    })
}

async fn search(
    Shared(state): Shared<State>,
    asked: Asked,
    JsonBody(body): JsonBody,
    types: &'static [&'static ResourceType],
) -> Result<Response, ScimError> {
    let query = Query::of_search(body)?;
    listing::answer(&state, &asked.actor, &query, types).await
}
