//! Applications of the Okta Integration Network: the profile by GET, change and PUT of the
//! whole body; activity and password by PATCH without a path.

use serde_json::json;

use super::provisioned;
use crate::client::{ENTERPRISE, USER};
use crate::on_both_engines;
use crate::vendor::{Vendor, id_in, may_sign_in};

const NAME: &str = "test.user@okta.local";

on_both_engines! {
    async fn the_user_is_looked_up_before_it_is_made(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = format!("/Users?filter=userName eq \"{NAME}\"&startIndex=1&count=100");
        let list = okta.get(&path).await.ok(200);
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
        okta.made("/Users", provisioned(NAME)).await;
        assert_eq!(okta.get(&path).await.ok(200)["totalResults"], 1);
    }

    async fn a_user_is_made_with_a_placeholder_password_and_an_empty_list_of_groups(world: World) {
        let okta = Vendor::okta(&world).await;
        let answer = okta.post("/Users", provisioned(NAME)).await;
        assert!(!answer.text.contains("1mz050nq"));
        let user = answer.ok(201);
        assert_eq!(user["externalId"], "00ujl29u0le5T6Aj10h7");
        assert_eq!(user["locale"], "en-US");
        assert_eq!(user.get("groups"), None);
    }

    async fn the_profile_is_written_back_whole_with_groups_and_meta(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        okta.scim.group("g", &[id_in(&path)]).await;
        let mut whole = okta.get(&path).await.ok(200);
        let groups = whole["groups"].clone();
        assert_eq!(groups.as_array().unwrap().len(), 1);
        whole["title"] = json!("New");
        whole["meta"]["created"] = json!("1999-01-01T00:00:00Z");
        let after = okta.put(&path, whole).await.ok(200);
        assert_eq!((&after["title"], &after["groups"]), (&json!("New"), &groups));
        assert_ne!(after["meta"]["created"], "1999-01-01T00:00:00Z");
    }

    async fn a_profile_without_its_groups_leaves_the_groups(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        let group = okta.scim.group("g", &[id_in(&path)]).await;
        okta.put(&path, provisioned(NAME)).await.ok(200);
        okta.has_members(&group, [id_in(&path)]).await;
    }

    async fn cleared_attributes_come_as_empty_texts(world: World) {
        let okta = Vendor::okta(&world).await;
        let mut body = provisioned(NAME);
        body["title"] = json!("t");
        body["nickName"] = json!("n");
        let path = okta.made("/Users", body.clone()).await;
        for name in ["title", "nickName", "displayName"] {
            body[name] = json!("");
        }
        let user = okta.put(&path, body).await.ok(200);
        for name in ["title", "nickName", "displayName"] {
            assert_eq!(user.get(name), None, "{name}");
        }
    }

    async fn a_user_is_deactivated_without_a_path(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        for truth in [false, true] {
            let ops = json!([{ "op": "replace", "value": { "active": truth } }]);
            assert_eq!(okta.patch(&path, ops).await.ok(200)["active"], truth);
            assert_eq!(may_sign_in(&world, &path).await, truth);
        }
    }

    async fn a_password_is_set_without_a_path_where_the_connection_takes_it(world: World) {
        let okta = Vendor::okta(&world).await;
        okta.set(&world, "take_passwords", "true").await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        let ops = json!([{ "op": "replace", "value": { "password": "a new long password" } }]);
        let answer = okta.patch(&path, ops).await;
        assert!(!answer.text.contains("a new long password"));
        answer.ok(200);
        assert_eq!(okta.get(&path).await.ok(200).get("password"), None);
    }

    async fn a_password_that_the_connection_does_not_take_is_refused_and_not_said_to_be_set(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        let ops = json!([{ "op": "replace", "value": { "password": "a new long password" } }]);
        let answer = okta.patch(&path, ops).await;
        assert!(!answer.text.contains("a new long password"));
        answer.refused(400, Some("mutability"));
    }

    async fn lists_of_one_are_taken_for_single_values(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        let ops = json!([{ "op": "replace", "path": "title", "value": ["Dr"] },
                         { "op": "replace", "path": "active", "value": [false] }]);
        let user = okta.patch(&path, ops).await.ok(200);
        assert_eq!((&user["title"], &user["active"]), (&json!("Dr"), &json!(false)));
    }

    async fn a_manager_with_a_name_only_is_taken_and_not_invented(world: World) {
        let okta = Vendor::okta(&world).await;
        let mut body = provisioned(NAME);
        body["schemas"] = json!([USER, ENTERPRISE]);
        body[ENTERPRISE] = json!({ "department": "d", "manager": { "displayName": "The Boss" } });
        let user = okta.post("/Users", body).await.ok(201);
        assert_eq!(user[ENTERPRISE], json!({ "department": "d" }));
    }

    async fn a_user_who_was_unassigned_is_taken_up_again(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = okta.made("/Users", provisioned(NAME)).await;
        okta.patch(&path, json!([{ "op": "replace", "value": { "active": false } }])).await.ok(200);
        let list = okta.find("/Users", &format!("userName eq \"{NAME}\"")).await.ok(200);
        assert_eq!(list["Resources"][0]["id"], json!(id_in(&path)));
        let mut body = provisioned(NAME);
        body["id"] = json!(id_in(&path));
        assert_eq!(okta.put(&path, body).await.ok(200)["active"], true);
        assert!(may_sign_in(&world, &path).await);
    }
}
