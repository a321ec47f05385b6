//! Lists: a query over one resource type or several becomes a page (RFC 7644, section
//! 3.4.2; RFC 9865 for pages by cursor).

mod source;

use axum::response::Response;
use serde_json::{Map, Value, json};

use self::source::{Item, Source};
use crate::domain::connections::ConnectionId;
use crate::domain::directory::search::{By, Found as _, Order, Window};
use crate::domain::directory::{Group, User};
use crate::http::scim::answer::LIST_URN;
use crate::http::scim::caller::Caller;
use crate::http::scim::cursor::{At, Cursors, Way};
use crate::http::scim::error::ScimError;
use crate::http::scim::filter::{self, Expression, Unknown};
use crate::http::scim::projection::Projection;
use crate::http::scim::query::{Paging, Query};
use crate::http::scim::schema::{self, ResourceType, USERS};
use crate::http::scim::shown::{self, Shown};
use crate::http::scim::sorting::{SortKey, Sorting};
use crate::http::scim::source::{Listed as _, Plan, Stretch};
use crate::http::web::State;

/// Answers a query over resource types.
///
/// # Errors
/// When the query cannot be understood, or asks for too much.
pub(super) async fn answer(
    state: &State,
    caller: &Caller,
    query: &Query,
    types: Types,
) -> Result<Response, ScimError> {
    let mut known = schema::resource_types(&state.schemas.current());
    if let Types::One(name) = types {
        known.retain(|known| known.name == name);
    }
    let lister = Lister::new(state, caller.connection.id, query, known)?;
    let page = match query.paging()? {
        Paging::Index(window) => lister.by_index(window).await?,
        Paging::Cursor { cursor, count } => {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let names: Vec<&str> = lister.types.iter().map(|known| known.name).collect();
            let parts = [
                caller.actor.label(),
                caller.connection.id.to_string(),
                names.join(","),
                text(&query.filter),
                text(&query.sort_by),
                query.is_descending()?.to_string(),
            ];
            let parts = parts.each_ref().map(String::as_str);
            let cursors = Cursors::new(&state.master_key, state.clock.now(), &parts);
            lister.by_cursor(&cursors, &cursor, count).await?
        }
    };
    lister.answer(query, page).await
}

/// What a query goes over.
#[derive(Debug, Clone, Copy)]
pub(super) enum Types {
    /// One resource type, by its name.
    One(&'static str),
    /// All of them.
    All,
}

/// A part of what a query finds.
struct Page {
    items: Vec<Item>,
    total: Option<i64>,
    /// Counted from one; none on pages by cursor.
    start: Option<i64>,
    next: Option<String>,
    previous: Option<String>,
}

struct Lister<'a> {
    state: &'a State,
    types: Vec<&'static ResourceType>,
    sources: Vec<Source>,
    sorting: Vec<Sorting>,
}

impl<'a> Lister<'a> {
    fn new(
        state: &'a State,
        connection: ConnectionId,
        query: &Query,
        types: Vec<&'static ResourceType>,
    ) -> Result<Self, ScimError> {
        let sorting = Sorting::read(&types, query)?;
        let unknown = match types.as_slice() {
            [_] => Unknown::Refused,
            several => Unknown::AbsentIfIn(several),
        };
        let mut sources = Vec::with_capacity(types.len());
        for (known, sorting) in types.iter().zip(&sorting) {
            let filter = match &query.filter {
                Some(text) => filter::compile(known, text, unknown)?,
                None => Expression::everything(),
            };
            sources.push(if known.name == USERS.name {
                Source::Users(Plan::new((known, connection), filter, *sorting))
            } else {
                Source::Groups(Plan::new((known, connection), filter, *sorting))
            });
        }
        Ok(Self {
            state,
            types,
            sources,
            sorting,
        })
    }

    /// Whether the directory gives the order: of one type by its indexes, of several by
    /// one type after the other.
    fn is_ordered(&self) -> bool {
        let by_id = self.sorting.iter().all(|sorting| sorting.attr.is_none());
        by_id || (self.sources.len() == 1 && self.sources.iter().all(Source::is_ordered))
    }

    async fn by_index(&self, window: Window) -> Result<Page, ScimError> {
        let (total, items) = if self.is_ordered() {
            self.windows(window).await?
        } else {
            let keys = self.sorted_keys().await?;
            let total = i64::try_from(keys.len()).unwrap_or(i64::MAX);
            let start = usize::try_from(window.offset.min(total)).unwrap_or(usize::MAX);
            let end = usize::try_from((window.offset.saturating_add(window.count)).min(total));
            let chosen = &keys[start..end.unwrap_or(start)];
            (total, self.of_keys(chosen).await?)
        };
        Ok(Page {
            items,
            total: Some(total),
            start: Some(window.offset.saturating_add(1)),
            next: None,
            previous: None,
        })
    }

    /// One source after the other, backwards in a descending order of ids.
    async fn windows(&self, window: Window) -> Result<(i64, Vec<Item>), ScimError> {
        let (mut total, mut items) = (0_i64, Vec::new());
        for number in self.source_numbers(false) {
            let given = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let rest = Window {
                offset: window.offset.saturating_sub(total).max(0),
                count: window.count - given,
            };
            let (found, more) = self.sources[number].window(self.state, rest).await?;
            total += found;
            items.extend(more);
        }
        Ok((total, items))
    }

    /// The sources in the order of the list, or in the opposite one.
    fn source_numbers(&self, backwards: bool) -> Vec<usize> {
        let descending = self.sorting.iter().any(|sorting| sorting.descending);
        let mut numbers: Vec<usize> = (0..self.sources.len()).collect();
        if descending != backwards {
            numbers.reverse();
        }
        numbers
    }

    async fn by_cursor(
        &self,
        cursors: &Cursors<'_>,
        cursor: &str,
        count: i64,
    ) -> Result<Page, ScimError> {
        let at = match cursor {
            "" => None,
            cursor => Some(cursors.open(cursor)?),
        };
        if count == 0 {
            return self.only_total().await;
        }
        let backwards = matches!(at, Some((Way::Previous, _)));
        let begins = at.is_none();
        let place = at.map(|(_, at)| at);
        let (mut items, more) = if self.is_ordered() {
            self.stretch(place.as_ref(), backwards, count).await?
        } else {
            self.stretch_of_sorted(place.as_ref(), backwards, count)
                .await?
        };
        let (has_previous, has_next) = match backwards {
            false => (!begins, more),
            true => (more, true),
        };
        let seal = |wanted: bool, way, at: Option<At>| match at.filter(|_| wanted) {
            Some(at) => cursors.seal(way, at).map(Some),
            None => Ok(None),
        };
        let next = seal(has_next, Way::Next, items.last().map(|(at, _)| at.clone()))?;
        let first = items.first().map(|(at, _)| at.clone());
        let previous = seal(has_previous, Way::Previous, first)?;
        Ok(Page {
            items: items.drain(..).map(|(_, item)| item).collect(),
            total: self.free_total().await?,
            start: None,
            next,
            previous,
        })
    }

    async fn only_total(&self) -> Result<Page, ScimError> {
        let nothing = Window {
            offset: 0,
            count: 0,
        };
        let page = self.by_index(nothing).await?;
        Ok(Page {
            start: None,
            ..page
        })
    }

    async fn free_total(&self) -> Result<Option<i64>, ScimError> {
        let mut sum = 0;
        for source in &self.sources {
            match source.free_total(self.state).await? {
                Some(total) => sum += total,
                None => return Ok(None),
            }
        }
        Ok(Some(sum))
    }

    /// Up to `count` from a place on in the order of the directory, in the order of the
    /// list, and whether there are more that way.
    async fn stretch(
        &self,
        place: Option<&At>,
        backwards: bool,
        count: i64,
    ) -> Result<(Vec<(At, Item)>, bool), ScimError> {
        let wanted = usize::try_from(count).unwrap_or(usize::MAX);
        let mut found: Vec<(At, Item)> = Vec::new();
        let numbers = self.source_numbers(backwards);
        let passed = place.map_or(0, |at| {
            numbers
                .iter()
                .position(|number| *number == at.source)
                .unwrap_or(0)
        });
        for number in numbers.into_iter().skip(passed) {
            if found.len() > wanted {
                break;
            }
            let here = place.filter(|at| at.source == number);
            let from = Stretch {
                place: here.map(|at| (&at.key, at.id.as_str())),
                backwards,
            };
            let rest = count + 1 - i64::try_from(found.len()).unwrap_or(i64::MAX);
            let items = self.sources[number]
                .stretch(self.state, &from, rest)
                .await?;
            let items = items.into_iter().map(|item| (self.at(number, &item), item));
            match backwards {
                false => found.extend(items),
                true => found = items.chain(found).collect(),
            }
        }
        let more = found.len() > wanted;
        match backwards {
            false => found.truncate(wanted),
            true => drop(found.drain(..found.len().saturating_sub(wanted))),
        }
        Ok((found, more))
    }

    /// The place of a resource in the order of the directory.
    fn at(&self, source: usize, item: &Item) -> At {
        let order = |by: Option<By>| Order {
            by: by.unwrap_or(By::Id),
            descending: false,
        };
        let attr = self.sorting[source].attr;
        let place = match item {
            Item::User(user) => user.place(order(attr.and_then(User::by))),
            Item::Group(group) => group.place(order(attr.and_then(Group::by))),
        };
        At {
            source,
            key: SortKey::of_place(&place.key),
            id: place.id,
        }
    }

    /// All matches by what they are sorted by.
    async fn sorted_keys(&self) -> Result<Vec<At>, ScimError> {
        let mut all = Vec::new();
        for (source, plan) in self.sources.iter().enumerate() {
            let keys = plan.keys(self.state).await?;
            all.extend(keys.into_iter().map(|(key, id)| At { source, key, id }));
        }
        all.sort_unstable_by(|one, other| self.order(one, other));
        Ok(all)
    }

    fn order(&self, one: &At, other: &At) -> std::cmp::Ordering {
        let up = one.key.order(&other.key);
        let up = up.then_with(|| (one.source, &one.id).cmp(&(other.source, &other.id)));
        if self.sorting.iter().any(|sorting| sorting.descending) {
            up.reverse()
        } else {
            up
        }
    }

    async fn stretch_of_sorted(
        &self,
        place: Option<&At>,
        backwards: bool,
        count: i64,
    ) -> Result<(Vec<(At, Item)>, bool), ScimError> {
        let keys = self.sorted_keys().await?;
        let wanted = usize::try_from(count).unwrap_or(usize::MAX);
        let (start, end) = match (place, backwards) {
            (None, _) => (0, wanted.min(keys.len())),
            (Some(at), false) => {
                let start = keys.partition_point(|key| self.order(key, at).is_le());
                (start, start.saturating_add(wanted).min(keys.len()))
            }
            (Some(at), true) => {
                let end = keys.partition_point(|key| self.order(key, at).is_lt());
                (end.saturating_sub(wanted), end)
            }
        };
        let more = if backwards {
            start > 0
        } else {
            end < keys.len()
        };
        let chosen = &keys[start..end];
        let items = self.of_keys(chosen).await?;
        let place = |item: &Item| {
            let id = item.id();
            chosen.iter().find(|at| at.id == id).cloned()
        };
        let found = items
            .into_iter()
            .filter_map(|item| Some((place(&item)?, item)))
            .collect();
        Ok((found, more))
    }

    /// The resources of these places, in their order; who is gone meanwhile is left out.
    async fn of_keys(&self, chosen: &[At]) -> Result<Vec<Item>, ScimError> {
        let mut all = Vec::with_capacity(chosen.len());
        for (number, source) in self.sources.iter().enumerate() {
            let ids = chosen.iter().filter(|at| at.source == number);
            let ids: Vec<String> = ids.map(|at| at.id.clone()).collect();
            if !ids.is_empty() {
                all.extend(source.of_ids(self.state, ids).await?);
            }
        }
        let position = |item: &Item| {
            let id = item.id();
            chosen.iter().position(|at| at.id == id)
        };
        all.sort_by_cached_key(position);
        Ok(all)
    }

    async fn answer(&self, query: &Query, page: Page) -> Result<Response, ScimError> {
        let mut head = Map::new();
        head.insert("schemas".to_owned(), json!([LIST_URN]));
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                head.insert(name.to_owned(), value);
            }
        };
        put("totalResults", page.total.map(Value::from));
        put("startIndex", page.start.map(Value::from));
        put("itemsPerPage", Some(page.items.len().into()));
        put("nextCursor", page.next.map(Value::from));
        put("previousCursor", page.previous.map(Value::from));
        let (resources, of_groups) = self.shown(query, page.items).await?;
        Ok(shown::list_body(self.state, of_groups, head, resources))
    }

    /// The resources as the answer shows them, in their order; and how groups are shown.
    async fn shown(
        &self,
        query: &Query,
        items: Vec<Item>,
    ) -> Result<(Vec<Shown>, Projection), ScimError> {
        let (mut users, mut groups, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
        for item in items {
            kinds.push(matches!(item, Item::User(_)));
            match item {
                Item::User(user) => users.push(user),
                Item::Group(group) => groups.push(group),
            }
        }
        let (mut shown_users, mut shown_groups) = (Vec::new(), Vec::new());
        let mut of_groups = Projection::Default;
        for known in &self.types {
            let projection = Projection::read(known, query)?;
            if known.name == USERS.name {
                shown_users = shown::users(self.state, known, &projection, &users).await?;
            } else {
                shown_groups = shown::groups(self.state, known, &projection, &groups).await?;
                of_groups = projection;
            }
        }
        let (mut users, mut groups) = (shown_users.into_iter(), shown_groups.into_iter());
        let next = |is_user: bool| if is_user { users.next() } else { groups.next() };
        Ok((kinds.into_iter().filter_map(next).collect(), of_groups))
    }
}
