//! The door through which people sign in.

use axum::Router;

use super::web::State;

/// Its addresses.
pub fn routes() -> Router<State> {
    Router::new()
}
