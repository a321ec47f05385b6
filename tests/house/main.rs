//! Order in the house: calls go down, HTTP stays in the doors, SQL stays in the stores, and
//! every statement is one that both engines understand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod addresses;
mod floors;
mod paths;
mod source;
mod statements;
mod words;
