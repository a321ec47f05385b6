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

    async fn a_rehearsed_bulk_request_finds_what_it_would_have_done_itself(world: World) {
        let source = source(&world, &[]).await;
        let scim = &source.scim;
        let ben = scim.user("ben").await;
        world.clock.advance(Duration::from_secs(1));
        set(&world, source.id, &[("dry_run", "true")]).await;
        let before = standing(&world).await;
        let password = "a long enough secret of hers";
        let patch = |path: &str, ops: Value| json!({ "method": "PATCH", "path": path, "data": { "Operations": ops } });
        let post = |kind: &str, id: &str, data: Value| json!({ "method": "POST", "path": kind, "bulkId": id, "data": data });
        let group = |id: &str, member: &str| post("/Groups", id, json!({ "displayName": id, "members": [{ "value": member }] }));
        let operations = json!([
            patch("/Groups/bulkId:team", json!([{ "op": "remove", "path": "members[value eq \"bulkId:ann\"]" }])),
            group("team", "bulkId:ann"),
            post("/Users", "ann", json!({ "userName": "ann", "password": password })),
            post("/Users", "twin", json!({ "userName": "ANN" })),
            group("lost", "bulkId:twin"),
            patch("/Users/bulkId:ann", json!([{ "op": "replace", "path": "active", "value": false },
                                              { "op": "replace", "value": { "password": format!("{password} 2") } }])),
            patch("/Users/bulkId:ann", json!([{ "op": "replace", "path": "password", "value": "short" }])),
            { "method": "PUT", "path": "/Users/bulkId:ann", "data": { "userName": "Anne" } },
            post("/Users", "again", json!({ "userName": "ann" })),
            { "method": "DELETE", "path": "/Users/bulkId:ann" },
            patch(&format!("/Users/{ben}"), json!([{ "op": "replace", "path": "title", "value": "x" }])),
            { "method": "DELETE", "path": format!("/Users/{ben}") },
            patch(&format!("/Users/{ben}"), json!([])),
            group("one", "bulkId:two"),
            post("/Groups", "two", json!({ "displayName": "team", "members": [{ "value": "bulkId:one" }] })),
            group("g", "bulkId:h"), group("h", "bulkId:g"),
            patch("/Groups/bulkId:g", json!([{ "op": "remove", "path": "members" }])),
        ]);
        let answer = scim.post("/Bulk", json!({ "Operations": operations })).await.ok(200);
        let results = answer["Operations"].as_array().unwrap();
        let statuses: Vec<&str> = results.iter().map(|result| result["status"].as_str().unwrap()).collect();
        assert_eq!(statuses, ["200", "201", "201", "409", "409", "200", "400", "200", "201", "204", "200", "204", "404",
                              "409", "409", "201", "201", "200"], "{answer:#}");
        assert_eq!((&results[0]["version"], &results[7]["version"]), (&json!("W/\"2\""), &json!("W/\"3\"")));
        assert_eq!(standing(&world).await, before);
        let entries = source.ledger(&world).await;
        let total = |decision| entries.iter().filter(|entry| entry.decision == decision).count();
        // The members of a circle are created and completed.
        assert_eq!((total(Decision::Refused), total(Decision::DryRun)), (5, 14), "{entries:#?}");
        assert!(!format!("{entries:?}").contains(password));
        // Whoever comes next is not kept waiting.
        set(&world, source.id, &[("dry_run", "false")]).await;
        source.scim.user("cyd").await;
    }
}
