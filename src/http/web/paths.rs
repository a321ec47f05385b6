//! Addresses of one door that another leads to. Doors do not use each other; this is
//! what they agree on.

use crate::{domain::signin::Destination, foundation::crypto::token::Secret};

/// Where a sign-in goes on, by the handle that `signin::begin` gave.
#[must_use]
pub fn sign_in(handle: &Secret) -> String {
    format!("/login/{}", handle.reveal())
}

/// Where a sign-in goes on when it is complete.
#[must_use]
pub fn destination(destination: &Destination) -> String {
    match destination {
        Destination::Authorize(handle) => format!("/oauth2/authorize/resume/{handle}"),
        Destination::Device(code) if code.is_empty() => "/device".to_owned(),
        Destination::Device(code) => format!("/device?user_code={code}"),
        Destination::Account => "/account".to_owned(),
    }
}
