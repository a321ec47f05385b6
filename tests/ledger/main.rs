//! The provisioning ledger, rehearsals and the brake, over HTTP and on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

#[path = "../scim/client.rs"]
#[allow(
    dead_code,
    reason = "this area uses its part of the provisioning client"
)]
mod client;

mod brake;
mod decisions;
mod dry_run;
mod people;
mod retention;
mod secrets;
mod source;
