//! Okta: its specification test and its CRUD test, applications of its integration network
//! (`network`), applications of its wizard (`wizard`), group push, and imports.

mod crud;
mod group_push;
mod import;
mod network;
mod specification;
mod wizard;

use serde_json::{Value, json};

use crate::client::USER;

/// The body with which Okta provisions a user.
pub fn provisioned(name: &str) -> Value {
    json!({
        "schemas": [USER],
        "userName": name,
        "name": { "givenName": "Test", "familyName": "User" },
        "emails": [{ "primary": true, "value": name, "type": "work" }],
        "displayName": "Test User",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": true,
    })
}
