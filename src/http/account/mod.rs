//! The door to a person's own account, behind their session (`Owner`). A page is a file with
//! its routes; the page *security* is made of blocks, a file each in `security/`.
//!
//! A form is taken, and the browser led on to a page that says what was done (`Notice`): to
//! reload it does nothing twice. The first word of an address below `/account` is always the
//! address of a page, because whoever sends a form with a session that has ended is led there
//! after signing in.

mod activity;
mod applications;
mod devices;
mod disown;
mod email;
mod ended;
mod locked;
mod notice;
mod overview;
mod owner;
mod password;
mod picture;
mod profile;
mod section;
mod security;
mod sessions;
mod shown;
mod tries;

use axum::Router;

use self::{
    ended::Ended,
    notice::Notice,
    owner::Owner,
    section::{Around, Section},
};
use super::web::State;

/// Its addresses.
pub fn routes() -> Router<State> {
    Router::new()
        .merge(overview::routes())
        .merge(profile::routes())
        .merge(picture::routes())
        .merge(email::routes())
        .merge(security::routes())
        .merge(password::routes())
        .merge(devices::routes())
        .merge(sessions::routes())
        .merge(applications::routes())
        .merge(activity::routes())
        .merge(disown::routes())
        .merge(tries::routes())
}
