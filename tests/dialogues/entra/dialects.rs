//! The three dialects of PATCH. A: without a flag, one operation an attribute, booleans as
//! text. B: with `aadOptscim062020`, simple attributes in one operation without a path.
//! C: `AzureAdScimPatch2017`, which is A again on tenants where B has become the rule.

use serde_json::{Value, json};

use super::{sample_group, sample_user};
use crate::client::{ENTERPRISE, USER};
use crate::on_both_engines;
use crate::reading::at;
use crate::vendor::{Vendor, id_in, may_sign_in};

const A: &str = "";
const B: &str = "?aadOptscim062020";
const C: &str = "?AzureAdScimPatch2017";

async fn bare(entra: &Vendor) -> String {
    entra
        .made("/Users", json!({ "schemas": [USER], "userName": "bare" }))
        .await
}

async fn patched(world: &crate::support::World, flag: &str, ops: Value) -> Value {
    let entra = Vendor::entra(world).await;
    let path = bare(&entra).await;
    let shown = entra.patch(&format!("{path}{flag}"), ops).await.ok(200);
    assert_eq!(
        entra.get(&path).await.ok(200),
        shown,
        "what is said is what is kept"
    );
    shown
}

on_both_engines! {
    async fn a_disables_with_text(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", sample_user("a")).await;
        for flag in [A, C] {
            for (text, truth) in [("False", false), ("True", true), ("False", false), ("True", true)] {
                let ops = json!([{ "op": "Replace", "path": "active", "value": text }]);
                let user = entra.patch(&format!("{path}{flag}"), ops).await.ok(200);
                assert_eq!(user["active"], truth);
                assert_eq!(may_sign_in(&world, &path).await, truth);
            }
        }
    }

    async fn a_disables_with_add_as_well(world: World) {
        let ops = json!([{ "op": "Add", "path": "active", "value": "False" }]);
        assert_eq!(patched(&world, A, ops).await["active"], false);
    }

    async fn a_adds_a_single_valued_attribute(world: World) {
        let ops = json!([{ "op": "Add", "path": "nickName", "value": "Babs" }]);
        assert_eq!(patched(&world, A, ops).await["nickName"], "Babs");
    }

    async fn a_replaces_several_attributes_one_by_one(world: World) {
        let number = format!("{ENTERPRISE}:employeeNumber");
        let ops = json!([
            { "op": "Replace", "path": "displayName", "value": "Pvlo" },
            { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "T@test.microsoft.com" },
            { "op": "Replace", "path": "name.givenName", "value": "Gtfd" },
            { "op": "Replace", "path": "name.familyName", "value": "Pkqf" },
            { "op": "Replace", "path": "externalId", "value": "Eqpj" },
            { "op": "Replace", "path": number, "value": "Eqpj" }]);
        let user = patched(&world, A, ops).await;
        assert_eq!(user["displayName"], "Pvlo");
        assert_eq!(user["emails"], json!([{ "type": "work", "value": "T@test.microsoft.com" }]));
        assert_eq!(user["name"], json!({ "givenName": "Gtfd", "familyName": "Pkqf" }));
        assert_eq!((&user["externalId"], at(&user, &number)), (&json!("Eqpj"), json!("Eqpj")));
        assert_eq!(user["schemas"], json!([USER, ENTERPRISE]));
    }

    async fn a_creates_the_work_address_that_is_not_there(world: World) {
        let ops = json!([{ "op": "Add", "path": "emails[type eq \"work\"].value", "value": "a@x.example" }]);
        let user = patched(&world, A, ops).await;
        assert_eq!(user["emails"], json!([{ "type": "work", "value": "a@x.example" }]));
    }

    async fn a_leaves_other_addresses_alone(world: World) {
        let entra = Vendor::entra(&world).await;
        let mut body = sample_user("a");
        body["emails"] = json!([{ "type": "home", "value": "h@x", "primary": true }]);
        let path = entra.made("/Users", body).await;
        let ops = json!([{ "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "w@x" }]);
        let user = entra.patch(&path, ops).await.ok(200);
        assert_eq!(user["emails"], json!([{ "type": "home", "value": "h@x", "primary": true },
                                          { "type": "work", "value": "w@x" }]));
    }

    async fn a_fills_an_address_part_by_part(world: World) {
        let part = |name: &str, value: &str| json!({ "op": "Add",
            "path": format!("addresses[type eq \"work\"].{name}"), "value": value });
        let ops = json!([part("streetAddress", "Way 1"), part("locality", "Bern"),
                         part("postalCode", "3000"), part("country", "Belize")]);
        let user = patched(&world, A, ops).await;
        assert_eq!(user["addresses"], json!([{ "type": "work", "streetAddress": "Way 1",
            "locality": "Bern", "postalCode": "3000", "country": "Belize" }]));
    }

    async fn a_sets_the_manager_as_text(world: World) {
        let manager = format!("{ENTERPRISE}:manager");
        let ops = json!([{ "op": "Add", "path": manager, "value": "2819c2" }]);
        let user = patched(&world, A, ops).await;
        assert_eq!(user[ENTERPRISE]["manager"]["value"], "2819c2");
    }

    async fn a_sets_and_removes_the_manager_in_every_form(world: World) {
        let entra = Vendor::entra(&world).await;
        let boss = entra.made("/Users", sample_user("boss")).await;
        let boss = id_in(&boss);
        let path = bare(&entra).await;
        let manager = format!("{ENTERPRISE}:manager");
        for value in [json!(boss), json!({ "value": boss }), json!([{ "$ref": "../Users/b", "value": boss }])] {
            for removal in [json!({ "op": "Replace", "path": manager, "value": "" }),
                            json!({ "op": "Replace", "path": manager, "value": null }),
                            json!({ "op": "Remove", "path": manager })] {
                let ops = json!([{ "op": "Replace", "path": manager, "value": value }]);
                let user = entra.patch(&path, ops).await.ok(200);
                assert_eq!(user[ENTERPRISE]["manager"]["value"], json!(boss));
                let user = entra.patch(&path, json!([removal])).await.ok(200);
                assert_eq!(user.get(ENTERPRISE), None, "{removal}");
                assert_eq!(user["schemas"], json!([USER]));
            }
        }
    }

    async fn a_removes_an_attribute(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", sample_user("a")).await;
        let ops = json!([{ "op": "Remove", "path": "name.formatted" },
                         { "op": "Remove", "path": "emails[type eq \"work\"].value" },
                         { "op": "Remove", "path": "title" }]);
        let user = entra.patch(&path, ops).await.ok(200);
        assert_eq!(user["name"], json!({ "familyName": "familyName", "givenName": "givenName" }));
        assert_eq!(user.get("emails"), None);
    }

    async fn b_disables_with_a_boolean(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", sample_user("a")).await;
        for ops in [json!([{ "op": "replace", "path": "active", "value": false }]),
                    json!([{ "op": "replace", "value": { "active": false } }])] {
            let user = entra.patch(&format!("{path}{B}"), ops).await.ok(200);
            assert_eq!(user["active"], false);
            assert!(!may_sign_in(&world, &path).await);
            let on = json!([{ "op": "replace", "value": { "active": true } }]);
            assert_eq!(entra.patch(&path, on).await.ok(200)["active"], true);
        }
    }

    async fn b_adds_a_single_valued_attribute(world: World) {
        let ops = json!([{ "op": "add", "path": "nickName", "value": "Babs" },
                         { "op": "add", "value": { "title": "Dr" } }]);
        let user = patched(&world, B, ops).await;
        assert_eq!((&user["nickName"], &user["title"]), (&json!("Babs"), &json!("Dr")));
    }

    async fn b_replaces_several_attributes_in_one_operation(world: World) {
        let number = format!("{ENTERPRISE}:employeeNumber");
        let ops = json!([
            { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "T@test.microsoft.com" },
            { "op": "replace", "value": { "displayName": "Bjfe", "name.givenName": "Kkom",
                                          "name.familyName": "Unua", number.clone(): "Aklq" } }]);
        let user = patched(&world, B, ops).await;
        assert_eq!(user["displayName"], "Bjfe");
        assert_eq!(user["name"], json!({ "givenName": "Kkom", "familyName": "Unua" }));
        assert_eq!(at(&user, &number), "Aklq");
        assert_eq!(user["emails"][0]["value"], "T@test.microsoft.com");
        assert!(user.get("name.givenName").is_none() && user.get(&number).is_none());
    }

    async fn b_sets_and_clears_the_extension_in_one_operation(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = bare(&entra).await;
        let department = format!("{ENTERPRISE}:department");
        let manager = format!("{ENTERPRISE}:manager");
        let ops = json!([{ "op": "replace", "value": { department.clone(): "d", manager.clone(): "m" } }]);
        let user = entra.patch(&path, ops).await.ok(200);
        assert_eq!(user[ENTERPRISE], json!({ "department": "d", "manager": { "value": "m" } }));
        let ops = json!([{ "op": "replace", "value": { department: "", manager: "" } }]);
        let user = entra.patch(&path, ops).await.ok(200);
        assert_eq!((user.get(ENTERPRISE), &user["schemas"]), (None, &json!([USER])));
    }

    async fn b_refuses_a_key_that_names_nothing_and_does_nothing(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = bare(&entra).await;
        let ops = json!([{ "op": "replace", "value": { "title": "t", "name.nothing": "x" } }]);
        entra.patch(&path, ops).await.refused(400, Some("invalidPath"));
        assert_eq!(entra.get(&path).await.ok(200).get("title"), None);
    }

    async fn all_dialects_come_to_the_same(world: World) {
        let entra = Vendor::entra(&world).await;
        let number = format!("{ENTERPRISE}:employeeNumber");
        let verbose = json!([{ "op": "Replace", "path": "displayName", "value": "x" },
                             { "op": "Add", "path": "name.givenName", "value": "y" },
                             { "op": "Add", "path": number, "value": "7" },
                             { "op": "Replace", "path": "active", "value": "False" }]);
        let pathless = json!([{ "op": "replace", "value": { "displayName": "x", "name.givenName": "y",
                                                            number: "7", "active": false } }]);
        let mut ends = Vec::new();
        for (flag, ops) in [(A, verbose.clone()), (B, pathless), (C, verbose)] {
            let path = bare(&entra).await;
            let mut user = entra.patch(&format!("{path}{flag}"), ops).await.ok(200);
            for name in ["id", "meta"] {
                user.as_object_mut().unwrap().remove(name);
            }
            ends.push(user);
            assert_eq!(entra.delete(&path).await.status, 204);
        }
        assert!(ends.iter().all(|end| *end == ends[0]), "{ends:#?}");
    }

    async fn members_leave_in_each_dialect(world: World) {
        let entra = Vendor::entra(&world).await;
        let ann = entra.made("/Users", sample_user("ann")).await;
        let ben = entra.made("/Users", sample_user("ben")).await;
        let group = entra.made("/Groups", sample_group("g")).await;
        let (ann, ben) = (id_in(&ann), id_in(&ben));
        for (flag, removal) in [
            (A, json!({ "op": "Remove", "path": "members", "value": [{ "value": ann }] })),
            (A, json!({ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": ann }] })),
            (B, json!({ "op": "remove", "path": format!("members[value eq \"{ann}\"]") })),
            (C, json!({ "op": "Remove", "path": "members", "value": [{ "value": ann }] })),
        ] {
            let both = json!([{ "op": "Add", "path": "members", "value": [{ "value": ann }, { "value": ben }] }]);
            entra.patch(&format!("{group}{flag}"), both).await.ok(200);
            entra.has_members(&group, [ann, ben]).await;
            entra.patch(&format!("{group}{flag}"), json!([removal])).await.ok(200);
            entra.has_members(&group, [ben]).await;
        }
    }
}
