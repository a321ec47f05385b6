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

mod administrators;
mod bulk;
mod bulk_bad_input;
mod bulk_walk;
mod bulk_walk_chance;
mod bulk_walk_model;
mod bulk_walk_steps;
mod checklist;
mod client;
mod concurrency;
mod cursor;
mod custom_schemas;
mod custom_schemas_values;
mod directory;
mod discovery;
mod errors;
mod faults;
mod filter_differential;
mod filter_evaluation;
mod filter_properties;
mod grammar;
mod groups;
mod large_groups;
mod lifecycle;
mod me;
mod more_faults;
mod patch;
mod patch_members;
mod patch_tolerances;
mod patching;
mod properties;
mod queries;
mod query_plans;
mod resources;
mod search;
mod sorting;
mod tolerances;
mod versions;
