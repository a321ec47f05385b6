//! What the provisioning clients of others say and expect, request by request, against the
//! whole server on both engines. The requests are written from what the vendors publish;
//! their clouds take no part in it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

#[allow(dead_code, reason = "shared with the SCIM tests; each uses its part")]
#[path = "../scim/client.rs"]
mod client;

#[allow(dead_code, reason = "shared with the tests of connections")]
#[path = "../connections/issuer.rs"]
mod issuer;

mod entra;
mod holding;
mod jumpcloud;
mod okta;
mod onelogin;
mod ping;
mod reading;
mod sailpoint;
mod vendor;
