//! JumpCloud: a test user and a test group on activation, then member changes that it
//! repeats.

use serde_json::json;

use crate::client::{GROUP, USER, id};
use crate::on_both_engines;
use crate::vendor::{Vendor, id_in};

on_both_engines! {
    async fn the_test_user_of_the_activation_comes_and_goes(world: World) {
        let jumpcloud = Vendor::plain(&world).await;
        let body = json!({ "schemas": [USER], "userName": "jumpcloud.test.user@example.com", "active": true,
            "name": { "givenName": "Test", "familyName": "User" },
            "emails": [{ "value": "jumpcloud.test.user@example.com", "primary": true }] });
        let path = jumpcloud.made("/Users", body.clone()).await;
        let list = jumpcloud.get("/Users?startIndex=1&count=100").await.ok(200);
        assert_eq!(list["totalResults"], 1);
        let mut off = body.clone();
        off["active"] = json!(false);
        assert_eq!(jumpcloud.put(&path, off).await.ok(200)["active"], false);
        assert_eq!(jumpcloud.delete(&path).await.status, 204);
        assert_ne!(jumpcloud.made("/Users", body).await, path, "and can be activated again");
    }

    async fn the_test_group_of_the_activation_comes_and_goes(world: World) {
        let jumpcloud = Vendor::plain(&world).await;
        let body = json!({ "schemas": [GROUP], "displayName": "JumpCloud Test Group", "members": [] });
        let path = jumpcloud.made("/Groups", body.clone()).await;
        let mut renamed = body.clone();
        renamed["displayName"] = json!("JumpCloud Test Group Renamed");
        jumpcloud.put(&path, renamed).await.ok(200);
        assert_eq!(jumpcloud.delete(&path).await.status, 204);
        jumpcloud.made("/Groups", body).await;
    }

    async fn a_member_who_is_added_again_is_there_once_and_nothing_moved(world: World) {
        let jumpcloud = Vendor::plain(&world).await;
        let ann = jumpcloud.scim.user("ann").await;
        let group = jumpcloud.scim.group("g", &[]).await;
        let path = format!("/Groups/{group}");
        let ops = json!([{ "op": "add", "path": "members", "value": [{ "value": ann }] }]);
        let first = jumpcloud.patch(&path, ops.clone()).await.ok(200);
        world.clock.advance(std::time::Duration::from_secs(60));
        assert_eq!(jumpcloud.patch(&path, ops).await.ok(200), first);
        jumpcloud.has_members(&group, [ann]).await;
    }

    async fn members_leave_by_an_array_of_values(world: World) {
        let jumpcloud = Vendor::plain(&world).await;
        let ann = jumpcloud.scim.user("ann").await;
        let ben = jumpcloud.scim.user("ben").await;
        let group = jumpcloud.scim.group("g", &[&ann, &ben]).await;
        let ops = json!([{ "op": "remove", "path": "members", "value": [{ "value": ann }] }]);
        for _ in 0..2 {
            jumpcloud.patch(&format!("/Groups/{group}"), ops.clone()).await.ok(200);
            jumpcloud.has_members(&group, std::slice::from_ref(&ben)).await;
        }
    }

    async fn a_user_is_looked_up_made_changed_and_suspended(world: World) {
        let jumpcloud = Vendor::plain(&world).await;
        assert_eq!(jumpcloud.find("/Users", "userName eq \"ann\"").await.ok(200)["totalResults"], 0);
        let body = json!({ "schemas": [USER], "userName": "ann", "externalId": "5f1b", "active": true });
        let path = jumpcloud.made("/Users", body).await;
        let ops = json!([{ "op": "replace", "value": { "displayName": "Ann", "active": false } }]);
        let user = jumpcloud.patch(&path, ops).await.ok(200);
        assert_eq!((id(&user).as_str(), &user["displayName"], &user["active"]),
                   (id_in(&path), &json!("Ann"), &json!(false)));
    }
}
