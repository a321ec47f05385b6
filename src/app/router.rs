//! Which door answers where.

use std::time::Duration;

use axum::{Router, http::StatusCode};
use tower_http::timeout::TimeoutLayer;

use super::health;
use crate::http::{
    login, oidc, scim,
    web::{State, around},
};

/// The longest a request may take, its body included.
const PATIENCE: Duration = Duration::from_secs(30);

/// All doors, behind what every request passes through.
pub fn router(state: State) -> Router {
    let doors = Router::new()
        .merge(health::routes())
        .merge(oidc::routes(&state))
        .merge(login::routes())
        .merge(scim::routes())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ));
    around(doors, state)
}
