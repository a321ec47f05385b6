//! The door through which people sign in. It collects what they type, asks
//! `domain::signin`, and leads on to where the sign-in was begun for.

mod another;
mod by_mail;
mod enrol;
mod forgotten;
mod gone;
mod keys;
mod new_key;
mod new_password;
mod pass;
mod passkey;
mod recovery;
mod second;
mod security_key;
mod sign_in;
mod visitor;
mod well_known;

use axum::{
    Router,
    extract::State as Shared,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::web::{
    Languages, Page, State,
    pages::{MessagePage, WayOn},
    paths,
};

/// Its addresses.
pub fn routes() -> Router<State> {
    Router::new()
        .route("/login", get(start))
        .route("/login/", get(start))
        .route("/login/{handle}", get(sign_in::show).post(sign_in::submit))
        .merge(well_known::routes())
        .merge(passkey::routes())
        .merge(security_key::routes())
        .merge(new_key::routes())
        .route(
            "/login/{handle}/password",
            get(new_password::show).post(new_password::submit),
        )
        .route(
            "/login/{handle}/forgot",
            get(forgotten::show).post(forgotten::submit),
        )
        .route(
            "/login/{handle}/reset/{link}",
            get(forgotten::show_reset).post(forgotten::submit_reset),
        )
        .route(
            "/login/{handle}/second",
            get(second::show).post(second::submit),
        )
        .route(
            "/login/{handle}/second/recovery",
            get(recovery::show).post(recovery::submit),
        )
        .route(
            "/login/{handle}/second/mail",
            get(by_mail::show).post(by_mail::submit),
        )
        .route("/login/{handle}/second/mail/send", post(by_mail::send))
        .route(
            "/login/{handle}/enrol",
            get(enrol::show).post(enrol::submit),
        )
        .route("/login/{handle}/enrol/later", post(enrol::later))
        .route("/login/{handle}/pass", get(pass::show).post(pass::submit))
        .route("/login/{handle}/another", post(another::submit))
}

/// Signing in always begins in an application: here is nothing to sign in to.
async fn start(Shared(state): Shared<State>, languages: Languages) -> Response {
    let t = state.frame(languages.choose(None));
    let page = MessagePage {
        title: t.where_to_start(),
        sentences: vec![t.where_to_start_why(), t.where_to_start_how()],
        way_on: Some(WayOn {
            path: paths::ACCOUNT.to_owned(),
            label: t.account_title(),
        }),
        t,
    };
    Page::of(&page).into_response()
}
