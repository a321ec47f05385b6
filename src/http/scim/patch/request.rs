//! The PATCH message: a list of operations.

use serde_json::{Map, Value};

use crate::http::scim::error::ScimError;
use crate::http::scim::tolerance::{Verb, operation_word};

/// The `schemas` value of a PATCH body.
pub const PATCH_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The most operations in one request: each may walk over the values of a list.
pub const MAX_OPERATIONS: usize = 1000;

/// One operation, not yet looked at any closer.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What to do.
    pub verb: Verb,
    /// Where; without it `value` says so by its keys.
    pub path: Option<String>,
    /// With what; `None` when the member is absent, which is not the same as null.
    pub value: Option<Value>,
}

/// Reads a PATCH body. T10: no operations at all are fine, and so is a body without
/// `schemas`; one that names something else is not a PATCH message.
pub fn read_request(body: Value) -> Result<Vec<Operation>, ScimError> {
    let Value::Object(mut body) = body else {
        return refuse("The body must be a JSON object.");
    };
    let is_patch = |urn: &Value| {
        urn.as_str()
            .is_some_and(|u| u.eq_ignore_ascii_case(PATCH_URN))
    };
    let names_patch = match member(&mut body, "schemas") {
        None | Some(Value::Null) => true,
        Some(Value::Array(urns)) => urns.iter().any(is_patch),
        Some(_) => false,
    };
    match member(&mut body, "Operations") {
        Some(Value::Array(operations)) if names_patch => {
            if operations.len() > MAX_OPERATIONS {
                return Err(ScimError::TooLarge(format!(
                    "At most {MAX_OPERATIONS} operations go into one request."
                )));
            }
            operations.into_iter().map(read_operation).collect()
        }
        Some(Value::Array(_)) => refuse(&format!("schemas must name {PATCH_URN}.")),
        Some(_) => refuse("Operations must be a list."),
        None => match member(&mut body, "members") {
            Some(Value::Array(members)) => scim_1_1(members),
            _ => refuse("Operations is missing."),
        },
    }
}

fn refuse<T>(detail: &str) -> Result<T, ScimError> {
    Err(ScimError::InvalidSyntax(detail.to_owned()))
}

/// Takes a member of a message; names are compared without case.
fn member(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = object
        .keys()
        .find(|key| key.eq_ignore_ascii_case(name))?
        .clone();
    object.remove(&key)
}

fn read_operation(operation: Value) -> Result<Operation, ScimError> {
    let Value::Object(mut operation) = operation else {
        return refuse("Each operation must be an object.");
    };
    let verb = match member(&mut operation, "op") {
        Some(Value::String(word)) => operation_word(&word),
        _ => None,
    };
    let Some(verb) = verb else {
        return refuse("Each operation needs an `op` of add, remove or replace.");
    };
    let path = match member(&mut operation, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) if path.is_empty() => None,
        Some(Value::String(path)) => Some(path),
        Some(_) => {
            return Err(ScimError::InvalidPath(
                "`path` must be a string.".to_owned(),
            ));
        }
    };
    Ok(Operation {
        verb,
        path,
        value: member(&mut operation, "value"),
    })
}

/// T15. OneLogin's older form: `{"members": [{"value": "u", "operation": "delete"}]}`.
fn scim_1_1(members: Vec<Value>) -> Result<Vec<Operation>, ScimError> {
    let operation_of = |member: Value| {
        let word = member.get("operation").and_then(Value::as_str);
        let verb = match word {
            Some(word) if word.eq_ignore_ascii_case("delete") => Verb::Remove,
            None => Verb::Add,
            Some(_) => return refuse("The `operation` of a member can be delete only."),
        };
        Ok(Operation {
            verb,
            path: Some("members".to_owned()),
            value: Some(Value::Array(vec![member])),
        })
    };
    members.into_iter().map(operation_of).collect()
}
