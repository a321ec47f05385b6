//! What PATCH keeps true whatever it is sent.

use doorward::http::scim::document::Document;
use doorward::http::scim::patch::{apply, read_request};
use doorward::http::scim::schema::USERS;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::client::ENTERPRISE;

fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("title".to_owned()),
        Just("userName".to_owned()),
        Just("active".to_owned()),
        Just("name".to_owned()),
        Just("name.givenName".to_owned()),
        Just("emails".to_owned()),
        Just("emails.value".to_owned()),
        Just("emails[type eq \"work\"]".to_owned()),
        Just("emails[type eq \"work\"].value".to_owned()),
        Just("emails[primary eq \"True\"].type".to_owned()),
        Just("emails[type eq \"home\"].primary".to_owned()),
        Just(format!("{ENTERPRISE}:manager")),
        Just(format!("{ENTERPRISE}:department")),
        Just(ENTERPRISE.to_owned()),
        "[a-z.\\[\\]]{0,8}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["[a-c]{0,2}".prop_map(Value::from), Just(json!("True"))];
    let email = (text.clone(), "work|home", any::<bool>()).prop_map(
        |(value, kind, primary)| json!({ "value": value, "type": kind, "primary": primary }),
    );
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i8>().prop_map(Value::from),
        text,
        email.clone(),
        proptest::collection::vec(email, 0..3).prop_map(Value::from),
        Just(json!({ "givenName": "a", "familyName": null })),
        Just(json!({ "department": "d", "manager": "m" })),
    ]
}

fn operation() -> impl Strategy<Value = Value> {
    let verb = prop_oneof!["add", "Replace", "remove"];
    prop_oneof![
        4 => (verb.clone(), path(), value())
            .prop_map(|(op, path, value)| json!({ "op": op, "path": path, "value": value })),
        1 => (verb.clone(), path()).prop_map(|(op, path)| json!({ "op": op, "path": path })),
        1 => (verb, path(), value())
            .prop_map(|(op, key, value)| json!({ "op": op, "value": { key: value } })),
    ]
}

fn start() -> Document {
    json!({
        "userName": "ann", "active": true,
        "emails": [{ "value": "a", "type": "work", "primary": true },
                   { "value": "b", "type": "home" }],
    })
    .as_object()
    .unwrap()
    .clone()
}

fn holds_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(all) => !all.is_empty() && all.iter().all(holds_something),
        Value::Object(parts) => !parts.is_empty() && parts.values().all(holds_something),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_document_stays_one_that_the_schema_allows(
        operations in proptest::collection::vec(operation(), 0..5)
    ) {
        let request = read_request(json!({ "Operations": operations })).unwrap();
        let Ok(edit) = apply(&USERS, start(), request) else {
            return Ok(());
        };
        let document = Value::Object(edit.document);
        prop_assert!(document["userName"].as_str().is_some_and(|name| !name.is_empty()));
        prop_assert!(holds_something(&document), "{}", document);
        let emails = document["emails"].as_array().cloned().unwrap_or_default();
        let primary = emails.iter().filter(|email| email["primary"] == true).count();
        prop_assert!(primary <= 1, "{}", document);
        for (position, email) in emails.iter().enumerate() {
            let same = |other: &&Value| {
                email.get("value").is_some()
                    && other.get("value") == email.get("value")
                    && other.get("type") == email.get("type")
            };
            prop_assert!(!emails[..position].iter().any(|other| same(&other)), "{}", document);
        }
    }

    #[test]
    fn the_same_replacement_twice_is_the_same_as_once(operation in operation()) {
        // What a filter selects may be what the operation changes.
        if operation["op"] == "remove" || operation.to_string().contains("[type") || operation.to_string().contains("[primary") {
            return Ok(());
        }
        let once = read_request(json!({ "Operations": [operation] })).unwrap();
        let twice = read_request(json!({ "Operations": [operation, operation] })).unwrap();
        if let Ok(once) = apply(&USERS, start(), once) {
            prop_assert_eq!(apply(&USERS, start(), twice).unwrap(), once);
        }
    }
}
