use std::time::Duration;

use doorward::domain::ledger::Decision;
use serde_json::{Value, json};

use crate::client::{GROUP, USER, id};
use crate::on_both_engines;
use crate::source::source;

on_both_engines! {
    async fn a_creation_is_kept_with_what_was_created(world: World) {
        let source = source(&world, &[]).await;
        let body = json!({ "schemas": [USER], "userName": "Ann", "nickName": "A" });
        let user = id(&source.scim.post("/Users", body).await.ok(201));
        let entry = source.newest(&world).await;
        assert_eq!(entry.decision, Decision::Applied);
        assert_eq!((entry.method.as_str(), entry.status), ("POST", 201));
        assert_eq!(entry.connection, source.id);
        assert_eq!(entry.resource.kind, "user");
        assert_eq!(entry.resource.id.as_deref(), Some(user.as_str()));
        assert_eq!(entry.resource.name.as_deref(), Some("Ann"));
        assert_eq!(entry.before, None);
        assert_eq!(entry.after.unwrap()["nickName"], "A");
        assert!(entry.request_id.is_some());
    }

    async fn a_change_is_kept_with_what_differs_and_no_more(world: World) {
        let source = source(&world, &[]).await;
        let user = source.scim.user("ann").await;
        world.clock.advance(Duration::from_secs(1));
        let operations = json!([
            { "op": "replace", "path": "active", "value": "False" },
            { "op": "add", "path": "title", "value": "Dr" },
        ]);
        source.scim.patch(&format!("/Users/{user}"), operations).await.ok(200);
        let entry = source.newest(&world).await;
        assert_eq!(entry.decision, Decision::Applied);
        assert_eq!(entry.before, Some(json!({ "active": true })));
        assert_eq!(entry.after, Some(json!({ "active": false, "title": "Dr" })));
    }

    async fn a_deletion_is_kept_with_what_was_deleted(world: World) {
        let source = source(&world, &[]).await;
        let user = source.scim.user("ann").await;
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(source.scim.delete(&format!("/Users/{user}")).await.status, 204);
        let entry = source.newest(&world).await;
        assert_eq!((entry.decision, entry.status), (Decision::Applied, 204));
        assert_eq!(entry.before.unwrap()["userName"], "ann");
        assert_eq!(entry.after, None);
    }

    async fn what_is_so_already_is_kept_as_unchanged(world: World) {
        let source = source(&world, &[]).await;
        let user = source.scim.user("ann").await;
        let group = source.scim.group("G", &[&user]).await;
        world.clock.advance(Duration::from_secs(1));
        let active = json!([{ "op": "replace", "path": "active", "value": true }]);
        source.scim.patch(&format!("/Users/{user}"), active).await.ok(200);
        let entry = source.newest(&world).await;
        assert_eq!((entry.decision, entry.before, entry.after), (Decision::Unchanged, None, None));
        let again = json!([{ "op": "add", "path": "members", "value": [{ "value": user }] }]);
        source.scim.patch(&format!("/Groups/{group}"), again).await.ok(200);
        assert_eq!(source.newest(&world).await.decision, Decision::Unchanged);
    }

    async fn a_refusal_is_kept_with_its_reason(world: World) {
        let source = source(&world, &[]).await;
        source.scim.user("ann").await;
        world.clock.advance(Duration::from_secs(1));
        let body = json!({ "schemas": [USER], "userName": "ANN" });
        let detail = source.scim.post("/Users", body).await.refused(409, Some("uniqueness"));
        let entry = source.newest(&world).await;
        assert_eq!((entry.decision, entry.status), (Decision::Refused, 409));
        assert_eq!(entry.scim_type.as_deref(), Some("uniqueness"));
        assert_eq!(entry.detail, Some(detail));
        assert_eq!((entry.resource.id, entry.resource.name.as_deref()), (None, Some("ANN")));
    }

    async fn every_way_to_be_refused_is_kept_once(world: World) {
        let source = source(&world, &[]).await;
        let scim = &source.scim;
        let nobody = "/Users/00000000-0000-7000-8000-000000000000";
        let text = scim.request(reqwest::Method::POST, "/Users")
            .header("content-type", "application/scim+json").body("{");
        scim.send(text).await.refused(400, Some("invalidSyntax"));
        let plain = scim.request(reqwest::Method::PUT, nobody)
            .header("content-type", "text/plain").body("{}");
        scim.send(plain).await.refused(415, None);
        scim.delete(nobody).await.refused(404, None);
        scim.delete("/Users/not-an-id").await.refused(404, None);
        scim.patch(nobody, json!([{ "op": "fly" }])).await.refused(400, Some("invalidSyntax"));
        scim.post("/Groups", json!({ "schemas": [GROUP], "displayName": "G", "members": [
            { "value": "nobody" }] })).await.refused(400, Some("invalidValue"));
        let user = scim.user("ann").await;
        let request = scim.request(reqwest::Method::DELETE, &format!("/Users/{user}"))
            .header("if-match", "W/\"9\"");
        scim.send(request).await.refused(412, None);
        let mut statuses: Vec<i64> = source.ledger(&world).await.iter()
            .filter(|entry| entry.decision == Decision::Refused)
            .map(|entry| entry.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [400, 400, 400, 404, 404, 412, 415]);
    }

    async fn a_look_is_not_kept(world: World) {
        let source = source(&world, &[]).await;
        source.scim.get("/Users").await.ok(200);
        source.scim.get("/Users/nobody").await.refused(404, None);
        assert!(source.ledger(&world).await.is_empty());
    }

    async fn each_operation_of_a_bulk_request_is_kept(world: World) {
        let source = source(&world, &[]).await;
        let user = |name: &str| json!({ "schemas": [USER], "userName": name });
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [
                { "method": "POST", "path": "/Users", "bulkId": "a", "data": user("ann") },
                { "method": "POST", "path": "/Users", "bulkId": "b", "data": user("ann") },
                { "method": "POST", "path": "/Groups", "bulkId": "g", "data": {
                    "schemas": [GROUP], "displayName": "G",
                    "members": [{ "value": "bulkId:a" }] } },
                { "method": "POST", "path": "/Groups", "bulkId": "h", "data": {
                    "schemas": [GROUP], "displayName": "H",
                    "members": [{ "value": "bulkId:nobody" }] } },
            ],
        });
        source.scim.post("/Bulk", body).await.ok(200);
        let mut decisions = source.decisions(&world).await;
        decisions.sort_unstable();
        assert_eq!(decisions, ["applied", "applied", "refused", "refused"]);
        let entries = source.ledger(&world).await;
        assert!(entries.iter().all(|entry| entry.request_id == entries[0].request_id));
    }

    async fn operations_that_refer_to_each_other_in_a_circle_are_kept(world: World) {
        let source = source(&world, &[]).await;
        let group = |id: &str, name: &str, other: &str| json!({
            "method": "POST", "path": "/Groups", "bulkId": id, "data": {
                "schemas": [GROUP], "displayName": name,
                "members": [{ "value": format!("bulkId:{other}") }] } });
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [group("a", "A", "b"), group("b", "B", "a")],
        });
        source.scim.post("/Bulk", body).await.ok(200);
        let methods: Vec<String> = source.ledger(&world).await.into_iter()
            .map(|entry| entry.method).collect();
        assert_eq!(methods.iter().filter(|method| *method == "POST").count(), 2, "{methods:?}");
        assert!(source.decisions(&world).await.iter().all(|word| *word == "applied"));
    }

    async fn a_members_list_that_replaces_another_says_who_came_and_who_went(world: World) {
        let source = source(&world, &[]).await;
        let (ann, ben) = (source.scim.user("ann").await, source.scim.user("ben").await);
        let group = source.scim.group("G", &[&ann]).await;
        world.clock.advance(Duration::from_secs(1));
        let body = json!({ "schemas": [GROUP], "displayName": "G", "members": [{ "value": ben }] });
        source.scim.put(&format!("/Groups/{group}"), body).await.ok(200);
        let after: Value = source.newest(&world).await.after.unwrap();
        assert_eq!(after, json!({ "members": { "added": [ben], "removed": [ann] } }));
    }
}
