//! `/.search`: queries in a body, so that what they hold stands in no log of addresses (RFC
//! 7644, sections 3.4.3 and 7.5.2); over one resource type or over all. A GET of the server's
//! root asks over all as well (section 3.4.2.1).

use axum::Router;
use axum::extract::State as Shared;
use axum::response::Response;
use axum::routing::{get, post};

use super::PATH;
use super::asked::Asked;
use super::error::ScimError;
use super::listing::{self, Types};
use super::media::JsonBody;
use super::query::Query;
use super::schema::{GROUPS, USERS};
use crate::http::web::State;

pub(super) fn routes() -> Router<State> {
    let only_post = || async { ScimError::MethodNotAllowed("POST") };
    let over = move |types| {
        post(move |state, asked, body| search(state, asked, body, types)).fallback(only_post)
    };
    let root = || get(everything).fallback(|| async { ScimError::MethodNotAllowed("GET, HEAD") });
    let of_all = Router::new()
        .route(PATH, root())
        .route(&format!("{PATH}/"), root())
        .route(&format!("{PATH}/.search"), over(Types::All));
    [&USERS, &GROUPS].into_iter().fold(of_all, |router, known| {
        let path = format!("{PATH}{}/.search", known.endpoint);
        router.route(&path, over(Types::One(known.name)))
    })
}

async fn everything(Shared(state): Shared<State>, asked: Asked) -> Result<Response, ScimError> {
    listing::answer(&state, &asked.caller, &asked.query, Types::All).await
}

async fn search(
    Shared(state): Shared<State>,
    asked: Asked,
    JsonBody(body): JsonBody,
    types: Types,
) -> Result<Response, ScimError> {
    let query = Query::of_search(body)?;
    listing::answer(&state, &asked.caller, &query, types).await
}
