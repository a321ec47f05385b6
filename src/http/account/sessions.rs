//! Where a person is signed in: open sessions, and closed ones for a while.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::{
    Router,
    extract::Path,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::{
    Around, Ended, Notice, Owner, Section,
    shown::{Moment, browser_name},
};
use crate::{
    domain::{
        grants, lifecycle,
        signin::{self, EndReason, LatestSession, SessionId},
    },
    http::web::{Frame, Language, Page, PageForm, State},
};

const PATH: &str = Section::Sessions.path();
const END_OTHERS: &str = "/account/sessions/end-others";

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct SessionsPage {
    t: Frame,
    around: Around,
    open: Vec<Shown>,
    closed: Vec<Shown>,
    end_others: &'static str,
}

/// A session as the page shows it.
struct Shown {
    /// Where the form goes that ends it.
    end: String,
    browser: String,
    address: Option<String>,
    here: bool,
    began: Moment,
    last_used: Moment,
    due: Moment,
    over: Option<Moment>,
    why: &'static str,
    applications: Vec<String>,
}

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route(PATH, get(show))
        .route(END_OTHERS, post(end_others))
        .route("/account/sessions/{id}/end", post(end))
}

async fn show(owner: Owner) -> Result<Response, Ended> {
    let (db, user) = (&owner.state.db, owner.user.id);
    let latest = signin::latest_sessions(db, user).await;
    let latest = latest.map_err(|error| owner.failed(&error))?;
    let names = applications(&owner).await?;
    let shown = latest.iter().map(|one| shown(&owner, one, &names));
    let (open, closed) = shown.partition(|one| one.over.is_none());
    let page = SessionsPage {
        t: owner.frame(),
        around: owner.around(Section::Sessions),
        open,
        closed,
        end_others: END_OTHERS,
    };
    Ok(Page::of(&page).into_response())
}

/// The names of the applications that were signed in to through each session, or through an
/// earlier one that it goes on for.
async fn applications(owner: &Owner) -> Result<HashMap<SessionId, BTreeSet<String>>, Ended> {
    let (db, user) = (&owner.state.db, owner.user.id);
    let grants = grants::grants_of_user(db, user).await;
    let grants = grants.map_err(|error| owner.failed(&error))?;
    let later = signin::successions(db, user).await;
    let later: HashMap<_, _> = later
        .map_err(|error| owner.failed(&error))?
        .into_iter()
        .collect();
    let mut names: HashMap<SessionId, BTreeSet<String>> = HashMap::new();
    for grant in grants {
        let mut session = grant.session;
        // Each step leads to a session that began later, so it ends.
        while let Some(next) = later.get(&session) {
            session = *next;
        }
        names.entry(session).or_default().insert(grant.name);
    }
    Ok(names)
}

fn shown(
    owner: &Owner,
    latest: &LatestSession,
    names: &HashMap<SessionId, BTreeSet<String>>,
) -> Shown {
    let language = *owner.frame();
    let session = &latest.session;
    let applications = names.get(&session.id);
    Shown {
        end: format!("{PATH}/{}/end", session.id),
        browser: browser_name(language, session.browser.as_deref()),
        address: owner.whereabouts(session.address.as_deref()),
        here: session.id == owner.session.id,
        began: owner.moment(session.created_at),
        last_used: owner.moment(session.last_seen_at),
        due: owner.moment(latest.due()),
        over: latest.over_since(owner.now).map(|time| owner.moment(time)),
        why: why(language, latest.end_reason),
        applications: applications.into_iter().flatten().cloned().collect(),
    }
}

fn why(t: Language, reason: Option<EndReason>) -> &'static str {
    match reason {
        None => t.session_over_by_itself(),
        Some(EndReason::SignedOut) => t.session_signed_out(),
        Some(EndReason::Replaced) => t.session_replaced(),
        Some(EndReason::AccessCut | EndReason::Administrator) => t.session_by_administrator(),
        Some(EndReason::DeviceCopied) => t.session_device_copied(),
        Some(EndReason::PasswordChanged) => t.session_password_changed(),
        Some(EndReason::FromElsewhere | EndReason::Disowned) => t.session_from_elsewhere(),
    }
}

/// Ends one session, which may be this one. One of somebody else is not there.
async fn end(
    owner: Owner,
    Path(id): Path<String>,
    PageForm(_): PageForm,
) -> Result<Response, Ended> {
    let session: SessionId = id.parse().map_err(|_| owner.not_found())?;
    let own = signin::is_session_of(&owner.state.db, session, owner.user.id).await;
    if !own.map_err(|error| owner.failed(&error))? {
        return Err(owner.not_found());
    }
    let mut change = owner.change().await?;
    let reason = if session == owner.session.id {
        EndReason::SignedOut
    } else {
        EndReason::FromElsewhere
    };
    let ended = lifecycle::end_session(&mut change, session, reason).await;
    ended.map_err(|error| owner.failed(&error))?;
    change.unrecorded("what ended is recorded; it may have ended a moment ago");
    owner.commit(change).await?;
    Ok(owner.done(PATH, Notice::SessionEnded))
}

async fn end_others(owner: Owner, PageForm(_): PageForm) -> Result<Response, Ended> {
    let mut change = owner.change().await?;
    let (user, kept) = (owner.user.id, owner.session.id);
    let reason = EndReason::FromElsewhere;
    let ended = lifecycle::end_other_sessions(&mut change, user, kept, reason).await;
    let ended = ended.map_err(|error| owner.failed(&error))?;
    change.unrecorded("what ended is recorded; there may have been nothing to end");
    owner.commit(change).await?;
    Ok(owner.done(
        PATH,
        if ended == 0 {
            Notice::NothingToDo
        } else {
            Notice::OthersEnded
        },
    ))
}
