//! Doorward, a self-hosted identity provider: SCIM 2.0 brings people and groups in,
//! OpenID Connect signs them in to applications.
//!
//! The map, from the ground up. A module uses only what stands above it in this list;
//! `tests/house` fails on an import that goes the other way.

/// Knows nothing of identity: time, ids, secrets, and one SQL text for two databases.
pub mod foundation;

/// Rules and rows: users, access, credentials, sign-ins, clients, grants. No HTTP, no HTML.
pub mod domain;

/// Doors: each speaks one protocol, asks the domain, and answers.
pub mod http;

/// Settings, wiring, the background worker, health, telemetry, start and graceful stop.
pub mod app;

/// The command line: one file a command.
pub mod cli;
