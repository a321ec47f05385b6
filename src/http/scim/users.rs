//! `/Users`.

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::asked::Asked;
use super::error::ScimError;
use super::media::JsonBody;
use super::projection::Projection;
use super::resource::{Base, UserParts, user_document, user_parts, user_resource};
use super::schema::USERS;
use super::shown::groups_if_wanted;
use super::{answer, base, document, listing, passwords, patch};
use crate::domain::audit::Change;
use crate::domain::directory::{self, NewUser, User, UserId};
use crate::domain::{credentials, lifecycle};
use crate::foundation::crypto::password::PasswordHash;
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

fn id_of(path: &str) -> Result<UserId, ScimError> {
    path.parse().map_err(|_| not_found())
}

/// Administrators of this server are out of reach: for provisioning they do not exist.
fn in_reach(user: Option<User>) -> Result<User, ScimError> {
    user.filter(|user| !user.administrator)
        .ok_or_else(not_found)
}

async fn create(
    Shared(state): Shared<State>,
    asked: Asked,
    JsonBody(body): JsonBody,
) -> Result<Response, ScimError> {
    let projection = Projection::read(&USERS, &asked.query)?;
    let parts = user_parts(document::read(&USERS, body)?.document);
    let password = passwords::hash(&state, parts.password).await?;
    let mut change = asked.change(&state).await?;
    let new = NewUser {
        profile: parts.profile,
        active: parts.active.unwrap_or(true),
        administrator: false,
    };
    let user = directory::create_user(&mut change, new).await?;
    set_password(&mut change, &user, password).await?;
    change.commit().await?;
    let resource = user_resource(Base(&base(&state)), &user, &[]);
    Ok(answer::resource(
        StatusCode::CREATED,
        &USERS,
        &projection,
        resource,
    ))
}

async fn read(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, ScimError> {
    let projection = Projection::read(&USERS, &asked.query)?;
    let user = in_reach(directory::find_user(&state.db, id_of(&id)?).await?)?;
    if asked.has_already(user.version) {
        return Ok(answer::not_modified(user.version));
    }
    show(&state, &projection, &user).await
}

async fn replace(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Response, ScimError> {
    let projection = Projection::read(&USERS, &asked.query)?;
    let id = id_of(&id)?;
    let mut parts = user_parts(document::read(&USERS, body)?.document);
    // A password costs a computation: not for a user who is not there.
    in_reach(directory::find_user(&state.db, id).await?)?;
    let password = passwords::hash(&state, parts.password.take()).await?;
    let mut change = asked.change(&state).await?;
    let user = in_reach(directory::lock_user(&mut change, id).await?)?;
    asked.check_match(user.version)?;
    let user = write(&mut change, user, parts, password).await?;
    finish(&state, &projection, change, user).await
}

async fn modify(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Response, ScimError> {
    let projection = Projection::read(&USERS, &asked.query)?;
    let id = id_of(&id)?;
    let operations = patch::read_request(body)?;
    let password = if passwords::are_mentioned(&operations) {
        let user = in_reach(directory::find_user(&state.db, id).await?)?;
        let edit = patch::apply(&USERS, user_document(&user), operations.clone())?;
        passwords::hash(&state, user_parts(edit.document).password).await?
    } else {
        None
    };
    let mut change = asked.change(&state).await?;
    let user = in_reach(directory::lock_user(&mut change, id).await?)?;
    asked.check_match(user.version)?;
    let edit = patch::apply(&USERS, user_document(&user), operations)?;
    let user = write(&mut change, user, user_parts(edit.document), password).await?;
    finish(&state, &projection, change, user).await
}

async fn delete(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, ScimError> {
    let mut change = asked.change(&state).await?;
    let user = in_reach(directory::lock_user(&mut change, id_of(&id)?).await?)?;
    asked.check_match(user.version)?;
    lifecycle::delete(&mut change, &user).await?;
    change.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn list(Shared(state): Shared<State>, asked: Asked) -> Result<Response, ScimError> {
    listing::answer(&state, &asked.actor, &asked.query, &[&USERS]).await
}

/// Brings a user to what a document says. A deactivation ends in the same change what the
/// user has; an activation brings none of it back.
async fn write(
    change: &mut Change,
    user: User,
    parts: UserParts,
    password: Option<PasswordHash>,
) -> Result<User, ScimError> {
    let (id, was_active) = (user.id, user.active);
    let mut user = directory::change_profile(change, user, parts.profile).await?;
    set_password(change, &user, password).await?;
    match parts.active {
        Some(false) if was_active => lifecycle::deactivate(change, id).await?,
        Some(true) if !was_active => lifecycle::activate(change, id).await?,
        _ => return Ok(user),
    };
    if let Some(changed) = directory::find_user(&mut *change, id).await? {
        user = changed;
    }
    Ok(user)
}

async fn set_password(
    change: &mut Change,
    user: &User,
    password: Option<PasswordHash>,
) -> Result<(), ScimError> {
    if let Some(hash) = password {
        credentials::set_password(change, user.id, &hash, false).await?;
    }
    Ok(())
}

/// Commits and answers with the user as it is now.
async fn finish(
    state: &State,
    projection: &Projection,
    change: Change,
    user: User,
) -> Result<Response, ScimError> {
    change.commit().await?;
    show(state, projection, &user).await
}

async fn show(state: &State, projection: &Projection, user: &User) -> Result<Response, ScimError> {
    let groups = groups_if_wanted(state, projection, &[user.id]).await?;
    let resource = user_resource(Base(&base(state)), user, &groups);
    Ok(answer::resource(
        StatusCode::OK,
        &USERS,
        projection,
        resource,
    ))
}
