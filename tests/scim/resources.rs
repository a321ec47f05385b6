//! Items 7 to 25: resources as they are created, read, replaced and deleted.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{ENTERPRISE, GROUP, Scim, USER, administrator, id};
use crate::on_both_engines;

fn full_user() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "userName": "Ann.Lee@example.com",
        "externalId": "ext-1",
        "name": { "givenName": "Ann", "familyName": "Lee", "formatted": "Ann Lee",
                  "middleName": "M", "honorificPrefix": "Dr.", "honorificSuffix": "III" },
        "displayName": "Ann Lee", "nickName": "Annie", "profileUrl": "not a url", "title": "Boss",
        "userType": "Employee", "preferredLanguage": "xx", "locale": "?", "timezone": "Mars/Olympus",
        "active": true,
        "emails": [{ "value": "ann@example.com", "type": "work", "primary": true, "display": "a" },
                   { "value": "ann@home.example", "type": "home" }],
        "phoneNumbers": [{ "value": "+49 30 1", "type": "work" }],
        "ims": [{ "value": "ann", "type": "xmpp" }],
        "photos": [{ "value": "https://x/y.png", "type": "photo" }],
        "addresses": [{ "type": "work", "country": "Belize", "locality": "X", "formatted": "a\nb" }],
        "entitlements": [{ "value": "e" }],
        "roles": [{ "value": "r", "primary": true }],
        "x509Certificates": [{ "value": "MIIC" }],
        ENTERPRISE: { "employeeNumber": "7", "costCenter": "c", "organization": "o",
                      "division": "d", "department": "e" },
    })
}

on_both_engines! {
    async fn item_21_a_user_is_created_and_given_back_as_it_was_sent(world: World) {
        let scim = Scim::new(&world).await;
        let answer = scim.post("/Users", full_user()).await;
        let location = answer.header("location").to_owned();
        let etag = answer.header("etag").to_owned();
        let created = answer.ok(201);
        let id = id(&created);
        assert_eq!(location, scim.url(&format!("/Users/{id}")));
        let meta = &created["meta"];
        assert_eq!(meta["resourceType"], "User");
        assert_eq!(meta["location"], location);
        assert_eq!(meta["version"], etag);
        assert_eq!(meta["created"], "2026-11-21T09:00:00.000Z");
        assert_eq!(meta["lastModified"], meta["created"], "item 8");
        let mut sent = full_user();
        for (name, value) in sent.as_object_mut().unwrap() {
            assert_eq!(created[name], *value, "{name}");
        }
        let read = scim.get(&format!("/Users/{id}")).await.ok(200);
        assert_eq!(read, created);
    }

    async fn item_7_a_clients_own_id_is_passed_over(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER], "userName": "a", "id": "mine",
                           "meta": { "created": "1999" }, "groups": [{ "value": "g" }] });
        let created = scim.post("/Users", body).await.ok(201);
        assert_ne!(created["id"], "mine");
        assert_eq!(created.get("groups"), None, "item 20");
        assert_eq!(created["meta"]["created"], "2026-11-21T09:00:00.000Z");
        scim.get("/Users/mine").await.refused(404, None);
    }

    async fn item_9_schemas_name_the_extension_exactly_when_it_has_data(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER, ENTERPRISE], "userName": "a", ENTERPRISE: {} });
        let created = scim.post("/Users", body).await.ok(201);
        assert_eq!(created["schemas"], json!([USER]));
        let path = format!("/Users/{}", id(&created));
        let ops = json!([{ "op": "add", "path": format!("{ENTERPRISE}:department"), "value": "d" }]);
        assert_eq!(scim.patch(&path, ops).await.ok(200)["schemas"], json!([USER, ENTERPRISE]));
        let ops = json!([{ "op": "remove", "path": format!("{ENTERPRISE}:department") }]);
        assert_eq!(scim.patch(&path, ops).await.ok(200)["schemas"], json!([USER]));
    }

    async fn item_10_names_are_taken_in_any_case_and_values_keep_theirs(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "SCHEMAS": [USER], "USERNAME": "MiXed", "Name": { "GIVENNAME": "Ann" },
                           "Emails": [{ "VALUE": "A@X", "Type": "Work" }],
                           ENTERPRISE.to_uppercase(): { "DEPARTMENT": "Dep" } });
        let created = scim.post("/Users", body).await.ok(201);
        assert_eq!(created["userName"], "MiXed");
        assert_eq!(created["name"], json!({ "givenName": "Ann" }));
        assert_eq!(created["emails"], json!([{ "value": "A@X", "type": "Work" }]));
        assert_eq!(created[ENTERPRISE], json!({ "department": "Dep" }));
        let twice = json!({ "schemas": [USER], "userName": "a", "UserName": "b" });
        scim.post("/Users", twice).await.refused(400, Some("invalidValue"));
    }

    async fn item_11_null_and_empty_are_no_value(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER], "userName": "a", "title": null, "nickName": "",
            "emails": [], "name": { "givenName": null }, "roles": [{ "value": null, "type": "x" }],
            "phoneNumbers": null, "active": null, ENTERPRISE: { "department": null, "manager": "" } });
        let created = scim.post("/Users", body).await.ok(201);
        let names: Vec<&String> = created.as_object().unwrap().keys().collect();
        assert_eq!(names, ["schemas", "id", "userName", "active", "meta"]);
        assert_eq!(created["active"], true);
    }

    async fn item_12_a_value_of_the_wrong_type_is_refused_by_name(world: World) {
        let scim = Scim::new(&world).await;
        for (name, value) in [
            ("userName", json!(5)), ("title", json!({ "a": 1 })), ("active", json!("maybe")),
            ("active", json!(1)), ("emails", json!("a@x")), ("emails", json!(["a@x"])),
            ("emails", json!({ "value": "a@x" })), ("emails.value", json!([{ "value": 7 }])),
            ("name", json!("Ann")), ("name.givenName", json!({ "givenName": 1 })),
            ("x509Certificates.value", json!([{ "value": "no base64!" }])),
            ("emails", json!([{ "value": "a", "primary": true }, { "value": "b", "primary": true }])),
            ("title", json!("a\u{0}b")), ("schemas", json!("x")),
        ] {
            let top = name.split('.').next().unwrap();
            let mut body = json!({ "schemas": [USER], "userName": "a" });
            body[top] = value;
            let detail = scim.post("/Users", body).await.refused(400, Some("invalidValue"));
            assert!(detail.contains(name), "{name}: {detail}");
        }
        assert_eq!(scim.get("/Users").await.ok(200)["totalResults"], 0);
    }

    async fn item_13_an_entry_of_a_list_is_there_once(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER], "userName": "a", "emails": [
            { "value": "a@x", "type": "work" }, { "value": "a@x", "type": "Work" },
            { "value": "a@x", "type": "home" }] });
        let created = scim.post("/Users", body).await.ok(201);
        assert_eq!(created["emails"].as_array().unwrap().len(), 2);
    }

    async fn item_15_a_password_is_taken_and_never_shown(world: World) {
        let scim = Scim::new(&world).await;
        let secret = "correct horse battery";
        let body = json!({ "schemas": [USER], "userName": "a", "password": secret });
        let created = scim.post("/Users", body.clone()).await;
        assert!(!created.text.contains("horse") && !created.text.contains("password"));
        let path = format!("/Users/{}", id(&created.ok(201)));
        let ops = json!([{ "op": "replace", "path": "password", "value": "another battery" }]);
        for answer in [
            scim.get(&format!("{path}?attributes=password,userName")).await,
            scim.put(&path, body).await,
            scim.patch(&path, ops).await,
            scim.patch(&path, json!([{ "op": "replace", "value": { "password": secret } }])).await,
        ] {
            assert_eq!(answer.status, 200);
            assert!(!answer.text.contains("battery") && !answer.text.contains("password"));
        }
        scim.find("/Users", "password eq \"x\"").await.refused(400, Some("invalidFilter"));
        let short = json!([{ "op": "replace", "path": "password", "value": "x" }]);
        let detail = scim.patch(&path, short).await.refused(400, Some("invalidValue"));
        assert!(detail.contains("password"));
    }

    async fn item_16_a_user_name_is_one_name_in_any_case_width_and_form(world: World) {
        let scim = Scim::new(&world).await;
        scim.user("Zo\u{eb}@x").await;
        for same in ["zo\u{eb}@X", "zoe\u{308}@x", "ＺＯ\u{eb}@x", " zo\u{eb}@x "] {
            let body = json!({ "schemas": [USER], "userName": same });
            scim.post("/Users", body).await.refused(409, Some("uniqueness"));
            let found = scim.find("/Users", &format!("userName eq \"{same}\"")).await.ok(200);
            assert_eq!(found["totalResults"], 1, "{same}");
        }
        for bad in ["a\u{200b}b", "a\u{7}b"] {
            let body = json!({ "schemas": [USER], "userName": bad });
            scim.post("/Users", body).await.refused(400, Some("invalidValue"));
        }
        let long = json!({ "schemas": [USER], "userName": "x".repeat(3000) });
        scim.post("/Users", long).await.refused(400, Some("invalidValue"));
    }

    async fn item_17_groups_of_a_user_are_direct_and_indirect(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let inner = scim.group("inner", &[&ann]).await;
        world.clock.advance(Duration::from_millis(1));
        let outer = scim.group("outer", &[&inner]).await;
        let user = scim.get(&format!("/Users/{ann}")).await.ok(200);
        assert_eq!(user["groups"], json!([
            { "value": inner, "$ref": scim.url(&format!("/Groups/{inner}")), "display": "inner",
              "type": "direct" },
            { "value": outer, "$ref": scim.url(&format!("/Groups/{outer}")), "display": "outer",
              "type": "indirect" }]));
        let listed = scim.get("/Users").await.ok(200);
        assert_eq!(listed["Resources"][0]["groups"], user["groups"]);
    }

    async fn item_19_the_manager_is_an_object_with_an_address(world: World) {
        let scim = Scim::new(&world).await;
        let boss = scim.user("boss").await;
        let body = json!({ "schemas": [USER, ENTERPRISE], "userName": "ann",
            ENTERPRISE: { "manager": { "value": boss, "displayName": "made up", "$ref": "https://evil" } } });
        let created = scim.post("/Users", body).await.ok(201);
        let address = scim.url(&format!("/Users/{boss}"));
        assert_eq!(created[ENTERPRISE]["manager"], json!({ "value": boss, "$ref": address }));
    }
}

on_both_engines! {
    async fn item_21_a_bad_create_is_refused_and_leaves_nothing(world: World) {
        let scim = Scim::new(&world).await;
        let post = |body: &'static str| {
            let request = scim.request(Method::POST, "/Users")
                .header("content-type", "application/scim+json").body(body);
            scim.send(request)
        };
        post("{").await.refused(400, Some("invalidSyntax"));
        post("").await.refused(400, Some("invalidSyntax"));
        post("[]").await.refused(400, Some("invalidSyntax"));
        post("\"x\"").await.refused(400, Some("invalidSyntax"));
        post("{\"userName\":\"\\ud800\"}").await.refused(400, Some("invalidSyntax"));
        post("{\"schemas\":[]}").await.refused(400, Some("invalidValue"));
        post("{\"userName\":\"\"}").await.refused(400, Some("invalidValue"));
        let group = json!({ "schemas": [GROUP] });
        scim.post("/Groups", group).await.refused(400, Some("invalidValue"));
        assert_eq!(scim.get("/Users").await.ok(200)["totalResults"], 0);
    }

    async fn item_22_an_unknown_id_is_a_scim_404(world: World) {
        let scim = Scim::new(&world).await;
        let unknown = "019aa000-0000-7000-8000-000000000000";
        for kind in ["/Users", "/Groups"] {
            for id in [unknown, "x", "%00", "..%2f", "019AA000-0000-7000-8000-000000000000"] {
                let path = format!("{kind}/{id}");
                scim.get(&path).await.refused(404, None);
                scim.delete(&path).await.refused(404, None);
                scim.patch(&path, json!([])).await.refused(404, None);
                let body = json!({ "schemas": [USER], "userName": "u", "displayName": "g" });
                scim.put(&path, body).await.refused(404, None);
            }
        }
    }

    async fn item_23_a_replacement_clears_what_it_leaves_out_and_never_disables(world: World) {
        let scim = Scim::new(&world).await;
        let created = scim.post("/Users", full_user()).await.ok(201);
        let path = format!("/Users/{}", id(&created));
        world.clock.advance(Duration::from_secs(60));
        let body = json!({ "schemas": [USER], "userName": "Ann.Lee@example.com", "title": "New",
                           "id": "other", "meta": {}, "groups": [] });
        let replaced = scim.put(&path, body).await.ok(200);
        assert_eq!(replaced["id"], created["id"]);
        assert_eq!(replaced["meta"]["created"], created["meta"]["created"]);
        assert_eq!(replaced["meta"]["lastModified"], "2026-11-21T09:01:00.000Z");
        assert_eq!((&replaced["title"], &replaced["active"]), (&json!("New"), &json!(true)));
        for gone in ["emails", "name", "externalId", "displayName", ENTERPRISE] {
            assert_eq!(replaced.get(gone), None, "{gone}");
        }
        let gone = scim.find("/Users", "emails.value eq \"ann@example.com\"").await.ok(200);
        assert_eq!(gone["totalResults"], 0, "an address that was cleared is not found any more");
        scim.put(&path, json!({ "schemas": [USER] })).await.refused(400, Some("invalidValue"));
    }

    async fn item_23_a_replacement_that_takes_anothers_name_is_a_conflict(world: World) {
        let scim = Scim::new(&world).await;
        scim.user("ann").await;
        let ben = scim.user("ben").await;
        let path = format!("/Users/{ben}");
        let body = json!({ "schemas": [USER], "userName": "ANN" });
        scim.put(&path, body).await.refused(409, Some("uniqueness"));
        let ops = json!([{ "op": "replace", "path": "userName", "value": "ANN" }]);
        scim.patch(&path, ops).await.refused(409, Some("uniqueness"));
        assert_eq!(scim.get(&path).await.ok(200)["userName"], "ben");
        let own = json!({ "schemas": [USER], "userName": "BEN" });
        assert_eq!(scim.put(&path, own).await.ok(200)["userName"], "BEN");
    }

    async fn item_24_a_deleted_user_is_gone_everywhere(world: World) {
        let scim = Scim::new(&world).await;
        let boss = scim.user("boss").await;
        let body = json!({ "schemas": [USER, ENTERPRISE], "userName": "ann",
                           ENTERPRISE: { "manager": boss } });
        let ann = id(&scim.post("/Users", body).await.ok(201));
        let group = scim.group("g", &[&boss, &ann]).await;
        let path = format!("/Users/{boss}");
        let answer = scim.delete(&path).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        scim.get(&path).await.refused(404, None);
        scim.patch(&path, json!([])).await.refused(404, None);
        scim.delete(&path).await.refused(404, None);
        scim.put(&path, json!({ "schemas": [USER], "userName": "boss" })).await.refused(404, None);
        let listed = scim.get("/Users").await.ok(200);
        assert_eq!(listed["totalResults"], 1);
        assert_eq!(scim.members(&group).await, std::slice::from_ref(&ann));
        let left = scim.get(&format!("/Users/{ann}")).await.ok(200);
        assert_eq!(left.get(ENTERPRISE), None, "the mention as manager is gone");
        assert_eq!(left["meta"]["version"], "W/\"2\"");
        assert_ne!(scim.user("boss").await, boss, "the name is free, the id is not given again");
    }

    async fn item_25_a_collection_is_not_replaced_or_deleted(world: World) {
        let scim = Scim::new(&world).await;
        for kind in ["/Users", "/Groups"] {
            for method in [Method::PUT, Method::PATCH, Method::DELETE] {
                let answer = scim.send(scim.request(method, kind)).await;
                assert_eq!(answer.header("allow"), "GET, HEAD, POST");
                answer.refused(405, None);
            }
            let one = scim.send(scim.request(Method::POST, &format!("{kind}/x"))).await;
            assert_eq!(one.header("allow"), "GET, HEAD, PUT, PATCH, DELETE");
            one.refused(405, None);
        }
        scim.post("/Nope", json!({})).await.refused(404, None);
    }

    async fn administrators_do_not_exist_for_provisioning_but_keep_their_names(world: World) {
        let scim = Scim::new(&world).await;
        let root = administrator(&world, "root").await;
        let path = format!("/Users/{}", root.id);
        scim.get(&path).await.refused(404, None);
        scim.delete(&path).await.refused(404, None);
        let off = json!([{ "op": "replace", "path": "active", "value": false }]);
        scim.patch(&path, off).await.refused(404, None);
        scim.put(&path, json!({ "schemas": [USER], "userName": "x" })).await.refused(404, None);
        assert_eq!(scim.get("/Users").await.ok(200)["totalResults"], 0);
        let found = scim.find("/Users", "userName eq \"root\"").await.ok(200);
        assert_eq!(found["totalResults"], 0);
        let found = scim.find("/Users", &format!("id eq \"{}\"", root.id)).await.ok(200);
        assert_eq!(found["totalResults"], 0);
        let body = json!({ "schemas": [USER], "userName": "ROOT" });
        scim.post("/Users", body).await.refused(409, Some("uniqueness"));
        let group = json!({ "schemas": [GROUP], "displayName": "g",
                            "members": [{ "value": root.id.to_string() }] });
        scim.post("/Groups", group).await.refused(400, Some("invalidValue"));
    }
}
