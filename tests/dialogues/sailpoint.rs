//! SailPoint: it will not onboard a server without reading everything that it says of
//! itself, the single documents too.

use serde_json::{Value, json};

use crate::client::{ENTERPRISE, GROUP, USER};
use crate::on_both_engines;
use crate::vendor::{SCIM, Vendor};

on_both_engines! {
    async fn the_service_provider_config_is_read(world: World) {
        let sailpoint = Vendor::plain(&world).await;
        let config = sailpoint.get("/ServiceProviderConfig").await.ok(200);
        for name in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
            assert!(config[name]["supported"].is_boolean(), "{name}");
        }
        assert_eq!(config["patch"]["supported"], true);
        assert!(config["authenticationSchemes"].as_array().is_some_and(|all| !all.is_empty()));
        assert_eq!(config["meta"]["resourceType"], "ServiceProviderConfig");
    }

    async fn the_resource_types_are_read_as_a_list(world: World) {
        let sailpoint = Vendor::plain(&world).await;
        let list = sailpoint.get("/ResourceTypes").await.ok(200);
        let endpoints: Vec<&Value> = list["Resources"].as_array().unwrap().iter().map(|t| &t["endpoint"]).collect();
        assert!(endpoints.contains(&&json!("/Users")) && endpoints.contains(&&json!("/Groups")));
    }

    async fn each_resource_type_is_read_by_its_id(world: World) {
        let sailpoint = Vendor::plain(&world).await;
        let list = sailpoint.get("/ResourceTypes").await.ok(200);
        for known in list["Resources"].as_array().unwrap() {
            let path = format!("/ResourceTypes/{}", known["id"].as_str().unwrap());
            assert_eq!(sailpoint.get(&path).await.ok(200), *known);
        }
        let user = sailpoint.get("/ResourceTypes/User").await.ok(200);
        assert_eq!((&user["schema"], &user["schemaExtensions"][0]["schema"]), (&json!(USER), &json!(ENTERPRISE)));
    }

    async fn the_schemas_are_read_as_a_list(world: World) {
        let sailpoint = Vendor::plain(&world).await;
        let list = sailpoint.get("/Schemas").await.ok(200);
        let ids: Vec<&Value> = list["Resources"].as_array().unwrap().iter().map(|s| &s["id"]).collect();
        for urn in [USER, GROUP, ENTERPRISE] {
            assert!(ids.contains(&&json!(urn)), "{urn}");
        }
    }

    async fn each_schema_is_read_by_its_urn(world: World) {
        let sailpoint = Vendor::plain(&world).await;
        let list = sailpoint.get("/Schemas").await.ok(200);
        for known in list["Resources"].as_array().unwrap() {
            let path = format!("/Schemas/{}", known["id"].as_str().unwrap());
            assert_eq!(sailpoint.get(&path).await.ok(200), *known);
            let encoded = path.replace(':', "%3A");
            assert_eq!(sailpoint.get(&encoded).await.ok(200), *known);
        }
    }

    async fn each_location_leads_to_the_document(world: World) {
        let sailpoint = Vendor::plain(&world).await;
        for list in ["/Schemas", "/ResourceTypes"] {
            for known in sailpoint.get(list).await.ok(200)["Resources"].as_array().unwrap() {
                let location = known["meta"]["location"].as_str().unwrap();
                let request = sailpoint.scim.server.http.get(location);
                assert_eq!(sailpoint.scim.send(request).await.ok(200), *known);
            }
        }
    }

    async fn an_aggregation_walks_accounts_and_groups(world: World) {
        let sailpoint = Vendor::plain(&world).await;
        let mut ids = Vec::new();
        for name in ["a", "b", "c"] {
            ids.push(sailpoint.scim.user(name).await);
        }
        sailpoint.scim.group("g", &[&ids[0]]).await;
        let answer = sailpoint.get("/Users?startIndex=1&count=2").await;
        assert_eq!(answer.header("content-type"), SCIM, "who accepts anything gets SCIM");
        let list = answer.ok(200);
        assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(3), &json!(2)));
        let last = sailpoint.get("/Users?startIndex=3&count=2").await.ok(200);
        assert_eq!(last["itemsPerPage"], 1);
        assert_eq!(sailpoint.get("/Groups?startIndex=1&count=2").await.ok(200)["totalResults"], 1);
    }

    async fn an_access_request_adds_and_removes_a_member(world: World) {
        let sailpoint = Vendor::plain(&world).await;
        let ann = sailpoint.scim.user("ann").await;
        let group = sailpoint.scim.group("g", &[]).await;
        let path = format!("/Groups/{group}");
        let ops = json!([{ "op": "add", "path": "members", "value": [{ "value": ann, "type": "User" }] }]);
        sailpoint.patch(&path, ops).await.ok(200);
        let user = sailpoint.get(&format!("/Users/{ann}")).await.ok(200);
        assert_eq!(user["groups"][0]["value"], json!(group));
        let ops = json!([{ "op": "remove", "path": format!("members[value eq \"{ann}\"]") }]);
        sailpoint.patch(&path, ops).await.ok(200);
        sailpoint.has_members(&group, [""; 0]).await;
    }
}
