//! Which applications may see something of a person, and how that is taken back.

use askama::Template;
use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{Around, Ended, Notice, Owner, Section, shown::Moment};
use crate::{
    domain::{
        clients::ClientId,
        grants::{self, AllowedApplication},
    },
    http::web::{Frame, Language, Page, PageForm, State},
};

const PATH: &str = Section::Applications.path();

#[derive(Template)]
#[template(path = "account/applications.html")]
struct ApplicationsPage {
    t: Frame,
    around: Around,
    action: &'static str,
    applications: Vec<Shown>,
}

/// An application as the page shows it.
struct Shown {
    id: String,
    name: String,
    may: Vec<String>,
    since: Moment,
    last_used: Option<Moment>,
}

pub(super) fn routes() -> Router<State> {
    Router::new().route(PATH, get(show).post(withdraw))
}

async fn show(owner: Owner) -> Result<Response, Ended> {
    let found = grants::allowed_applications(&owner.state.db, owner.user.id, owner.now).await;
    let found = found.map_err(|error| owner.failed(&error))?;
    let t = owner.frame();
    let page = ApplicationsPage {
        applications: found.iter().map(|one| shown(&owner, *t, one)).collect(),
        around: owner.around(Section::Applications),
        action: PATH,
        t,
    };
    Ok(Page::of(&page).into_response())
}

fn shown(owner: &Owner, t: Language, application: &AllowedApplication) -> Shown {
    let allowed = &application.allowed;
    // A word that an administrator made up for a resource of theirs stands for itself.
    let sentence = |word: &str| t.scope(word).unwrap_or(word).to_owned();
    let mut may: Vec<String> = allowed.scope.words().map(sentence).collect();
    may.extend(allowed.resource.iter().cloned());
    may.extend(allowed.claims.iter().cloned());
    Shown {
        id: application.client.to_string(),
        name: application.name.clone(),
        may,
        since: owner.moment(application.since),
        last_used: application.last_used.map(|time| owner.moment(time)),
    }
}

/// Takes back what an application (field `application`) may. One that was allowed nothing is not
/// there, whoever else allowed it anything.
async fn withdraw(owner: Owner, PageForm(form): PageForm) -> Result<Response, Ended> {
    let client = ClientId::from_stored(form.text("application").to_owned());
    let mut change = owner.change().await?;
    let withdrawn = grants::withdraw(&mut change, owner.user.id, &client).await;
    let withdrawn = withdrawn.map_err(|error| owner.failed(&error))?;
    owner.commit(change).await?;
    Ok(owner.done(
        PATH,
        if withdrawn {
            Notice::Withdrawn
        } else {
            Notice::NothingToDo
        },
    ))
}
