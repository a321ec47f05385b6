//! `/Groups`.

use axum::Router;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;

use super::asked::Asked;
use super::error::ScimError;
use super::filter::group_terms;
use super::media::JsonBody;
use super::projection::Projection;
use super::resource::{Base, group_resource};
use super::schema::{self, ResourceType};
use super::work::{self, Done, Target, Wanted};
use super::{answer, base};
use crate::domain::directory::{self, Group, GroupId, Member, search};
use crate::http::web::State;

/// A PATCH is answered with the group up to this many members, and with 204 above: to show
/// ten thousand for one that came would cost more than the change.
const SMALL: i64 = 50;

/// The most members in one answer.
pub(super) const MAX_MEMBERS: i64 = 100_000;

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
    let View {
        schema, projection, ..
    } = View::of(&state, &asked)?;
    let terms = group_terms(asked.query.filter.as_deref())?;
    let window = asked.query.window()?;
    let page = search::groups(&state.db, asked.caller.connection.id, &terms, window).await?;
    let ids: Vec<GroupId> = page.items.iter().map(|group| group.id).collect();
    let members = members_if_wanted(&state, &projection, &ids).await?;
    let base = base(&state);
    let resources = page.items.iter().map(|group| {
        let own = members.as_deref().map(|all| of_group(all, group.id));
        let mut resource = group_resource(Base(&base), group, own);
        projection.apply(schema, &mut resource);
        Value::Object(resource)
    });
    Ok(answer::list(page.total, window.offset, resources.collect()))
}

/// The members of one group among those of a page, which come ordered by group.
fn of_group(members: &[Member], group: GroupId) -> &[Member] {
    let start = members.partition_point(|member| member.group < group);
    let end = members.partition_point(|member| member.group <= group);
    &members[start..end]
}

fn fits(members: &[Member], limit: i64) -> bool {
    i64::try_from(members.len()).is_ok_and(|count| count <= limit)
}

async fn members_if_wanted(
    state: &State,
    projection: &Projection,
    groups: &[GroupId],
) -> Result<Option<Vec<Member>>, ScimError> {
    if groups.is_empty() || !projection.wants("members") {
        return Ok(None);
    }
    let members = directory::members_of(&state.db, groups, MAX_MEMBERS + 1).await?;
    if fits(&members, MAX_MEMBERS) {
        return Ok(Some(members));
    }
    Err(too_many_members())
}

fn too_many_members() -> ScimError {
    ScimError::TooMany(format!(
        "There are more than {MAX_MEMBERS} members: ask with excludedAttributes=members."
    ))
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

    async fn show(&self, status: StatusCode, group: &Group) -> Result<Response, ScimError> {
        let members = members_if_wanted(self.state, &self.projection, &[group.id]).await?;
        Ok(self.answer(status, group, members.as_deref()))
    }

    /// A group that was changed; when that was only rehearsed, with the members that it
    /// would have.
    async fn show_changed(
        &self,
        status: StatusCode,
        (group, as_if): (Group, Option<Vec<Member>>),
    ) -> Result<Response, ScimError> {
        match as_if {
            None => self.show(status, &group).await,
            Some(_) if !self.projection.wants("members") => Ok(self.answer(status, &group, None)),
            Some(members) if fits(&members, MAX_MEMBERS) => {
                Ok(self.answer(status, &group, Some(&members)))
            }
            Some(_) => Err(too_many_members()),
        }
    }

    fn answer(&self, status: StatusCode, group: &Group, members: Option<&[Member]>) -> Response {
        let resource = group_resource(Base(&base(self.state)), group, members);
        answer::resource(status, self.schema, &self.projection, resource)
    }
}
