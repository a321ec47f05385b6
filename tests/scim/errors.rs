//! Items 58 to 66: refusals, media types, authentication.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::client::{Scim, USER};
use crate::on_both_engines;

on_both_engines! {
    async fn item_61_without_a_good_token_the_answer_is_a_scim_401(world: World) {
        let scim = Scim::new(&world).await;
        let get = |authorization: Option<String>| {
            let mut request = scim.server.http.get(scim.url("/Users"));
            if let Some(value) = authorization {
                request = request.header("authorization", value);
            }
            scim.send(request)
        };
        let none = get(None).await;
        assert_eq!(none.header("www-authenticate"), "Bearer realm=\"scim\"");
        none.refused(401, None);
        let mut other = scim.token.clone();
        let last = other.pop().unwrap();
        other.push(if last == 'a' { 'b' } else { 'a' });
        for bad in ["non-token".to_owned(), "Bearer".to_owned(), "Bearer ".to_owned(),
                    "Bearer x".to_owned(), format!("Bearer {other}"),
                    format!("Basic {}", scim.token)] {
            let answer = get(Some(bad.clone())).await;
            let challenge = answer.header("www-authenticate").to_owned();
            assert!(challenge.contains("error=\"invalid_token\""), "{bad}: {challenge}");
            assert!(!answer.text.contains(&scim.token));
            answer.refused(401, None);
        }
        get(Some(format!("bearer {}", scim.token))).await.ok(200);
    }

    async fn item_65_a_token_that_has_ended_is_refused_and_changes_nothing(world: World) {
        let scim = Scim::new(&world).await;
        let id = scim.user("ann").await;
        world.clock.advance(Duration::from_secs(86_401));
        scim.post("/Users", json!({ "schemas": [USER], "userName": "b" })).await.refused(401, None);
        scim.get(&format!("/Users/{id}")).await.refused(401, None);
        scim.delete(&format!("/Users/{id}")).await.refused(401, None);
    }

    async fn t11_and_item_62_json_is_taken_and_given_as_asked(world: World) {
        let scim = Scim::new(&world).await;
        for (number, kind) in ["application/json", "application/scim+json; charset=utf-8",
                     "Application/JSON;charset=\"UTF-8\"", "application/scim+json"].iter().enumerate() {
            let request = scim.request(Method::POST, "/Users").header("content-type", *kind)
                .body(json!({ "schemas": [USER], "userName": format!("u{number}") }).to_string());
            scim.send(request).await.ok(201);
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml",
                     "application/json; charset=latin1"] {
            let request = scim.request(Method::POST, "/Users").header("content-type", kind)
                .body(json!({ "schemas": [USER], "userName": "x" }).to_string());
            scim.send(request).await.refused(415, None);
        }
        for (accept, kind) in [
            ("application/json", "application/json"),
            ("application/json, application/scim+json", "application/scim+json"),
            ("*/*", "application/scim+json"),
            ("application/scim+json", "application/scim+json"),
            ("text/html", "application/scim+json"),
        ] {
            let request = scim.request(Method::GET, "/Users").header("accept", accept);
            assert_eq!(scim.send(request).await.header("content-type"), kind, "{accept}");
        }
        let request = scim.request(Method::GET, "/Users/x").header("accept", "application/json");
        let refused = scim.send(request).await;
        assert_eq!((refused.status.as_u16(), refused.header("content-type")), (404, "application/json"));
    }

    async fn item_60_a_body_that_is_too_large_is_refused(world: World) {
        let scim = Scim::new(&world).await;
        let body = json!({ "schemas": [USER], "userName": "a", "title": "x".repeat(3 << 20) });
        let detail = scim.post("/Users", body).await.refused(413, None);
        assert!(detail.contains("2097152"), "{detail}");
        assert_eq!(scim.get("/Users").await.ok(200)["totalResults"], 0);
    }

    async fn item_60_nesting_that_never_ends_is_bad_syntax(world: World) {
        let scim = Scim::new(&world).await;
        let request = scim.request(Method::POST, "/Users")
            .header("content-type", "application/scim+json").body("[".repeat(100_000));
        scim.send(request).await.refused(400, Some("invalidSyntax"));
    }

    async fn item_63_addresses_come_from_the_configuration_and_not_from_the_host(world: World) {
        let scim = Scim::new(&world).await;
        let request = scim.request(Method::POST, "/Users")
            .header("host", "evil.example").header("x-forwarded-host", "evil.example")
            .body(json!({ "schemas": [USER], "userName": "a" }).to_string())
            .header("content-type", "application/scim+json");
        let answer = scim.send(request).await;
        assert!(!answer.text.contains("evil"));
        assert!(answer.header("location").starts_with(&scim.server.base));
    }

    async fn item_66_head_answers_like_get_without_a_body(world: World) {
        let scim = Scim::new(&world).await;
        let path = format!("/Users/{}", scim.user("ann").await);
        let answer = scim.send(scim.request(Method::HEAD, &path)).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
        assert_eq!(answer.header("etag"), "W/\"1\"");
    }

    async fn an_answer_is_not_kept_by_shared_caches(world: World) {
        let scim = Scim::new(&world).await;
        let answer = scim.get("/Users").await;
        assert_eq!(answer.header("cache-control"), "private, no-cache");
    }

    async fn a_full_hashing_queue_or_an_error_of_ours_never_tells_more_than_it_must(world: World) {
        let scim = Scim::new(&world).await;
        world.db.close().await;
        let answer = scim.get("/Users").await;
        assert!(answer.status.is_server_error(), "{}", answer.text);
        assert!(!answer.text.to_lowercase().contains("sql"));
        let status = answer.status.as_u16();
        answer.refused(status, None);
    }
}
