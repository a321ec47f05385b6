//! Group push: a group of Okta becomes and stays a group here.

use serde_json::{Value, json};

use crate::client::{GROUP, id};
use crate::on_both_engines;
use crate::vendor::{Vendor, id_in};

async fn pushed(okta: &Vendor, names: &[&str]) -> (String, Vec<String>) {
    let mut ids = Vec::new();
    for name in names {
        ids.push(okta.scim.user(name).await);
    }
    let members: Vec<Value> = ids
        .iter()
        .map(|id| json!({ "value": id, "display": "x@okta.local" }))
        .collect();
    let body = json!({ "schemas": [GROUP], "displayName": "Pushed", "members": members });
    (okta.made("/Groups", body).await, ids)
}

on_both_engines! {
    async fn the_group_is_looked_up_by_name(world: World) {
        let okta = Vendor::okta(&world).await;
        let path = "/Groups?filter=displayName eq \"Pushed\"&startIndex=1&count=100";
        assert_eq!(okta.get(path).await.ok(200)["totalResults"], 0);
        let (group, _) = pushed(&okta, &[]).await;
        assert_eq!(okta.get(path).await.ok(200)["Resources"][0]["id"], json!(id_in(&group)));
    }

    async fn a_group_is_pushed_with_its_members(world: World) {
        let okta = Vendor::okta(&world).await;
        let (group, ids) = pushed(&okta, &["ann", "ben"]).await;
        okta.has_members(&group, ids).await;
    }

    async fn a_group_is_renamed_with_its_id_in_the_value(world: World) {
        let okta = Vendor::okta(&world).await;
        let (group, ids) = pushed(&okta, &["ann"]).await;
        let ops = json!([{ "op": "replace", "value": { "id": id_in(&group), "displayName": "Renamed" } }]);
        okta.patch(&group, ops).await.ok(200);
        let shown = okta.get(&group).await.ok(200);
        assert_eq!((id(&shown).as_str(), &shown["displayName"]), (id_in(&group), &json!("Renamed")));
        okta.has_members(&group, ids).await;
    }

    async fn members_come_and_go_in_one_request(world: World) {
        let okta = Vendor::okta(&world).await;
        let (group, ids) = pushed(&okta, &["ann", "ben"]).await;
        let eve = okta.scim.user("eve").await;
        let ops = json!([
            { "op": "remove", "path": format!("members[value eq \"{}\"]", ids[0]) },
            { "op": "add", "path": "members", "value": [{ "value": eve, "display": "eve@okta.local" }] }]);
        okta.patch(&group, ops).await.ok(200);
        okta.has_members(&group, [ids[1].clone(), eve]).await;
    }

    async fn push_now_replaces_the_full_list(world: World) {
        let okta = Vendor::okta(&world).await;
        let (group, ids) = pushed(&okta, &["ann", "ben", "eve"]).await;
        let list = json!([{ "value": ids[2], "display": "x" }, { "value": ids[0], "display": "x" }]);
        for ops in [json!([{ "op": "replace", "path": "members", "value": list }]),
                    json!([{ "op": "replace", "value": { "members": list } }])] {
            okta.patch(&group, ops).await.ok(200);
            okta.has_members(&group, [&ids[0], &ids[2]]).await;
        }
    }

    async fn a_large_group_is_pushed_and_answered_without_a_body(world: World) {
        let okta = Vendor::okta(&world).await;
        let names: Vec<String> = (0..60).map(|number| format!("user{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (group, ids) = pushed(&okta, &names).await;
        let ops = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", ids[0]) }]);
        let answer = okta.patch(&group, ops).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        assert_eq!(okta.scim.members(id_in(&group)).await.len(), 59);
    }

    async fn a_member_who_is_inactive_can_be_pushed(world: World) {
        let okta = Vendor::okta(&world).await;
        let (group, _) = pushed(&okta, &[]).await;
        let ann = okta.scim.user("ann").await;
        let off = json!([{ "op": "replace", "value": { "active": false } }]);
        okta.patch(&format!("/Users/{ann}"), off).await.ok(200);
        let ops = json!([{ "op": "add", "path": "members", "value": [{ "value": ann, "display": "x" }] }]);
        okta.patch(&group, ops).await.ok(200);
        okta.has_members(&group, [ann]).await;
    }

    async fn unlinking_deletes_the_group_and_leaves_the_users(world: World) {
        let okta = Vendor::okta(&world).await;
        let (group, ids) = pushed(&okta, &["ann"]).await;
        assert_eq!(okta.delete(&group).await.status, 204);
        okta.get(&group).await.refused(404, None);
        okta.get(&format!("/Users/{}", ids[0])).await.ok(200);
        pushed(&okta, &[]).await;
    }
}
