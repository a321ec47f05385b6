//! Item 36: the order of lists.

use serde_json::{Value, json};

use crate::client::{ENTERPRISE, Scim, USER};
use crate::on_both_engines;
use crate::support::World;

fn names(list: &Value) -> String {
    let name = |user: &Value| user["userName"].as_str().unwrap().to_lowercase();
    list["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(name)
        .collect()
}

async fn people(scim: &Scim, world: &World) {
    for body in [
        json!({ "userName": "b", "title": "beta", "externalId": "a", "name": { "familyName": "Zed" }, "active": false,
            "emails": [{ "value": "z@x", "type": "work" }, { "value": "a@x", "primary": true }],
            ENTERPRISE: { "department": "two" } }),
        json!({ "userName": "D", "title": "Alpha", "externalId": "B",
            "emails": [{ "value": "m@x" }, { "value": "b@x" }], ENTERPRISE: { "department": "One" } }),
        json!({ "userName": "a", "title": "alpha", "name": { "familyName": "abel" } }),
        json!({ "userName": "C", "externalId": "C" }),
    ] {
        world.clock.advance(std::time::Duration::from_millis(1));
        let mut body = body;
        body["schemas"] = json!([USER, ENTERPRISE]);
        scim.post("/Users", body).await.ok(201);
    }
}

on_both_engines! {
    async fn item_36_values_are_sorted_as_they_are_compared_and_the_missing_come_last(world: World) {
        let scim = Scim::new(&world).await;
        people(&scim, &world).await;
        for (by, wanted) in [
            ("userName", "abcd"), ("USERNAME", "abcd"), ("id", "bdac"), ("meta.created", "bdac"),
            // Equal without case: by id.
            ("title", "dabc"),
            // With case, capitals first.
            ("externalId", "dcba"),
            ("name.familyName", "abdc"),
            // The primary value, or else the first.
            ("emails", "bdac"), ("emails.value", "bdac"),
            ("active", "bdac"),
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "dbac"),
            ("urn:ietf:params:scim:schemas:core:2.0:User:title", "dabc"),
            ("", "bdac"),
        ] {
            let up = scim.get(&format!("/Users?sortBy={by}")).await.ok(200);
            assert_eq!(names(&up), wanted, "{by}");
            assert_eq!(names(&scim.get(&format!("/Users?sortBy={by}&sortOrder=Ascending")).await.ok(200)), wanted);
            let down = scim.get(&format!("/Users?sortBy={by}&sortOrder=descending")).await.ok(200);
            assert_eq!(names(&down), wanted.chars().rev().collect::<String>(), "{by}");
            let mut paged = String::new();
            for start in [1, 3] {
                let page = scim.get(&format!("/Users?sortBy={by}&startIndex={start}&count=2")).await.ok(200);
                assert_eq!(page["totalResults"], 4);
                paged += &names(&page);
            }
            assert_eq!(paged, wanted, "{by}");
        }
        let filtered = scim.get("/Users?sortBy=title&filter=title+sw+%22A%22&attributes=userName").await.ok(200);
        assert_eq!(names(&filtered), "da");
        let filtered = scim.get("/Users?sortBy=userName&filter=title+pr").await.ok(200);
        assert_eq!(names(&filtered), "abd");
    }

    async fn item_36_what_cannot_be_sorted_by_is_refused(world: World) {
        let scim = Scim::new(&world).await;
        for query in ["sortBy=nope", "sortBy=name", "sortBy=addresses", "sortBy=password", "sortBy=meta",
                      "sortBy=userName&sortOrder=up", "sortOrder=1", "sortBy=a b", "sortBy=emails[type eq \"work\"]",
                      "sortBy=userName&sortBy=id"] {
            scim.get(&format!("/Users?{}", query.replace(' ', "+"))).await.refused(400, Some("invalidValue"));
        }
        scim.get("/Groups?sortBy=members").await.refused(400, Some("invalidValue"));
        scim.get("/Groups?sortBy=userName").await.refused(400, Some("invalidValue"));
    }

    async fn groups_are_sorted_too(world: World) {
        let scim = Scim::new(&world).await;
        for name in ["beta", "Alpha", "Gamma"] {
            scim.later_group(&world, name, &[]).await;
        }
        for (query, wanted) in [
            ("sortBy=displayName", ["Alpha", "beta", "Gamma"]),
            ("sortBy=displayName&sortOrder=descending", ["Gamma", "beta", "Alpha"]),
            ("sortBy=meta.created", ["beta", "Alpha", "Gamma"]),
        ] {
            let list = scim.get(&format!("/Groups?{query}")).await.ok(200);
            let names: Vec<&str> = list["Resources"].as_array().unwrap().iter()
                .map(|group| group["displayName"].as_str().unwrap()).collect();
            assert_eq!(names, wanted, "{query}");
        }
    }
}
