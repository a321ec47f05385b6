//! PATCH as a pure function: members are ids, never a list.

use doorward::http::scim::error::ScimError;
use doorward::http::scim::schema::GROUPS;
use serde_json::json;

use crate::patch::{change, members, only, run};

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
