//! Item 39: queries by POST, over one type and over all.

use serde_json::{Value, json};

use crate::client::{ENTERPRISE, GROUP, SEARCH, Scim, USER, id};
use crate::on_both_engines;

fn ids(list: &Value) -> Vec<String> {
    let all: Vec<String> = list["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(id)
        .collect();
    assert_eq!(list["itemsPerPage"], all.len());
    all
}

on_both_engines! {
    async fn item_39_a_search_of_a_type_is_the_same_as_a_list(world: World) {
        let scim = Scim::new(&world).await;
        for name in ["ann", "ben", "cid"] {
            scim.later_user(&world, name).await;
        }
        let body = json!({ "schemas": [SEARCH], "filter": "userName ne \"ben\"", "startIndex": 2,
            "count": 1, "attributes": ["userName"], "sortBy": "userName", "sortOrder": "descending" });
        let found = scim.post("/Users/.search", body).await.ok(200);
        let address = "/Users?filter=userName+ne+%22ben%22&startIndex=2&count=1&attributes=userName&sortBy=userName&sortOrder=descending";
        assert_eq!(found, scim.get(address).await.ok(200));
        assert_eq!(found["totalResults"], 2);
        assert_eq!(found["Resources"][0]["userName"], "ann");
        let body = json!({ "schemas": [SEARCH], "excludedAttributes": ["meta", "active"] });
        let all = scim.post("/Users/.search", body).await.ok(200);
        assert_eq!(all["totalResults"], 3);
        assert_eq!(all["Resources"][0].as_object().unwrap().len(), 3, "{all}");
    }

    async fn item_39_a_search_over_all_types_counts_an_attribute_that_a_type_lacks_as_absent(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.later_user(&world, "ann").await;
        let body = json!({ "schemas": [USER, ENTERPRISE], "userName": "ben", "displayName": "Sales",
                           ENTERPRISE: { "department": "d" } });
        world.clock.advance(std::time::Duration::from_millis(1));
        let ben = id(&scim.post("/Users", body).await.ok(201));
        let sales = scim.later_group(&world, "Sales", &[&ann]).await;
        let empty = scim.later_group(&world, "Empty", &[]).await;
        for (filter, wanted) in [
            ("displayName eq \"sales\"", vec![&ben, &sales]),
            ("userName eq \"ann\"", vec![&ann]),
            ("userName pr", vec![&ann, &ben]),
            ("not (userName pr)", vec![&sales, &empty]),
            ("userName ne \"ann\"", vec![&ben, &sales, &empty]),
            ("members pr", vec![&sales]),
            ("userName eq null", vec![&sales, &empty]),
            ("meta.resourceType eq \"Group\"", vec![&sales, &empty]),
            ("meta.resourceType eq \"User\" and displayName pr", vec![&ben]),
            ("emails[type eq \"work\"] or members pr", vec![&sales]),
            ("displayName sw \"s\" and (department eq \"d\" or members pr)", vec![&ben, &sales]),
            ("id pr", vec![&ann, &ben, &sales, &empty]),
        ] {
            let body = json!({ "schemas": [SEARCH], "filter": filter });
            let found = scim.post("/.search", body).await.ok(200);
            assert_eq!(ids(&found).iter().collect::<Vec<_>>(), wanted, "{filter}");
            assert_eq!(found["totalResults"], wanted.len(), "{filter}");
        }
        for filter in ["unheardOf pr", "password pr", "members gt 5", "active gt true"] {
            let body = json!({ "schemas": [SEARCH], "filter": filter });
            scim.post("/.search", body).await.refused(400, Some("invalidFilter"));
        }
    }

    async fn item_39_pages_and_orders_go_over_all_types(world: World) {
        let scim = Scim::new(&world).await;
        let (cid, ann) = (scim.later_user(&world, "cid").await, scim.later_user(&world, "ann").await);
        let (b, d) = (scim.later_group(&world, "b", &[&ann]).await, scim.later_group(&world, "d", &[]).await);
        let page = async |more: Value| {
            let mut body = json!({ "schemas": [SEARCH], "attributes": ["members.value", "userName"] });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let found = scim.post("/.search", body).await.ok(200);
            assert_eq!(found["totalResults"], 4);
            found
        };
        for (start, wanted) in [(1, vec![&cid, &ann, &b]), (2, vec![&ann, &b, &d]), (4, vec![&d]), (5, vec![])] {
            let found = page(json!({ "startIndex": start, "count": 3 })).await;
            assert_eq!(ids(&found).iter().collect::<Vec<_>>(), wanted, "{start}");
        }
        let mixed = page(json!({ "startIndex": 2, "count": 2 })).await;
        assert_eq!(mixed["Resources"], json!([
            { "schemas": [USER], "id": ann, "userName": "ann" },
            { "schemas": [GROUP], "id": b, "members": [{ "value": ann }] }]));
        assert_eq!(ids(&page(json!({ "sortBy": "userName" })).await), [ann.clone(), cid.clone(), b.clone(), d.clone()]);
        assert_eq!(ids(&page(json!({ "sortBy": "userName", "sortOrder": "descending", "count": 3 })).await),
                   [d.clone(), b.clone(), cid.clone()]);
        assert_eq!(ids(&page(json!({ "sortBy": "meta.resourceType", "count": 2 })).await), [b, d]);
    }

    async fn a_search_is_a_post_of_a_search_request_by_a_known_caller(world: World) {
        let scim = Scim::new(&world).await;
        for path in ["/.search", "/Users/.search", "/Groups/.search"] {
            for method in [reqwest::Method::GET, reqwest::Method::PUT, reqwest::Method::DELETE] {
                let answer = scim.send(scim.request(method, path)).await;
                assert_eq!(answer.header("allow"), "POST");
                answer.refused(405, None);
            }
            scim.post(path, json!([])).await.refused(400, Some("invalidSyntax"));
            scim.post(path, json!({ "schemas": [USER] })).await.refused(400, Some("invalidSyntax"));
            for wrong in [json!({ "count": "x" }), json!({ "filter": 1 }), json!({ "attributes": "a", "excludedAttributes": "b" }),
                          json!({ "sortOrder": "up" }), json!({ "attributes": [1] }), json!({ "startIndex": 1, "cursor": "" })] {
                scim.post(path, wrong).await.refused(400, Some("invalidValue"));
            }
            let request = scim.server.http.post(scim.url(path)).body("{}");
            scim.send(request).await.refused(401, None);
        }
    }
}
