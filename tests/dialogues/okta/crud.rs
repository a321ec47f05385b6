//! Okta's *SCIM 2.0 CRUD Test*: what its steps make Okta send, and what they then look up.

use serde_json::json;

use super::provisioned;
use crate::on_both_engines;
use crate::vendor::{Vendor, may_sign_in};

const NAME: &str = "test.user@okta.local";

on_both_engines! {
    async fn verify_if_user_is_created(world: World) {
        let okta = Vendor::okta(&world).await;
        okta.made("/Users", provisioned(NAME)).await;
        let list = okta.find("/Users", &format!("userName eq \"{NAME}\"")).await.ok(200);
        let user = &list["Resources"][0];
        assert_eq!((&user["userName"], &user["emails"][0]["value"]), (&json!(NAME), &json!(NAME)));
        assert_eq!(user["name"], json!({ "givenName": "Test", "familyName": "User" }));
        assert_eq!(user.get("password"), None);
    }

    async fn verify_first_name_update(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        let mut whole = okta.get(&path).await.ok(200);
        whole["name"]["givenName"] = json!("Updated");
        okta.put(&path, whole).await.ok(200);
        assert_eq!(okta.get(&path).await.ok(200)["name"]["givenName"], "Updated");
    }

    async fn verify_if_user_is_deactivated(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        let ops = json!([{ "op": "replace", "value": { "active": false } }]);
        okta.patch(&path, ops).await.ok(200);
        assert_eq!(okta.get(&path).await.ok(200)["active"], false);
        assert!(!may_sign_in(&world, &path).await);
    }

    async fn verify_if_user_is_reactivated(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        let off = json!([{ "op": "replace", "value": { "active": false } }]);
        okta.patch(&path, off).await.ok(200);
        let list = okta.find("/Users", &format!("userName eq \"{NAME}\"")).await.ok(200);
        assert_eq!(list["Resources"][0]["active"], false, "it is found, and not made again");
        let mut whole = okta.get(&path).await.ok(200);
        whole["active"] = json!(true);
        assert_eq!(okta.put(&path, whole).await.ok(200)["active"], true);
        assert!(may_sign_in(&world, &path).await);
    }

    async fn verify_if_user_is_deactivated_when_the_assignment_ends(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        for _ in 0..2 {
            let ops = json!([{ "op": "replace", "value": { "active": false } }]);
            assert_eq!(okta.patch(&path, ops).await.ok(200)["active"], false, "again and again");
        }
        assert!(okta.get(&path).await.ok(200)["id"].is_string(), "never deleted");
    }
}
