//! Stories that pass through several doors: provisioning in, signing in, and what a
//! deactivation ends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod application;
mod browser;
mod canary;
mod deactivation;
mod source;
mod strangers;
mod under_a_path;
