//! The BulkRequest message.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::MAX_OPERATIONS;
use crate::http::scim::error::ScimError;
use crate::http::scim::schema::{GROUPS, USERS};

const REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    const ALL: [(&'static str, Self); 4] = [
        ("POST", Self::Post),
        ("PUT", Self::Put),
        ("PATCH", Self::Patch),
        ("DELETE", Self::Delete),
    ];

    fn read(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find_map(|(name, method)| word.eq_ignore_ascii_case(name).then_some(*method))
    }

    pub(super) fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, method)| *method == self)
            .map_or("", |(word, _)| word)
    }
}

/// Which resources an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Users,
    Groups,
}

/// One operation, with references to others still in it.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) endpoint: Endpoint,
    /// What stands behind the endpoint; nothing for a POST.
    pub(super) id: String,
    pub(super) version: Option<String>,
    pub(super) data: Value,
}

/// One entry of `Operations`: what the answer repeats of it, and what it asks for, if that
/// can be understood.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) method: String,
    pub(super) bulk_id: Option<String>,
    pub(super) operation: Result<Operation, ScimError>,
}

/// A bulk request.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) entries: Vec<Entry>,
    /// After how many errors to stop.
    pub(super) fail_on_errors: usize,
    /// Which entry creates the resource of a bulkId.
    pub(super) creators: HashMap<String, usize>,
}

/// Reads a body. What is wrong with the message as a whole refuses it as a whole; what is
/// wrong with an operation is that operation's error.
pub(super) fn read(body: Value) -> Result<Request, ScimError> {
    let Value::Object(mut body) = body else {
        return syntax("The body must be a JSON object.");
    };
    check_schemas(member(&mut body, "schemas"))?;
    let fail_on_errors = fail_on_errors(member(&mut body, "failOnErrors"))?;
    let operations = match member(&mut body, "Operations") {
        Some(Value::Array(operations)) => operations,
        Some(_) => return syntax("Operations must be a list."),
        None => return syntax("Operations is missing."),
    };
    if operations.len() > MAX_OPERATIONS {
        return Err(ScimError::TooLarge(format!(
            "The request has {} operations; maxOperations is {MAX_OPERATIONS}.",
            operations.len()
        )));
    }
    let entries: Vec<Entry> = operations.into_iter().map(read_entry).collect();
    Ok(Request {
        creators: creators(&entries)?,
        fail_on_errors,
        entries,
    })
}

fn syntax<T>(detail: &str) -> Result<T, ScimError> {
    Err(ScimError::InvalidSyntax(detail.to_owned()))
}

fn value<T>(detail: impl Into<String>) -> Result<T, ScimError> {
    Err(ScimError::InvalidValue(detail.into()))
}

/// Takes a member of a message; names are compared without case.
fn member(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = object
        .keys()
        .find(|key| key.eq_ignore_ascii_case(name))?
        .clone();
    object.remove(&key).filter(|value| !value.is_null())
}

fn check_schemas(schemas: Option<Value>) -> Result<(), ScimError> {
    let is_bulk = |urn: &Value| {
        urn.as_str()
            .is_some_and(|urn| urn.eq_ignore_ascii_case(REQUEST_URN))
    };
    match schemas {
        None => Ok(()),
        Some(Value::Array(urns)) if urns.iter().any(is_bulk) => Ok(()),
        Some(_) => syntax(&format!("schemas must name {REQUEST_URN}.")),
    }
}

fn fail_on_errors(given: Option<Value>) -> Result<usize, ScimError> {
    let Some(given) = given else {
        return Ok(usize::MAX);
    };
    match given.as_u64().and_then(|count| usize::try_from(count).ok()) {
        Some(count) if count > 0 => Ok(count),
        _ => value("failOnErrors must be a whole number above 0."),
    }
}

/// A bulkId that two operations create would be anyone's guess.
fn creators(entries: &[Entry]) -> Result<HashMap<String, usize>, ScimError> {
    let mut creators = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let (Some(id), Ok(operation)) = (&entry.bulk_id, &entry.operation) else {
            continue;
        };
        if operation.method == Method::Post && creators.insert(id.clone(), index).is_some() {
            return value(format!("bulkId `{id}` is given to two operations."));
        }
    }
    Ok(creators)
}

fn read_entry(entry: Value) -> Entry {
    let Value::Object(mut entry) = entry else {
        return Entry {
            method: String::new(),
            bulk_id: None,
            operation: syntax("Each operation must be an object."),
        };
    };
    let method = member(&mut entry, "method");
    let bulk_id = match member(&mut entry, "bulkId") {
        Some(Value::String(id)) => Some(id),
        _ => None,
    };
    let word = method
        .as_ref()
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let known = Method::read(&word);
    Entry {
        operation: read_operation(known, bulk_id.as_deref(), entry),
        method: known.map_or(word, |method| method.word().to_owned()),
        bulk_id,
    }
}

fn read_operation(
    method: Option<Method>,
    bulk_id: Option<&str>,
    mut entry: Map<String, Value>,
) -> Result<Operation, ScimError> {
    let Some(method) = method else {
        return syntax("`method` must be POST, PUT, PATCH or DELETE.");
    };
    let path = match member(&mut entry, "path") {
        Some(Value::String(path)) => path,
        _ => return syntax("`path` must be a string such as /Users."),
    };
    let (endpoint, id) = read_path(&path)?;
    let version = match member(&mut entry, "version") {
        None => None,
        Some(Value::String(version)) => Some(version),
        Some(_) => return value("`version` must be a string."),
    };
    let data = member(&mut entry, "data");
    match (method, id.is_empty()) {
        (Method::Post, false) => return Err(ScimError::MethodNotAllowed("PUT, PATCH, DELETE")),
        (Method::Post, true) if bulk_id.is_none_or(str::is_empty) => {
            return value("`bulkId` is required for POST.");
        }
        (Method::Post, true) | (_, false) => {}
        (_, true) => return Err(ScimError::MethodNotAllowed("POST")),
    }
    if method != Method::Delete && data.is_none() {
        return value("`data` is required for POST, PUT and PATCH.");
    }
    Ok(Operation {
        method,
        endpoint,
        id,
        version,
        data: data.unwrap_or_default(),
    })
}

/// `/Users`, `/Users/{id}`, `/Users/bulkId:{bulkId}`, and the same for groups. Parameters of
/// the address mean nothing here: answers have no resources.
fn read_path(path: &str) -> Result<(Endpoint, String), ScimError> {
    let path = path.split('?').next().unwrap_or_default();
    for (endpoint, place) in [
        (Endpoint::Users, USERS.endpoint),
        (Endpoint::Groups, GROUPS.endpoint),
    ] {
        match path.strip_prefix(place) {
            Some("") => return Ok((endpoint, String::new())),
            Some(rest) => {
                let id = rest.strip_prefix('/').unwrap_or_default();
                if !id.is_empty() && !id.contains('/') {
                    return Ok((endpoint, id.to_owned()));
                }
            }
            None => {}
        }
    }
    Err(ScimError::NotFound(
        "There is no such endpoint for an operation.".to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_an_endpoint_and_perhaps_an_id() {
        let path = |text: &str| read_path(text).ok();
        assert_eq!(path("/Users"), Some((Endpoint::Users, String::new())));
        assert_eq!(
            path("/Groups/bulkId:x?attributes=id"),
            Some((Endpoint::Groups, "bulkId:x".into()))
        );
        for bad in [
            "",
            "/",
            "Users",
            "/Usersx",
            "/Users/",
            "/Users/a/b",
            "/Me",
            "/Bulk",
        ] {
            assert_eq!(path(bad), None, "{bad}");
        }
    }
}
