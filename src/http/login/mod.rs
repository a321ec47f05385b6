//! The door through which people sign in. It collects what they type, asks
//! `domain::signin`, and leads on to where the sign-in was begun for.

mod gone;
mod new_password;
mod sign_in;
mod visitor;

use axum::{
    Router,
    extract::State as Shared,
    response::{IntoResponse, Response},
    routing::get,
};

use super::web::{Languages, Page, State, pages::MessagePage};

/// Its addresses.
pub fn routes() -> Router<State> {
    Router::new()
        .route("/login", get(start))
        .route("/login/", get(start))
        .route("/login/{handle}", get(sign_in::show).post(sign_in::submit))
        .route(
            "/login/{handle}/password",
            get(new_password::show).post(new_password::submit),
        )
}

/// Signing in always begins in an application: here is nothing to sign in to.
async fn start(Shared(state): Shared<State>, languages: Languages) -> Response {
    let t = state.frame(languages.choose(None));
    let page = MessagePage {
        title: t.where_to_start(),
        sentences: vec![t.where_to_start_why(), t.where_to_start_how()],
        way_on: None,
        t,
    };
    Page::of(&page).into_response()
}
