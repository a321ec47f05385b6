//! The people of a directory: those that were made by requests, and those whose rows were
//! copied from the last one made. They are computed, not listed: there may be a million.

use serde_json::{Value, json};

pub struct People {
    made: Vec<User>,
    copies: usize,
}

#[derive(Clone)]
pub struct User {
    pub id: String,
    pub name: String,
}

impl People {
    pub fn new(made: Vec<User>, copies: usize) -> Self {
        Self { made, copies }
    }

    pub fn count(&self) -> usize {
        self.made.len() + self.copies
    }

    pub fn at(&self, place: usize) -> User {
        match self.made.get(place) {
            Some(user) => user.clone(),
            None => copy(place - self.made.len() + 1),
        }
    }
}

/// The `number`th copy of [`template`].
fn copy(number: usize) -> User {
    User {
        id: format!("{COPY_ID}{number:012}"),
        name: format!("person.{number}@example.com"),
    }
}

/// What the id of a copy begins with; its number follows, with twelve digits.
pub const COPY_ID: &str = "01900000-0000-7000-8000-";

/// The name of whom the copies are of.
pub const TEMPLATE: &str = "person.0@example.com";

/// As Entra ID sends one.
pub fn person(user_name: &str) -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "userName": user_name,
        "externalId": user_name,
        "active": true,
        "displayName": "Grace Hopper",
        "title": "Rear admiral",
        "name": {"givenName": "Grace", "familyName": "Hopper", "formatted": "Grace Hopper"},
        "emails": [{"type": "work", "value": user_name, "primary": true}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "Compilers", "employeeNumber": "19061209",
        },
    })
}
