//! The grant `client_credentials`, and its tokens at the SCIM door.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use doorward::foundation::crypto::jose::Algorithm;
use serde_json::{Value, json};

use crate::on_both_engines;
use crate::source::{Source, answer};
use crate::support::World;

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A token of the server's own keys with these claims.
fn signed(world: &World, typ: &str, claims: &Value) -> String {
    let keys = &world.state.signing_keys;
    keys.sign(Algorithm::Es256, typ, claims, world.now())
        .unwrap()
}

on_both_engines! {
    async fn a_client_gets_a_token_for_the_scim_door_for_an_hour(world: World) {
        let entra = Source::new(&world, "Entra").await;
        let answer = entra.ask_with(entra.secret()).await.ok(200);
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["expires_in"], 3600, "Entra ID asks for 60 to 360 minutes");
        assert_eq!(answer["scope"], "scim");
        assert!(answer.get("refresh_token").is_none() && answer.get("id_token").is_none());
        let token = answer["access_token"].as_str().unwrap();
        let claims = claims(token);
        assert_eq!(claims["iss"], world.state.issuer);
        assert_eq!(claims["aud"], format!("{}/scim/v2", world.state.issuer));
        assert_eq!(claims["sub"], claims["client_id"]);
        assert!(claims["jti"].is_string());
        assert_eq!(entra.knock(token).await, 200);
        world.clock.advance(Duration::from_secs(3599));
        assert_eq!(entra.knock(token).await, 200);
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(entra.knock(token).await, 401);
    }

    async fn what_is_provisioned_with_a_token_belongs_to_its_connection(world: World) {
        let mut entra = Source::new(&world, "Entra").await;
        let by_key = entra.user("by.key").await;
        entra.bearer = entra.access_token().await;
        let by_token = entra.user("by.token").await;
        for id in [by_key, by_token] {
            let user = doorward::domain::directory::find_user(&world.db, id.parse().unwrap()).await;
            assert_eq!(user.unwrap().unwrap().ownership.creator, Some(entra.id()));
        }
    }

    async fn the_secret_may_stand_in_the_header_and_one_way_only_is_taken(world: World) {
        let entra = Source::new(&world, "Entra").await;
        let (id, secret) = (entra.issued.client_id.as_str(), entra.secret());
        let url = format!("{}/oauth2/token", entra.server.base);
        let header = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        let post = |form: Vec<(&'static str, String)>| {
            entra.server.http.post(&url).header("authorization", &header).form(&form)
        };
        let grant = ("grant_type", "client_credentials".to_owned());
        answer(post(vec![grant.clone()])).await.ok(200);
        let both = vec![grant, ("client_secret", secret.to_owned())];
        assert_eq!(answer(post(both)).await.error(400), "invalid_request");
        assert_eq!(entra.ask_with("dwcs_wrong").await.error(401), "invalid_client");
        assert_eq!(entra.ask_with("").await.error(401), "invalid_client");
    }

    async fn authentik_cve_2024_52287_a_scope_beyond_the_registered_one_is_refused(world: World) {
        let entra = Source::new(&world, "Entra").await;
        for scope in ["openid", "scim openid", "admin", "scim\"", "SCIM"] {
            let refused = entra.ask(&[
                ("grant_type", "client_credentials"),
                ("client_id", entra.issued.client_id.as_str()),
                ("client_secret", entra.secret()),
                ("scope", scope),
            ]).await;
            assert_eq!(refused.error(400), "invalid_scope", "{scope}");
        }
    }

    async fn a_connections_client_uses_no_other_grant(world: World) {
        let entra = Source::new(&world, "Entra").await;
        for grant in ["authorization_code", "refresh_token"] {
            let refused = entra.ask(&[
                ("grant_type", grant),
                ("client_id", entra.issued.client_id.as_str()),
                ("client_secret", entra.secret()),
            ]).await;
            assert_eq!(refused.error(400), "unauthorized_client", "{grant}");
        }
        let refused = entra.ask(&[
            ("grant_type", "password"),
            ("client_id", entra.issued.client_id.as_str()),
            ("client_secret", entra.secret()),
        ]).await;
        assert_eq!(refused.error(400), "unsupported_grant_type");
    }

    async fn a_token_of_another_kind_audience_issuer_client_or_signature_is_refused(world: World) {
        let entra = Source::new(&world, "Entra").await;
        let good = entra.access_token().await;
        let own = claims(&good);
        let with = |name: &str, value: Value| {
            let mut changed = own.clone();
            changed[name] = value;
            changed
        };
        assert_eq!(entra.knock(&signed(&world, "at+jwt", &own)).await, 200);
        for typ in ["JWT", "logout+jwt", "id+jwt"] {
            assert_eq!(entra.knock(&signed(&world, typ, &own)).await, 401, "{typ}");
        }
        let past = world.now().seconds();
        for (name, value) in [
            ("aud", json!(world.state.issuer)),
            ("aud", json!("https://other.example/scim/v2")),
            ("aud", json!([own["aud"], "https://other.example"])),
            ("iss", json!("https://other.example")),
            ("client_id", json!("nobody")),
            ("sub", json!("nobody")),
            ("exp", json!(past)),
            ("exp", json!((past + 60).to_string())),
            ("iat", json!(past - 60)),
        ] {
            let token = signed(&world, "at+jwt", &with(name, value.clone()));
            assert_eq!(entra.knock(&token).await, 401, "{name} {value}");
        }
        let token = signed(&world, "at+jwt", &with("scope", json!("openid")));
        assert_eq!(entra.knock(&token).await, 403);
        let mut parts: Vec<_> = good.split('.').map(str::to_owned).collect();
        parts[1] = URL_SAFE_NO_PAD.encode(with("client_id", json!("x")).to_string());
        assert_eq!(entra.knock(&parts.join(".")).await, 401);
        assert_eq!(entra.knock(&format!("{good}A")).await, 401);
        assert_eq!(entra.knock("a.b.c").await, 401);
    }

    async fn a_connections_token_is_no_token_for_userinfo(world: World) {
        let entra = Source::new(&world, "Entra").await;
        let token = entra.access_token().await;
        let url = format!("{}/oauth2/userinfo", entra.server.base);
        let asked = answer(entra.server.http.get(url).bearer_auth(token)).await;
        assert_eq!(asked.status, 401);
    }

    async fn discovery_says_how_a_client_may_prove_itself(world: World) {
        let entra = Source::new(&world, "Entra").await;
        let url = format!("{}/.well-known/openid-configuration", entra.server.base);
        let metadata = answer(entra.server.http.get(url)).await.ok(200);
        let lists = |name: &str, value: &str| metadata[name].as_array().unwrap().contains(&json!(value));
        assert!(lists("grant_types_supported", "client_credentials"));
        for method in ["client_secret_basic", "client_secret_post", "private_key_jwt"] {
            assert!(lists("token_endpoint_auth_methods_supported", method), "{method}");
        }
        for algorithm in ["RS256", "ES256"] {
            assert!(lists("token_endpoint_auth_signing_alg_values_supported", algorithm), "{algorithm}");
        }
    }
}
