//! The command line: the real binary over both databases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod program;

mod api_keys;
mod application_changes;
mod applications;
mod backups;
mod configuration;
mod connections;
mod doctor;
mod ledger;
mod schemas;
mod signing_keys;
mod usage;
mod users;
