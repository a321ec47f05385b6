//! *Test connection*, and what the service does before it changes anything.

use serde_json::json;

use super::{sample_group, sample_user};
use crate::client::administrator;
use crate::on_both_engines;
use crate::vendor::{SCIM, Vendor};

const NOBODY: &str = "userName eq \"9f3c1a5e-3f0a-4b55-8f5e-0c2b8a2f7c11\"";

on_both_engines! {
    async fn test_connection_asks_for_a_random_user_and_gets_an_empty_list(world: World) {
        let entra = Vendor::entra(&world).await;
        let answer = entra.find("/Users", NOBODY).await;
        assert_eq!(answer.header("content-type"), SCIM);
        let list = answer.ok(200);
        assert_eq!(list["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
        assert_eq!((&list["startIndex"], &list["itemsPerPage"]), (&json!(1), &json!(0)));
    }

    async fn test_connection_asks_for_a_random_group_and_gets_an_empty_list(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = "/Groups?excludedAttributes=members&filter=displayName eq \"9f3c1a5e\"";
        let list = entra.get(path).await.ok(200);
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
    }

    async fn test_connection_with_a_wrong_token_is_a_scim_error(world: World) {
        let mut entra = Vendor::entra(&world).await;
        entra.scim.token = "wrong".into();
        let answer = entra.find("/Users", NOBODY).await;
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        answer.refused(401, None);
    }

    async fn a_random_matching_attribute_is_asked_for_too(world: World) {
        let entra = Vendor::entra(&world).await;
        for filter in ["externalId eq \"9f3c\"", "emails[type eq \"work\"].value eq \"9f3c@x\"",
                       "emails.value eq \"9f3c@x\"", "id eq \"9f3c\""] {
            let list = entra.find("/Users", filter).await.ok(200);
            assert_eq!(list["totalResults"], 0, "{filter}");
        }
        for filter in ["externalId eq \"9f3c\"", "displayName eq \"9f3c\"", "id eq \"9f3c\""] {
            let list = entra.find("/Groups", filter).await.ok(200);
            assert_eq!(list["totalResults"], 0, "{filter}");
        }
    }

    async fn the_flags_of_a_tenant_address_change_nothing(world: World) {
        let entra = Vendor::entra(&world).await;
        for flag in ["aadOptscim062020", "AzureAdScimPatch2017"] {
            let path = format!("/Users?{flag}&filter=userName eq \"a\"");
            assert_eq!(entra.get(&path).await.ok(200)["totalResults"], 0);
            let user = entra.post(&format!("/Users?{flag}"), sample_user("a")).await.ok(201);
            assert_eq!(entra.get(&path).await.ok(200)["totalResults"], 1);
            let path = format!("/Users/{}?{flag}", user["id"].as_str().unwrap());
            let ops = json!([{ "op": "replace", "path": "title", "value": "t" }]);
            assert_eq!(entra.patch(&path, ops).await.ok(200)["title"], "t");
            assert_eq!(entra.delete(&path).await.status, 204);
        }
    }

    async fn account_discovery_walks_all_users_in_pages(world: World) {
        let entra = Vendor::entra(&world).await;
        administrator(&world, "root").await;
        for number in 0..7 {
            entra.made("/Users", sample_user(&format!("user{number}"))).await;
        }
        let mut names = Vec::new();
        for start in [1, 4, 7, 10] {
            let list = entra.get(&format!("/Users?startIndex={start}&count=3")).await.ok(200);
            assert_eq!((&list["totalResults"], &list["startIndex"]), (&json!(7), &json!(start)));
            let page = list["Resources"].as_array().unwrap();
            assert_eq!(list["itemsPerPage"], json!(page.len()));
            names.extend(page.iter().map(|user| user["userName"].as_str().unwrap().to_owned()));
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 7, "each once, and no administrator: {names:?}");
    }

    async fn group_discovery_walks_all_groups_without_members(world: World) {
        let entra = Vendor::entra(&world).await;
        for number in 0..3 {
            entra.made("/Groups", sample_group(&format!("group{number}"))).await;
        }
        let path = "/Groups?excludedAttributes=members&startIndex=2&count=5";
        let list = entra.get(path).await.ok(200);
        assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(3), &json!(2)));
        for group in list["Resources"].as_array().unwrap() {
            assert_eq!(group.get("members"), None);
            assert!(group["id"].is_string());
        }
    }
}
