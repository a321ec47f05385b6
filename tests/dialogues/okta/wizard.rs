//! Applications of the App Integration Wizard: everything by PUT, users and groups.

use serde_json::{Value, json};

use super::provisioned;
use crate::client::GROUP;
use crate::on_both_engines;
use crate::vendor::{Vendor, id_in, may_sign_in};

const NAME: &str = "test.user@okta.local";

fn group(id: &str, name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members
        .iter()
        .map(|id| json!({ "value": id, "display": "x@okta.local" }))
        .collect();
    json!({ "schemas": [GROUP], "id": id, "displayName": name, "members": members })
}

on_both_engines! {
    async fn a_profile_is_replaced(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        let mut body = provisioned(NAME);
        body["id"] = json!(id_in(&path));
        body["name"]["familyName"] = json!("Changed");
        body["meta"] = json!({ "resourceType": "User" });
        let user = okta.put(&path, body).await.ok(200);
        assert_eq!(user["name"]["familyName"], "Changed");
    }

    async fn a_user_is_deactivated_and_reactivated(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        for truth in [false, true] {
            let mut body = provisioned(NAME);
            body["active"] = json!(truth);
            assert_eq!(okta.put(&path, body).await.ok(200)["active"], truth);
            assert_eq!(may_sign_in(&world, &path).await, truth);
        }
    }

    async fn a_user_is_renamed(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        okta.made("/Users", provisioned("other@okta.local")).await;
        assert_eq!(okta.put(&path, provisioned("new@okta.local")).await.ok(200)["userName"], "new@okta.local");
        okta.put(&path, provisioned("OTHER@okta.local")).await.refused(409, Some("uniqueness"));
    }

    async fn a_user_who_is_gone_is_not_made_by_a_replacement(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        assert_eq!(okta.scim.delete(&path).await.status, 204);
        okta.put(&path, provisioned(NAME)).await.refused(404, None);
    }

    async fn a_groups_members_are_replaced(world: World) {
        let okta = Vendor::okta(&world).await;
        let ann = okta.scim.user("ann").await;
        let ben = okta.scim.user("ben").await;
        let path = okta.made("/Groups", group("", "g", &[&ann])).await;
        okta.put(&path, group(id_in(&path), "g", &[&ben])).await.ok(200);
        okta.has_members(&path, [ben.clone()]).await;
        okta.put(&path, group(id_in(&path), "g", &[&ann, &ben])).await.ok(200);
        okta.has_members(&path, [ann, ben]).await;
        okta.put(&path, group(id_in(&path), "g", &[])).await.ok(200);
        okta.has_members(&path, [""; 0]).await;
    }

    async fn a_group_is_renamed_and_keeps_its_members(world: World) {
        let okta = Vendor::okta(&world).await;
        let ann = okta.scim.user("ann").await;
        let path = okta.made("/Groups", group("", "g", &[&ann])).await;
        let after = okta.put(&path, group(id_in(&path), "renamed", &[&ann])).await.ok(200);
        assert_eq!(after["displayName"], "renamed");
        okta.has_members(&path, [ann]).await;
    }
}
