//! One resource type with a filter and an order: what of it the directory finds by itself,
//! and what is looked at here, row by row and within bounds.

use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::error::ScimError;
use super::filter::Expression;
use super::filter::indexed::{Indexed, narrow};
use super::projection::Projection;
use super::resource::{Base, group_resource, user_resource};
use super::schema::ResourceType;
use super::shown::{of_group, of_user};
use super::sorting::{SortKey, Sorting};
use super::{base, filter};
use crate::domain::connections::ConnectionId;
use crate::domain::directory::search::{
    self, Asking, By, Condition, Found, Order, Place, Slice, Term, Window,
};
use crate::domain::directory::{self, Group, GroupId, User, UserId};
use crate::foundation::db;
use crate::http::web::State;

/// The most rows that are looked at for one request. A filter or an order that would need
/// more is refused with `tooMany`: a directory of a million must not be read through
/// because of one question.
pub const MAX_SCANNED: i64 = 10_000;

/// Rows that are read at a time.
const BATCH: i64 = 500;

/// The most members that are read to evaluate a filter on one batch of groups.
const MAX_MEMBERS_LOOKED_AT: i64 = 10_000;

/// A kind of resource that lists show.
pub trait Listed: Indexed {
    /// The index that gives the order of an attribute.
    fn by(attr: filter::Attr) -> Option<By>;

    /// The resources as a filter sees them, with what it asks for.
    fn documents(
        state: &State,
        known: &ResourceType,
        items: &[Self],
        filter: &Expression,
    ) -> impl Future<Output = Result<Vec<Map<String, Value>>, ScimError>> + Send;
}

/// A filter and an order on one kind of resource.
pub struct Plan<K: Found> {
    known: &'static ResourceType,
    connection: ConnectionId,
    filter: Expression,
    condition: Condition<K::Term>,
    /// Whether the condition alone decides.
    exact: bool,
    /// Whether the filter asks for nothing.
    everything: bool,
    sorting: Sorting,
    order: Option<Order>,
}

impl<K: Listed> Plan<K> {
    pub(super) fn new(
        (known, connection): (&'static ResourceType, ConnectionId),
        filter: Expression,
        sorting: Sorting,
    ) -> Self {
        let narrowed = narrow::<K>(&filter);
        let everything = narrowed.condition.is_everything();
        let by = match sorting.attr {
            None => Some(By::Id),
            Some(attr) => K::by(attr).filter(|by| K::is_ordered(*by)),
        };
        Self {
            known,
            connection,
            filter,
            condition: match (everything, K::within_reach()) {
                (true, reach) => reach,
                (false, reach) if reach.is_everything() => narrowed.condition,
                (false, reach) => Condition::All(vec![reach, narrowed.condition]),
            },
            exact: narrowed.exact,
            everything: everything && narrowed.exact,
            sorting,
            order: by.map(|by| Order {
                by,
                descending: sorting.descending,
            }),
        }
    }

    /// Whether the directory gives the order.
    pub(super) fn is_ordered(&self) -> bool {
        self.order.is_some()
    }

    fn order(&self) -> Order {
        self.order.unwrap_or(Order::BY_ID)
    }

    fn asking(&self) -> Asking {
        Asking {
            connection: self.connection,
            order: self.order(),
        }
    }

    async fn find(&self, state: &State, slice: &Slice) -> Result<Vec<K>, db::Error> {
        search::find::<K>(&state.db, self.asking(), &self.condition, slice).await
    }

    /// Refuses what would read through a large directory.
    async fn admit(&self, state: &State) -> Result<(), ScimError> {
        let leads = self.condition.reach() > search::Reach::Scan;
        let free = self.everything && self.is_ordered();
        if leads || free || search::total::<K>(&state.db).await? <= MAX_SCANNED {
            return Ok(());
        }
        Err(too_many())
    }

    /// A window, and how many there are in all.
    pub(super) async fn window(
        &self,
        state: &State,
        window: Window,
    ) -> Result<(i64, Vec<K>), ScimError> {
        self.admit(state).await?;
        if self.exact {
            return self.exact_window(state, window).await;
        }
        let (mut total, mut items) = (0, Vec::new());
        let end = window.offset.saturating_add(window.count);
        self.scan(state, None, |item, _| {
            if (window.offset..end).contains(&total) {
                items.push(item);
            }
            total += 1;
            ControlFlow::Continue(())
        })
        .await?;
        Ok((total, items))
    }

    async fn exact_window(
        &self,
        state: &State,
        window: Window,
    ) -> Result<(i64, Vec<K>), ScimError> {
        let slice = Slice::Window(window);
        let items = self.find(state, &slice).await?;
        let given = i64::try_from(items.len()).unwrap_or(i64::MAX);
        // A page that is not full says itself how many there are.
        let is_last = given < window.count && (given > 0 || window.offset == 0);
        let total = match (is_last, self.everything) {
            (true, _) => window.offset + given,
            (false, true) => search::total::<K>(&state.db).await?,
            (false, false) => {
                search::count::<K>(&state.db, self.connection, &self.condition).await?
            }
        };
        Ok((total, items))
    }

    /// How many there are in all, when that costs nothing.
    pub(super) async fn free_total(&self, state: &State) -> Result<Option<i64>, ScimError> {
        if !self.everything {
            return Ok(None);
        }
        Ok(Some(search::total::<K>(&state.db).await?))
    }

    /// Up to `count` from a place on, in the order of the directory.
    pub(super) async fn stretch(
        &self,
        state: &State,
        from: &Stretch<'_>,
        count: i64,
    ) -> Result<Vec<K>, ScimError> {
        self.admit(state).await?;
        if count <= 0 {
            return Ok(Vec::new());
        }
        let start = match from.place {
            None => None,
            Some((key, id)) => Some(
                key.place(self.order().by, id)
                    .ok_or(ScimError::InvalidCursor("belongs to another order"))?,
            ),
        };
        if self.exact {
            let slice = from.slice(start, count);
            return Ok(self.find(state, &slice).await?);
        }
        let (mut items, wanted) = (Vec::new(), usize::try_from(count).unwrap_or(usize::MAX));
        let walk = Walk {
            start,
            backwards: from.backwards,
        };
        self.scan(state, Some(walk), |item, _| {
            items.push(item);
            match items.len() < wanted {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        })
        .await?;
        if from.backwards {
            items.reverse();
        }
        Ok(items)
    }

    /// What each of the matches is sorted by, for an order that the directory does not give.
    pub(super) async fn keys(&self, state: &State) -> Result<Vec<(SortKey, String)>, ScimError> {
        self.admit(state).await?;
        let mut keys = Vec::new();
        self.scan(state, None, |item, document| {
            keys.push((self.sorting.key(document), item.id()));
            ControlFlow::Continue(())
        })
        .await?;
        Ok(keys)
    }

    /// Those of these ids that are still there.
    pub(super) async fn of_ids(
        &self,
        state: &State,
        ids: Vec<String>,
    ) -> Result<Vec<K>, ScimError> {
        let slice = Slice::first(i64::try_from(ids.len()).unwrap_or(i64::MAX));
        let condition = Condition::All(vec![
            K::within_reach(),
            Condition::Is(<K::Term as Term>::ids(ids)),
        ]);
        Ok(search::find(&state.db, self.asking(), &condition, &slice).await?)
    }

    /// Looks at everything that the condition selects, in order, and gives the matches to
    /// `visit`.
    async fn scan(
        &self,
        state: &State,
        walk: Option<Walk>,
        mut visit: impl FnMut(K, &Map<String, Value>) -> ControlFlow<()> + Send,
    ) -> Result<(), ScimError> {
        let Walk {
            start: mut place,
            backwards,
        } = walk.unwrap_or_default();
        let mut looked_at = 0;
        loop {
            let slice = match backwards {
                false => Slice::next(place, BATCH),
                true => Slice::previous(place, BATCH),
            };
            let mut items = self.find(state, &slice).await?;
            if backwards {
                items.reverse();
            }
            let read = i64::try_from(items.len()).unwrap_or(i64::MAX);
            looked_at += read;
            if looked_at > MAX_SCANNED {
                return Err(too_many());
            }
            place = items.last().map(|item| item.place(self.order()));
            let documents = K::documents(state, self.known, &items, &self.filter).await?;
            for (item, document) in items.into_iter().zip(&documents) {
                if self.filter.holds_for(document) && visit(item, document).is_break() {
                    return Ok(());
                }
            }
            if read < BATCH {
                return Ok(());
            }
        }
    }
}

/// A walk through the rows from a place.
#[derive(Default)]
struct Walk {
    start: Option<Place>,
    backwards: bool,
}

/// Where a stretch begins, and which way it goes.
#[derive(Clone, Copy)]
pub struct Stretch<'a> {
    /// The place that it begins behind (or ends before); none for the very first or last.
    pub place: Option<(&'a SortKey, &'a str)>,
    /// What comes before the place.
    pub backwards: bool,
}

impl Stretch<'_> {
    fn slice(&self, place: Option<Place>, count: i64) -> Slice {
        if self.backwards {
            Slice::previous(place, count)
        } else {
            Slice::next(place, count)
        }
    }
}

fn too_many() -> ScimError {
    ScimError::TooMany(format!(
        "More than {MAX_SCANNED} resources would have to be looked at. Ask also for something \
         that is found by an index: users by `eq` on userName, externalId, id, emails.value, \
         groups.value or manager, groups by `eq` on displayName, externalId, id or \
         members.value; or sort by nothing else than userName, displayName of groups, \
         meta.created or meta.lastModified of users."
    ))
}

/// Names the schemas, as every answer does.
fn complete(resource_type: &ResourceType, mut document: Map<String, Value>) -> Map<String, Value> {
    Projection::name_schemas(resource_type, &mut document);
    document
}

impl Listed for User {
    fn by(attr: filter::Attr) -> Option<By> {
        match (attr.extension, attr.names()) {
            (None, ("id", None)) => Some(By::Id),
            (None, ("userName", None)) => Some(By::Name),
            (None, ("meta", Some("created"))) => Some(By::Created),
            (None, ("meta", Some("lastModified"))) => Some(By::Changed),
            _ => None,
        }
    }

    async fn documents(
        state: &State,
        known: &ResourceType,
        items: &[Self],
        filter: &Expression,
    ) -> Result<Vec<Map<String, Value>>, ScimError> {
        let held = if filter.mentions("groups") {
            let ids: Vec<UserId> = items.iter().map(|user| user.id).collect();
            directory::groups_of(&state.db, &ids).await?
        } else {
            Vec::new()
        };
        let base = base(state);
        let document = |user: &User| {
            let document = user_resource(Base(&base), user, of_user(&held, user.id));
            complete(known, document)
        };
        Ok(items.iter().map(document).collect())
    }
}

impl Listed for Group {
    fn by(attr: filter::Attr) -> Option<By> {
        match (attr.extension, attr.names()) {
            (None, ("id", None)) => Some(By::Id),
            (None, ("displayName", None)) => Some(By::Name),
            _ => None,
        }
    }

    async fn documents(
        state: &State,
        known: &ResourceType,
        items: &[Self],
        filter: &Expression,
    ) -> Result<Vec<Map<String, Value>>, ScimError> {
        let members = if filter.mentions("members") {
            let ids: Vec<GroupId> = items.iter().map(|group| group.id).collect();
            let limit = MAX_MEMBERS_LOOKED_AT + 1;
            let members = directory::members_of(&state.db, &ids, limit).await?;
            if i64::try_from(members.len()).is_ok_and(|found| found >= limit) {
                return Err(ScimError::TooMany(format!(
                    "More than {MAX_MEMBERS_LOOKED_AT} members would have to be looked at. Ask \
                     for members.value only."
                )));
            }
            members
        } else {
            Vec::new()
        };
        let base = base(state);
        let document = |group: &Group| {
            let own = of_group(&members, group.id);
            complete(known, group_resource(Base(&base), group, Some(own)))
        };
        Ok(items.iter().map(document).collect())
    }
}
