//! References of operations to what others create: `bulkId:x` (RFC 7644, section 3.7.2), as
//! a value, in the path of an operation, or in the filter of a PATCH path.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::request::Operation;

const MARK: &str = "bulkId:";
/// The beginning of a reference within a PATCH path.
const QUOTED: &str = "\"bulkId:";

/// The ids of resources that have been created, by their bulkIds.
pub(super) type Created = HashMap<String, String>;

/// The bulkIds that an operation refers to.
pub(super) fn of(operation: &Operation) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some(id) = operation.id.strip_prefix(MARK) {
        found.insert(id.to_owned());
    }
    collect(&operation.data, false, &mut found);
    found
}

fn collect(value: &Value, is_path: bool, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => match text.strip_prefix(MARK) {
            Some(id) => {
                found.insert(id.to_owned());
            }
            None if is_path => found.extend(in_path(text).map(str::to_owned)),
            None => {}
        },
        Value::Array(all) => all.iter().for_each(|one| collect(one, false, found)),
        Value::Object(parts) => parts
            .iter()
            .for_each(|(name, part)| collect(part, name.eq_ignore_ascii_case("path"), found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `members[value eq "bulkId:x"]`.
fn in_path(text: &str) -> impl Iterator<Item = &str> {
    text.split(QUOTED)
        .skip(1)
        .filter_map(|rest| rest.split_once('"').map(|(id, _)| id))
}

/// Puts ids in the place of all references; all of them must have been created.
pub(super) fn resolve(operation: &mut Operation, created: &Created) {
    if let Some(id) = known(&operation.id, created) {
        operation.id = id.to_owned();
    }
    replace(&mut operation.data, false, created);
}

fn known<'a>(text: &str, created: &'a Created) -> Option<&'a str> {
    created.get(text.strip_prefix(MARK)?).map(String::as_str)
}

fn replace(value: &mut Value, is_path: bool, created: &Created) {
    match value {
        Value::String(text) => {
            if let Some(id) = known(text, created) {
                *text = id.to_owned();
            } else if is_path && text.contains(QUOTED) {
                *text = replaced_in_path(text, created);
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| replace(one, false, created)),
        Value::Object(parts) => parts.iter_mut().for_each(|(name, part)| {
            replace(part, name.eq_ignore_ascii_case("path"), created);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn replaced_in_path(text: &str, created: &Created) -> String {
    let mut pieces = text.split(QUOTED);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('"') {
            Some((id, rest)) if created.contains_key(id) => {
                out.push_str(&format!("\"{}\"{rest}", created[id]));
            }
            _ => {
                out.push_str(QUOTED);
                out.push_str(piece);
            }
        }
    }
    out
}

/// A resource without what refers to something that is not created yet: an entry of a list
/// goes as a whole, and so does a complex value, because what is left of it says nothing.
pub(super) fn without_open(data: &Value, created: &Created) -> Value {
    let Value::Object(parts) = data else {
        return data.clone();
    };
    let kept = parts
        .iter()
        .filter_map(|(name, part)| Some((name.clone(), closed(part, created)?)));
    Value::Object(kept.collect())
}

fn is_open(value: &Value, created: &Created) -> bool {
    value.as_str().is_some_and(|text| {
        text.strip_prefix(MARK)
            .is_some_and(|id| !created.contains_key(id))
    })
}

fn closed(value: &Value, created: &Created) -> Option<Value> {
    match value {
        Value::Array(all) => Some(all.iter().filter_map(|one| closed(one, created)).collect()),
        Value::Object(parts) => {
            if parts.values().any(|part| is_open(part, created)) {
                return None;
            }
            let kept = parts
                .iter()
                .filter_map(|(name, part)| Some((name.clone(), closed(part, created)?)));
            Some(Value::Object(kept.collect()))
        }
        simple => (!is_open(simple, created)).then(|| simple.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::request::{Endpoint, Method};
    use super::*;
    use serde_json::json;

    fn operation(id: &str, data: Value) -> Operation {
        Operation {
            method: Method::Patch,
            endpoint: Endpoint::Groups,
            id: id.into(),
            version: None,
            data,
        }
    }

    #[test]
    fn references_are_found_in_values_addresses_and_patch_paths() {
        let mut operation = operation(
            "bulkId:a",
            json!({ "Operations": [
                { "op": "remove", "path": "members[value eq \"bulkId:b\" or value eq \"bulkId:c\"]" },
                { "op": "add", "path": "members", "value": [{ "value": "bulkId:d" }] },
                { "op": "add", "path": "displayName", "value": "no bulkId:e" },
            ]}),
        );
        let found: Vec<String> = of(&operation).into_iter().collect();
        assert_eq!(found, ["a", "b", "c", "d"]);
        let created = found
            .iter()
            .map(|id| (id.clone(), id.to_uppercase()))
            .collect();
        resolve(&mut operation, &created);
        assert_eq!(operation.id, "A");
        let operations = &operation.data["Operations"];
        assert_eq!(
            operations[0]["path"],
            "members[value eq \"B\" or value eq \"C\"]"
        );
        assert_eq!(operations[1]["value"][0]["value"], "D");
        assert_eq!(operations[2]["value"], "no bulkId:e");
        assert!(of(&operation).is_empty());
    }

    #[test]
    fn what_is_open_goes_with_the_entry_that_it_stands_in() {
        let created = Created::from([("a".to_owned(), "A".to_owned())]);
        let data = json!({
            "displayName": "g",
            "members": [{ "value": "bulkId:a" }, { "value": "bulkId:b", "type": "Group" }],
            "urn:x": { "manager": { "value": "bulkId:b" }, "bare": "bulkId:b", "kept": 1 },
        });
        assert_eq!(
            without_open(&data, &created),
            json!({ "displayName": "g", "members": [{ "value": "bulkId:a" }], "urn:x": null })
                .as_object()
                .map(|all| {
                    let kept = all.iter().filter(|(_, value)| !value.is_null());
                    Value::Object(kept.map(|(n, v)| (n.clone(), v.clone())).collect())
                })
                .unwrap()
        );
    }
}
