//! Faults that were reported against other servers (section 3 of the requirements): those
//! of booleans, paths, lists, errors and lives. Those of members stand in `faults` and
//! `groups`. The last test here sees to it that none is without a test.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{ENTERPRISE, GROUP, Scim, USER, administrator, id};
use crate::on_both_engines;

const NOBODY: &str = "019aa000-0000-7000-8000-000000000000";

on_both_engines! {
    async fn fault_6_groups_of_groups_are_shown_as_indirect(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let inner = scim.group("inner", &[&ann]).await;
        let outer = scim.group("outer", &[&inner]).await;
        let user = scim.get(&format!("/Users/{ann}")).await.ok(200);
        let kind = |group: &str| {
            let held = user["groups"].as_array().unwrap();
            held.iter().find(|held| held["value"] == group).unwrap()["type"].clone()
        };
        assert_eq!((kind(&inner), kind(&outer)), (json!("direct"), json!("indirect")));
    }

    async fn fault_9_a_server_that_is_asked_the_plain_things_answers_them(world: World) {
        let scim = Scim::new(&world).await;
        assert_eq!(scim.get("/ServiceProviderConfig").await.ok(200)["patch"]["supported"], true);
        let ann = scim.user("ann").await;
        let other = scim.group("other", &[&ann]).await;
        // Without `display`, which is the server's to say.
        let body = json!({ "schemas": [GROUP], "displayName": "g", "members": [{ "value": ann }] });
        let group = id(&scim.post("/Groups", body).await.ok(201));
        let list = scim.get("/Users").await.ok(200);
        assert_eq!(list["totalResults"], 1, "once, for all of {other} and {group}");
        assert_eq!(list["Resources"].as_array().unwrap().len(), 1);
    }

    async fn fault_14_the_address_of_a_type_is_made_found_and_changed(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        let work = "emails[type eq \"work\"].value";
        for (verb, value) in [("replace", "a@x"), ("add", "b@x"), ("Replace", "c@x")] {
            let ops = json!([{ "op": verb, "path": work, "value": value }]);
            let user = scim.patch(&path, ops).await.ok(200);
            assert_eq!(user["emails"], json!([{ "type": "work", "value": value }]));
            let found = scim.find("/Users", &format!("{work} eq \"{value}\"")).await.ok(200);
            assert_eq!(found["totalResults"], 1);
        }
        let home = json!([{ "op": "add", "path": "emails[type eq \"home\"].value", "value": "h@x" }]);
        scim.patch(&path, home).await.ok(200);
        let ops = json!([{ "op": "remove", "path": "emails[type eq \"work\"]" }]);
        let user = scim.patch(&path, ops).await.ok(200);
        assert_eq!(user["emails"], json!([{ "type": "home", "value": "h@x" }]));
    }

    async fn fault_16_every_method_is_there_where_it_belongs(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let group = scim.group("g", &[]).await;
        for (kind, id) in [("Users", ann), ("Groups", group)] {
            for (method, path) in [(Method::POST, format!("/{kind}")), (Method::GET, format!("/{kind}")),
                                   (Method::GET, format!("/{kind}/{id}")), (Method::PUT, format!("/{kind}/{id}")),
                                   (Method::PATCH, format!("/{kind}/{id}")), (Method::DELETE, format!("/{kind}/{id}"))] {
                let request = scim.request(method.clone(), &path)
                    .header("content-type", "application/scim+json").body("{}");
                let status = scim.send(request).await.status;
                assert!(![404, 405, 501].contains(&status.as_u16()), "{method} {path}: {status}");
            }
        }
    }

    async fn fault_17_an_activation_has_its_effect_in_every_form(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        for on in [json!([{ "op": "replace", "path": "active", "value": true }]),
                   json!([{ "op": "Replace", "path": "active", "value": "True" }]),
                   json!([{ "op": "replace", "value": { "active": true } }]),
                   json!([{ "op": "add", "path": "active", "value": true }])] {
            let off = json!([{ "op": "replace", "path": "active", "value": false }]);
            assert_eq!(scim.patch(&path, off).await.ok(200)["active"], false);
            assert_eq!(scim.patch(&path, on.clone()).await.ok(200)["active"], true);
            assert_eq!(scim.get(&path).await.ok(200)["active"], true, "{on}");
        }
    }

    async fn fault_20_the_total_counts_all_and_not_the_page(world: World) {
        let scim = Scim::new(&world).await;
        for number in 0..5 {
            scim.user(&format!("user{number}")).await;
        }
        for (query, size) in [("count=2", 2), ("count=0", 0), ("startIndex=5&count=2", 1), ("startIndex=9", 0)] {
            let list = scim.get(&format!("/Users?{query}")).await.ok(200);
            assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(5), &json!(size)), "{query}");
            assert_eq!(list["Resources"].as_array().map_or(0, Vec::len), size);
        }
    }

    async fn fault_21_a_resource_is_found_by_its_external_id(world: World) {
        let scim = Scim::new(&world).await;
        for (kind, schema, name) in [("/Users", USER, "userName"), ("/Groups", GROUP, "displayName")] {
            for external in ["00u-1", "with \"quotes\" and \\", "ümläut", "4bd0a4e8-2c2f"] {
                let body = json!({ "schemas": [schema], name: format!("n{external}"), "externalId": external });
                let made = scim.post(kind, body).await.ok(201);
                let filter = format!("externalId eq {}", json!(external));
                let list = scim.find(kind, &filter).await.ok(200);
                assert_eq!((&list["totalResults"], &list["Resources"][0]["id"]),
                           (&json!(1), &made["id"]), "{kind} {filter}");
            }
            let list = scim.find(kind, "externalId eq \"00U-1\"").await.ok(200);
            assert_eq!(list["totalResults"], 0, "case counts here");
        }
    }

    async fn fault_23_a_clients_mistake_is_named_and_never_a_500(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        let post = |body: &str| scim.request(Method::POST, "/Users")
            .header("content-type", "application/scim+json").body(body.to_owned());
        for body in ["", "null", "[]", "\"x\"", "1", "{", "{\"userName\":\"\\ud800\"}"] {
            scim.send(post(body)).await.refused(400, Some("invalidSyntax"));
        }
        for body in [json!({}), json!({ "userName": null }), json!({ "userName": {} }),
                     json!({ "userName": "a", "emails": "x" }), json!({ "userName": "a", "active": 1 }),
                     json!({ "userName": "a", "schemas": "x" }), json!({ "userName": "a\u{0}b" }),
                     json!({ "userName": "a", "name": "x" }), json!({ "userName": "a", "USERNAME": "b" })] {
            scim.post("/Users", body).await.refused(400, Some("invalidValue"));
        }
        for (op, kind) in [(json!({ "op": "replace", "path": "emails[", "value": "x" }), "invalidPath"),
                           (json!({ "op": "replace", "path": "nothing", "value": "x" }), "invalidPath"),
                           (json!({ "op": "move", "path": "title" }), "invalidSyntax"),
                           (json!({ "op": "remove" }), "noTarget"),
                           (json!({ "op": "replace", "path": "id", "value": "x" }), "mutability"),
                           (json!({ "op": "replace", "path": "title", "value": 7 }), "invalidValue")] {
            scim.patch(&path, json!([op])).await.refused(400, Some(kind));
        }
        for path in ["/Users/%00", "/Users/..%2f..", "/Groups/x%FFy"] {
            let answer = scim.get(path).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        }
    }

    async fn fault_24_a_deletion_never_fails_for_what_hangs_on_the_user(world: World) {
        let scim = Scim::new(&world).await;
        let boss = scim.user("boss").await;
        let body = json!({ "schemas": [USER], "userName": "ann", "password": "correct horse battery",
                           ENTERPRISE: { "manager": { "value": boss } } });
        let ann = id(&scim.post("/Users", body).await.ok(201));
        let group = scim.group("g", &[&boss, &ann]).await;
        scim.group("outer", &[&group]).await;
        for path in [format!("/Users/{boss}"), format!("/Users/{ann}"), format!("/Groups/{group}")] {
            assert_eq!(scim.delete(&path).await.status, 204, "{path}");
            scim.delete(&path).await.refused(404, None);
        }
    }

    async fn fault_25_both_media_types_are_taken_and_given(world: World) {
        let scim = Scim::new(&world).await;
        for (number, kind) in ["application/scim+json", "application/json", "application/scim+json; charset=utf-8",
                               "application/json;charset=UTF-8", "Application/SCIM+JSON"].iter().enumerate() {
            let body = json!({ "schemas": [USER], "userName": format!("user{number}") });
            let request = scim.request(Method::POST, "/Users").header("content-type", *kind).body(body.to_string());
            scim.send(request).await.ok(201);
        }
        for (accept, kind) in [("application/scim+json", "application/scim+json"), ("*/*", "application/scim+json"),
                               ("application/json", "application/json")] {
            let answer = scim.send(scim.request(Method::GET, "/Users").header("accept", accept)).await;
            assert_eq!(answer.header("content-type"), kind);
        }
    }

    async fn fault_26_a_user_is_replaced_and_stays_active(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        for _ in 0..2 {
            let body = json!({ "schemas": [USER], "userName": "ann", "active": true });
            assert_eq!(scim.put(&path, body).await.ok(200)["active"], true);
        }
        assert_eq!(scim.get("/Users").await.ok(200)["Resources"][0]["active"], true);
    }

    async fn fault_27_an_administrator_is_not_locked_out_from_either_side(world: World) {
        let scim = Scim::new(&world).await;
        let root = administrator(&world, "root").await.id.to_string();
        let path = format!("/Users/{root}");
        scim.get(&path).await.refused(404, None);
        scim.put(&path, json!({ "schemas": [USER], "userName": "root", "active": false })).await.refused(404, None);
        let off = json!([{ "op": "replace", "path": "active", "value": false }]);
        scim.patch(&path, off).await.refused(404, None);
        scim.delete(&path).await.refused(404, None);
        assert_eq!(scim.get("/Users").await.ok(200)["totalResults"], 0);
        scim.post("/Users", json!({ "schemas": [USER], "userName": "ROOT" })).await.refused(409, Some("uniqueness"));
        let group = scim.group("g", &[]).await;
        let ops = json!([{ "op": "add", "path": "members", "value": [{ "value": root }] }]);
        let answer = scim.patch(&format!("/Groups/{group}"), ops).await;
        assert!(answer.status.is_client_error(), "{}", answer.text);
        assert!(scim.members(&group).await.is_empty());
    }

    async fn fault_28_no_header_of_a_request_moves_an_address(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let group = scim.group("g", &[&ann]).await;
        for (name, value) in [("host", "evil.example"), ("x-forwarded-host", "evil.example"),
                              ("x-forwarded-proto", "gopher"), ("forwarded", "host=evil.example;proto=gopher"),
                              ("x-forwarded-prefix", "/evil"), ("x-original-url", "/evil")] {
            for path in [format!("/Groups/{group}"), format!("/Users/{ann}"), "/Users".to_owned(),
                         "/Schemas".to_owned(), "/ResourceTypes".to_owned()] {
                let answer = scim.send(scim.request(Method::GET, &path).header(name, value)).await;
                assert!(!answer.text.contains("evil") && !answer.text.contains("gopher"), "{name} {path}");
                assert_eq!(answer.status, 200);
            }
        }
    }

    async fn fault_29_a_success_about_members_has_happened(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let group = scim.group("g", &[]).await;
        let path = format!("/Groups/{group}");
        for (ops, there) in [
            (json!([{ "op": "add", "path": "members", "value": [{ "value": ann }] }]), true),
            (json!([{ "op": "remove", "path": "members", "value": [{ "value": ann }] }]), false),
            (json!([{ "op": "add", "path": "members", "value": { "value": ann } }]), true),
            (json!([{ "op": "remove", "path": format!("members[value eq \"{ann}\"]") }]), false),
            (json!([{ "op": "add", "value": { "members": [{ "value": ann }] } }]), true),
            (json!([{ "op": "replace", "value": { "members": [] } }]), false),
            (json!([{ "op": "replace", "path": "members", "value": [{ "value": ann, "type": "User" }] }]), true),
            (json!([{ "op": "remove", "path": "members" }]), false),
        ] {
            world.clock.advance(Duration::from_secs(1));
            let answer = scim.patch(&path, ops.clone()).await;
            assert!(answer.status.is_success(), "{ops}: {}", answer.text);
            assert_eq!(!scim.members(&group).await.is_empty(), there, "{ops}");
            let user = scim.get(&format!("/Users/{ann}")).await.ok(200);
            assert_eq!(user.get("groups").is_some(), there, "the user's side: {ops}");
        }
        let ops = json!([{ "op": "add", "path": "members", "value": [{ "value": ann }, { "value": NOBODY }] }]);
        let answer = scim.patch(&path, ops).await;
        let refused = answer.status.is_client_error();
        assert!(refused && answer.text.contains(NOBODY), "{}", answer.text);
        assert!(scim.members(&group).await.is_empty(), "or else it has not");
    }

    async fn fault_30_what_entra_writes_against_the_rfc_is_understood(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        let department = format!("{ENTERPRISE}:department");
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [
            { "op": "Add", "path": "emails[type eq \"work\"].value", "value": "a@x" },
            { "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "1" },
            { "op": "Replace", "path": "roles[primary eq \"True\"].value", "value": "r" },
            { "op": "Add", "value": { "name.givenName": "Ann", department.clone(): "d",
                                      "addresses[type eq \"work\"].country": "Belize" } },
            { "op": "Replace", "path": "active", "value": "False" }] });
        let request = scim.request(Method::PATCH, &path).header("content-type", "application/scim+json");
        let user = scim.send(request.body(body.to_string())).await.ok(200);
        assert_eq!(user["emails"], json!([{ "type": "work", "value": "a@x" }]));
        assert_eq!(user["phoneNumbers"], json!([{ "type": "mobile", "value": "1" }]));
        assert_eq!(user["roles"], json!([{ "primary": true, "value": "r" }]));
        assert_eq!(user["addresses"], json!([{ "type": "work", "country": "Belize" }]));
        assert_eq!((&user["name"]["givenName"], &user[ENTERPRISE]["department"]), (&json!("Ann"), &json!("d")));
        assert_eq!(user["active"], Value::Bool(false));
    }
}

#[test]
fn every_reported_fault_has_a_test_of_its_name() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scim");
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            text.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    let names: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("fn ") && line.contains("fault"))
        .collect();
    for fault in 1..=30 {
        let named = names.iter().any(|line| {
            line.contains(&format!("fault_{fault}_"))
                || line.contains(&format!("faults_{fault}_"))
                || line.contains(&format!("_and_{fault}_"))
        });
        assert!(named, "fault {fault} has no test");
    }
}
