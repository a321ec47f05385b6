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
mod account;
mod account_devices;
mod account_factors;
mod account_sessions;
mod authenticator;
mod concurrency;
mod credentials;
mod devices;
mod enrolment;
mod enumeration;
mod factors;
mod forgotten;
mod headers;
mod key_pages;
mod key_stage;
mod log;
mod mfa;
mod new_password;
mod passkeys;
mod passwords;
mod recovery_codes;
mod second_factor;
mod security_keys;
mod sessions;
mod sign_in;
mod stage;
mod strangers;
mod temporary_pass;
mod totp;
mod tries;
mod tries_shown;
mod tries_story;
