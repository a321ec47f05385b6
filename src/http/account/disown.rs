//! *This was not me*: what a person does who finds somebody else's doing in their account.

use askama::Template;
use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{Around, Ended, Notice, Owner, Section};
use crate::{
    domain::account,
    http::web::{Frame, Page, PageForm, State},
};

/// Its address.
pub(super) const PATH: &str = "/account/not-me";

#[derive(Template)]
#[template(path = "account/disown.html")]
struct DisownPage {
    t: Frame,
    around: Around,
    action: &'static str,
    back: &'static str,
}

pub(super) fn routes() -> Router<State> {
    Router::new().route(PATH, get(show).post(submit))
}

async fn show(owner: Owner) -> Response {
    let page = DisownPage {
        t: owner.frame(),
        around: owner.around(Section::Activity),
        action: PATH,
        back: Section::Activity.path(),
    };
    Page::of(&page).into_response()
}

/// No proof is asked for anew: whoever may have been robbed must not be held up, and nothing is
/// lost that cannot be had again by signing in.
async fn submit(owner: Owner, PageForm(_): PageForm) -> Result<Response, Ended> {
    let mut change = owner.change().await?;
    let (post, session) = (&owner.state.post, &owner.session);
    let disowned = account::disown(&mut change, post, &owner.user, session.id).await;
    disowned.map_err(|error| owner.failed(&error))?;
    owner.commit(change).await?;
    Ok(owner.done(Section::Security.path(), Notice::Disowned))
}
