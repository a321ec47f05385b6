//! Groups and their members.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{GROUP, Scim, administrator, id};
use crate::on_both_engines;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory;

const UNKNOWN: &str = "019aa000-0000-7000-8000-000000000000";

on_both_engines! {
    async fn item_18_a_group_shows_users_and_groups_with_type_address_and_name(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let inner = scim.group("inner", &[]).await;
        let body = json!({ "schemas": [GROUP], "displayName": "g", "externalId": "x",
                           "members": [{ "value": ann, "display": "sent", "type": "User" },
                                       { "value": inner, "$ref": "https://evil" }] });
        let created = scim.post("/Groups", body).await.ok(201);
        let members = created["members"].as_array().unwrap();
        let entry = |value: &str, kind: &str| json!({
            "value": value, "$ref": scim.url(&format!("/{kind}s/{value}")), "type": kind });
        assert!(members.contains(&entry(&ann, "User")));
        assert!(members.contains(&entry(&inner, "Group")));
        assert_eq!(members.len(), 2);
        assert_eq!(created["externalId"], "x");
        let path = format!("/Groups/{}", id(&created));
        assert_eq!(scim.get(&path).await.ok(200), created);
        // Names are shown to whoever asks for them.
        let named = scim.get(&format!("{path}?attributes=members.value,members.display")).await;
        let named = named.ok(200);
        let named = named["members"].as_array().unwrap();
        assert!(named.contains(&json!({ "value": ann, "display": "ann" })));
        assert!(named.contains(&json!({ "value": inner, "display": "inner" })));
        let without = scim.get(&format!("{path}?excludedAttributes=members.type")).await.ok(200);
        let first = without["members"][0].as_object().unwrap();
        assert_eq!(first.keys().collect::<Vec<_>>(), ["value", "$ref"]);
    }

    async fn item_18_groups_in_a_circle_do_not_hang(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let a = scim.group("a", &[&ann]).await;
        let b = scim.group("b", &[&a]).await;
        let ops = json!([{ "op": "add", "path": "members", "value": [{ "value": b }, { "value": a }] }]);
        scim.patch(&format!("/Groups/{a}"), ops).await.ok(200);
        let user = scim.get(&format!("/Users/{ann}")).await.ok(200);
        let groups = user["groups"].as_array().unwrap();
        assert_eq!(groups.len(), 2);
        let of = |group: &str| groups.iter().find(|g| g["value"] == group).unwrap()["type"].clone();
        assert_eq!((of(&a), of(&b)), (json!("direct"), json!("indirect")));
        assert_eq!(scim.delete(&format!("/Groups/{a}")).await.status, 204);
        assert_eq!(scim.members(&b).await, [] as [String; 0]);
    }

    async fn members_are_added_and_removed_in_each_dialect(world: World) {
        let scim = Scim::new(&world).await;
        let mut users = Vec::new();
        for name in ["a", "b", "c", "d"] {
            users.push(scim.user(name).await);
        }
        let [a, b, c, d] = &users[..] else { unreachable!() };
        let group = scim.group("g", &[a]).await;
        let path = format!("/Groups/{group}");
        let patch = |op: Value| scim.patch(&path, json!([op]));
        patch(json!({ "op": "Add", "path": "members", "value": [{ "value": b }, { "value": c }] }))
            .await.ok(200);
        patch(json!({ "op": "add", "value": { "members": [{ "value": d, "display": "D" }] } }))
            .await.ok(200);
        assert_eq!(scim.members(&group).await.len(), 4);
        patch(json!({ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": a }] }))
            .await.ok(200);
        patch(json!({ "op": "remove", "path": format!("members[value eq \"{b}\"]") })).await.ok(200);
        let mut left = vec![c.clone(), d.clone()];
        left.sort();
        assert_eq!(scim.members(&group).await, left);
        let push_now = json!([{ "op": "replace", "path": "members", "value": [{ "value": a }] }]);
        scim.patch(&path, push_now).await.ok(200);
        assert_eq!(scim.members(&group).await, std::slice::from_ref(a));
        patch(json!({ "op": "remove", "path": "members" })).await.ok(200);
        assert_eq!(scim.members(&group).await, [] as [String; 0]);
    }

    async fn t12_what_is_so_already_moves_neither_version_nor_date(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let ben = scim.user("ben").await;
        let group = scim.group("g", &[&ann]).await;
        let path = format!("/Groups/{group}");
        let before = scim.get(&path).await.ok(200);
        world.clock.advance(Duration::from_secs(5));
        for op in [
            json!({ "op": "add", "path": "members", "value": [{ "value": ann }] }),
            json!({ "op": "remove", "path": "members", "value": [{ "value": ben }] }),
            json!({ "op": "remove", "path": format!("members[value eq \"{UNKNOWN}\"]") }),
            json!({ "op": "replace", "path": "members", "value": [{ "value": ann }] }),
            json!({ "op": "replace", "value": { "displayName": "g", "id": group } }),
        ] {
            assert_eq!(scim.patch(&path, json!([op])).await.ok(200), before, "{op}");
        }
        let changed = json!([{ "op": "add", "path": "members", "value": [{ "value": ben }] }]);
        let after = scim.patch(&path, changed).await.ok(200);
        assert_eq!(after["meta"]["version"], "W/\"2\"");
        assert_eq!(after["meta"]["lastModified"], "2026-11-21T09:00:05.000Z");
    }

    async fn fault_3_a_replaced_external_id_leaves_the_members(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let group = scim.group("g", &[&ann]).await;
        let ops = json!([{ "op": "Replace", "path": "externalId", "value": "x" },
                         { "op": "Replace", "path": "displayName", "value": "h" }]);
        let after = scim.patch(&format!("/Groups/{group}"), ops).await.ok(200);
        assert_eq!((&after["externalId"], &after["displayName"]), (&json!("x"), &json!("h")));
        assert_eq!(scim.members(&group).await, [ann]);
    }

    async fn fault_5_an_unknown_member_refuses_the_push_by_name_and_does_nothing(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let group = scim.group("g", &[]).await;
        let path = format!("/Groups/{group}");
        let ops = json!([{ "op": "replace", "path": "displayName", "value": "new" },
            { "op": "add", "path": "members",
              "value": [{ "value": ann }, { "value": UNKNOWN }, { "value": "not an id" }] }]);
        let detail = scim.patch(&path, ops).await.refused(400, Some("invalidValue"));
        assert!(detail.contains(UNKNOWN) && detail.contains("not an id"), "{detail}");
        assert!(!detail.contains(&ann));
        let after = scim.get(&path).await.ok(200);
        assert_eq!((&after["displayName"], after.get("members")), (&json!("g"), None));
        let body = json!({ "schemas": [GROUP], "displayName": "h", "members": [{ "value": UNKNOWN }] });
        scim.post("/Groups", body).await.refused(400, Some("invalidValue"));
        assert_eq!(scim.get("/Groups").await.ok(200)["totalResults"], 1);
    }

    async fn fault_7_a_member_is_there_once(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let group = scim.group("g", &[&ann, &ann]).await;
        for _ in 0..2 {
            let ops = json!([{ "op": "add", "path": "members",
                               "value": [{ "value": ann }, { "value": ann }] }]);
            scim.patch(&format!("/Groups/{group}"), ops).await.ok(200);
        }
        assert_eq!(scim.members(&group).await, [ann]);
    }

    async fn fault_8_a_group_may_be_replaced_under_its_own_name(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let group = scim.group("Sales", &[&ann]).await;
        scim.group("Other", &[]).await;
        let path = format!("/Groups/{group}");
        let body = json!({ "schemas": [GROUP], "displayName": "SALES", "members": [{ "value": ann }] });
        assert_eq!(scim.put(&path, body).await.ok(200)["displayName"], "SALES");
        let taken = json!({ "schemas": [GROUP], "displayName": "other" });
        scim.put(&path, taken.clone()).await.refused(409, Some("uniqueness"));
        scim.post("/Groups", taken).await.refused(409, Some("uniqueness"));
        assert_eq!(scim.members(&group).await, [ann]);
        let without = json!({ "schemas": [GROUP], "displayName": "SALES" });
        scim.put(&path, without).await.ok(200);
        assert_eq!(scim.members(&group).await, [] as [String; 0]);
    }

    async fn item_68_a_deleted_group_leaves_its_users(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let group = scim.group("g", &[&ann]).await;
        let outer = scim.group("outer", &[&group]).await;
        assert_eq!(scim.delete(&format!("/Groups/{group}")).await.status, 204);
        scim.delete(&format!("/Groups/{group}")).await.refused(404, None);
        assert_eq!(scim.get(&format!("/Users/{ann}")).await.ok(200).get("groups"), None);
        let outer = scim.get(&format!("/Groups/{outer}")).await.ok(200);
        assert_eq!((outer.get("members"), &outer["meta"]["version"]), (None, &json!("W/\"2\"")));
    }

    async fn a_large_group_is_changed_without_being_shown(world: World) {
        let scim = Scim::new(&world).await;
        let mut members = Vec::new();
        for number in 0..120 {
            members.push(scim.user(&format!("u{number}")).await);
        }
        let all: Vec<&str> = members.iter().map(String::as_str).collect();
        let group = scim.group("g", &all[..110]).await;
        let path = format!("/Groups/{group}");
        let add = |id: &str| json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
        let answer = scim.patch(&path, add(all[110])).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (204, "W/\"2\""));
        let shown = scim.patch(&format!("{path}?attributes=displayName"), add(all[111])).await;
        assert_eq!(shown.ok(200)["displayName"], "g", "item 50");
        let rest: Vec<Value> = all[100..].iter().map(|id| json!({ "value": id })).collect();
        let ops = json!([{ "op": "replace", "path": "members", "value": rest }]);
        scim.patch(&path, ops).await.ok(200);
        let mut wanted = members[100..].to_vec();
        wanted.sort();
        assert_eq!(scim.members(&group).await, wanted);
        let page = scim.get("/Groups?excludedAttributes=members").await.ok(200);
        assert_eq!(page["Resources"][0].get("members"), None);
        let page = scim.get("/Groups").await.ok(200);
        assert_eq!(page["Resources"][0]["members"].as_array().unwrap().len(), 20);
    }

    async fn an_administrator_in_a_group_is_neither_shown_nor_removed(world: World) {
        let scim = Scim::new(&world).await;
        let ann = scim.user("ann").await;
        let root = administrator(&world, "root").await;
        let group = scim.group("g", &[&ann]).await;
        put_in(&world, &group, &root.id.to_string()).await;
        let path = format!("/Groups/{group}");
        assert_eq!(scim.members(&group).await, std::slice::from_ref(&ann));
        let remove = json!([{ "op": "remove", "path": "members", "value": [{ "value": root.id.to_string() }] }]);
        scim.patch(&path, remove).await.ok(200);
        let clear = json!([{ "op": "remove", "path": "members" }]);
        scim.patch(&path, clear).await.ok(200);
        let held = directory::groups_of(&world.db, &[root.id]).await.unwrap();
        assert_eq!(held.len(), 1, "provisioning took an administrator out of a group");
    }
}

/// Puts a user into a group past the rules of provisioning.
async fn put_in(world: &crate::support::World, group: &str, user: &str) {
    use doorward::foundation::db::sql;
    let mut change = Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap();
    let statement = sql("insert into group_users (group_id, user_id) values ($1, $2)");
    change
        .execute(statement.bind(group).bind(user))
        .await
        .unwrap();
    change.unrecorded("a test's row");
    change.commit().await.unwrap();
}
