//! Checklist C, 33 and 34, at all the doors that take access tokens; and 32, 39 for the
//! endpoints that clients call.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::domain::grants;
use doorward::foundation::crypto::jose::Algorithm;
use doorward::foundation::db::{Fetch, sql};
use reqwest::Method;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};

use crate::application::{confidential, public};
use crate::introspection::introspect;
use crate::on_both_engines;
use crate::proof::Key;

/// An object as it is written, with a member that stands there twice.
struct Twice<'a>(&'a Value, &'a str, Value);

impl Serialize for Twice<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.0.as_object().unwrap() {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry(self.1, &self.2)?;
        map.end()
    }
}

on_both_engines! {
    async fn checklist_34_a_claim_that_stands_there_twice_makes_a_token_none(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let good = app.checked(tokens.text("access_token")).await;
        let keys = &world.state.signing_keys;
        for (name, value) in [
            ("exp", json!(good["exp"].as_i64().unwrap() + 9999)),
            ("scope", json!("openid admin")),
            ("sub", good["sub"].clone()),
            ("aud", json!("https://other.example")),
            ("client_id", json!("x")),
        ] {
            let claims = Twice(&good, name, value);
            let token = keys.sign(Algorithm::Es256, "at+jwt", &claims, world.now()).unwrap();
            assert_eq!(app.userinfo(&token).await.error(), (401, "invalid_token"), "{name}");
            assert_eq!(introspect(&app, &token).await.body, json!({ "active": false }), "{name}");
        }
    }

    async fn checklist_34_jsonwebtoken_cve_2026_25537_a_time_in_text_is_inactive(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let good = app.checked(tokens.text("access_token")).await;
        let keys = &world.state.signing_keys;
        for (name, value) in [
            ("exp", json!(good["exp"].to_string())),
            ("exp", Value::Null),
            ("exp", json!(1e300)),
            ("iat", json!("now")),
            ("auth_time", json!("then")),
            ("aud", json!(7)),
            ("aud", json!({})),
            ("iss", json!([good["iss"]])),
            ("cnf", json!({ "x": "y" })),
        ] {
            let mut claims = good.clone();
            claims[name] = value;
            let token = keys.sign(Algorithm::Es256, "at+jwt", &claims, world.now()).unwrap();
            assert_eq!(introspect(&app, &token).await.body, json!({ "active": false }), "{claims}");
        }
    }

    async fn checklist_33_no_token_passes_for_one_of_another_kind(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let access = app.checked(tokens.text("access_token")).await;
        let keys = &world.state.signing_keys;
        for typ in ["JWT", "logout+jwt", "token-introspection+jwt", "dpop+jwt", "oauth-authz-req+jwt", "secevent+jwt", ""] {
            let token = keys.sign(Algorithm::Es256, typ, &access, world.now()).unwrap();
            assert_eq!(app.userinfo(&token).await.error(), (401, "invalid_token"), "{typ}");
            assert_eq!(introspect(&app, &token).await.body, json!({ "active": false }), "{typ}");
        }
        // And the other way round: an access token is no hint.
        let hint = [("id_token_hint", tokens.text("access_token").to_owned())];
        let page = app.get("/oauth2/logout", &browser.cookies, &hint).await;
        assert!(page.status() == 400 || !page.headers().contains_key("location"));
    }

    async fn checklist_32_no_answer_to_a_client_is_kept(world: World) {
        let app = confidential(&world).await;
        let http = &app.server.http;
        for path in ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke", "/oauth2/par", "/oauth2/userinfo"] {
            let url = format!("{}{path}", world.base);
            let own = |request: reqwest::RequestBuilder| request.basic_auth(&app.client_id, app.secret.as_deref());
            for request in [
                http.post(&url),
                own(http.post(&url).form(&[("token", "x"), ("grant_type", "refresh_token")])),
                own(http.post(&url).header("content-type", "application/json").body("{}")),
            ] {
                let response = request.send().await.unwrap();
                assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
                assert!(!matches!(response.status().as_u16(), 415 | 422 | 500..), "{path}");
            }
        }
    }

    async fn checklist_31_json_is_refused_as_a_bad_request(world: World) {
        let app = confidential(&world).await;
        for path in ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke", "/oauth2/par"] {
            let url = format!("{}{path}", world.base);
            let request = app.server.http.post(&url).basic_auth(&app.client_id, app.secret.as_deref());
            let request = request.header("content-type", "application/json");
            let refused = request.body(r#"{"token":"x"}"#).send().await.unwrap();
            assert_eq!(refused.status(), 400, "{path}");
            let body: Value = refused.json().await.unwrap();
            assert_eq!(body["error"], "invalid_request", "{path}");
        }
    }

    async fn checklist_39_only_pages_of_public_clients_read_what_clients_are_answered(world: World) {
        let app = public(&world).await;
        for path in ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke", "/oauth2/par", "/oauth2/userinfo"] {
            for (origin, read) in [
                ("https://app.example.com", true),
                ("https://evil.test", false),
                ("null", false),
                ("https://app.example.com.evil.test", false),
            ] {
                for method in [Method::POST, Method::OPTIONS] {
                    let url = format!("{}{path}", world.base);
                    let request = app.server.http.request(method.clone(), url).header("origin", origin);
                    let request = request.header("access-control-request-method", "POST");
                    let response = request.send().await.unwrap();
                    let allowed = response.headers().get("access-control-allow-origin");
                    assert_eq!(allowed.is_some(), read, "{method} {path} {origin}");
                    assert!(!response.headers().contains_key("access-control-allow-credentials"));
                }
            }
        }
    }

    async fn revoked_tokens_and_used_proofs_are_forgotten_when_they_have_ended(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let tokens = app.token_with(&Key::new(), &app.redemption(&code)).await;
        crate::revocation::revoke(&app, tokens.text("access_token")).await;
        let rows = async || {
            let mut from = &world.db;
            let count = sql("select (select count(*) from revoked_access_tokens) as revoked,
                (select count(*) from used_proofs) as proofs");
            let row = from.fetch_one(count).await.unwrap();
            (row.get::<i64>("revoked").unwrap(), row.get::<i64>("proofs").unwrap())
        };
        let sweep = async || {
            let now = world.now();
            let mut change = doorward::domain::audit::Change::begin(
                &world.db, doorward::domain::audit::Actor::System, now).await.unwrap();
            grants::sweep(&mut change).await.unwrap();
            change.commit().await.unwrap();
        };
        sweep().await;
        assert_eq!(rows().await, (1, 1), "they are still of use");
        app.pass(181);
        sweep().await;
        assert_eq!(rows().await, (1, 0));
        app.pass(600);
        sweep().await;
        assert_eq!(rows().await, (0, 0));
    }

    async fn an_access_token_names_its_audience_as_one_text(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let part = tokens.text("access_token").split('.').nth(1).unwrap();
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(claims["aud"], json!(world.base));
    }
}
