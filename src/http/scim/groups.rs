//! `/Groups`.

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
use super::resource::{Base, group_resource};
use super::schema::{self, ResourceType};
use super::work::{self, Done, Target, Wanted};
use super::{answer, base, shown};
use crate::domain::directory::{self, Group, GroupId, Member};
use crate::http::web::State;

/// A PATCH is answered with the group up to this many members, and with 204 above: to show
/// ten thousand for one that came would cost more than the change.
const SMALL: i64 = 50;

/// The most members that are shown of a group that is only rehearsed.
pub(super) const REHEARSED: i64 = 1_000;

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

pub(super) fn not_found() -> ScimError {
    ScimError::NotFound("There is no such group.".to_owned())
}

pub(super) fn id_of(path: &str) -> Result<GroupId, ScimError> {
    path.parse().map_err(|_| not_found())
}

async fn create(
    Shared(state): Shared<State>,
    asked: Asked,
    body: Result<JsonBody, ScimError>,
) -> Result<Response, ScimError> {
    let view = View::of(&state, &asked)?;
    let wanted = Wanted::Create(body.map(JsonBody::into_value));
    let changed = run(&state, &asked, wanted).await?.group()?;
    view.show_changed(StatusCode::CREATED, changed).await
}

async fn read(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, ScimError> {
    let view = View::of(&state, &asked)?;
    let found =
        directory::find_group_for(&state.db, asked.caller.connection.id, id_of(&id)?).await?;
    let group = found.ok_or_else(not_found)?;
    if asked.has_already(group.version) {
        return Ok(answer::not_modified(group.version));
    }
    view.show(StatusCode::OK, &group).await
}

async fn replace(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
    body: Result<JsonBody, ScimError>,
) -> Result<Response, ScimError> {
    let view = View::of(&state, &asked)?;
    let wanted = Wanted::Replace(id, body.map(JsonBody::into_value));
    let changed = run(&state, &asked, wanted).await?.group()?;
    view.show_changed(StatusCode::OK, changed).await
}

async fn modify(
    Shared(state): Shared<State>,
    asked: Asked,
    Path(id): Path<String>,
    body: Result<JsonBody, ScimError>,
) -> Result<Response, ScimError> {
    let view = View::of(&state, &asked)?;
    let wanted = Wanted::Modify(id, body.map(JsonBody::into_value));
    let (group, as_if) = run(&state, &asked, wanted).await?.group()?;
    let small = match &as_if {
        Some(members) => fits(members, SMALL),
        None => directory::has_at_most(&state.db, group.id, SMALL).await?,
    };
    if small || view.projection.is_chosen() {
        return view.show_changed(StatusCode::OK, (group, as_if)).await;
    }
    Ok(answer::no_content(group.version))
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
    work::carry_out(state, asked, Target::Group, wanted, expected).await
}

async fn list(Shared(state): Shared<State>, asked: Asked) -> Result<Response, ScimError> {
    listing::answer(&state, &asked.caller, &asked.query, Types::One("Group")).await
}

fn fits(members: &[Member], limit: i64) -> bool {
    i64::try_from(members.len()).is_ok_and(|count| count <= limit)
}

/// How the groups of an answer are to look.
struct View<'a> {
    state: &'a State,
    schema: &'static ResourceType,
    projection: Projection,
}

impl<'a> View<'a> {
    fn of(state: &'a State, asked: &Asked) -> Result<Self, ScimError> {
        let schema = schema::groups(&state.schemas.current());
        let projection = Projection::read(schema, &asked.query)?;
        Ok(Self {
            state,
            schema,
            projection,
        })
    }

    /// A group that was changed. When that was only rehearsed, the members that it would
    /// have are shown, up to [`REHEARSED`]: they cannot be streamed, because they are gone.
    async fn show_changed(
        &self,
        status: StatusCode,
        (group, as_if): (Group, Option<Vec<Member>>),
    ) -> Result<Response, ScimError> {
        let Some(members) = as_if else {
            return self.show(status, &group).await;
        };
        let members = Some(members.as_slice()).filter(|members| fits(members, REHEARSED));
        let resource = group_resource(Base(&base(self.state)), &group, members);
        Ok(answer::resource(
            status,
            self.schema,
            &self.projection,
            resource,
        ))
    }

    async fn show(&self, status: StatusCode, group: &Group) -> Result<Response, ScimError> {
        let whole = group_resource(Base(&base(self.state)), group, None);
        let headers = answer::headers(status, &whole);
        let group = std::slice::from_ref(group);
        let mut shown = shown::groups(self.state, self.schema, &self.projection, group).await?;
        let shown = shown.pop().ok_or_else(not_found)?;
        let body = shown::group_body(self.state, self.projection.clone(), status, shown);
        Ok((headers, body).into_response())
    }
}
