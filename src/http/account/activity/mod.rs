//! What happened to a person's account lately, in plain words.

mod words;

use askama::Template;
use axum::{
    Router,
    extract::RawQuery,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{
    Around, Ended, Owner, Section, disown,
    shown::{Moment, browser_name},
};
use crate::{
    domain::audit::{self, Entry, Place},
    http::web::{Frame, Page, State},
};

const PATH: &str = Section::Activity.path();
/// So many events stand on a page, those that no words are for included.
const ON_A_PAGE: u8 = 50;

#[derive(Template)]
#[template(path = "account/activity/activity.html")]
struct ActivityPage {
    t: Frame,
    around: Around,
    entries: Vec<Shown>,
    older: Option<String>,
    disown: &'static str,
}

/// An event as the page shows it.
struct Shown {
    what: &'static str,
    about: Option<String>,
    who: &'static str,
    at: Moment,
    browser: Option<String>,
    address: Option<String>,
}

pub(super) fn routes() -> Router<State> {
    Router::new().route(PATH, get(show))
}

async fn show(owner: Owner, RawQuery(query): RawQuery) -> Result<Response, Ended> {
    let after = place(query.as_deref());
    let user = owner.user.id.to_string();
    let subject = ("user", user.as_str());
    let found = audit::events_about(&owner.state.db, subject, after.as_ref(), ON_A_PAGE).await;
    let found = found.map_err(|error| owner.failed(&error))?;
    let page = ActivityPage {
        t: owner.frame(),
        around: owner.around(Section::Activity),
        entries: shown_of(&owner, &found.entries).await?,
        older: found.next.map(|place| format!("{PATH}?after={place}")),
        disown: disown::PATH,
    };
    Ok(Page::of(&page).into_response())
}

/// Where the page begins; what is no place begins at the newest event.
fn place(query: Option<&str>) -> Option<Place> {
    let mut fields = form_urlencoded::parse(query?.as_bytes());
    let (_, text) = fields.find(|(name, _)| name == "after")?;
    text.parse().ok()
}

async fn shown_of(owner: &Owner, entries: &[Entry]) -> Result<Vec<Shown>, Ended> {
    let mut all = Vec::new();
    for entry in entries {
        let Some(what) = words::what(entry) else {
            continue;
        };
        let language = *owner.frame();
        let text = |name: &str| entry.detail.get(name)?.as_str().map(str::to_owned);
        let browser = text("browser");
        all.push(Shown {
            what: what(language),
            about: about(owner, entry).await?,
            who: words::who(entry, owner.user.id)(language),
            at: owner.moment(entry.place.at),
            browser: browser.map(|browser| browser_name(language, Some(&browser))),
            address: owner.whereabouts(text("address").as_deref()),
        });
    }
    Ok(all)
}

/// Which application an event is about: its name, if it is still registered. It is asked of the
/// registry, which answers from memory.
async fn about(owner: &Owner, entry: &Entry) -> Result<Option<String>, Ended> {
    let Some(id) = entry.detail.get("client").and_then(|id| id.as_str()) else {
        return Ok(None);
    };
    let found = owner
        .state
        .clients
        .find(&owner.state.db, id, owner.now)
        .await;
    let found = found.map_err(|error| owner.failed(&error))?;
    Ok(found.map(|client| client.name.clone()))
}
