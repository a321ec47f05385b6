//! SCIM over HTTP, on both engines; the grammar and PATCH as pure functions; the directory's
//! rules without HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod client;
mod concurrency;
mod directory;
mod discovery;
mod errors;
mod faults;
mod grammar;
mod groups;
mod lifecycle;
mod patch;
mod patch_members;
mod patch_tolerances;
mod patching;
mod properties;
mod queries;
mod resources;
mod tolerances;
mod versions;
