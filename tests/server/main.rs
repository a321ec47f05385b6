//! The program as it runs: start, health, stop, background work, jobs and API keys.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod running;

mod api_keys;
mod framing;
mod geoip;
mod health;
mod jobs;
mod letters;
mod mail;
mod refusals;
mod retention;
mod start;
mod stop;
mod tls;
mod worker;
