//! How a connection is treated: its settings, in force at the SCIM door.

use doorward::domain::connections::Kind;
use doorward::foundation::db::{Fetch, sql};
use serde_json::json;

use crate::on_both_engines;
use crate::source::{Source, USER, id};
use crate::support::World;

const NOBODY: &str = "00000000-0000-7000-8000-0000000000ff";

async fn passwords(world: &World) -> i64 {
    let mut from = &world.db;
    let row = from
        .fetch_one(sql("select count(*) as n from passwords"))
        .await
        .unwrap();
    row.get("n").unwrap()
}

on_both_engines! {
    async fn unknown_members_are_refused_by_name_or_left_out_as_the_connection_says(world: World) {
        let entra = Source::new(&world, "Entra").await;
        let ann = entra.user("ann").await;
        let refused = entra.group("All", &[&ann, NOBODY]).await.detail(400);
        assert!(refused.contains(NOBODY), "{refused}");
        entra.set("unknown_members", "drop").await;
        let group = entra.group("All", &[&ann, NOBODY, "no-id-at-all"]).await.ok(201);
        assert_eq!(group["members"].as_array().unwrap().len(), 1);
        let path = format!("/Groups/{}", id(&group));
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": NOBODY }] }]);
        entra.patch(&path, add).await.ok(200);
        entra.set("unknown_members", "reject").await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": NOBODY }] }]);
        entra.patch(&path, add).await.ok(400);
    }

    async fn group_names_are_unique_unless_the_connection_says_otherwise(world: World) {
        let entra = Source::new(&world, "Entra").await;
        let okta = Source::new(&world, "Okta").await;
        entra.group("Sales", &[]).await.ok(201);
        assert_eq!(entra.group("SALES", &[]).await.ok(409)["scimType"], "uniqueness");
        assert_eq!(okta.group("Sales", &[]).await.ok(409)["scimType"], "uniqueness");
        okta.set("unique_group_names", "false").await;
        let one = id(&okta.group("Sales", &[]).await.ok(201));
        okta.group("Sales", &[]).await.ok(201);
        assert_eq!(okta.find("/Groups", "displayName eq \"sales\"").await.len(), 3);
        // A name that is given up can be had by one who wants it alone, and not by a second.
        let rename = |name: &str| json!([{ "op": "replace", "path": "displayName", "value": name }]);
        okta.patch(&format!("/Groups/{one}"), rename("Buyers")).await.ok(200);
        entra.group("Buyers", &[]).await.ok(201);
        entra.group("Buyers", &[]).await.ok(409);
        okta.set("unique_group_names", "true").await;
        okta.patch(&format!("/Groups/{one}"), rename("Sales")).await.ok(409);
        okta.patch(&format!("/Groups/{one}"), rename("Purchase")).await.ok(200);
    }

    async fn of_many_groups_of_one_name_at_once_one_is_made(world: World) {
        let entra = Source::new(&world, "Entra").await;
        let all = (0..16).map(|_| entra.group("Sales", &[]));
        let answers = futures_util::future::join_all(all).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
        assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 15);
    }

    async fn passwords_are_set_only_for_a_connection_that_may(world: World) {
        let okta = Source::of_kind(&world, "Okta", Kind::Okta).await;
        let body = json!({ "schemas": [USER], "userName": "ann", "password": "correct horse battery" });
        let ann = id(&okta.post("/Users", body.clone()).await.ok(201));
        let path = format!("/Users/{ann}");
        okta.put(&path, body).await.ok(200);
        assert_eq!(passwords(&world).await, 0, "a placeholder is passed over");
        for operations in [
            json!([{ "op": "replace", "path": "password", "value": "correct horse battery" }]),
            json!([{ "op": "replace", "value": { "password": "correct horse battery" } }]),
        ] {
            let refused = okta.patch(&path, operations).await.ok(400);
            assert_eq!(refused["scimType"], "mutability");
            assert!(!refused.to_string().contains("horse"));
        }
        assert_eq!(passwords(&world).await, 0);
        okta.set("take_passwords", "true").await;
        let set = json!([{ "op": "replace", "value": { "password": "correct horse battery" } }]);
        okta.patch(&path, set).await.ok(200);
        assert_eq!(passwords(&world).await, 1);
    }

    async fn a_removal_that_names_no_member_clears_a_group_or_is_refused(world: World) {
        let entra = Source::of_kind(&world, "Entra", Kind::Entra).await;
        let ann = entra.user("ann").await;
        let path = format!("/Groups/{}", id(&entra.group("All", &[&ann]).await.ok(201)));
        let bare = json!([{ "op": "remove", "path": "members" }]);
        assert!(entra.patch(&path, bare.clone()).await.detail(400).contains("members"));
        assert_eq!(entra.get(&path).await.ok(200)["members"].as_array().unwrap().len(), 1);
        let named = json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": ann }] }]);
        entra.patch(&path, named).await.ok(200);
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ann }] }]);
        entra.patch(&path, add).await.ok(200);
        entra.set("bare_members_remove", "clear").await;
        let after = entra.patch(&path, bare).await.ok(200);
        assert!(after.get("members").is_none());
    }
}
