//! `/Me` (RFC 7644, section 3.11): the user that a token belongs to.
//!
//! A provisioning token belongs to the installation and has no user: then there is nothing
//! here. A key with an owner sees the owner's resource, with its permanent address. It is
//! not changed here: whoever provisions changes a user at its own address, where a log says
//! whom it was about.

use axum::Router;
use axum::extract::State as Shared;
use axum::response::Response;
use axum::routing::get;

use super::asked::Asked;
use super::error::ScimError;
use super::users::show_one;
use crate::http::web::State;

pub(super) fn routes() -> Router<State> {
    let me = get(read).fallback(change);
    Router::new().route(&format!("{}/Me", super::PATH), me)
}

async fn read(Shared(state): Shared<State>, asked: Asked) -> Result<Response, ScimError> {
    match asked.caller.owner {
        Some(owner) => show_one(&state, &asked, owner).await,
        None => Err(ScimError::NotFound(
            "The token belongs to no user: there is no `Me`.".to_owned(),
        )),
    }
}

/// Authenticated first, so that a stranger learns nothing.
async fn change(_: Asked) -> ScimError {
    ScimError::NotImplemented("Changing or creating /Me")
}
