//! PATCH as a pure function, on a user or a group of a test.

use doorward::domain::directory::Members;
use doorward::http::scim::document::Document;
use doorward::http::scim::error::ScimError;
use doorward::http::scim::patch::{Edit, Operation, apply, read_request};
use doorward::http::scim::schema::{GROUPS, ResourceType, USERS};
use serde_json::{Value, json};

use crate::client::PATCH;

pub fn operations(operations: Value) -> Vec<Operation> {
    read_request(json!({ "schemas": [PATCH], "Operations": operations })).unwrap()
}

pub fn document(value: Value) -> Document {
    value.as_object().unwrap().clone()
}

pub fn run(kind: &ResourceType, before: Value, ops: Value) -> Result<Edit, ScimError> {
    apply(kind, document(before), operations(ops))
}

pub fn ann() -> Value {
    json!({ "userName": "ann", "active": true })
}

#[track_caller]
pub fn user(before: Value, ops: Value) -> Value {
    Value::Object(run(&USERS, before, ops).unwrap().document)
}

#[track_caller]
pub fn refused(before: Value, ops: Value) -> ScimError {
    run(&USERS, before, ops).unwrap_err()
}

#[track_caller]
pub fn members(ops: Value) -> Members {
    run(&GROUPS, json!({ "displayName": "g" }), ops)
        .unwrap()
        .rows
}

pub fn change(add: &[&str], remove: &[&str]) -> Members {
    let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    Members::Change {
        add: set(add),
        remove: set(remove),
    }
}

pub fn only(ids: &[&str]) -> Members {
    Members::Replace(ids.iter().map(|id| (*id).to_owned()).collect())
}
