//! Connections: their secrets, their access tokens, assertions in place of secrets, what each
//! owns and how each is treated; and the client that calls other servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod access_tokens;
mod federation;
mod issuer;
mod outbound;
mod ownership;
mod private_keys;
mod secrets;
mod source;
mod treatment;
