//! Signing in: access, passwords, sign-ins and sessions, and the door in front of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

#[path = "../oidc/application.rs"]
#[allow(dead_code, reason = "its own tests use all of it")]
mod application;

mod access;
mod account;
mod account_devices;
mod account_email;
mod account_factors;
mod account_picture;
mod account_profile;
mod account_sessions;
mod authenticator;
mod concurrency;
mod credentials;
mod devices;
mod doors;
mod enrolment;
mod enumeration;
mod factor_letters;
mod factors;
mod forgotten;
mod headers;
mod key_pages;
mod key_stage;
mod log;
mod mailed_code;
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
mod step_up;
mod strangers;
mod temporary_pass;
mod timing;
mod totp;
mod tries;
mod tries_shown;
mod tries_story;
mod tries_told;
mod trust_box;
mod whereabouts;
