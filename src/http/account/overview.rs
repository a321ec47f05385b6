//! The first page: who is signed in.

use askama::Template;
use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{Around, Owner, Section};
use crate::http::web::{Frame, Page, State, paths};

#[derive(Template)]
#[template(path = "account/overview.html")]
struct OverviewPage {
    t: Frame,
    around: Around,
    user_name: String,
    email: Option<String>,
}

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route(paths::ACCOUNT, get(show))
        .route("/account/", get(show))
}

async fn show(owner: Owner) -> Response {
    let profile = &owner.user.profile;
    let page = OverviewPage {
        t: owner.frame(),
        around: owner.around(Section::Overview),
        user_name: profile.user_name.clone(),
        email: profile.email().map(str::to_owned),
    };
    Page::of(&page).into_response()
}
