//! PATCH as a pure function: items 41 to 51 of the checklist, and the tolerances that
//! concern operations.

use doorward::domain::directory::Members;
use doorward::http::scim::document::Document;
use doorward::http::scim::error::ScimError;
use doorward::http::scim::patch::{Edit, Operation, apply, read_request};
use doorward::http::scim::schema::{GROUPS, ResourceType, USERS};
use serde_json::{Value, json};

use crate::client::{ENTERPRISE, PATCH};

fn operations(operations: Value) -> Vec<Operation> {
    read_request(json!({ "schemas": [PATCH], "Operations": operations })).unwrap()
}

fn document(value: Value) -> Document {
    value.as_object().unwrap().clone()
}

fn run(kind: &ResourceType, before: Value, ops: Value) -> Result<Edit, ScimError> {
    apply(kind, document(before), operations(ops))
}

fn ann() -> Value {
    json!({ "userName": "ann", "active": true })
}

#[track_caller]
fn user(before: Value, ops: Value) -> Value {
    Value::Object(run(&USERS, before, ops).unwrap().document)
}

#[track_caller]
fn refused(before: Value, ops: Value) -> ScimError {
    run(&USERS, before, ops).unwrap_err()
}

#[track_caller]
fn members(ops: Value) -> Members {
    run(&GROUPS, json!({ "displayName": "g" }), ops)
        .unwrap()
        .rows
}

fn change(add: &[&str], remove: &[&str]) -> Members {
    let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    Members::Change {
        add: set(add),
        remove: set(remove),
    }
}

fn only(ids: &[&str]) -> Members {
    Members::Replace(ids.iter().map(|id| (*id).to_owned()).collect())
}

// Items of the checklist

#[test]
fn item_41_one_operation_that_fails_undoes_all() {
    let error = refused(
        ann(),
        json!([
            { "op": "replace", "path": "title", "value": "Boss" },
            { "op": "replace", "path": "nope", "value": 1 },
        ]),
    );
    assert!(matches!(&error, ScimError::InvalidPath(text) if text.contains("Operation 2")));
}

#[test]
fn item_41_operations_are_done_in_their_order() {
    let after = user(
        ann(),
        json!([
            { "op": "add", "path": "title", "value": "a" },
            { "op": "remove", "path": "title" },
            { "op": "replace", "path": "title", "value": "b" },
        ]),
    );
    assert_eq!(after["title"], "b");
}

#[test]
fn item_42_a_bare_extension_urn_with_an_object_sets_its_attributes() {
    let before = json!({ "userName": "ann", ENTERPRISE: { "division": "d" } });
    let after = user(
        before,
        json!([{ "op": "add", "path": ENTERPRISE, "value": { "department": "x" } }]),
    );
    assert_eq!(
        after[ENTERPRISE],
        json!({ "division": "d", "department": "x" })
    );
}

#[test]
fn item_43_add_replaces_one_value_merges_a_complex_one_and_appends_to_a_list() {
    let before = json!({
        "userName": "ann", "title": "a", "name": { "givenName": "Ann" },
        "emails": [{ "value": "a@x", "type": "work" }],
    });
    let after = user(
        before,
        json!([
            { "op": "add", "path": "title", "value": "b" },
            { "op": "add", "path": "name", "value": { "familyName": "Lee" } },
            { "op": "add", "path": "emails", "value": [
                { "value": "a@x", "type": "work" }, { "value": "b@x", "type": "home" }] },
        ]),
    );
    assert_eq!(after["title"], "b");
    assert_eq!(
        after["name"],
        json!({ "givenName": "Ann", "familyName": "Lee" })
    );
    assert_eq!(
        after["emails"],
        json!([{ "value": "a@x", "type": "work" }, { "value": "b@x", "type": "home" }])
    );
}

#[test]
fn item_43_adding_what_is_there_changes_nothing() {
    let before = json!({ "userName": "ann", "emails": [{ "value": "a@x", "type": "work" }] });
    let after = user(
        before.clone(),
        json!([{ "op": "add", "path": "emails", "value": [{ "type": "work", "value": "a@x" }] }]),
    );
    assert_eq!(after, before);
}

#[test]
fn item_44_remove_takes_one_value_all_values_or_those_of_a_filter() {
    let before = json!({
        "userName": "ann", "title": "a", "name": { "givenName": "Ann" },
        "emails": [{ "value": "a@x", "type": "work" }, { "value": "b@x", "type": "home" }],
        "roles": [{ "value": "r" }],
    });
    let after = user(
        before,
        json!([
            { "op": "remove", "path": "title" },
            { "op": "remove", "path": "name.givenName" },
            { "op": "remove", "path": "roles" },
            { "op": "remove", "path": "emails[type eq \"home\"]" },
        ]),
    );
    assert_eq!(
        after,
        json!({ "userName": "ann", "emails": [{ "value": "a@x", "type": "work" }] })
    );
}

#[test]
fn item_44_the_last_attribute_of_an_extension_takes_it_along() {
    let before = json!({ "userName": "ann", ENTERPRISE: { "department": "x" } });
    let path = format!("{ENTERPRISE}:department");
    let after = user(before, json!([{ "op": "remove", "path": path }]));
    assert_eq!(after, json!({ "userName": "ann" }));
}

#[test]
fn item_44_remove_without_a_path_has_no_target() {
    assert!(matches!(
        refused(ann(), json!([{ "op": "remove" }])),
        ScimError::NoTarget(_)
    ));
}

#[test]
fn item_44_what_is_required_or_read_only_cannot_be_removed() {
    for path in [
        "userName",
        "id",
        "meta",
        "meta.created",
        "groups",
        "schemas",
    ] {
        assert!(
            matches!(
                refused(ann(), json!([{ "op": "remove", "path": path }])),
                ScimError::Mutability(_)
            ),
            "{path}"
        );
    }
}

#[test]
fn item_44_removing_what_is_not_there_succeeds() {
    let after = user(
        ann(),
        json!([
            { "op": "remove", "path": "title" },
            { "op": "remove", "path": "name.givenName" },
            { "op": "remove", "path": "emails[type eq \"work\"]" },
            { "op": "remove", "path": "emails[type eq \"work\"].value" },
            { "op": "remove", "path": format!("{ENTERPRISE}:manager") },
        ]),
    );
    assert_eq!(after, ann());
}

#[test]
fn item_45_replace_adds_what_is_missing_merges_and_replaces_all_matches() {
    let before = json!({
        "userName": "ann", "name": { "givenName": "Ann" },
        "emails": [{ "value": "a@x", "type": "work" }, { "value": "b@x", "type": "work" },
                   { "value": "c@x", "type": "home" }],
    });
    let after = user(
        before,
        json!([
            { "op": "replace", "path": "title", "value": "t" },
            { "op": "replace", "path": "name", "value": { "familyName": "Lee" } },
            { "op": "replace", "path": "emails[type eq \"work\"].display", "value": "d" },
        ]),
    );
    assert_eq!(after["title"], "t");
    assert_eq!(
        after["name"],
        json!({ "givenName": "Ann", "familyName": "Lee" })
    );
    assert_eq!(after["emails"][0]["display"], "d");
    assert_eq!(after["emails"][1]["display"], "d");
    assert_eq!(after["emails"][2].get("display"), None);
}

#[test]
fn item_45_a_filter_that_matches_nothing_has_no_target() {
    for (path, value) in [
        ("emails[type eq \"work\"]", json!({ "value": "x" })),
        ("emails[type ne \"work\"].value", json!("x")),
        ("emails[type eq \"a\" or type eq \"b\"].value", json!("x")),
        ("emails[value sw \"a\"].display", json!("x")),
    ] {
        let ops = json!([{ "op": "replace", "path": path, "value": value }]);
        assert!(
            matches!(refused(ann(), ops), ScimError::NoTarget(_)),
            "{path}"
        );
    }
}

#[test]
fn item_46_what_only_the_server_sets_is_refused_on_its_path() {
    for path in ["id", "meta.version", "groups", "groups.value", "schemas"] {
        let ops = json!([{ "op": "replace", "path": path, "value": "x" }]);
        assert!(
            matches!(refused(ann(), ops), ScimError::Mutability(_)),
            "{path}"
        );
    }
    let path = format!("{ENTERPRISE}:manager.displayName");
    let ops = json!([{ "op": "replace", "path": path, "value": "x" }]);
    assert!(matches!(refused(ann(), ops), ScimError::Mutability(_)));
}

#[test]
fn item_47_each_fault_has_its_keyword() {
    let kind = |op: Value| refused(ann(), json!([op])).scim_type().unwrap();
    assert_eq!(
        kind(json!({ "op": "add", "path": "nope", "value": 1 })),
        "invalidPath"
    );
    assert_eq!(
        kind(json!({ "op": "add", "path": "a b", "value": 1 })),
        "invalidPath"
    );
    assert_eq!(
        kind(json!({ "op": "add", "path": "name.nope", "value": 1 })),
        "invalidPath"
    );
    assert_eq!(
        kind(json!({ "op": "add", "path": "emails[", "value": 1 })),
        "invalidPath"
    );
    assert_eq!(
        kind(json!({ "op": "add", "path": "title", "value": 1 })),
        "invalidValue"
    );
    assert_eq!(
        kind(json!({ "op": "add", "path": "title" })),
        "invalidValue"
    );
    assert_eq!(kind(json!({ "op": "add", "value": "x" })), "invalidValue");
    assert_eq!(
        kind(json!({ "op": "replace", "path": "userName", "value": "" })),
        "invalidValue"
    );
    assert_eq!(
        kind(json!({ "op": "add", "path": "title[value eq \"x\"]", "value": 1 })),
        "invalidPath"
    );
    let with_email = json!({ "userName": "ann", "emails": [{ "value": "x" }] });
    for filter in [
        "nope eq \"x\"",
        "primary gt true",
        "value eq 5",
        "name.x eq \"y\"",
    ] {
        let ops = json!([{ "op": "remove", "path": format!("emails[{filter}]") }]);
        assert_eq!(
            refused(with_email.clone(), ops).scim_type(),
            Some("invalidFilter"),
            "{filter}"
        );
    }
}

#[test]
fn item_47_an_unknown_operation_is_bad_syntax() {
    for body in [
        json!({ "schemas": [PATCH], "Operations": [{ "op": "move", "path": "a" }] }),
        json!({ "schemas": [PATCH], "Operations": [{ "path": "a" }] }),
        json!({ "schemas": [PATCH], "Operations": ["x"] }),
        json!({ "schemas": [PATCH], "Operations": {} }),
        json!({ "schemas": ["urn:x"], "Operations": [] }),
        json!({ "schemas": [PATCH] }),
        json!([]),
        json!("x"),
    ] {
        assert!(
            matches!(read_request(body.clone()), Err(ScimError::InvalidSyntax(_))),
            "{body}"
        );
    }
}

#[test]
fn the_number_of_operations_is_bounded() {
    let one = json!({ "op": "add", "path": "title", "value": "x" });
    let body = json!({ "schemas": [PATCH], "Operations": vec![one; 1001] });
    assert!(matches!(read_request(body), Err(ScimError::TooLarge(_))));
}

#[test]
fn item_48_a_new_primary_value_ends_that_of_the_old() {
    let before = json!({ "userName": "ann", "emails": [
        { "value": "a@x", "type": "work", "primary": true }, { "value": "b@x", "type": "home" }] });
    let by_add = user(
        before.clone(),
        json!([{ "op": "add", "path": "emails", "value": [{ "value": "c@x", "primary": true }] }]),
    );
    let by_replace = user(
        before,
        json!([{ "op": "replace", "path": "emails[type eq \"home\"].primary", "value": true }]),
    );
    for after in [by_add, by_replace] {
        let primary = |entry: &&Value| entry["primary"] == true;
        let emails = after["emails"].as_array().unwrap();
        assert_eq!(emails.iter().filter(primary).count(), 1, "{after}");
        assert_eq!(emails[0]["primary"], false, "{after}");
    }
}

#[test]
fn two_primary_values_at_once_are_refused() {
    let two = json!([{ "value": "a", "primary": true }, { "value": "b", "primary": "True" }]);
    let ops = json!([{ "op": "replace", "path": "emails", "value": two }]);
    assert!(matches!(refused(ann(), ops), ScimError::InvalidValue(_)));
}

#[test]
fn item_49_a_path_into_an_extension_that_is_not_there_adds_it() {
    let path = format!("{ENTERPRISE}:employeeNumber");
    let after = user(ann(), json!([{ "op": "add", "path": path, "value": "7" }]));
    assert_eq!(after[ENTERPRISE], json!({ "employeeNumber": "7" }));
}

// Tolerances

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
            assert_eq!(
                after[ENTERPRISE]["manager"],
                json!({ "value": "m" }),
                "{value}"
            );
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

// Members are ids, never a list

#[test]
fn members_come_and_go_as_ids() {
    assert_eq!(
        members(json!([
            { "op": "Add", "path": "members", "value": [{ "value": "a" }, { "value": "b" }] },
            { "op": "Add", "path": "members", "value": { "value": "c" } },
            { "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": "d" }] },
            { "op": "remove", "path": "members[value eq \"e\"]" },
            { "op": "remove", "path": "members[value eq \"f\" or value eq \"g\"]" },
        ])),
        change(&["a", "b", "c"], &["d", "e", "f", "g"])
    );
}

#[test]
fn fault_1_removing_members_by_value_never_empties_the_group() {
    for value in [json!([]), json!("")] {
        let after = members(json!([{ "op": "Remove", "path": "members", "value": value }]));
        assert!(after.is_nothing(), "{value}");
    }
}

#[test]
fn members_are_cleared_by_remove_without_a_value_and_by_an_empty_replacement() {
    assert_eq!(
        members(json!([{ "op": "remove", "path": "members" }])),
        only(&[])
    );
    assert_eq!(
        members(json!([{ "op": "replace", "path": "members", "value": [] }])),
        only(&[])
    );
    assert_eq!(
        members(json!([{ "op": "replace", "value": { "members": [{ "value": "a" }] } }])),
        only(&["a"])
    );
}

#[test]
fn a_client_that_writes_out_its_empty_fields_does_not_empty_a_group() {
    let after = members(json!([{ "op": "replace", "value": {
        "id": "same", "displayName": "n", "members": null } }]));
    assert!(after.is_nothing());
}

#[test]
fn a_member_is_not_changed_in_place() {
    for op in [
        json!({ "op": "replace", "path": "members[value eq \"a\"].value", "value": "b" }),
        json!({ "op": "add", "path": "members[value eq \"a\"]", "value": { "value": "b" } }),
        json!({ "op": "replace", "path": "members.value", "value": "b" }),
        json!({ "op": "replace", "path": "members.display", "value": "b" }),
    ] {
        let error = run(&GROUPS, json!({ "displayName": "g" }), json!([op])).unwrap_err();
        assert!(matches!(error, ScimError::Mutability(_)), "{error:?}");
    }
}

#[test]
fn members_are_chosen_by_id_only() {
    for filter in [
        "display eq \"x\"",
        "value ne \"x\"",
        "value eq \"x\" and type eq \"User\"",
    ] {
        let ops = json!([{ "op": "remove", "path": format!("members[{filter}]") }]);
        let error = run(&GROUPS, json!({ "displayName": "g" }), ops).unwrap_err();
        assert!(matches!(error, ScimError::InvalidFilter(_)), "{error:?}");
    }
}

#[test]
fn a_member_without_an_id_is_refused() {
    for value in [
        json!(["a"]),
        json!("a"),
        json!([{ "display": "x" }]),
        json!([{ "value": 7 }]),
    ] {
        let ops = json!([{ "op": "add", "path": "members", "value": value }]);
        let error = run(&GROUPS, json!({ "displayName": "g" }), ops).unwrap_err();
        assert!(matches!(error, ScimError::InvalidValue(_)), "{value}");
    }
}
