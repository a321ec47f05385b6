//! The program around the doors: configuration, wiring, router, background worker,
//! health, telemetry, start and stop.

pub mod config;
mod health;
mod listener;
pub mod logouts;
pub mod retention;
mod router;
mod start;
pub mod telemetry;
pub mod worker;

pub use router::router;
pub use start::{
    Program, StartError, brand, cost, key_rules, master_key, migrate, open_current_database,
    open_database, state,
};
