//! Attributes of declared schemas in users and groups: validated, stored, shown, changed,
//! unique, and available as claims.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory::{self, find_user};
use doorward::domain::schemas::{ResourceKind, value_at};
use serde_json::{Value, json};

use crate::client::{GROUP, Scim, USER, id};
use crate::custom_schemas::{BADGE, SITE, badge, declare};
use crate::on_both_engines;

fn user(name: &str, values: Value) -> Value {
    json!({ "schemas": [USER, BADGE], "userName": name, BADGE: values })
}

on_both_engines! {
    async fn values_are_stored_shown_and_named_in_schemas(world: World) {
        let scim = Scim::new(&world).await;
        declare(&world, ResourceKind::User, &badge()).await;
        let values = json!({ "number": 7, "weight": 1.5, "valid": true, "since": "2026-01-02T03:04:05Z",
            "colour": "blue", "photo": "AAEC", "page": "https://x.example", "labels": ["a", "b"],
            "office": { "building": "B", "floor": 3 },
            "doors": [{ "value": "1", "type": "front", "level": 2, "primary": true }] });
        let made = scim.post("/Users", user("ann", values.clone())).await.ok(201);
        assert_eq!(made[BADGE], values);
        assert_eq!(made["schemas"], json!([USER, BADGE]));
        let path = format!("/Users/{}", id(&made));
        assert_eq!(scim.get(&path).await.ok(200), made);
        let plain = scim.post("/Users", json!({ "userName": "bob" })).await.ok(201);
        assert_eq!(plain["schemas"], json!([USER]));
        let again = scim.put(&path, json!({ "userName": "ann", BADGE.to_uppercase(): { "NUMBER": 8 } })).await.ok(200);
        assert_eq!(again[BADGE], json!({ "number": 8, "since": "2026-01-02T03:04:05Z" }));
    }

    async fn values_of_the_wrong_type_are_refused_by_name_and_nothing_is_stored(world: World) {
        let scim = Scim::new(&world).await;
        declare(&world, ResourceKind::User, &badge()).await;
        for (name, bad) in [
            ("number", json!("7")), ("number", json!(1.5)), ("number", json!(true)), ("number", json!(1e30)),
            ("weight", json!("1")), ("weight", json!({})), ("valid", json!("yes")), ("valid", json!(1)),
            ("since", json!("yesterday")), ("since", json!(1)), ("photo", json!("§")), ("page", json!(1)),
            ("alias", json!(5)), ("alias", json!(["a", "b"])), ("alias", json!("a\u{0}")),
            ("labels", json!([1])), ("labels", json!("x")), ("labels", json!([{ "value": "x" }])),
            ("office", json!("x")), ("office", json!([{}, {}])), ("doors", json!(["x"])),
        ] {
            // An empty object means unassigned.
            if bad == json!({}) { continue; }
            let refusal = scim.post("/Users", user("ann", json!({ name: bad }))).await;
            let detail = refusal.refused(400, Some("invalidValue"));
            assert!(detail.contains(name), "{name} {bad}: {detail}");
        }
        let detail = scim.post("/Users", user("ann", json!({ "office": { "floor": 3 } }))).await
            .refused(400, Some("invalidValue"));
        assert!(detail.contains("office.building"), "{detail}");
        let detail = scim.post("/Users", user("ann", json!({ "doors": [{ "value": "1", "level": "x" }] }))).await
            .refused(400, Some("invalidValue"));
        assert!(detail.contains("doors.level"), "{detail}");
        assert_eq!(scim.get("/Users").await.ok(200)["totalResults"], 0);
    }

    async fn a_required_attribute_is_required_where_its_extension_is_used(world: World) {
        let scim = Scim::new(&world).await;
        let site = json!({ "id": SITE, "name": "Site", "attributes": [
            { "name": "code", "required": true }, { "name": "town" }] });
        declare(&world, ResourceKind::Group, &site).await;
        scim.post("/Groups", json!({ "displayName": "plain" })).await.ok(201);
        let body = json!({ "displayName": "g", SITE: { "town": "T" } });
        let detail = scim.post("/Groups", body).await.refused(400, Some("invalidValue"));
        assert!(detail.contains(&format!("{SITE}:code")), "{detail}");
        let made = scim.post("/Groups", json!({ "displayName": "g", SITE: { "code": "c", "town": "T" } })).await.ok(201);
        assert_eq!(made["schemas"], json!([GROUP, SITE]));
        let path = format!("/Groups/{}", id(&made));
        scim.patch(&path, json!([{ "op": "remove", "path": format!("{SITE}:code") }])).await.refused(400, Some("mutability"));
        scim.patch(&path, json!([{ "op": "replace", "path": format!("{SITE}:code"), "value": "" }])).await
            .refused(400, Some("invalidValue"));
        let less = scim.patch(&path, json!([{ "op": "remove", "path": SITE }])).await.ok(200);
        assert_eq!((less.get(SITE), &less["schemas"]), (None, &json!([GROUP])));
    }

    async fn values_are_patched_by_urn_paths_and_without_a_path(world: World) {
        let scim = Scim::new(&world).await;
        declare(&world, ResourceKind::User, &badge()).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        let at = |rest: &str| format!("{BADGE}:{rest}");
        let patched = scim.patch(&path, json!([
            { "op": "add", "path": at("number"), "value": 7 },
            { "op": "add", "path": at("office.building"), "value": "B" },
            { "op": "add", "path": at("labels"), "value": ["a", "b", "c"] },
            { "op": "add", "path": at("labels"), "value": "d" },
            { "op": "remove", "path": at("labels[value eq \"b\"]") },
            { "op": "remove", "path": at("labels"), "value": ["c"] },
            { "op": "replace", "path": at("labels[value eq \"d\"]"), "value": "e" },
            { "op": "add", "path": at("doors"), "value": [{ "value": "1", "level": 1 }, { "value": "2", "level": 5 }] },
            { "op": "replace", "path": at("doors[level gt 3].type"), "value": "back" },
            { "op": "remove", "path": at("doors[level le 1]") },
            { "op": "add", "path": BADGE, "value": { "valid": "True" } },
            { "op": "replace", "value": { at("colour"): "red", BADGE: { "weight": 2 } } },
        ])).await.ok(200);
        assert_eq!(patched[BADGE], json!({
            "number": 7, "office": { "building": "B" }, "labels": ["a", "e"],
            "doors": [{ "value": "2", "level": 5, "type": "back" }],
            "valid": true, "colour": "red", "weight": 2 }));
        assert_eq!(patched["schemas"], json!([USER, BADGE]));
        for bad in ["nothing", "number.part", "labels[level gt 1]", "number[value eq 1]"] {
            let answer = scim.patch(&path, json!([{ "op": "replace", "path": at(bad), "value": 1 }])).await;
            assert_eq!(answer.status, 400, "{bad}: {}", answer.text);
        }
        let same = scim.patch(&path, json!([{ "op": "replace", "path": at("number"), "value": 7 }])).await;
        assert_eq!(same.header("etag"), "W/\"2\"");
        let none = scim.patch(&path, json!([{ "op": "remove", "path": BADGE }])).await.ok(200);
        assert_eq!((none.get(BADGE), &none["schemas"]), (None, &json!([USER])));
    }

    async fn an_immutable_value_is_set_once(world: World) {
        let scim = Scim::new(&world).await;
        declare(&world, ResourceKind::User, &badge()).await;
        let (first, other) = ("2026-01-02T03:04:05Z", "2027-01-02T03:04:05Z");
        let path = format!("/Users/{}", scim.user("ann").await);
        let since = format!("{BADGE}:since");
        let set = |value: &str| json!([{ "op": "replace", "path": since, "value": value }]);
        scim.patch(&path, set(first)).await.ok(200);
        scim.patch(&path, set(first)).await.ok(200);
        scim.patch(&path, set(other)).await.refused(400, Some("mutability"));
        scim.patch(&path, json!([{ "op": "remove", "path": since }])).await.refused(400, Some("mutability"));
        scim.patch(&path, json!([{ "op": "remove", "path": BADGE }])).await.refused(400, Some("mutability"));
        scim.put(&path, user("ann", json!({ "since": other }))).await.refused(400, Some("mutability"));
        scim.put(&path, user("ann", json!({ "since": first, "number": 1 }))).await.ok(200);
        let kept = scim.put(&path, json!({ "userName": "ann" })).await.ok(200);
        assert_eq!(kept[BADGE], json!({ "since": first }));
    }

    async fn values_are_shown_as_their_characteristics_say(world: World) {
        let scim = Scim::new(&world).await;
        declare(&world, ResourceKind::User, &badge()).await;
        let values = json!({ "number": 7, "pin": "1234", "note": "n", "colour": "red", "office": { "building": "B", "floor": 1 } });
        let made = scim.post("/Users", user("ann", values)).await;
        assert!(!made.text.contains("1234"));
        let made = made.ok(201);
        assert_eq!(made[BADGE], json!({ "number": 7, "colour": "red", "office": { "building": "B", "floor": 1 } }));
        let path = format!("/Users/{}", id(&made));
        let shown = async |query: &str| scim.get(&format!("{path}?{query}")).await.ok(200)[BADGE].clone();
        assert_eq!(shown(&format!("attributes={BADGE}:note")).await, json!({ "note": "n", "colour": "red" }));
        assert_eq!(shown(&format!("attributes={BADGE}:office.floor")).await, json!({ "colour": "red", "office": { "floor": 1 } }));
        assert_eq!(shown("attributes=userName").await, json!({ "colour": "red" }));
        assert_eq!(shown(&format!("attributes={BADGE}:pin")).await, json!({ "colour": "red" }));
        assert_eq!(shown(&format!("excludedAttributes={BADGE}:number,{BADGE}:colour")).await,
            json!({ "colour": "red", "office": { "building": "B", "floor": 1 } }));
        assert_eq!(shown(&format!("excludedAttributes={BADGE}")).await, json!({ "colour": "red" }));
        let list = scim.get("/Users").await.ok(200);
        assert_eq!(list["Resources"][0][BADGE], made[BADGE]);
    }

    async fn a_unique_value_has_one_holder_and_is_free_when_it_is_given_up(world: World) {
        let scim = Scim::new(&world).await;
        declare(&world, ResourceKind::User, &badge()).await;
        let ann = format!("/Users/{}", id(&scim.post("/Users", user("ann", json!({ "number": 7, "alias": "Cat", "exact": "X" }))).await.ok(201)));
        for (values, name) in [(json!({ "number": 7 }), "number"), (json!({ "alias": "CAT" }), "alias"), (json!({ "exact": "X" }), "exact")] {
            let detail = scim.post("/Users", user("bob", values)).await.refused(409, Some("uniqueness"));
            assert!(detail.contains(&format!("{BADGE}:{name}")), "{detail}");
        }
        let bob = scim.post("/Users", user("bob", json!({ "exact": "x", "alias": "Dog" }))).await.ok(201);
        let bob = format!("/Users/{}", id(&bob));
        let take = json!([{ "op": "replace", "path": "title", "value": "t" },
                          { "op": "replace", "path": format!("{BADGE}:alias"), "value": "cAT" }]);
        scim.patch(&bob, take.clone()).await.refused(409, Some("uniqueness"));
        assert_eq!(scim.get(&bob).await.header("etag"), "W/\"1\"");
        scim.put(&ann, user("ann", json!({ "number": 7, "alias": "cat" }))).await.ok(200);
        scim.patch(&ann, json!([{ "op": "remove", "path": format!("{BADGE}:alias") }])).await.ok(200);
        scim.patch(&bob, take).await.ok(200);
        scim.delete(&ann).await;
        scim.post("/Users", user("cid", json!({ "number": 7 }))).await.ok(201);
        let long = scim.post("/Users", user("dan", json!({ "alias": "x".repeat(2000) }))).await;
        assert!(long.refused(400, Some("invalidValue")).contains("alias"));
    }

    async fn of_sixteen_that_want_a_unique_value_at_once_one_gets_it(world: World) {
        let scim = Scim::new(&world).await;
        declare(&world, ResourceKind::User, &badge()).await;
        let wanted = (0..16).map(|n| scim.post("/Users", user(&format!("u{n}"), json!({ "number": 1, "alias": format!("a{n}") }))));
        let answers = futures_util::future::join_all(wanted).await;
        let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((count(201), count(409)), (1, 15));
        assert_eq!(scim.get("/Users").await.ok(200)["totalResults"], 1);
    }

    async fn values_are_filtered_and_sorted_by_and_secrets_are_not(world: World) {
        let scim = Scim::new(&world).await;
        declare(&world, ResourceKind::User, &badge()).await;
        let ann = json!({ "number": 10, "weight": 1.5, "valid": true, "alias": "Cat", "pin": "1", "labels": ["x", "y"],
            "since": "2026-01-02T03:04:05Z", "doors": [{ "value": "1", "level": 9 }] });
        scim.post("/Users", user("ann", ann)).await.ok(201);
        scim.post("/Users", user("bob", json!({ "number": 9, "alias": "Dog", "office": { "building": "B", "floor": 2 } }))).await.ok(201);
        scim.user("cid").await;
        for (filter, names) in [
            ("number eq 10", vec!["ann"]), ("number gt 9", vec!["ann"]), ("number ge 9", vec!["ann", "bob"]),
            ("weight lt 2", vec!["ann"]), ("valid eq true", vec!["ann"]), ("alias sw \"ca\"", vec!["ann"]),
            ("labels eq \"y\"", vec!["ann"]), ("doors[value eq \"1\" and level gt 5]", vec!["ann"]),
            ("office.floor eq 2", vec!["bob"]), ("since gt \"2026-01-01T00:00:00Z\"", vec!["ann"]),
            ("number pr", vec!["ann", "bob"]), ("number eq 11", vec![]),
        ] {
            let list = scim.find("/Users", &format!("{BADGE}:{filter}")).await.ok(200);
            let mut found: Vec<&str> = list["Resources"].as_array().unwrap().iter()
                .map(|user| user["userName"].as_str().unwrap()).collect();
            found.sort_unstable();
            assert_eq!(found, names, "{filter}");
        }
        for refused in ["pin eq \"1\"", "nothing eq 1", "valid gt true"] {
            scim.find("/Users", &format!("{BADGE}:{refused}")).await.refused(400, Some("invalidFilter"));
        }
        let sorted = scim.get(&format!("/Users?sortBy={BADGE}:number&sortOrder=ascending")).await.ok(200);
        let names: Vec<&Value> = sorted["Resources"].as_array().unwrap().iter().map(|user| &user["userName"]).collect();
        assert_eq!(names, ["bob", "ann", "cid"]);
    }

    async fn values_are_counted_and_forgotten_when_their_schema_is_withdrawn(world: World) {
        let scim = Scim::new(&world).await;
        declare(&world, ResourceKind::User, &badge()).await;
        for n in 0..3 {
            scim.post("/Users", user(&format!("u{n}"), json!({ "number": n }))).await.ok(201);
        }
        // Who only writes of it has nothing of it.
        let title = format!("\"{BADGE}\":{{}}");
        let other = scim.post("/Users", json!({ "userName": "other", "title": title })).await.ok(201);
        assert_eq!(directory::count_with_extension(&world.db, BADGE).await.unwrap(), 3);
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        assert_eq!(directory::forget_extension(&mut change, BADGE, 2).await.unwrap(), 2);
        assert_eq!(directory::forget_extension(&mut change, BADGE, 2).await.unwrap(), 1);
        assert_eq!(directory::forget_extension(&mut change, BADGE, 2).await.unwrap(), 0);
        change.commit().await.unwrap();
        let list = scim.get("/Users").await.ok(200);
        let all = list["Resources"].as_array().unwrap();
        assert!(all.iter().all(|user| user.get(BADGE).is_none()), "{list}");
        let path = format!("/Users/{}", id(&other));
        assert_eq!(scim.get(&path).await.ok(200), other);
    }

    async fn a_value_is_a_claim_by_its_urn_path(world: World) {
        let scim = Scim::new(&world).await;
        declare(&world, ResourceKind::User, &badge()).await;
        let made = scim.post("/Users", user("ann", json!({ "number": 7, "pin": "1234", "labels": ["a", "b"] }))).await.ok(201);
        let ann = find_user(&world.db, id(&made).parse().unwrap()).await.unwrap().unwrap();
        let declared = world.state.schemas.current();
        let claim = |path: &str| value_at(declared.of(ResourceKind::User), &ann.profile.attributes, path);
        assert_eq!(claim(&format!("{BADGE}:number")), Some(json!(7)));
        assert_eq!(claim(&format!("{BADGE}:labels")), Some(json!(["a", "b"])));
        assert_eq!(claim(&format!("{BADGE}:pin")), None);
        assert_eq!(claim(&format!("{BADGE}:weight")), None);
    }
}
