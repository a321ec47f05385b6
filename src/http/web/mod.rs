//! What all doors share: the state, cookies, csrf, pages, limits, headers.

mod state;

pub use state::{Basics, Parts, State};
