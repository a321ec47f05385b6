//! The door through which people sign in. It collects what they type, asks
//! `domain::signin`, and leads on to where the sign-in was begun for.

mod gone;
mod new_password;
mod sign_in;
mod visitor;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};

use super::web::{Page, State, pages::MessagePage};

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
async fn start() -> Response {
    let page = MessagePage {
        title: "Where to start".to_owned(),
        sentences: vec![
            "Signing in begins in the application that you want to use.".to_owned(),
            "Open the application and choose to sign in there. It brings you back here, and from here to where you want to go.".to_owned(),
        ],
        way_on: None,
    };
    Page::of(&page).into_response()
}
