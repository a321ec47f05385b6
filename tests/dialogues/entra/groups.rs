//! The life of a group, as the provisioning service documents its requests.

use serde_json::{Value, json};

use super::{sample_group, sample_user};
use crate::client::{GROUP, id};
use crate::on_both_engines;
use crate::vendor::{Vendor, id_in};

/// A group with two members: the group, and the members.
async fn group_of_two(entra: &Vendor) -> (String, [String; 2]) {
    let ann = entra.made("/Users", sample_user("ann")).await;
    let ben = entra.made("/Users", sample_user("ben")).await;
    let group = entra.made("/Groups", sample_group("g")).await;
    let members = [id_in(&ann).to_owned(), id_in(&ben).to_owned()];
    let value: Vec<Value> = members
        .iter()
        .map(|id| json!({ "$ref": null, "value": id }))
        .collect();
    let ops = json!([{ "op": "Add", "path": "members", "value": value }]);
    entra.patch(&group, ops).await.ok(200);
    (group, members)
}

on_both_engines! {
    async fn create_group(world: World) {
        let entra = Vendor::entra(&world).await;
        let group = entra.post("/Groups", sample_group("displayName")).await.ok(201);
        assert_eq!(group["schemas"], json!([GROUP]));
        assert_eq!(group["externalId"], "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159");
        assert_eq!(group["displayName"], "displayName");
        assert_eq!(group["meta"]["resourceType"], "Group");
    }

    async fn create_group_again_is_a_conflict(world: World) {
        let entra = Vendor::entra(&world).await;
        entra.made("/Groups", sample_group("Sales")).await;
        entra.post("/Groups", sample_group("sales")).await.refused(409, Some("uniqueness"));
    }

    async fn get_group_without_its_members(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, _) = group_of_two(&entra).await;
        let shown = entra.get(&format!("{group}?excludedAttributes=members")).await.ok(200);
        assert_eq!(shown.get("members"), None);
        assert_eq!(shown["displayName"], "g");
    }

    async fn get_group_by_display_name(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, _) = group_of_two(&entra).await;
        for filter in ["displayName eq \"g\"", "displayName eq \"G\"",
                       "externalId eq \"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159\""] {
            let path = format!("/Groups?excludedAttributes=members&filter={filter}");
            let list = entra.get(&path).await.ok(200);
            assert_eq!((&list["totalResults"], &list["Resources"][0]["id"]),
                       (&json!(1), &json!(id_in(&group))), "{filter}");
            assert_eq!(list["Resources"][0].get("members"), None);
        }
    }

    async fn the_membership_reference_is_checked(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, [ann, _]) = group_of_two(&entra).await;
        let eve = entra.made("/Users", sample_user("eve")).await;
        for (member, total) in [(ann.as_str(), 1), (id_in(&eve), 0), ("5171a35d82074e068ce2", 0)] {
            let filter = format!("id eq \"{}\" and members eq \"{member}\"", id_in(&group));
            let path = format!("/Groups?attributes=id&filter={filter}");
            let list = entra.get(&path).await.ok(200);
            assert_eq!(list["totalResults"], total, "{filter}");
        }
    }

    async fn update_group_non_member_attributes(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, members) = group_of_two(&entra).await;
        let ops = json!([{ "op": "Replace", "path": "displayName",
                           "value": "1879db59-3bdf-4490-ad68-ab880a269474updatedDisplayName" }]);
        let answer = entra.patch(&group, ops).await;
        assert!([200, 204].contains(&answer.status.as_u16()), "{answer:?}");
        let shown = entra.get(&group).await.ok(200);
        assert_eq!(shown["displayName"], "1879db59-3bdf-4490-ad68-ab880a269474updatedDisplayName");
        entra.has_members(&group, members).await;
    }

    async fn update_group_add_members(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, members) = group_of_two(&entra).await;
        entra.has_members(&group, &members).await;
        let path = format!("/Users/{}", members[0]);
        assert_eq!(entra.get(&path).await.ok(200)["groups"][0]["value"], json!(id_in(&group)));
    }

    async fn update_group_remove_members_takes_the_named_one_only(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, [ann, ben]) = group_of_two(&entra).await;
        let ops = json!([{ "op": "Remove", "path": "members",
                           "value": [{ "$ref": null, "value": ann }] }]);
        entra.patch(&group, ops).await.ok(200);
        entra.has_members(&group, [ben]).await;
    }

    async fn update_group_remove_members_with_the_flag(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, [ann, ben]) = group_of_two(&entra).await;
        let ops = json!([{ "op": "remove", "path": format!("members[value eq \"{ben}\"]") }]);
        entra.patch(&format!("{group}?aadOptscim062020"), ops).await.ok(200);
        entra.has_members(&group, [ann]).await;
    }

    async fn update_group_add_and_remove_many_in_one_operation(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, _) = group_of_two(&entra).await;
        let mut many = Vec::new();
        for number in 0..20 {
            let path = entra.made("/Users", sample_user(&format!("user{number}"))).await;
            many.push(json!({ "$ref": null, "value": id_in(&path) }));
        }
        for (op, count) in [("Add", 22), ("Add", 22), ("Remove", 2), ("Remove", 2)] {
            let ops = json!([{ "op": op, "path": "members", "value": many }]);
            entra.patch(&group, ops).await.ok(200);
            assert_eq!(entra.scim.members(id_in(&group)).await.len(), count, "{op}");
        }
    }

    async fn a_removal_of_members_that_names_none_is_refused_as_a_mistake(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, members) = group_of_two(&entra).await;
        let ops = json!([{ "op": "Remove", "path": "members" }]);
        assert_eq!(entra.patch(&group, ops).await.status, 400);
        let ops = json!([{ "op": "Remove", "path": "members", "value": [] }]);
        entra.patch(&group, ops).await.ok(200);
        entra.has_members(&group, &members).await;
    }

    async fn members_who_are_not_provisioned_refuse_the_push_or_are_left_out(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, members) = group_of_two(&entra).await;
        let eve = entra.made("/Users", sample_user("eve")).await;
        let nobody = "01a20017-631e-7645-8481-d9d3120b68e7";
        let ops = json!([{ "op": "Add", "path": "members",
                           "value": [{ "value": id_in(&eve) }, { "value": nobody }] }]);
        let detail = entra.patch(&group, ops.clone()).await.refused(400, Some("invalidValue"));
        assert!(detail.contains(nobody), "{detail}");
        entra.has_members(&group, &members).await;
        entra.set(&world, "unknown_members", "drop").await;
        entra.patch(&group, ops).await.ok(200);
        let three = [members[0].as_str(), members[1].as_str(), id_in(&eve)];
        entra.has_members(&group, three).await;
    }

    async fn a_disabled_user_stays_a_member(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, [ann, ben]) = group_of_two(&entra).await;
        let ops = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
        entra.patch(&format!("/Users/{ann}"), ops).await.ok(200);
        entra.has_members(&group, [ann, ben]).await;
    }

    async fn delete_group(world: World) {
        let entra = Vendor::entra(&world).await;
        let (group, [ann, _]) = group_of_two(&entra).await;
        assert_eq!(entra.delete(&group).await.status, 204);
        entra.get(&group).await.refused(404, None);
        let user = entra.get(&format!("/Users/{ann}")).await.ok(200);
        assert_eq!(user["groups"].as_array().map_or(0, Vec::len), 0);
        assert_eq!(id(&user), ann);
    }
}
