//! The program around the doors: configuration, wiring, router, background worker,
//! health, telemetry, start and stop.

mod authenticators;
mod backups;
mod client_certificates;
pub mod config;
pub mod due;
mod heads;
mod health;
pub mod letters;
mod listener;
pub mod logouts;
mod program;
pub mod retention;
mod router;
mod start;
pub mod telemetry;
mod tls;
pub mod worker;

pub use program::Program;
pub use router::router;
pub use start::{
    StartError, atlas, brand, cost, key_rules, master_key, migrate, offer, open_current_database,
    open_database, password_policy, state, token_rules,
};
pub use tls::Identity;
