//! PATCH as a pure function: the tolerances that concern operations.

use doorward::http::scim::error::ScimError;
use doorward::http::scim::patch::{apply, read_request};
use doorward::http::scim::schema::GROUPS;
use serde_json::{Value, json};

use crate::client::ENTERPRISE;
use crate::patch::{ann, change, document, refused, user};

#[test]
fn t1_operation_words_in_any_case() {
    let after = user(
        ann(),
        json!([{ "Op": "REPLACE", "Path": "title", "Value": "x" }]),
    );
    assert_eq!(after["title"], "x");
}

#[test]
fn t2_false_as_text_is_false() {
    for value in [
        json!("False"),
        json!("false"),
        json!(["False"]),
        json!(false),
    ] {
        let after = user(
            ann(),
            json!([{ "op": "Replace", "path": "active", "value": value }]),
        );
        assert_eq!(after["active"], false, "{value}");
    }
    let after = user(
        ann(),
        json!([{ "op": "Replace", "value": { "active": "False" } }]),
    );
    assert_eq!(after["active"], false);
    let ops = json!([{ "op": "replace", "path": "active", "value": "no" }]);
    assert!(matches!(refused(ann(), ops), ScimError::InvalidValue(_)));
}

#[test]
fn t2_true_as_text_in_a_value_filter_is_true() {
    let before = json!({ "userName": "ann", "roles": [
        { "value": "a", "primary": true }, { "value": "b" }] });
    let after = user(
        before,
        json!([{ "op": "replace", "path": "roles[primary eq \"True\"].display", "value": "d" }]),
    );
    assert_eq!(after["roles"][0]["display"], "d");
    assert_eq!(after["roles"][1].get("display"), None);
}

#[test]
fn t3_keys_of_an_operation_without_a_path_are_paths() {
    let number = format!("{ENTERPRISE}:employeeNumber");
    let after = user(
        json!({ "userName": "ann", "emails": [{ "value": "a@x", "type": "work" }] }),
        json!([{ "op": "replace", "value": {
            "displayName": "x",
            "name.givenName": "y",
            number: "7",
            ENTERPRISE: { "department": "d", "manager": "m" },
            "emails[type eq \"work\"].value": "z@x",
            "phoneNumbers[type eq \"mobile\"].value": "1",
        } }]),
    );
    assert_eq!(
        after,
        json!({
            "userName": "ann", "displayName": "x", "name": { "givenName": "y" },
            ENTERPRISE: { "employeeNumber": "7", "department": "d", "manager": { "value": "m" } },
            "emails": [{ "value": "z@x", "type": "work" }],
            "phoneNumbers": [{ "type": "mobile", "value": "1" }],
        })
    );
}

#[test]
fn t3_an_unknown_key_is_refused_and_never_stored() {
    for key in ["nope", "name.nope", "urn:x:y", "a b"] {
        let ops = json!([{ "op": "replace", "value": { key: "x" } }]);
        assert!(
            matches!(refused(ann(), ops), ScimError::InvalidPath(_)),
            "{key}"
        );
    }
}

#[test]
fn t4_a_filtered_path_without_a_match_creates_the_entry() {
    for op in ["Add", "Replace"] {
        let after = user(
            ann(),
            json!([
                { "op": op, "path": "emails[type eq \"work\"].value", "value": "a@x" },
                { "op": op, "path": "roles[primary eq \"True\"].display", "value": "d" },
                { "op": op, "path": "roles[primary eq \"True\"].value", "value": "v" },
                { "op": op, "path": "roles[primary eq \"True\"].type", "value": "t" },
            ]),
        );
        assert_eq!(after["emails"], json!([{ "type": "work", "value": "a@x" }]));
        assert_eq!(
            after["roles"],
            json!([{ "primary": true, "display": "d", "value": "v", "type": "t" }])
        );
    }
}

#[test]
fn t4_the_type_of_an_entry_may_come_before_its_value() {
    let after = user(
        ann(),
        json!([
            { "op": "add", "path": "roles[primary eq \"True\"].type", "value": "t" },
            { "op": "add", "path": "roles[primary eq \"True\"].value", "value": "v" },
        ]),
    );
    assert_eq!(
        after["roles"],
        json!([{ "primary": true, "type": "t", "value": "v" }])
    );
}

#[test]
fn t4_without_a_value_nothing_is_created() {
    for value in [json!(""), json!(null)] {
        let ops = json!([
            { "op": "replace", "path": "emails[type eq \"work\"].value", "value": value },
            { "op": "replace", "value": { "emails[type eq \"work\"].value": value } },
            { "op": "replace", "path": "emails[value co \"x\"].value", "value": value },
        ]);
        assert_eq!(user(ann(), ops), ann());
    }
}

#[test]
fn t5_remove_with_values_takes_those_only() {
    let before = json!({ "userName": "ann", "roles": [
        { "value": "a", "type": "x" }, { "value": "b" }, { "value": "c" }] });
    for listed in [
        json!([{ "value": "b" }, { "$ref": null, "value": "c" }]),
        json!(["b", "c"]),
    ] {
        let after = user(
            before.clone(),
            json!([{ "op": "Remove", "path": "roles", "value": listed }]),
        );
        assert_eq!(after["roles"], json!([{ "value": "a", "type": "x" }]));
    }
    let one = user(
        before.clone(),
        json!([{ "op": "Remove", "path": "roles", "value": { "value": "a" } }]),
    );
    assert_eq!(one["roles"].as_array().unwrap().len(), 2);
    for nothing in [
        json!([]),
        json!([{}]),
        json!([{ "value": null }]),
        json!(""),
    ] {
        let after = user(
            before.clone(),
            json!([{ "op": "Remove", "path": "roles", "value": nothing }]),
        );
        assert_eq!(after, before);
    }
}

#[test]
fn t6_an_empty_text_or_null_clears_an_attribute() {
    let before = json!({
        "userName": "ann", "title": "t", "name": { "givenName": "Ann" },
        "emails": [{ "value": "a@x", "type": "work" }],
        ENTERPRISE: { "department": "d", "manager": { "value": "m" } },
    });
    let paths = [
        "title".to_owned(),
        "name.givenName".to_owned(),
        "emails[type eq \"work\"].value".to_owned(),
        format!("{ENTERPRISE}:department"),
        format!("{ENTERPRISE}:manager"),
    ];
    for value in [json!(""), json!(null)] {
        let verbose: Vec<Value> = paths
            .iter()
            .map(|path| json!({ "op": "replace", "path": path, "value": value }))
            .collect();
        let keys: serde_json::Map<String, Value> = paths
            .iter()
            .map(|path| (path.clone(), value.clone()))
            .collect();
        for ops in [json!(verbose), json!([{ "op": "replace", "value": keys }])] {
            assert_eq!(
                user(before.clone(), ops),
                json!({ "userName": "ann" }),
                "{value}"
            );
        }
    }
}

#[test]
fn t6_a_stray_value_on_a_filtered_remove_is_passed_over() {
    let before = json!({ "userName": "ann", "emails": [{ "value": "a@x", "type": "work" }] });
    let ops = json!([{ "op": "remove", "path": "emails[type eq \"work\"]", "value": "zzz" }]);
    assert_eq!(user(before, ops), json!({ "userName": "ann" }));
}

#[test]
fn t7_a_manager_comes_as_text_object_or_list_of_one_and_goes_by_an_empty_text() {
    let path = format!("{ENTERPRISE}:manager");
    for value in [
        json!("m"),
        json!({ "value": "m" }),
        json!([{ "$ref": "../Users/m", "value": "m" }]),
        json!({ "value": "m", "displayName": "M" }),
    ] {
        for op in ["Add", "Replace"] {
            let after = user(ann(), json!([{ "op": op, "path": path, "value": value }]));
            assert_eq!(after[ENTERPRISE]["manager"]["value"], json!("m"), "{value}");
            let cleared = user(
                after,
                json!([{ "op": "Replace", "path": path, "value": "" }]),
            );
            assert_eq!(cleared, ann());
        }
    }
}

#[test]
fn t9_what_only_the_server_sets_is_passed_over_without_a_path() {
    let after = user(
        ann(),
        json!([{ "op": "replace", "value": {
            "id": "x", "meta": { "version": "1" }, "groups": [], "schemas": ["x"], "title": "t" } }]),
    );
    assert_eq!(
        after,
        json!({ "userName": "ann", "active": true, "title": "t" })
    );
}

#[test]
fn t10_no_operations_and_no_schemas_are_fine() {
    assert_eq!(user(ann(), json!([])), ann());
    assert_eq!(read_request(json!({ "Operations": [] })).unwrap(), []);
}

#[test]
fn t14_a_list_of_one_is_taken_for_a_single_value() {
    let after = user(
        ann(),
        json!([
            { "op": "replace", "path": "title", "value": ["t"] },
            { "op": "replace", "value": [{ "nickName": ["n"] }] },
        ]),
    );
    assert_eq!(
        (&after["title"], &after["nickName"]),
        (&json!("t"), &json!("n"))
    );
    let ops = json!([{ "op": "replace", "path": "title", "value": ["a", "b"] }]);
    assert!(matches!(refused(ann(), ops), ScimError::InvalidValue(_)));
}

#[test]
fn t15_a_scim_1_1_change_of_members_is_understood() {
    let operations = read_request(json!({
        "schemas": ["urn:scim:schemas:core:1.0"],
        "members": [{ "value": "u", "operation": "delete" }, { "value": "v" }],
    }))
    .unwrap();
    let edit = apply(&GROUPS, document(json!({ "displayName": "g" })), operations).unwrap();
    assert_eq!(edit.rows, change(&["v"], &["u"]));
}
