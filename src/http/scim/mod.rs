//! The SCIM 2.0 door (RFC 7643, RFC 7644): provisioning clients bring users and groups in.
//!
//! From pure to worldly: [`schema`] (what the attributes are), [`grammar`] (filters and
//! paths), [`value`], [`document`] and [`patch`] (what clients send becomes what is
//! stored), [`resource`] and [`projection`] (and back), then the endpoints. Everything that
//! a client may send against the letter of the RFCs is listed in [`tolerance`].

mod answer;
mod asked;
mod bulk;
mod caller;
pub mod cursor;
mod discovery;
pub mod document;
pub mod error;
pub mod filter;
pub mod grammar;
mod groups;
mod listing;
mod me;
pub mod media;
mod ownership;
mod passwords;
pub mod patch;
pub mod projection;
pub mod query;
pub mod resource;
pub mod schema;
mod search;
mod shown;
pub mod sorting;
pub mod source;
pub mod tolerance;
mod users;
pub mod value;
mod work;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::any;

use self::error::ScimError;
use super::web::State;
use crate::domain::connections::SCIM_PATH;

/// Where the door stands.
const PATH: &str = SCIM_PATH;

/// Its addresses. What is not there is answered with a SCIM error, too.
pub fn routes() -> Router<State> {
    let nothing = || async { ScimError::NotFound("There is no such endpoint.".to_owned()) };
    Router::new()
        .merge(users::routes())
        .merge(groups::routes())
        .merge(bulk::routes())
        .merge(me::routes())
        .merge(discovery::routes())
        .merge(search::routes())
        .route(&format!("{PATH}/{{*rest}}"), any(nothing))
        .layer(from_fn(media::negotiate))
}

/// The address of the door, from the configured public address.
fn base(state: &State) -> String {
    format!("{}{PATH}", state.issuer)
}
