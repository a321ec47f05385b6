//! Items 26 to 40: lists, filters, pages and projections.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{ENTERPRISE, Scim, USER, administrator, id};
use crate::on_both_engines;

async fn some_people(scim: &Scim) -> Vec<String> {
    let mut ids = Vec::new();
    for (name, external, kind) in [
        ("ann", "E1", "work"),
        ("ben", "e1", "home"),
        ("cid", "E3", "work"),
    ] {
        let body = json!({ "schemas": [USER], "userName": format!("{name}@x"), "externalId": external,
            "emails": [{ "value": format!("{name}@Mail.example"), "type": kind }] });
        ids.push(id(&scim.post("/Users", body).await.ok(201)));
    }
    ids
}

fn ids(list: &Value) -> Vec<String> {
    let all = list["Resources"].as_array().unwrap();
    all.iter()
        .map(|user| user["id"].as_str().unwrap().to_owned())
        .collect()
}

on_both_engines! {
    async fn users_are_found_by_what_clients_match_on(world: World) {
        let scim = Scim::new(&world).await;
        let people = some_people(&scim).await;
        let only = |number: usize| vec![people[number].clone()];
        for (filter, wanted) in [
            ("userName eq \"ann@x\"".to_owned(), only(0)),
            ("userName Eq \"ANN@X\"".to_owned(), only(0)),
            ("username eq \"ann@x\"".to_owned(), only(0)),
            (format!("{USER}:userName eq \"ann@x\""), only(0)),
            ("externalId eq \"E1\"".to_owned(), only(0)),
            ("externalId eq \"e1\"".to_owned(), only(1)),
            (format!("id eq \"{}\"", people[2]), only(2)),
            ("emails eq \"BEN@mail.example\"".to_owned(), only(1)),
            ("emails.value eq \"ben@mail.example\"".to_owned(), only(1)),
            ("emails[type eq \"work\"].value eq \"cid@mail.example\"".to_owned(), only(2)),
            ("emails[type eq \"WORK\" and value eq \"cid@mail.example\"]".to_owned(), only(2)),
            ("emails[type eq \"work\"].value eq \"ben@mail.example\"".to_owned(), vec![]),
            (format!("id eq \"{}\" and userName eq \"ann@x\"", people[0]), only(0)),
            (format!("id eq \"{}\" and userName eq \"ann@x\"", people[1]), vec![]),
            ("userName eq \"nobody\"".to_owned(), vec![]),
            ("userName eq \"\"".to_owned(), vec![]),
            ("id eq \"not an id\"".to_owned(), vec![]),
            ("userName eq \"a\\u200bb\"".to_owned(), vec![]),
            ("userName eq \"' or 1=1 --\"".to_owned(), vec![]),
        ] {
            let list = scim.find("/Users", &filter).await.ok(200);
            assert_eq!(ids(&list), wanted, "{filter}");
            assert_eq!(list["totalResults"], wanted.len(), "{filter}");
        }
    }

    async fn entras_connection_test_is_an_empty_list(world: World) {
        let scim = Scim::new(&world).await;
        some_people(&scim).await;
        let list = scim.find("/Users", "userName eq \"3f0f5c3e-1111\"").await.ok(200);
        assert_eq!(list, json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [] }));
    }

    async fn groups_are_found_by_what_clients_match_on(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let inner = scim.group("Inner", &[&ann]).await;
        let outer = scim.group("Outer", &[&inner]).await;
        let ops = json!([{ "op": "add", "path": "externalId", "value": "x" }]);
        scim.patch(&format!("/Groups/{outer}"), ops).await.ok(200);
        for (filter, wanted) in [
            ("displayName eq \"INNER\"".to_owned(), vec![inner.clone()]),
            ("externalId eq \"x\"".to_owned(), vec![outer.clone()]),
            (format!("id eq \"{inner}\" and members eq \"{ann}\""), vec![inner.clone()]),
            (format!("id eq \"{outer}\" and members eq \"{ann}\""), vec![]),
            (format!("members.value eq \"{inner}\""), vec![outer.clone()]),
            (format!("members[value eq \"{inner}\"]"), vec![outer.clone()]),
            ("displayName eq \"nope\"".to_owned(), vec![]),
        ] {
            let request = scim.request(reqwest::Method::GET, "/Groups")
                .query(&[("excludedAttributes", "members"), ("filter", &filter)]);
            let list = scim.send(request).await.ok(200);
            assert_eq!(ids(&list), wanted, "{filter}");
            for group in list["Resources"].as_array().unwrap() {
                assert_eq!(group.get("members"), None);
            }
        }
    }

    async fn entras_manager_check_is_answered(world: World) {
        let scim = Scim::new(&world).await;
        let boss = scim.user("boss").await;
        let body = json!({ "schemas": [USER], "userName": "ann", ENTERPRISE: { "manager": boss } });
        let ann = id(&scim.post("/Users", body).await.ok(201));
        for (manager, wanted) in [(&boss, vec![ann.clone()]), (&ann, vec![])] {
            let filter = format!("id eq \"{ann}\" and manager eq \"{manager}\"");
            let request = scim.request(reqwest::Method::GET, "/Users")
                .query(&[("attributes", "id"), ("filter", &filter)]);
            assert_eq!(ids(&scim.send(request).await.ok(200)), wanted);
        }
    }

    async fn item_34_and_fault_19_what_is_not_offered_is_refused_and_never_everyone(world: World) {
        let scim = Scim::new(&world).await;
        some_people(&scim).await;
        for filter in [
            "unheardOf eq \"a\"", "unheardOf pr", "name.unheardOf pr", "emails.unheardOf pr",
            "emails[unheardOf eq \"a\"]", "userName[value eq \"a\"]", "emails[emails.value pr]",
            "urn:unheard:of:userName eq \"a\"", "userName eq a", "userName eq 'a'", "userName eq",
            "userName like \"a\"", "(", "", "password eq \"x\"", "password pr",
            "not (password pr)", "userName eq \"a\" or password sw \"a\"", "name eq \"a\"",
            "userName eq 5", "userName eq true", "active eq \"yes\"", "active eq 1",
            "meta.created gt \"yesterday\"", "meta.created eq 5", "userName gt null",
        ] {
            let detail = scim.find("/Users", filter).await.refused(400, Some("invalidFilter"));
            assert!(!detail.is_empty(), "{filter}");
        }
        let long = format!("userName eq \"{}\"", "x".repeat(9000));
        scim.find("/Users", &long).await.refused(400, Some("invalidFilter"));
        scim.find("/Groups", "userName eq \"a\"").await.refused(400, Some("invalidFilter"));
    }

    async fn item_37_pages_walk_over_everyone_once_in_a_stable_order(world: World) {
        let scim = Scim::new(&world).await;
        administrator(&world, "root").await;
        let mut all = Vec::new();
        for number in 0..11 {
            world.clock.advance(Duration::from_millis(1));
            all.push(scim.user(&format!("u{number}")).await);
        }
        let mut seen = Vec::new();
        for start in [1, 6, 11] {
            let list = scim.get(&format!("/Users?startIndex={start}&count=5")).await.ok(200);
            assert_eq!(list["totalResults"], 11, "fault 20");
            assert_eq!(list["startIndex"], start);
            let page = ids(&list);
            assert_eq!(list["itemsPerPage"], page.len());
            seen.extend(page);
        }
        assert_eq!(seen, all);
        for (query, start, given) in [
            ("startIndex=0&count=2", 1, 2), ("startIndex=-5&count=2", 1, 2),
            ("count=0", 1, 0), ("count=-1", 1, 0), ("startIndex=12", 12, 0),
            ("startIndex=99999999", 99_999_999, 0), ("count=100000", 1, 11), ("", 1, 11),
        ] {
            let list = scim.get(&format!("/Users?{query}")).await.ok(200);
            assert_eq!(list["totalResults"], 11, "{query}");
            assert_eq!(list["startIndex"], start, "{query}");
            assert_eq!(ids(&list).len(), given, "{query}");
        }
        for query in ["count=x", "startIndex=1.5", "count=1&count=2", "startIndex=99999999999999999999"] {
            scim.get(&format!("/Users?{query}")).await.refused(400, Some("invalidValue"));
        }
    }

    async fn item_38_a_projection_shows_what_is_named_and_what_is_always_shown(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER], "userName": "ann", "title": "t",
            "name": { "givenName": "Ann", "familyName": "Lee" },
            "emails": [{ "value": "a@x", "type": "work" }],
            ENTERPRISE: { "department": "d", "division": "e" } });
        let whole = scim.post("/Users", body.clone()).await.ok(201);
        let ann = id(&whole);
        let path = format!("/Users/{ann}");
        let base = json!({ "schemas": [USER], "id": ann });
        let with = |parts: Value| {
            let mut wanted = base.clone();
            wanted.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
            wanted
        };
        for (query, wanted) in [
            ("attributes=id".to_owned(), base.clone()),
            ("attributes=nope".to_owned(), base.clone()),
            ("attributes=USERNAME".to_owned(), with(json!({ "userName": "ann" }))),
            ("attributes=name.givenName,emails.value".to_owned(),
             with(json!({ "name": { "givenName": "Ann" }, "emails": [{ "value": "a@x" }] }))),
            (format!("attributes={USER}:title"), with(json!({ "title": "t" }))),
            (format!("attributes={ENTERPRISE}:department"),
             with(json!({ "schemas": [USER, ENTERPRISE], ENTERPRISE: { "department": "d" } }))),
            (format!("attributes={ENTERPRISE}"),
             with(json!({ "schemas": [USER, ENTERPRISE],
                          ENTERPRISE: { "department": "d", "division": "e" } }))),
            (format!("excludedAttributes=id,meta,name.familyName,emails,active,title,{ENTERPRISE}"),
             with(json!({ "userName": "ann", "name": { "givenName": "Ann" } }))),
        ] {
            let shown = scim.get(&format!("{path}?{query}")).await.ok(200);
            assert_eq!(shown, wanted, "{query}");
            let listed = scim.get(&format!("/Users?{query}")).await.ok(200);
            assert_eq!(listed["Resources"][0], wanted, "{query}");
        }
        scim.get(&format!("{path}?attributes=id&excludedAttributes=title")).await
            .refused(400, Some("invalidValue"));
        let title = with(json!({ "title": "u" }));
        let ops = json!([{ "op": "replace", "path": "title", "value": "u" }]);
        assert_eq!(scim.patch(&format!("{path}?attributes=title"), ops).await.ok(200), title);
        let mut again = body.clone();
        again["title"] = json!("u");
        assert_eq!(scim.put(&format!("{path}?attributes=title"), again).await.ok(200), title);
        let mut other = body;
        other["userName"] = json!("ben");
        let created = scim.post("/Users?attributes=title", other).await;
        assert!(!created.header("location").is_empty());
        assert_eq!(created.ok(201)["title"], "t");
    }
}
