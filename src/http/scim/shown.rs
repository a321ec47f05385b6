//! Resources as an answer shows them. What belongs to all resources of a page is read by
//! one query for the page, and the members of large groups are not read at all: they are
//! streamed, so that a group of a million costs no more memory than one of a thousand.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Map, Value};

use super::error::ScimError;
use super::media::SCIM_JSON;
use super::projection::Projection;
use super::resource::{Base, group_resource, member_entry, user_resource};
use super::schema::{GROUPS, ResourceType};
use super::{answer, base};
use crate::domain::directory::{self, Group, GroupId, HeldGroup, Member, User, UserId};
use crate::foundation::db::{self, Db};
use crate::http::web::State;

/// Up to so many members of a page of groups are read with the page; more are streamed.
const IN_MEMORY: i64 = 1_000;

/// Members that are read at a time while streaming.
const BATCH: i64 = 1_000;

/// A resource, projected; with the group whose members are still to be read.
pub struct Shown {
    resource: Map<String, Value>,
    members_of: Option<GroupId>,
}

/// The groups of one user among those of a page, which come ordered by user.
pub(super) fn of_user(held: &[HeldGroup], user: UserId) -> &[HeldGroup] {
    let start = held.partition_point(|group| group.user < user);
    let end = held.partition_point(|group| group.user <= user);
    &held[start..end]
}

/// The members of one group among those of a page, which come ordered by group.
pub(super) fn of_group(members: &[Member], group: GroupId) -> &[Member] {
    let start = members.partition_point(|member| member.group < group);
    let end = members.partition_point(|member| member.group <= group);
    &members[start..end]
}

/// The groups that users are in, if the answer shows them.
pub(super) async fn groups_if_wanted(
    state: &State,
    projection: &Projection,
    users: &[UserId],
) -> Result<Vec<HeldGroup>, ScimError> {
    if users.is_empty() || !projection.wants("groups") {
        return Ok(Vec::new());
    }
    Ok(directory::groups_of(&state.db, users).await?)
}

/// Users of a page.
pub(super) async fn users(
    state: &State,
    known: &ResourceType,
    projection: &Projection,
    users: &[User],
) -> Result<Vec<Shown>, ScimError> {
    let mut ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    // In the order of ids, so that what is read by hundreds comes ordered as a whole.
    ids.sort_unstable();
    let held = groups_if_wanted(state, projection, &ids).await?;
    let base = base(state);
    let show = |user: &User| {
        let mut resource = user_resource(Base(&base), user, of_user(&held, user.id));
        projection.apply(known, &mut resource);
        Shown {
            resource,
            members_of: None,
        }
    };
    Ok(users.iter().map(show).collect())
}

/// Groups of a page.
pub(super) async fn groups(
    state: &State,
    known: &ResourceType,
    projection: &Projection,
    groups: &[Group],
) -> Result<Vec<Shown>, ScimError> {
    let wanted = projection.wants("members") && !groups.is_empty();
    let members = if wanted {
        let mut ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
        ids.sort_unstable();
        directory::members_of(&state.db, &ids, IN_MEMORY + 1).await?
    } else {
        Vec::new()
    };
    let streamed = i64::try_from(members.len()).is_ok_and(|count| count > IN_MEMORY);
    let base = base(state);
    let show = |group: &Group| {
        let own = Some(of_group(&members, group.id)).filter(|_| wanted && !streamed);
        let mut resource = group_resource(Base(&base), group, own);
        projection.apply(known, &mut resource);
        Shown {
            resource,
            members_of: streamed.then_some(group.id),
        }
    };
    Ok(groups.iter().map(show).collect())
}

/// A body of one group.
pub(super) fn group_body(
    state: &State,
    projection: Projection,
    status: StatusCode,
    shown: Shown,
) -> Response {
    if shown.members_of.is_none() {
        return answer::body(status, &Value::Object(shown.resource));
    }
    let mut pieces = Pieces::default();
    pieces.resource(shown);
    pieces.answer(state, projection, status)
}

/// The body of a list: its head, and the resources.
pub(super) fn list_body(
    state: &State,
    projection: Projection,
    mut head: Map<String, Value>,
    resources: Vec<Shown>,
) -> Response {
    if resources.iter().all(|shown| shown.members_of.is_none()) {
        let all = resources.into_iter().map(|shown| shown.resource.into());
        head.insert("Resources".to_owned(), Value::Array(all.collect()));
        return answer::body(StatusCode::OK, &Value::Object(head));
    }
    let mut pieces = Pieces::default();
    pieces.open_object(head);
    pieces.text(",\"Resources\":[");
    for (position, shown) in resources.into_iter().enumerate() {
        if position > 0 {
            pieces.text(",");
        }
        pieces.resource(shown);
    }
    pieces.text("]}");
    pieces.answer(state, projection, StatusCode::OK)
}

/// A body in the making: text, and members that are read when their turn comes.
#[derive(Default)]
struct Pieces(VecDeque<Piece>);

enum Piece {
    Text(String),
    Members(GroupId),
}

impl Pieces {
    fn text(&mut self, text: &str) {
        match self.0.back_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.0.push_back(Piece::Text(text.to_owned())),
        }
    }

    /// An object without its closing brace. It is never an empty one.
    fn open_object(&mut self, object: Map<String, Value>) {
        let text = Value::Object(object).to_string();
        self.text(&text[..text.len() - 1]);
    }

    fn resource(&mut self, shown: Shown) {
        self.open_object(shown.resource);
        if let Some(group) = shown.members_of {
            self.text(",\"members\":[");
            self.0.push_back(Piece::Members(group));
            self.text("]");
        }
        self.text("}");
    }

    fn answer(self, state: &State, projection: Projection, status: StatusCode) -> Response {
        let writer = Writer {
            db: state.db.clone(),
            base: base(state),
            projection: Arc::new(projection),
            pieces: self.0,
            last: None,
        };
        let body = Body::from_stream(stream::try_unfold(writer, Writer::next));
        (status, [(header::CONTENT_TYPE, SCIM_JSON)], body).into_response()
    }
}

/// Writes a body piece by piece. Members are read in batches, each by its own query and
/// without a transaction, so that a slow reader holds up nobody: who is a member all the
/// while is written once; who comes or goes meanwhile may be written or not. The ETag is
/// older than what is read, so an `If-Match` with it notices any such change.
struct Writer {
    db: Db,
    base: String,
    projection: Arc<Projection>,
    pieces: VecDeque<Piece>,
    /// The last member that was written of the group whose turn it is.
    last: Option<Member>,
}

impl Writer {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, db::Error> {
        match self.pieces.pop_front() {
            None => Ok(None),
            Some(Piece::Text(text)) => Ok(Some((Bytes::from(text), self))),
            Some(Piece::Members(group)) => {
                let batch = self.batch(group).await.inspect_err(|error| {
                    // The answer breaks off and is no JSON: nobody takes it for the whole.
                    tracing::error!(%error, "the members of a group could not be read");
                })?;
                Ok(Some((Bytes::from(batch), self)))
            }
        }
    }

    async fn batch(&mut self, group: GroupId) -> Result<String, db::Error> {
        let members = directory::next_members(&self.db, group, self.last.as_ref(), BATCH).await?;
        let mut text = String::with_capacity(members.len() * 200);
        for (position, member) in members.iter().enumerate() {
            if position > 0 || self.last.is_some() {
                text.push(',');
            }
            let mut entry = member_entry(Base(&self.base), member);
            self.projection
                .apply_to_entry(&GROUPS, "members", &mut entry);
            text.push_str(&entry.to_string());
        }
        if i64::try_from(members.len()).is_ok_and(|count| count == BATCH) {
            self.pieces.push_front(Piece::Members(group));
            self.last = members.into_iter().next_back();
        } else {
            self.last = None;
        }
        Ok(text)
    }
}
