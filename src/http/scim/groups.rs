//! `/Groups`.

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::asked::Asked;
use super::error::ScimError;
use super::media::JsonBody;
use super::projection::Projection;
use super::resource::{Base, group_document, group_profile, group_resource};
use super::schema::GROUPS;
use super::{answer, base, document, listing, patch, shown};
use crate::domain::directory::{self, Group, GroupEdit, GroupId, Members};
use crate::http::web::State;

/// A PATCH is answered with the group up to this many members, and with 204 above: to show
/// ten thousand for one that came would cost more than the change.
const SMALL: i64 = 50;

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
        .route(&format!("{}/Groups", super::PATH), collection)
        .route(&format!("{}/Groups/{{id}}", super::PATH), one)
}

fn not_found() -> ScimError {
    ScimError::NotFound("There is no such group.".to_owned())
}

fn id_of(path: &str) -> Result<GroupId, ScimError> {
    path.parse().map_err(|_| not_found())
}

async fn create(
    Shared(state): Shared<State>,
    asked: Asked,
    JsonBody(body): JsonBody,
) -> Result<Response, ScimError> {
    let projection = Projection::read(&GROUPS, &asked.query)?;
    let incoming = document::read(&GROUPS, body)?;
    let profile = group_profile(incoming.document);
    let members = incoming.rows.unwrap_or_default();
    let mut change = asked.change(&state).await?;
    let group = directory::create_group(&mut change, profile, members).await?;
    change.commit().await?;
    show(&state, &projection, StatusCode::CREATED, &group).await
}

async fn read(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, ScimError> {
    let projection = Projection::read(&GROUPS, &asked.query)?;
    let found = directory::find_group(&state.db, id_of(&id)?).await?;
    let group = found.ok_or_else(not_found)?;
    if asked.has_already(group.version) {
        return Ok(answer::not_modified(group.version));
    }
    show(&state, &projection, StatusCode::OK, &group).await
}

async fn replace(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Response, ScimError> {
    let projection = Projection::read(&GROUPS, &asked.query)?;
    let incoming = document::read(&GROUPS, body)?;
    let edit = GroupEdit {
        profile: Some(group_profile(incoming.document)),
        members: Members::Replace(incoming.rows.unwrap_or_default()),
    };
    let mut change = asked.change(&state).await?;
    let found = directory::lock_group(&mut change, id_of(&id)?).await?;
    let group = found.ok_or_else(not_found)?;
    asked.check_match(group.version)?;
    let group = directory::change_group(&mut change, group, edit).await?;
    change.commit().await?;
    show(&state, &projection, StatusCode::OK, &group).await
}

async fn modify(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Response, ScimError> {
    let projection = Projection::read(&GROUPS, &asked.query)?;
    let operations = patch::read_request(body)?;
    let mut change = asked.change(&state).await?;
    let found = directory::lock_group(&mut change, id_of(&id)?).await?;
    let group = found.ok_or_else(not_found)?;
    asked.check_match(group.version)?;
    let edit = patch::apply(&GROUPS, group_document(&group), operations)?;
    let edit = GroupEdit {
        profile: Some(group_profile(edit.document)),
        members: edit.rows,
    };
    let group = directory::change_group(&mut change, group, edit).await?;
    change.commit().await?;
    if projection.is_chosen() || directory::has_at_most(&state.db, group.id, SMALL).await? {
        return show(&state, &projection, StatusCode::OK, &group).await;
    }
    Ok(answer::no_content(group.version))
}

async fn delete(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, ScimError> {
    let mut change = asked.change(&state).await?;
    let found = directory::lock_group(&mut change, id_of(&id)?).await?;
    let group = found.ok_or_else(not_found)?;
    asked.check_match(group.version)?;
    directory::delete_group(&mut change, &group).await?;
    change.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn list(Shared(state): Shared<State>, asked: Asked) -> Result<Response, ScimError> {
    listing::answer(&state, &asked.actor, &asked.query, &[&GROUPS]).await
}

async fn show(
    state: &State,
    projection: &Projection,
    status: StatusCode,
    group: &Group,
) -> Result<Response, ScimError> {
    let headers = answer::headers(status, &group_resource(Base(&base(state)), group, None));
    let mut shown = shown::groups(state, projection, std::slice::from_ref(group)).await?;
    let shown = shown.pop().ok_or_else(not_found)?;
    let body = shown::group_body(state, projection.clone(), status, shown);
    Ok((headers, body).into_response())
}
