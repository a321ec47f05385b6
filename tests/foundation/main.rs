//! The ground: two engines behind one text, and the only way to write.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod change;
mod engines;
mod migrations;
mod tables;
