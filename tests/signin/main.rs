//! Signing in: access, passwords, sign-ins and sessions, and the door in front of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod concurrency;
mod credentials;
mod enumeration;
mod headers;
mod log;
mod new_password;
mod sessions;
mod sign_in;
mod stage;
mod strangers;
