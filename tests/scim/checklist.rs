//! Checks of the RFC list that belong to no other file, and a list of all of them: each has a
//! test of its number, and so has each tolerance.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{ENTERPRISE, GROUP, PATCH, Scim, USER, id, pretend_total};
use crate::on_both_engines;

on_both_engines! {
    async fn item_8_meta_is_the_servers_and_agrees_with_the_headers(world: World) {
        let scim = Scim::new(&world).await;
        for (kind, name, body) in [
            ("/Users", "User", json!({ "schemas": [USER], "userName": "ann" })),
            ("/Groups", "Group", json!({ "schemas": [GROUP], "displayName": "g" })),
        ] {
            let mut body = body;
            body["meta"] = json!({ "created": "1999-01-01T00:00:00Z", "version": "W/\"9\"", "location": "http://x/" });
            let made = scim.post(kind, body.clone()).await;
            let meta = made.body["meta"].clone();
            assert_eq!(meta["resourceType"], name);
            assert_eq!(meta["created"], meta["lastModified"]);
            assert_eq!(meta["location"], made.header("location"));
            assert_eq!(meta["version"], made.header("etag"));
            world.clock.advance(Duration::from_secs(2));
            let path = format!("{kind}/{}", id(&made.body));
            body["externalId"] = json!("e");
            let put = scim.put(&path, body).await;
            let now = &put.body["meta"];
            assert_eq!((&now["created"], &now["location"]), (&meta["created"], &meta["location"]));
            assert_ne!(now["lastModified"], meta["lastModified"]);
            assert_ne!(now["version"], meta["version"]);
            assert_eq!((now["version"].as_str().unwrap(), now["location"].as_str().unwrap()),
                       (put.header("etag"), put.header("content-location")));
            let explicit = json!([{ "op": "replace", "path": "meta.created", "value": "1999-01-01T00:00:00Z" }]);
            scim.patch(&path, explicit).await.refused(400, Some("mutability"));
        }
    }

    async fn item_14_the_published_characteristics_are_those_that_are_kept(world: World) {
        let scim = Scim::new(&world).await;
        let schema = scim.get(&format!("/Schemas/{USER}")).await.ok(200);
        let ann = scim.user("ann").await;
        let path = format!("/Users/{ann}?attributes=schemas,id");
        for attribute in schema["attributes"].as_array().unwrap() {
            let name = attribute["name"].as_str().unwrap();
            let value = match (attribute["type"].as_str().unwrap(), attribute["multiValued"].as_bool().unwrap()) {
                ("boolean", _) => json!(true),
                ("complex", true) => json!([{ "value": "eA==" }]),
                ("complex", false) => json!({ "givenName": "x" }),
                (_, false) if name == "password" => json!("lantern mosaic harbour"),
                (_, false) => json!("a long enough text"),
                other => panic!("{name}: {other:?}"),
            };
            let answer = scim.patch(&path, json!([{ "op": "replace", "path": name, "value": value }])).await;
            match attribute["mutability"].as_str().unwrap() {
                "readOnly" => drop(answer.refused(400, Some("mutability"))),
                "readWrite" | "writeOnly" | "immutable" => drop(answer.ok(200)),
                other => panic!("{name}: {other}"),
            }
            let shown = scim.get(&format!("/Users/{ann}")).await.ok(200);
            if attribute["returned"] == "never" {
                assert_eq!(shown.get(name), None, "{name}");
                scim.find("/Users", &format!("{name} eq \"a long enough text\"")).await.refused(400, Some("invalidFilter"));
            }
            if attribute["uniqueness"] == "server" {
                let body = json!({ "schemas": [USER], "userName": shown[name] });
                scim.post("/Users", body).await.refused(409, Some("uniqueness"));
            }
        }
    }

    async fn item_20_what_only_the_server_sets_is_passed_over_in_whole_resources(world: World) {
        let scim = Scim::new(&world).await;
        let group = scim.group("g", &[]).await;
        let mut body = json!({ "schemas": [USER, ENTERPRISE], "userName": "ann", "id": group, "meta": "none",
            "groups": [{ "value": group, "display": "g" }],
            ENTERPRISE: { "manager": { "value": "x", "displayName": "The Boss" } } });
        let made = scim.post("/Users", body.clone()).await.ok(201);
        assert_ne!(made["id"], json!(group));
        let path = format!("/Users/{}", id(&made));
        body["groups"] = json!(7);
        for user in [made, scim.put(&path, body).await.ok(200)] {
            assert_eq!(user.get("groups"), None);
            assert_eq!(user[ENTERPRISE]["manager"].get("displayName"), None);
        }
        assert!(scim.members(&group).await.is_empty());
    }

    async fn item_39_a_get_of_the_root_asks_over_all_types(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let group = scim.later_group(&world, "g", &[&ann]).await;
        for path in ["", "/", "?count=10", "/?unknown=1"] {
            let list = scim.get(path).await.ok(200);
            let ids: Vec<String> = list["Resources"].as_array().unwrap().iter().map(id).collect();
            assert_eq!((&list["totalResults"], ids), (&json!(2), vec![ann.clone(), group.clone()]), "{path}");
        }
        let found = scim.find("", "meta.resourceType eq \"Group\"").await.ok(200);
        assert_eq!((&found["totalResults"], &found["Resources"][0]["id"]), (&json!(1), &json!(group)));
        scim.find("", "unheardOf eq 1").await.refused(400, Some("invalidFilter"));
        for path in ["", "/"] {
            let answer = scim.post(path, json!({})).await;
            assert_eq!(answer.header("allow"), "GET, HEAD");
            answer.refused(405, None);
            let stranger = scim.server.http.get(scim.url(path));
            scim.send(stranger).await.refused(401, None);
        }
    }

    async fn item_40_a_question_that_would_read_through_everything_is_too_many(world: World) {
        let scim = Scim::new(&world).await;
        scim.user("ann").await;
        pretend_total(&world, 1_000_000).await;
        let filter = "title co \"x\"";
        scim.find("/Users", filter).await.refused(400, Some("tooMany"));
        let body = json!({ "schemas": [crate::client::SEARCH], "filter": filter });
        scim.post("/Users/.search", body.clone()).await.refused(400, Some("tooMany"));
        scim.post("/.search", body).await.refused(400, Some("tooMany"));
        let narrow = "userName eq \"ann\" and (not (title co \"x\"))";
        assert_eq!(scim.find("/Users", narrow).await.ok(200)["totalResults"], 1);
    }

    async fn item_50_a_patch_is_answered_with_a_body_or_without_and_always_with_its_version(world: World) {
        let scim = Scim::new(&world).await;
        let mut members = Vec::new();
        for number in 0..51 {
            members.push(scim.user(&format!("user{number}")).await);
        }
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        let user = format!("/Users/{}", members[0]);
        let small = format!("/Groups/{}", scim.group("small", &[]).await);
        let large = format!("/Groups/{}", scim.group("large", &members).await);
        for (path, attribute, status) in [(user, "title", 200), (small, "externalId", 200), (large, "externalId", 204)] {
            let ops = |value: &str| json!([{ "op": "replace", "path": attribute, "value": value }]);
            let answer = scim.patch(&path, ops("x")).await;
            assert_eq!((answer.status.as_u16(), answer.header("etag")), (status, "W/\"2\""), "{path}");
            assert_eq!(answer.text.is_empty(), status == 204);
            for (query, has_name) in [("attributes=id", false), ("excludedAttributes=members", true)] {
                let answer = scim.patch(&format!("{path}?{query}"), ops(query)).await;
                assert!(!answer.header("etag").is_empty());
                let shown = answer.ok(200);
                let named = shown.get("userName").or(shown.get("displayName")).is_some();
                assert_eq!((named, shown.get("members")), (has_name, None), "{path}?{query}");
            }
        }
    }

    async fn item_51_a_patch_that_takes_anothers_name_is_a_conflict_and_does_nothing(world: World) {
        let scim = Scim::new(&world).await;
        let (ann, _) = (scim.user("ann").await, scim.user("Ben").await);
        let (one, _) = (scim.group("one", &[]).await, scim.group("Two", &[]).await);
        for (path, attribute, taken) in [(format!("/Users/{ann}"), "userName", "BEN"),
                                         (format!("/Groups/{one}"), "displayName", "tWO")] {
            let before = scim.get(&path).await.ok(200);
            let ops = json!([{ "op": "replace", "path": "externalId", "value": "x" },
                             { "op": "replace", "path": attribute, "value": taken }]);
            let detail = scim.patch(&path, ops).await.refused(409, Some("uniqueness"));
            assert!(detail.contains(attribute), "{detail}");
            assert_eq!(scim.get(&path).await.ok(200), before);
            let own = json!([{ "op": "replace", "path": attribute, "value": before[attribute] }]);
            assert_eq!(scim.patch(&path, own).await.ok(200), before, "its own name is no conflict");
        }
    }

    async fn item_58_an_error_has_the_body_of_the_rfc(world: World) {
        let scim = Scim::new(&world).await;
        let answer = scim.post("/Users", json!({ "schemas": [USER] })).await;
        assert_eq!(answer.header("content-type"), "application/scim+json");
        assert_eq!(answer.body, json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": "400", "scimType": "invalidValue", "detail": "userName is required." }));
        let answer = scim.get("/Users/x").await;
        assert_eq!(answer.body.get("scimType"), None, "a keyword where the RFC has one, and no null");
        assert_eq!(answer.body["status"], "404", "a string");
    }

    async fn item_59_each_keyword_is_given_for_its_fault(world: World) {
        let scim = Scim::new(&world).await;
        let ann = format!("/Users/{}", scim.user("ann").await);
        let op = |operation: Value| json!([operation]);
        for (kind, operation) in [
            ("invalidSyntax", json!({ "op": "move", "path": "title" })),
            ("invalidPath", json!({ "op": "add", "path": "title[", "value": "x" })),
            ("noTarget", json!({ "op": "replace", "path": "emails[type ne \"x\"].value", "value": "x" })),
            ("invalidValue", json!({ "op": "add", "path": "title", "value": 7 })),
            ("mutability", json!({ "op": "add", "path": "id", "value": "x" })),
        ] {
            scim.patch(&ann, op(operation)).await.refused(400, Some(kind));
        }
        scim.post("/Users", json!({ "userName": "ANN" })).await.refused(409, Some("uniqueness"));
        scim.find("/Users", "userName xx \"a\"").await.refused(400, Some("invalidFilter"));
        scim.get("/Users?cursor=none").await.refused(400, Some("invalidCursor"));
        scim.get("/Users?cursor&count=100000").await.refused(400, Some("invalidCount"));
        scim.later_user(&world, "ben").await;
        let page = scim.get("/Users?cursor&count=1").await.ok(200);
        let next = page["nextCursor"].as_str().unwrap();
        world.clock.advance(Duration::from_secs(3_601));
        scim.get(&format!("/Users?count=1&cursor={next}")).await.refused(400, Some("expiredCursor"));
        pretend_total(&world, 1_000_000).await;
        scim.find("/Users", "title co \"x\"").await.refused(400, Some("tooMany"));
    }

    async fn item_67_who_is_deactivated_is_read_and_found_as_before(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let group = scim.group("g", &[&ann]).await;
        let off = json!([{ "op": "replace", "path": "active", "value": false }]);
        scim.patch(&format!("/Users/{ann}"), off).await.ok(200);
        let user = scim.get(&format!("/Users/{ann}")).await.ok(200);
        assert_eq!((&user["active"], &user["groups"][0]["value"]), (&json!(false), &json!(group)));
        for filter in ["userName eq \"ann\"", "active eq false", "groups.value pr", "userName eq \"ann\" and active eq \"False\""] {
            assert_eq!(scim.find("/Users", filter).await.ok(200)["totalResults"], 1, "{filter}");
        }
        assert_eq!(scim.find("/Users", "active eq true").await.ok(200)["totalResults"], 0);
        assert_eq!(scim.get("/Users").await.ok(200)["totalResults"], 1);
        assert_eq!(scim.members(&group).await, [ann]);
    }

    async fn t8_what_stands_under_an_older_urn_is_kept_under_that_of_today(world: World) {
        let scim = Scim::new(&world).await;
        let boss = scim.user("boss").await;
        for (number, older) in ["urn:scim:schemas:extension:enterprise:1.0", "urn:scim:schemas:extension:enterprise:2.0",
                                "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"].iter().enumerate() {
            let mut body = json!({ "schemas": ["urn:scim:schemas:core:1.0", older], "userName": format!("user{number}") });
            body[older] = json!({ "department": "d", "manager": { "managerId": boss } });
            let made = scim.post("/Users", body.clone()).await.ok(201);
            assert_eq!(made["schemas"], json!([USER, ENTERPRISE]), "{older}");
            assert_eq!((&made[ENTERPRISE]["department"], &made[ENTERPRISE]["manager"]["value"]), (&json!("d"), &json!(boss)));
            assert_eq!(made.get(older), None);
            let path = format!("/Users/{}", id(&made));
            body[older]["department"] = json!("e");
            assert_eq!(scim.put(&path, body.clone()).await.ok(200)[ENTERPRISE]["department"], "e");
            let ops = json!([{ "op": "replace", "path": format!("{older}:department"), "value": "f" },
                             { "op": "replace", "path": "urn:scim:schemas:core:1.0:title", "value": "t" }]);
            let user = scim.patch(&path, ops).await.ok(200);
            assert_eq!((&user[ENTERPRISE]["department"], &user["title"]), (&json!("f"), &json!("t")));
            let found = scim.find("/Users", &format!("{older}:department eq \"f\"")).await.ok(200);
            assert_eq!(found["totalResults"], number + 1);
            body[ENTERPRISE] = json!({ "department": "g" });
            let detail = scim.put(&path, body).await.refused(400, Some("invalidValue"));
            assert!(detail.contains("given twice"), "{detail}");
        }
    }

    async fn t12_a_member_who_is_there_and_one_who_is_not_move_nothing(world: World) {
        let scim = Scim::new(&world).await;
        let (ann, ben) = (scim.user("ann").await, scim.user("ben").await);
        let path = format!("/Groups/{}", scim.group("g", &[&ann]).await);
        let before = scim.get(&path).await.ok(200);
        world.clock.advance(Duration::from_secs(5));
        for ops in [json!([{ "op": "add", "path": "members", "value": [{ "value": ann }] }]),
                    json!([{ "op": "remove", "path": "members", "value": [{ "value": ben }] }]),
                    json!([{ "op": "remove", "path": format!("members[value eq \"{ben}\"]") }])] {
            assert_eq!(scim.patch(&path, ops).await.ok(200), before);
        }
        let request = scim.request(Method::PATCH, &path).header("content-type", "application/json");
        let body = json!({ "schemas": [PATCH], "Operations": [] }).to_string();
        assert_eq!(scim.send(request.body(body)).await.ok(200), before);
    }
}

/// The names of the tests of this area, in all its files.
fn names() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scim");
    let mut names = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let lines = text
            .lines()
            .filter(|line| line.trim_start().starts_with("fn ") || line.contains("async fn "));
        names.extend(lines.map(|line| format!("{line}\n")));
    }
    names
}

#[test]
fn every_check_and_every_tolerance_has_a_test_of_its_number() {
    let names = names();
    let has = |name: String| {
        names.contains(&format!(" {name}")) || names.contains(&format!("_and_{name}"))
    };
    let open: Vec<String> = (1..=68)
        .map(|number| format!("item_{number}_"))
        .chain((1..=15).map(|number| format!("t{number}_")))
        .filter(|name| !has(name.clone()))
        .collect();
    assert!(open.is_empty(), "no test: {open:?}");
}
