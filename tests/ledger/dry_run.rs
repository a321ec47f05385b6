use std::time::Duration;

use doorward::domain::ledger::Decision;
use doorward::foundation::db::sql;
use serde_json::{Value, json};

use crate::client::{GROUP, USER, id};
use crate::on_both_engines;
use crate::source::{count, set, source};
use crate::support::World;

/// What a rehearsal must not move: rows, and the sum of versions.
async fn standing(world: &World) -> Vec<i64> {
    let mut all = Vec::new();
    for statement in [
        sql("select count(*) as n from users"),
        sql("select count(*) as n from groups"),
        sql("select count(*) as n from group_users"),
        sql("select count(*) as n from passwords"),
        sql("select count(*) as n from external_ids"),
        sql("select count(*) as n from audit_events"),
        sql("select count(*) as n from brake_minutes"),
        sql("select count(*) as n from users where active = true"),
        sql("select cast(coalesce(sum(version), 0) as bigint) as n from users"),
        sql("select cast(coalesce(sum(version), 0) as bigint) as n from groups"),
    ] {
        all.push(count(world, statement).await);
    }
    all
}

on_both_engines! {
    async fn a_rehearsal_answers_as_if_and_changes_nothing(world: World) {
        let source = source(&world, &[("brake.share_percent", "50")]).await;
        let scim = &source.scim;
        let (ann, ben) = (scim.user("ann").await, scim.user("ben").await);
        let group = scim.group("G", &[&ann]).await;
        world.clock.advance(Duration::from_secs(1));
        set(&world, source.id, &[("dry_run", "true")]).await;
        let before = standing(&world).await;

        let body = json!({ "schemas": [USER], "userName": "new", "externalId": "x", "password": "long enough to be one" });
        let made = scim.post("/Users", body).await.ok(201);
        assert_eq!(made["userName"], "new");
        scim.get(&format!("/Users/{}", id(&made))).await.refused(404, None);
        let off = json!([{ "op": "replace", "path": "active", "value": false }]);
        let off = scim.patch(&format!("/Users/{ann}"), off).await.ok(200);
        assert_eq!(off["active"], false);
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ben }] }]);
        let added = scim.patch(&format!("/Groups/{group}"), add).await.ok(200);
        assert_eq!(added["members"].as_array().map(Vec::len), Some(2), "{added}");
        let body = json!({ "schemas": [GROUP], "displayName": "G2", "members": [{ "value": ben }] });
        let put = scim.put(&format!("/Groups/{group}"), body).await.ok(200);
        assert_eq!(put["members"][0]["value"], json!(ben));
        assert_eq!(scim.delete(&format!("/Users/{ben}")).await.status, 204);
        assert_eq!(scim.delete(&format!("/Groups/{group}")).await.status, 204);

        assert_eq!(standing(&world).await, before);
        assert_eq!(scim.get(&format!("/Users/{ann}")).await.ok(200)["active"], true);
        assert_eq!(scim.members(&group).await, [ann]);
    }

    async fn the_ledger_says_what_would_have_been(world: World) {
        let source = source(&world, &[("dry_run", "true")]).await;
        source.scim.user("ann").await;
        let entry = source.newest(&world).await;
        assert_eq!((entry.decision, entry.status), (Decision::DryRun, 201));
        assert_eq!(entry.after.unwrap()["userName"], "ann");
        set(&world, source.id, &[("dry_run", "false")]).await;
        let ann = source.scim.user("ann").await;
        world.clock.advance(Duration::from_secs(1));
        set(&world, source.id, &[("dry_run", "true")]).await;
        let off = |active: bool| json!([{ "op": "replace", "path": "active", "value": active }]);
        source.scim.patch(&format!("/Users/{ann}"), off(false)).await.ok(200);
        let entry = source.newest(&world).await;
        assert_eq!(entry.decision, Decision::DryRun);
        assert_eq!((entry.before, entry.after), (Some(json!({ "active": true })), Some(json!({ "active": false }))));
        source.scim.patch(&format!("/Users/{ann}"), off(true)).await.ok(200);
        let entry = source.newest(&world).await;
        assert_eq!(entry.decision, Decision::DryRun);
        assert_eq!(entry.detail.as_deref(), Some("It would have changed nothing."));
    }

    async fn a_rehearsal_refuses_what_would_be_refused(world: World) {
        let source = source(&world, &[]).await;
        source.scim.user("ann").await;
        world.clock.advance(Duration::from_secs(1));
        set(&world, source.id, &[("dry_run", "true")]).await;
        let body = json!({ "schemas": [USER], "userName": "ann" });
        source.scim.post("/Users", body).await.refused(409, Some("uniqueness"));
        assert_eq!(source.newest(&world).await.decision, Decision::Refused);
    }

    async fn a_rehearsed_bulk_request_changes_nothing_circles_included(world: World) {
        let source = source(&world, &[("dry_run", "true")]).await;
        let before = standing(&world).await;
        let group = |id: &str, other: &str| json!({
            "method": "POST", "path": "/Groups", "bulkId": id, "data": {
                "schemas": [GROUP], "displayName": id,
                "members": [{ "value": format!("bulkId:{other}") }] } });
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [
                { "method": "POST", "path": "/Users", "bulkId": "a",
                  "data": { "schemas": [USER], "userName": "ann" } },
                group("g", "h"), group("h", "g"),
            ],
        });
        let answer = source.scim.post("/Bulk", body).await.ok(200);
        let statuses: Vec<&Value> = answer["Operations"].as_array().unwrap().iter()
            .map(|result| &result["status"]).collect();
        assert_eq!(statuses, ["201", "201", "201"]);
        assert_eq!(standing(&world).await, before);
        assert!(source.decisions(&world).await.iter().all(|word| *word == "dry_run"));
    }
}
