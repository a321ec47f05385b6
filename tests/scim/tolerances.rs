//! What Entra ID, Okta and OneLogin send, over HTTP. (The values alone are in `patching`.)

use serde_json::{Value, json};

use crate::client::{ENTERPRISE, GROUP, PATCH, Scim, USER, id};
use crate::on_both_engines;

on_both_engines! {
    async fn entras_documented_sample_is_taken(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({
            "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"],
            "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
            "userName": "Test_User_ab6490ee", "active": true, "addresses": null, "displayName": null,
            "emails": [{ "primary": true, "type": "work", "value": "t@testuser.com" }],
            "meta": { "resourceType": "User" },
            "name": { "formatted": "givenName familyName", "familyName": "familyName",
                      "givenName": "givenName" },
            "roles": [], "title": null, "department": "stray", "manager": "stray",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0User": { "department": "x" },
        });
        let created = scim.post("/Users?aadOptscim062020", body).await.ok(201);
        assert_eq!(created["schemas"], json!([USER, ENTERPRISE]), "T8");
        assert_eq!(created[ENTERPRISE], json!({ "department": "x" }), "T8: the misspelt one is meant");
        assert_eq!(created.get("department"), None, "T8");
        assert_eq!(created["name"]["formatted"], "givenName familyName");
        let group = json!({
            "schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
            "externalId": "8aa1a0c0", "displayName": "displayName", "meta": { "resourceType": "Group" } });
        assert_eq!(scim.post("/Groups", group).await.ok(201)["schemas"], json!([GROUP]));
    }

    async fn entras_verbose_and_pathless_updates_come_to_the_same(world: World) {
        let scim = Scim::new(&world).await;
        let verbose = format!("/Users/{}", scim.user("a").await);
        let pathless = format!("/Users/{}", scim.user("b").await);
        let number = format!("{ENTERPRISE}:employeeNumber");
        let manager = format!("{ENTERPRISE}:manager");
        let ops = json!([
            { "op": "Replace", "path": "displayName", "value": "x" },
            { "op": "Add", "path": "name.givenName", "value": "y" },
            { "op": "Add", "path": "emails[type eq \"work\"].value", "value": "z@x" },
            { "op": "Add", "path": "emails[type eq \"work\"].primary", "value": "True" },
            { "op": "Add", "path": "roles[primary eq \"True\"].display", "value": "d" },
            { "op": "Add", "path": "roles[primary eq \"True\"].value", "value": "r" },
            { "op": "Add", "path": "addresses[type eq \"work\"].country", "value": "Belize" },
            { "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "1" },
            { "op": "Add", "path": number, "value": "7" },
            { "op": "Add", "path": manager, "value": "2819c2" },
        ]);
        let one = scim.patch(&verbose, ops).await.ok(200);
        let ops = json!([{ "op": "replace", "value": {
            "displayName": "x", "name.givenName": "y", number: "7", manager: "2819c2",
            "emails[type eq \"work\"].value": "z@x", "emails[type eq \"work\"].primary": "True",
            "roles[primary eq \"True\"].display": "d", "roles[primary eq \"True\"].value": "r",
            "addresses[type eq \"work\"].country": "Belize",
            "phoneNumbers[type eq \"mobile\"].value": "1" } }]);
        let other = scim.patch(&pathless, ops).await.ok(200);
        for name in ["schemas", "displayName", "name", "emails", "roles", "addresses", "phoneNumbers",
                     ENTERPRISE] {
            assert_eq!(one[name], other[name], "{name}");
        }
        assert_eq!(one["emails"], json!([{ "type": "work", "value": "z@x", "primary": true }]));
        assert_eq!(one[ENTERPRISE], json!({ "employeeNumber": "7", "manager": { "value": "2819c2" } }));
        let found = scim.find("/Users", "emails[type eq \"work\"].value eq \"z@x\"").await.ok(200);
        assert_eq!(found["totalResults"], 2);
    }

    async fn entras_null_update_clears_each_attribute(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER, ENTERPRISE], "userName": "a", "displayName": "x",
            "title": "t", "name": { "givenName": "y" },
            "emails": [{ "type": "work", "value": "z@x", "primary": true }],
            ENTERPRISE: { "department": "d", "manager": "m" } });
        for value in [json!(""), json!(null)] {
            for verbose in [true, false] {
                let path = format!("/Users/{}", id(&scim.post("/Users", body.clone()).await.ok(201)));
                let names = ["displayName".to_owned(), "title".to_owned(), "name.givenName".to_owned(),
                    "emails[type eq \"work\"].value".to_owned(), "emails[type eq \"home\"].value".to_owned(),
                    format!("{ENTERPRISE}:department"), format!("{ENTERPRISE}:manager")];
                let ops = if verbose {
                    names.iter().map(|n| json!({ "op": "Replace", "path": n, "value": value })).collect()
                } else {
                    let parts = names.iter().map(|n| (n.clone(), value.clone()));
                    vec![json!({ "op": "replace", "value": Value::Object(parts.collect()) })]
                };
                let after = scim.patch(&path, json!(ops)).await.ok(200);
                let names: Vec<&String> = after.as_object().unwrap().keys().collect();
                assert_eq!(names, ["schemas", "id", "userName", "active", "meta"], "{value} {verbose}");
                assert_eq!(scim.delete(&path).await.status, 204);
            }
        }
    }

    async fn t10_nothing_to_do_is_done(world: World) {
        let scim = Scim::new(&world).await;
        let user = format!("/Users/{}", scim.user("a").await);
        let group = format!("/Groups/{}", scim.group("g", &[]).await);
        for path in [user, group] {
            assert_eq!(scim.patch(&path, json!([])).await.ok(200)["meta"]["version"], "W/\"1\"");
            let request = scim.request(reqwest::Method::PATCH, &path)
                .header("content-type", "application/json").body("{\"Operations\":[]}");
            scim.send(request).await.ok(200);
        }
    }

    async fn oktas_specification_test_passes(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER], "userName": "runscope@okta.local", "groups": [],
            "name": { "givenName": "Run", "familyName": "Scope" }, "password": "placeholder1",
            "externalId": "00u1", "locale": "en-US", "displayName": "Run Scope", "active": true,
            "emails": [{ "primary": true, "value": "runscope@okta.local", "type": "work" }] });
        let post = |body: &Value| scim.send(scim.request(reqwest::Method::POST, "/Users")
            .header("content-type", "application/json").body(body.to_string()));
        let user = id(&post(&body).await.ok(201));
        post(&body).await.refused(409, Some("uniqueness"));
        let list = scim.get("/Users?count=1&startIndex=1").await.ok(200);
        let first = &list["Resources"][0];
        for value in [&first["id"], &first["name"]["givenName"], &first["name"]["familyName"],
                      &first["userName"], &first["emails"][0]["value"]] {
            assert!(value.is_string(), "{first}");
        }
        assert!(first["active"].is_boolean() && list["totalResults"].is_i64());
        scim.get(&format!("/Users/{user}")).await.ok(200);
        let upper = scim.find("/Users", "userName eq \"RUNSCOPE@OKTA.LOCAL\"").await.ok(200);
        assert_eq!(upper["totalResults"], 1);
        scim.get("/Users/00919288221112222").await.refused(404, None);
        scim.get("/Groups").await.ok(200);
    }

    async fn okta_writes_back_the_whole_user_and_renames_a_group_with_its_id(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let group = scim.group("g", &[&ann]).await;
        let path = format!("/Users/{ann}");
        let mut whole = scim.get(&path).await.ok(200);
        whole["title"] = json!("New");
        let after = scim.put(&path, whole.clone()).await.ok(200);
        assert_eq!((&after["title"], &after["groups"]), (&json!("New"), &whole["groups"]));
        let rename = json!([{ "op": "replace", "value": { "id": group, "displayName": "n" } }]);
        let renamed = scim.patch(&format!("/Groups/{group}"), rename).await.ok(200);
        assert_eq!((&renamed["id"], &renamed["displayName"]), (&json!(group), &json!("n")));
        let ben = scim.user("ben").await;
        let swap = json!([
            { "op": "remove", "path": format!("members[value eq \"{ann}\"]") },
            { "op": "add", "path": "members", "value": [{ "value": ben, "display": "ben@x" }] }]);
        scim.patch(&format!("/Groups/{group}"), swap).await.ok(200);
        assert_eq!(scim.members(&group).await, [ben]);
    }

    async fn t13_onelogins_addresses_and_legacy_schemas_are_taken(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": ["urn:scim:schemas:core:2.0",
                                       "urn:scim:schemas:extension:enterprise:2.0"],
            "userName": "ann", "name": { "givenName": " Ann", "middleName": null },
            "urn:scim:schemas:extension:enterprise:2.0": { "department": "x" } });
        let created = scim.post("/Users?", body.clone()).await.ok(201);
        assert_eq!(created["name"], json!({ "givenName": " Ann" }));
        assert_eq!(created[ENTERPRISE]["department"], "x");
        let list = scim.get("/Users?filter=userName+eq+%22ann%22&").await.ok(200);
        assert_eq!(list["totalResults"], 1);
        let mut suspended = body;
        suspended["active"] = json!(false);
        let path = format!("/Users/{}?", id(&created));
        assert_eq!(scim.put(&path, suspended).await.ok(200)["active"], false);
    }

    async fn t15_a_scim_1_1_group_change_is_taken(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let ben = scim.user("ben").await;
        let group = scim.group("g", &[&ann]).await;
        let body = json!({ "schemas": ["urn:scim:schemas:core:1.0"],
            "members": [{ "value": ann, "operation": "delete" }, { "value": ben }] });
        let request = scim.request(reqwest::Method::PATCH, &format!("/Groups/{group}"))
            .header("content-type", "application/json").body(body.to_string());
        scim.send(request).await.ok(200);
        assert_eq!(scim.members(&group).await, [ben]);
    }

    async fn jumpclouds_test_user_and_group_come_and_go(world: World) {
        let scim = Scim::new(&world).await;
        let user = scim.user("jumpcloud-test").await;
        let group = scim.group("jumpcloud-test", &[]).await;
        for _ in 0..2 {
            let ops = json!([{ "op": "Add", "path": "members", "value": [{ "value": user }] }]);
            scim.patch(&format!("/Groups/{group}"), ops).await.ok(200);
        }
        assert_eq!(scim.delete(&format!("/Groups/{group}")).await.status, 204);
        assert_eq!(scim.delete(&format!("/Users/{user}")).await.status, 204);
    }

    async fn t8_an_unknown_path_in_a_patch_is_refused(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("a").await);
        for op in [json!({ "op": "add", "path": "unheardOf", "value": 1 }),
                   json!({ "op": "add", "path": "urn:x:y:z", "value": 1 }),
                   json!({ "op": "add", "value": { "unheardOf": 1 } })] {
            scim.patch(&path, json!([op])).await.refused(400, Some("invalidPath"));
        }
        let body = json!({ "schemas": [PATCH, USER], "userName": "b", "unheardOf": { "x": [1] } });
        let created = scim.post("/Users", body).await.ok(201);
        assert_eq!(created.get("unheardOf"), None);
    }
}
