//! Microsoft Entra ID: its provisioning service (`connecting`, `users`, `groups`, and the
//! dialects of PATCH), the online validator's tests (`validator_*`, `preview`), and those
//! tests of the app gallery that go straight to the endpoint (`gallery`, `federated`).

mod connecting;
mod dialects;
mod federated;
mod gallery;
mod groups;
mod preview;
mod schema_discovery;
mod users;
mod validator_groups;
mod validator_users;

use serde_json::{Value, json};

use crate::client::{ENTERPRISE, GROUP, USER};

/// The body of the documentation's *Create User*.
pub fn sample_user(name: &str) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": name,
        "active": true,
        "emails": [{ "primary": true, "type": "work", "value": format!("{name}@testuser.com") }],
        "meta": { "resourceType": "User" },
        "name": { "formatted": "givenName familyName", "familyName": "familyName",
                  "givenName": "givenName" },
        "roles": [],
    })
}

/// The body of the documentation's *Create Group*.
pub fn sample_group(name: &str) -> Value {
    json!({
        "schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
        "displayName": name,
        "meta": { "resourceType": "Group" },
    })
}
