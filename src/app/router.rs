//! Which door answers where.

use std::time::Duration;

use axum::{Router, http::StatusCode};
use tower_http::timeout::TimeoutLayer;

use super::health;
use crate::http::{
    account, login, oidc, scim,
    web::{State, around},
};

/// The longest a request may take, its body included.
const PATIENCE: Duration = Duration::from_secs(30);

/// What clients call, for those that show certificates. No page: browsers would ask their users
/// for a certificate.
pub(super) fn router_of_clients(state: State) -> Router {
    let doors = Router::new()
        .merge(health::routes())
        .merge(oidc::routes_of_clients(&state));
    around(bounded(doors), state)
}

/// All doors, behind what every request passes through.
pub fn router(state: State) -> Router {
    let doors = Router::new()
        .merge(health::routes())
        .merge(oidc::routes(&state))
        .merge(login::routes())
        .merge(account::routes())
        .merge(scim::routes());
    around(bounded(doors), state)
}

fn bounded(doors: Router<State>) -> Router<State> {
    doors.layer(TimeoutLayer::with_status_code(
        StatusCode::SERVICE_UNAVAILABLE,
        PATIENCE,
    ))
}
