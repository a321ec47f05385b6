//! Imports: Okta reads everyone, page by page, and tells 429 by its `Retry-After`.

use serde_json::{Value, json};

use super::provisioned;
use crate::client::administrator;
use crate::on_both_engines;
use crate::vendor::Vendor;

on_both_engines! {
    async fn an_import_reads_every_user_once_in_a_stable_order(world: World) {
        let okta = Vendor::okta(&world).await;
        administrator(&world, "root").await;
        for number in 0..12 {
            okta.made("/Users", provisioned(&format!("user{number}@okta.local"))).await;
        }
        let whole = okta.get("/Users?startIndex=1&count=100").await.ok(200);
        assert_eq!(whole["totalResults"], 12);
        let mut walked: Vec<Value> = Vec::new();
        while walked.len() < 12 {
            let path = format!("/Users?startIndex={}&count=5", walked.len() + 1);
            let page = okta.get(&path).await.ok(200)["Resources"].as_array().unwrap().clone();
            assert!(!page.is_empty());
            walked.extend(page);
        }
        assert_eq!(json!(walked), whole["Resources"]);
    }

    async fn a_changed_user_keeps_its_place_in_the_import(world: World) {
        let okta = Vendor::okta(&world).await;
        let mut paths = Vec::new();
        for name in ["c", "a", "b"] {
            paths.push(okta.made("/Users", provisioned(name)).await);
        }
        let order = |list: Value| -> Vec<Value> {
            list["Resources"].as_array().unwrap().iter().map(|user| user["id"].clone()).collect()
        };
        let before = order(okta.get("/Users?startIndex=1&count=100").await.ok(200));
        let ops = json!([{ "op": "replace", "value": { "userName": "zzz" } }]);
        okta.patch(&paths[0], ops).await.ok(200);
        assert_eq!(order(okta.get("/Users?startIndex=1&count=100").await.ok(200)), before);
    }

    async fn every_imported_user_has_what_okta_needs(world: World) {
        let okta = Vendor::okta(&world).await;
        administrator(&world, "root").await;
        okta.made("/Users", provisioned("a@okta.local")).await;
        let list = okta.get("/Users?startIndex=1&count=100").await.ok(200);
        for user in list["Resources"].as_array().unwrap() {
            for value in [&user["id"], &user["userName"], &user["name"]["givenName"],
                          &user["name"]["familyName"], &user["emails"][0]["value"]] {
                assert!(value.is_string(), "{user}");
            }
            assert!(user["active"].is_boolean());
        }
    }

    async fn groups_are_imported_with_their_members(world: World) {
        let okta = Vendor::okta(&world).await;
        let ann = okta.scim.user("ann").await;
        okta.scim.group("g", &[&ann]).await;
        let list = okta.get("/Groups?startIndex=1&count=100").await.ok(200);
        assert_eq!(list["Resources"][0]["members"][0]["value"], json!(ann));
    }

    async fn entitlement_discovery_reads_types_and_schemas(world: World) {
        let okta = Vendor::okta(&world).await;
        let types = okta.get("/ResourceTypes").await.ok(200);
        for known in types["Resources"].as_array().unwrap() {
            let urn = known["schema"].as_str().unwrap();
            assert_eq!(okta.get(&format!("/Schemas/{urn}")).await.ok(200)["id"], json!(urn));
        }
    }
}
