//! The online SCIM validator: its tests of groups.

use serde_json::{Value, json};

use super::validator_users::random_user;
use crate::client::{GROUP, id};
use crate::on_both_engines;
use crate::vendor::{Vendor, id_in};

pub fn random_group() -> Value {
    json!({ "schemas": [GROUP], "displayName": "UHYYWKURUTZS",
            "externalId": "c420a4bf-cb0d-415a-98ff-bb3c12b0b2e3" })
}

/// A group with one member: both addresses.
async fn group_with_member(entra: &Vendor) -> (String, String) {
    let user = entra.made("/Users", random_user()).await;
    let mut body = random_group();
    body["members"] = json!([{ "value": id_in(&user) }]);
    (entra.made("/Groups", body).await, user)
}

on_both_engines! {
    async fn get_group_by_id_excluding_members(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, _) = group_with_member(&entra).await;
        let shown = entra.get(&format!("{group}?excludedAttributes=members")).await.ok(200);
        assert_eq!((&shown["displayName"], shown.get("members")), (&json!("UHYYWKURUTZS"), None));
    }

    async fn get_group_by_id(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, user) = group_with_member(&entra).await;
        let shown = entra.get(&group).await.ok(200);
        assert_eq!(shown["members"][0]["value"], json!(id_in(&user)));
    }

    async fn filter_for_an_existing_group(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, user) = group_with_member(&entra).await;
        let list = entra.get("/Groups?filter=displayName+eq+\"UHYYWKURUTZS\"").await.ok(200);
        assert_eq!(list["Resources"][0]["id"], json!(id_in(&group)));
        assert_eq!(list["Resources"][0]["members"][0]["value"], json!(id_in(&user)));
    }

    async fn filter_for_an_existing_group_excluding_members(world: World) {
        let entra = Vendor::entra(&world).await;
        group_with_member(&entra).await;
        let path = "/Groups?excludedAttributes=members&filter=displayName+eq+\"UHYYWKURUTZS\"";
        let list = entra.get(path).await.ok(200);
        assert_eq!((&list["totalResults"], list["Resources"][0].get("members")), (&json!(1), None));
    }

    async fn filter_for_a_non_existing_group(world: World) {
        let entra = Vendor::entra(&world).await;
        group_with_member(&entra).await;
        let list = entra.get("/Groups?filter=displayName+eq+\"QPOWIEURYT\"").await.ok(200);
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
    }

    async fn filter_for_an_existing_group_with_a_different_case(world: World) {
        let entra = Vendor::entra(&world).await;
        group_with_member(&entra).await;
        let list = entra.get("/Groups?filter=displayName+eq+\"uhyywkurutzs\"").await.ok(200);
        assert_eq!(list["Resources"][0]["displayName"], "UHYYWKURUTZS");
    }

    async fn create_a_new_group(world: World) {
        let entra = Vendor::entra(&world).await;
        let group = entra.post("/Groups", random_group()).await.ok(201);
        assert_eq!(group["displayName"], "UHYYWKURUTZS");
        assert_eq!(group["externalId"], "c420a4bf-cb0d-415a-98ff-bb3c12b0b2e3");
        assert_eq!(id(&entra.get(&format!("/Groups/{}", id(&group))).await.ok(200)), id(&group));
    }

    async fn create_a_duplicate_group(world: World) {
        let entra = Vendor::entra(&world).await;
        entra.made("/Groups", random_group()).await;
        entra.post("/Groups", random_group()).await.refused(409, Some("uniqueness"));
    }

    async fn patch_group_replace_attributes(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, user) = group_with_member(&entra).await;
        let ops = json!([{ "op": "replace", "value": { "externalId": "c3b97a69-ee33-427b-8bc1-d661b7769314" } }]);
        let shown = entra.patch(&group, ops).await.ok(200);
        assert_eq!(shown["externalId"], "c3b97a69-ee33-427b-8bc1-d661b7769314");
        assert_eq!(shown["members"][0]["value"], json!(id_in(&user)), "nobody was lost");
    }

    async fn patch_group_replace_external_id_by_its_path(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, user) = group_with_member(&entra).await;
        let ops = json!([{ "op": "replace", "path": "externalId", "value": "new" }]);
        let shown = entra.patch(&group, ops).await.ok(200);
        assert_eq!((&shown["externalId"], &shown["members"][0]["value"]),
                   (&json!("new"), &json!(id_in(&user))));
    }

    async fn update_group_display_name(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, _) = group_with_member(&entra).await;
        let ops = json!([{ "op": "replace", "value": { "displayName": "MSADPJJZWBUS" } }]);
        assert_eq!(entra.patch(&group, ops).await.ok(200)["displayName"], "MSADPJJZWBUS");
        let list = entra.get("/Groups?filter=displayName+eq+\"MSADPJJZWBUS\"").await.ok(200);
        assert_eq!(list["totalResults"], 1);
    }

    async fn patch_group_add_member(world: World) {
        let entra = Vendor::entra(&world).await;
        let user = entra.made("/Users", random_user()).await;
        let group = entra.made("/Groups", random_group()).await;
        let ops = json!([{ "op": "add", "path": "members", "value": [{ "value": id_in(&user) }] }]);
        let shown = entra.patch(&group, ops).await.ok(200);
        assert_eq!(shown["members"][0]["value"], json!(id_in(&user)));
    }

    async fn patch_group_remove_member(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, user) = group_with_member(&entra).await;
        let ops = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", id_in(&user)) }]);
        entra.patch(&group, ops).await.ok(200);
        entra.has_members(&group, [""; 0]).await;
    }

    async fn delete_a_group(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, user) = group_with_member(&entra).await;
        assert_eq!(entra.delete(&group).await.status, 204);
        entra.get(&group).await.refused(404, None);
        entra.get(&user).await.ok(200);
    }
}
