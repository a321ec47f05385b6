//! `/Users`.

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::asked::Asked;
use super::error::ScimError;
use super::listing::{self, Types};
use super::media::JsonBody;
use super::projection::Projection;
use super::resource::{Base, user_resource};
use super::schema::{self, ResourceType};
use super::shown::groups_if_wanted;
use super::work::{self, Done, Target, Wanted};
use super::{answer, base};
use crate::domain::directory::{self, HeldGroup, User, UserId};
use crate::http::web::State;

pub(super) fn routes() -> Router<State> {
    let collection = get(list)
        .post(create)
        .fallback(|| async { ScimError::MethodNotAllowed("GET, HEAD, POST") });
    let one = get(read)
        .put(replace)
        .patch(modify)
        .delete(delete)
        .fallback(|| async { ScimError::MethodNotAllowed("GET, HEAD, PUT, PATCH, DELETE") });
    Router::new()
        .route(&format!("{}/Users", super::PATH), collection)
        .route(&format!("{}/Users/{{id}}", super::PATH), one)
}

fn not_found() -> ScimError {
    ScimError::NotFound("There is no such user.".to_owned())
}

pub(super) fn id_of(path: &str) -> Result<UserId, ScimError> {
    path.parse().map_err(|_| not_found())
}

/// Administrators of this server are out of reach: for provisioning they do not exist.
pub(super) fn in_reach(user: Option<User>) -> Result<User, ScimError> {
    user.filter(|user| !user.administrator)
        .ok_or_else(not_found)
}

async fn create(
    Shared(state): Shared<State>,
    asked: Asked,
    body: Result<JsonBody, ScimError>,
) -> Result<Response, ScimError> {
    let schema = schema::users(&state.schemas.current());
    let projection = Projection::read(schema, &asked.query)?;
    let wanted = Wanted::Create(body.map(JsonBody::into_value));
    let user = run(&state, &asked, wanted).await?.user()?;
    let resource = user_resource(Base(&base(&state)), &user, &[]);
    Ok(answer::resource(
        StatusCode::CREATED,
        schema,
        &projection,
        resource,
    ))
}

async fn read(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, ScimError> {
    show_one(&state, &asked, id_of(&id)?).await
}

/// The user of this id, if it is one that provisioning may see.
pub(super) async fn show_one(
    state: &State,
    asked: &Asked,
    id: UserId,
) -> Result<Response, ScimError> {
    let schema = schema::users(&state.schemas.current());
    let projection = Projection::read(schema, &asked.query)?;
    let connection = asked.caller.connection.id;
    let (user, groups) = if projection.wants("groups") {
        let found = directory::find_user_with_groups(&state.db, connection, id).await?;
        found.map_or((None, Vec::new()), |(user, groups)| (Some(user), groups))
    } else {
        let found = directory::find_user_for(&state.db, connection, id).await?;
        (found, Vec::new())
    };
    let user = in_reach(user)?;
    if asked.has_already(user.version) {
        return Ok(answer::not_modified(user.version));
    }
    Ok(shown(state, schema, &projection, &user, &groups))
}

async fn replace(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
    body: Result<JsonBody, ScimError>,
) -> Result<Response, ScimError> {
    let wanted = Wanted::Replace(id, body.map(JsonBody::into_value));
    change(&state, &asked, wanted).await
}

async fn modify(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
    body: Result<JsonBody, ScimError>,
) -> Result<Response, ScimError> {
    let wanted = Wanted::Modify(id, body.map(JsonBody::into_value));
    change(&state, &asked, wanted).await
}

async fn delete(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, ScimError> {
    run(&state, &asked, Wanted::Delete(id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn run(state: &State, asked: &Asked, wanted: Wanted) -> Result<Done, ScimError> {
    let expected = asked.if_match.clone();
    work::carry_out(state, asked, Target::User, wanted, expected).await
}

/// Changes a user and answers with it as it is now.
async fn change(state: &State, asked: &Asked, wanted: Wanted) -> Result<Response, ScimError> {
    let schema = schema::users(&state.schemas.current());
    let projection = Projection::read(schema, &asked.query)?;
    let user = run(state, asked, wanted).await?.user()?;
    show(state, schema, &projection, &user).await
}

async fn list(Shared(state): Shared<State>, asked: Asked) -> Result<Response, ScimError> {
    listing::answer(&state, &asked.caller, &asked.query, Types::One("User")).await
}

async fn show(
    state: &State,
    schema: &ResourceType,
    projection: &Projection,
    user: &User,
) -> Result<Response, ScimError> {
    let groups = groups_if_wanted(state, projection, &[user.id]).await?;
    Ok(shown(state, schema, projection, user, &groups))
}

fn shown(
    state: &State,
    schema: &ResourceType,
    projection: &Projection,
    user: &User,
    groups: &[HeldGroup],
) -> Response {
    let resource = user_resource(Base(&base(state)), user, groups);
    answer::resource(StatusCode::OK, schema, projection, resource)
}
