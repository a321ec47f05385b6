//! Faults that were reported against other servers (section 3 of the requirements), and
//! that are not already named where their rule is tested.

use std::time::Duration;

use serde_json::json;

use crate::client::{ENTERPRISE, Scim, USER, id};
use crate::on_both_engines;

on_both_engines! {
    async fn faults_1_and_2_remove_with_a_value_takes_that_member_and_no_other(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let ben = scim.user("ben").await;
        let group = scim.group("g", &[&ann, &ben]).await;
        let path = format!("/Groups/{group}");
        for value in [json!([]), json!([{ "value": "019aa000-0000-7000-8000-000000000000" }])] {
            let ops = json!([{ "op": "Remove", "path": "members", "value": value }]);
            scim.patch(&path, ops).await.ok(200);
            assert_eq!(scim.members(&group).await.len(), 2);
        }
        let ops = json!([{ "op": "Remove", "path": "members", "value": [{ "value": ann }] }]);
        scim.patch(&path, ops).await.ok(200);
        assert_eq!(scim.members(&group).await, [ben]);
    }

    async fn fault_6_a_nested_group_stays_a_group(world: World) {
        let scim = Scim::new(&world).await;
        let inner = scim.group("inner", &[]).await;
        let outer = scim.group("outer", &[]).await;
        let ops = json!([{ "op": "add", "path": "members",
                           "value": [{ "value": inner, "type": "User" }] }]);
        let after = scim.patch(&format!("/Groups/{outer}"), ops).await.ok(200);
        assert_eq!(after["members"][0]["type"], "Group");
        scim.get(&format!("/Users/{inner}")).await.refused(404, None);
    }

    async fn fault_10_text_is_a_boolean_only_when_it_says_one(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        for (value, wanted) in [("False", false), ("TRUE", true), ("false", false)] {
            let ops = json!([{ "op": "replace", "path": "active", "value": value }]);
            assert_eq!(scim.patch(&path, ops).await.ok(200)["active"], wanted);
        }
        let ops = json!([{ "op": "replace", "path": "active", "value": "no" }]);
        scim.patch(&path, ops).await.refused(400, Some("invalidValue"));
    }

    async fn fault_11_a_user_name_is_found_in_any_case_and_keeps_its_own(world: World) {
        let scim = Scim::new(&world).await;
        scim.user("Ann.Lee@Example.com").await;
        let found = scim.find("/Users", "userName eq \"ANN.LEE@example.COM\"").await.ok(200);
        assert_eq!(found["Resources"][0]["userName"], "Ann.Lee@Example.com");
    }

    async fn fault_12_a_manager_is_answered_in_the_complex_form(world: World) {
        let scim = Scim::new(&world).await;
        let boss = scim.user("boss").await;
        let path = format!("/Users/{}", scim.user("ann").await);
        let manager = format!("{ENTERPRISE}:manager");
        for value in [json!(boss), json!({ "value": boss }), json!([{ "$ref": null, "value": boss }])] {
            let ops = json!([{ "op": "Replace", "path": manager, "value": value }]);
            let after = scim.patch(&path, ops).await.ok(200);
            assert_eq!(after[ENTERPRISE]["manager"]["value"], json!(boss));
            let ops = json!([{ "op": "Remove", "path": manager }]);
            assert_eq!(scim.patch(&path, ops).await.ok(200).get(ENTERPRISE), None);
        }
    }

    async fn fault_13_dotted_keys_are_never_stored_as_names(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        let ops = json!([{ "op": "replace", "value": { "name.familyName": "Lee" } }]);
        let after = scim.patch(&path, ops).await.ok(200);
        assert_eq!(after["name"], json!({ "familyName": "Lee" }));
        assert_eq!(after.get("name.familyName"), None);
    }

    async fn fault_15_a_urn_path_with_a_dot_in_it_is_understood(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        let ops = json!([
            { "op": "add", "path": format!("{ENTERPRISE}:manager.value"), "value": "m" },
            { "op": "add", "path": format!("{USER}:name.givenName"), "value": "Ann" },
            { "op": "add", "path": format!("{USER}:emails[type eq \"work\"].value"), "value": "a@x" },
            { "op": "add", "path": ENTERPRISE, "value": { "division": "d" } }]);
        let after = scim.patch(&path, ops).await.ok(200);
        assert_eq!(after[ENTERPRISE], json!({ "manager": { "value": "m" }, "division": "d" }));
        assert_eq!(after["name"]["givenName"], "Ann");
        assert_eq!(after["emails"][0]["value"], "a@x");
    }

    async fn fault_18_what_only_the_server_sets_cannot_be_patched(world: World) {
        let scim = Scim::new(&world).await;
        let user = format!("/Users/{}", scim.user("ann").await);
        let group = format!("/Groups/{}", scim.group("g", &[]).await);
        for path in [&user, &group] {
            for attribute in ["id", "meta.created", "meta", "schemas"] {
                let ops = json!([{ "op": "replace", "path": attribute, "value": "x" }]);
                scim.patch(path, ops).await.refused(400, Some("mutability"));
            }
        }
        let ops = json!([{ "op": "add", "path": "groups", "value": [{ "value": "x" }] }]);
        scim.patch(&user, ops).await.refused(400, Some("mutability"));
    }

    async fn fault_22_two_people_may_share_an_address(world: World) {
        let scim = Scim::new(&world).await;
        for name in ["ann", "ben"] {
            let body = json!({ "schemas": [USER], "userName": name, "emails": [{ "value": "s@x" }] });
            scim.post("/Users", body).await.ok(201);
        }
        let body = json!({ "schemas": [USER], "userName": "ben" });
        let detail = scim.post("/Users", body).await.refused(409, Some("uniqueness"));
        assert!(detail.contains("userName"), "{detail}");
    }

    async fn fault_27_a_repeated_create_changes_nothing_of_the_first(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER], "userName": "ann", "title": "t" });
        let first = scim.post("/Users", body).await.ok(201);
        world.clock.advance(Duration::from_secs(1));
        let again = json!({ "schemas": [USER], "userName": "ANN", "active": false });
        scim.post("/Users", again).await.refused(409, Some("uniqueness"));
        assert_eq!(scim.get(&format!("/Users/{}", id(&first))).await.ok(200), first);
    }

    async fn entras_preview_exam_of_several_operations_on_one_attribute_passes(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        let ops = json!([
            { "op": "remove", "path": "displayName" },
            { "op": "add", "path": "displayName", "value": "a" },
            { "op": "replace", "path": "displayName", "value": "b" }]);
        assert_eq!(scim.patch(&path, ops).await.ok(200)["displayName"], "b");
    }
}
