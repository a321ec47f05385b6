//! Item 52: entity tags; and item 43: what changes nothing moves nothing.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::client::{PATCH, Scim, USER};
use crate::on_both_engines;

on_both_engines! {
    async fn item_52_the_etag_is_the_version_and_moves_by_change(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        let read = scim.get(&path).await;
        assert_eq!(read.header("etag"), "W/\"1\"");
        assert_eq!(read.header("content-location"), scim.url(&path));
        assert_eq!(read.ok(200)["meta"]["version"], "W/\"1\"");
        let ops = json!([{ "op": "replace", "path": "title", "value": "t" }]);
        let changed = scim.patch(&path, ops).await;
        assert_eq!(changed.header("etag"), "W/\"2\"");
        let listed = scim.get("/Users").await.ok(200);
        assert_eq!(listed["Resources"][0]["meta"]["version"], "W/\"2\"");
    }

    async fn item_52_if_none_match_saves_the_body(world: World) {
        let scim = Scim::new(&world).await;
        let user = format!("/Users/{}", scim.user("ann").await);
        let group = format!("/Groups/{}", scim.group("g", &[]).await);
        for path in [user, group] {
            for (tag, status) in [("W/\"1\"", 304), ("\"1\"", 304), ("*", 304), ("W/\"2\"", 200)] {
                let request = scim.request(Method::GET, &path).header("if-none-match", tag);
                let answer = scim.send(request).await;
                assert_eq!(answer.status, status, "{tag}");
                assert_eq!(answer.header("etag"), "W/\"1\"");
                assert_eq!(answer.text.is_empty(), status == 304);
            }
        }
    }

    async fn item_52_a_change_meant_for_another_version_is_refused(world: World) {
        let scim = Scim::new(&world).await;
        let user = format!("/Users/{}", scim.user("ann").await);
        let group = format!("/Groups/{}", scim.group("g", &[]).await);
        let body = json!({ "schemas": [PATCH], "userName": "ann", "displayName": "g",
            "Operations": [{ "op": "replace", "path": "displayName", "value": "h" }] });
        for path in [user, group] {
            for method in [Method::PUT, Method::PATCH, Method::DELETE] {
                let request = scim.request(method, &path)
                    .header("if-match", "W/\"7\"")
                    .header("content-type", "application/scim+json").body(body.to_string());
                scim.send(request).await.refused(412, None);
            }
            assert_eq!(scim.get(&path).await.header("etag"), "W/\"1\"");
            let request = scim.request(Method::DELETE, &path).header("if-match", "W/\"1\"");
            assert_eq!(scim.send(request).await.status, 204);
        }
    }

    async fn item_43_what_is_so_already_moves_neither_version_nor_date(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER], "userName": "ann", "active": true, "title": "t",
                           "emails": [{ "value": "a@x", "type": "work" }] });
        let created = scim.post("/Users", body.clone()).await.ok(201);
        let path = format!("/Users/{}", created["id"].as_str().unwrap());
        world.clock.advance(Duration::from_secs(60));
        for ops in [
            json!([]),
            json!([{ "op": "replace", "path": "title", "value": "t" }]),
            json!([{ "op": "add", "path": "emails", "value": [{ "type": "work", "value": "a@x" }] }]),
            json!([{ "op": "remove", "path": "nickName" }]),
            json!([{ "op": "replace", "path": "active", "value": "True" }]),
            json!([{ "op": "replace", "path": "title", "value": "u" },
                   { "op": "replace", "path": "title", "value": "t" }]),
        ] {
            assert_eq!(scim.patch(&path, ops.clone()).await.ok(200), created, "{ops}");
        }
        assert_eq!(scim.put(&path, body).await.ok(200), created);
    }
}
