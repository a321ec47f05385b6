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

mod bulk;
mod bulk_bad_input;
mod bulk_walk;
mod client;
mod concurrency;
mod custom_schemas;
mod custom_schemas_values;
mod directory;
mod discovery;
mod errors;
mod faults;
mod grammar;
mod groups;
mod lifecycle;
mod me;
mod more_faults;
mod patch;
mod patch_members;
mod patch_tolerances;
mod patching;
mod properties;
mod queries;
mod resources;
mod tolerances;
mod versions;
