//! The online SCIM validator: its seven preview tests.

use serde_json::json;

use super::validator_groups::random_group;
use super::validator_users::random_user;
use crate::client::USER;
use crate::on_both_engines;
use crate::vendor::Vendor;

on_both_engines! {
    async fn patch_user_multiple_operations_on_different_attributes(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", random_user()).await;
        let ops = json!([{ "op": "remove", "path": "displayName" },
                         { "op": "add", "path": "userType", "value": "new" },
                         { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "n@x" }]);
        let user = entra.patch(&path, ops).await.ok(200);
        assert_eq!(user.get("displayName"), None);
        assert_eq!((&user["userType"], &user["emails"][0]["value"]), (&json!("new"), &json!("n@x")));
    }

    async fn patch_user_multiple_operations_on_the_same_attribute(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", random_user()).await;
        let ops = json!([{ "op": "remove", "path": "displayName" },
                         { "op": "add", "path": "displayName", "value": "added" },
                         { "op": "replace", "path": "displayName", "value": "replaced" }]);
        assert_eq!(entra.patch(&path, ops).await.ok(200)["displayName"], "replaced");
    }

    async fn patch_group_multiple_operations_on_the_same_attribute(world: World) {
        let entra = Vendor::entra(&world).await;
        let group = entra.made("/Groups", random_group()).await;
        let ops = json!([{ "op": "remove", "path": "externalId" },
                         { "op": "add", "path": "externalId", "value": "added" },
                         { "op": "replace", "path": "displayName", "value": "first" },
                         { "op": "replace", "path": "displayName", "value": "second" },
                         { "op": "replace", "path": "externalId", "value": "replaced" }]);
        let shown = entra.patch(&group, ops).await.ok(200);
        assert_eq!((&shown["displayName"], &shown["externalId"]), (&json!("second"), &json!("replaced")));
    }

    async fn patch_group_multiple_operations_on_members(world: World) {
        let entra = Vendor::entra(&world).await;
        let group = entra.made("/Groups", random_group()).await;
        let mut ids = Vec::new();
        for name in ["a", "b"] {
            ids.push(entra.scim.user(name).await);
        }
        let ops = json!([{ "op": "add", "path": "members", "value": [{ "value": ids[0] }] },
                         { "op": "remove", "path": format!("members[value eq \"{}\"]", ids[0]) },
                         { "op": "add", "path": "members", "value": [{ "value": ids[1] }] }]);
        let shown = entra.patch(&group, ops).await.ok(200);
        assert_eq!(shown["members"].as_array().unwrap().len(), 1);
        assert_eq!(shown["members"][0]["value"], json!(ids[1]));
    }

    async fn delete_a_non_existent_user(world: World) {
        let entra = Vendor::entra(&world).await;
        for id in ["5171a35d82074e068ce2", "01a20017-631e-7645-8481-d9d3120b68e7"] {
            entra.delete(&format!("/Users/{id}")).await.refused(404, None);
        }
    }

    async fn delete_a_non_existent_group(world: World) {
        let entra = Vendor::entra(&world).await;
        for id in ["5171a35d82074e068ce2", "01a20017-631e-7645-8481-d9d3120b68e7"] {
            entra.delete(&format!("/Groups/{id}")).await.refused(404, None);
        }
    }

    async fn delete_the_same_user_twice(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", json!({ "schemas": [USER], "userName": "a" })).await;
        assert_eq!(entra.delete(&path).await.status, 204);
        entra.delete(&path).await.refused(404, None);
    }

    async fn delete_the_same_group_twice(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Groups", random_group()).await;
        assert_eq!(entra.delete(&path).await.status, 204);
        entra.delete(&path).await.refused(404, None);
    }
}
