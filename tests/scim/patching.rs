//! PATCH as a pure function: items 41 to 51 of the checklist.

use doorward::http::scim::error::ScimError;
use doorward::http::scim::patch::read_request;
use serde_json::{Value, json};

use crate::client::{ENTERPRISE, PATCH};
use crate::patch::{ann, refused, user};

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
fn item_47_a_filter_in_a_path_is_checked_also_where_there_is_no_entry() {
    for filter in [
        "nope eq \"x\"",
        "value gt 5",
        "primary gt true",
        "type co 7",
    ] {
        for list in ["emails", "phoneNumbers"] {
            let path = format!("{list}[{filter}].value");
            let op = json!([{ "op": "replace", "path": path, "value": "x" }]);
            assert_eq!(
                refused(ann(), op).scim_type(),
                Some("invalidFilter"),
                "{path}"
            );
        }
    }
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
