//! The first page: who is signed in, and what they are to be told.

use askama::Template;
use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{
    Around, Ended, Owner, Section, picture,
    tries::{self, FailedTries},
};
use crate::http::web::{Frame, Page, State, paths};

#[derive(Template)]
#[template(path = "account/overview.html")]
struct OverviewPage {
    t: Frame,
    around: Around,
    picture: picture::Shown,
    user_name: String,
    email: Option<String>,
    tries: Option<FailedTries>,
}

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route(paths::ACCOUNT, get(show))
        .route("/account/", get(show))
}

async fn show(owner: Owner) -> Result<Response, Ended> {
    let profile = &owner.user.profile;
    let picture = picture::Shown::of(&owner);
    let origin = picture.origin();
    let page = OverviewPage {
        t: owner.frame(),
        around: owner.around(Section::Overview),
        picture,
        user_name: profile.user_name.clone(),
        email: profile.email().map(str::to_owned),
        tries: tries::notice(&owner).await?,
    };
    Ok(Page::of(&page).picture_of(origin).into_response())
}
