//! The program around the doors: configuration, wiring, router, background worker,
//! health, telemetry, start and stop.

pub mod config;
pub mod listener;
pub mod telemetry;
