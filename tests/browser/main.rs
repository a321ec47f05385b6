//! What a person sees and does, in Chromium, against the program as `doorward demo` starts it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod account;
mod demo;
mod factors;
mod letters;
mod mailed_code;
mod manners;
mod passkeys;
mod passwords;
mod people;
mod profile;
mod sessions;
mod sign_in;
mod webdriver;
