//! Claims as they stand in one token of one client.

use super::USERINFO;
use crate::domain::clients::{Client, Place};
use crate::domain::directory::User;
use crate::domain::grants::Shaping;
use crate::http::web::State;

/// What the client's mapping needs to be applied.
pub(super) fn shaping<'a>(
    state: &State,
    client: &'a Client,
    user: &'a User,
    place: Place,
) -> Shaping<'a> {
    Shaping {
        client,
        user,
        extensions: state.schemas.current(),
        place,
        userinfo: format!("{}{USERINFO}", state.issuer),
    }
}
