//! OpenID Connect over HTTP, on both engines. Tests bear the numbers of the checklist that the
//! project keeps, and the names of other servers' advisories.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod advisories;
mod application;
mod authorize;
mod backchannel_logout;
mod bound_to_certificates;
mod canary;
mod checklist;
mod claims_mapping;
mod client_administration;
mod client_authentication;
mod client_credentials;
mod client_documents;
mod client_proofs;
mod code;
mod consent;
mod consent_page;
mod cors;
mod costs;
mod deactivation;
mod devices;
mod documents;
mod dpop;
mod encrypted;
mod exchange;
mod exchange_id_tokens;
mod external_method;
mod frontchannel_logout;
mod introspection;
mod key_rotation;
mod keys;
mod languages;
mod lifetimes;
mod logout;
mod logs;
mod lost_answers;
mod openidconnect_crate;
mod own_applications;
mod pairwise;
mod proof;
mod publisher;
mod pushed;
mod races;
mod refresh;
mod registration;
mod registration_policy;
mod registry;
mod request_objects;
mod resources;
mod response_modes;
mod retention;
mod revocation;
mod second_factor;
mod sign_in_again;
mod terms;
mod token_claims;
mod tokens;
mod userinfo;
mod validity;
