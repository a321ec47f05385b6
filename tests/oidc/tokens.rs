//! Checklist C, 33 and 34: what stands in tokens, and what passes for one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory::{self, GroupProfile};
use doorward::foundation::crypto::digest::sha256;
use doorward::foundation::crypto::jose::Algorithm;
use serde_json::{Value, json};

use crate::application::{confidential, metadata, serve};
use crate::on_both_engines;

fn header(token: &str) -> Value {
    let header = token.split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

fn forged(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.AAAA", part(header), part(claims))
}

on_both_engines! {
    async fn an_id_token_says_who_when_how_and_for_whom(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let auth_time = world.now().seconds();
        app.pass(7);
        let tokens = app.tokens(&browser).await;
        let id_token = tokens.text("id_token");
        assert_eq!(header(id_token)["alg"], "RS256");
        assert_eq!(header(id_token)["typ"], "JWT");
        let claims = app.checked(id_token).await;
        let access_token = tokens.text("access_token");
        let at_hash = URL_SAFE_NO_PAD.encode(&sha256(access_token.as_bytes())[..16]);
        for (claim, value) in [
            ("iss", json!(world.base)),
            ("sub", json!(browser.user)),
            ("aud", json!(app.client_id)),
            ("azp", json!(app.client_id)),
            ("nonce", json!("the nonce")),
            ("auth_time", json!(auth_time)),
            ("iat", json!(auth_time + 7)),
            ("exp", json!(auth_time + 7 + 3600)),
            ("amr", json!(["pwd"])),
            ("acr", json!("urn:doorward:acr:single-factor")),
            ("sid", json!(browser.session)),
            ("at_hash", json!(at_hash)),
            ("name", json!("Barbara Jensen")),
            ("given_name", json!("Barbara")),
            ("family_name", json!("Jensen")),
            ("preferred_username", json!("babs")),
            ("email", json!("babs@example.com")),
            ("email_verified", json!(true)),
            ("groups", json!([])),
        ] {
            assert_eq!(claims[claim], value, "{claim}");
        }
    }

    async fn rfc_9068_an_access_token_says_what_it_is_and_for_whom(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let token = tokens.text("access_token");
        assert_eq!(header(token)["typ"], "at+jwt");
        assert_eq!(header(token)["alg"], "ES256");
        let claims = app.checked(token).await;
        let now = world.now().seconds();
        for (claim, value) in [
            ("iss", json!(world.base)),
            ("sub", json!(browser.user)),
            ("aud", json!(world.base)),
            ("client_id", json!(app.client_id)),
            ("scope", json!(crate::application::SCOPE)),
            ("auth_time", json!(now)),
            ("acr", json!("urn:doorward:acr:single-factor")),
            ("sid", json!(browser.session)),
            ("iat", json!(now)),
            ("exp", json!(now + 600)),
        ] {
            assert_eq!(claims[claim], value, "{claim}");
        }
        let other = app.tokens(&browser).await;
        let other = app.checked(other.text("access_token")).await;
        assert_ne!(claims["jti"], other["jti"]);
    }

    async fn an_id_token_is_signed_with_what_the_client_registered(world: World) {
        let mut es256 = metadata();
        es256.id_token_signed_response_alg = Algorithm::Es256;
        let app = serve(&world, true, es256).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        assert_eq!(header(tokens.text("id_token"))["alg"], "ES256");
        app.checked(tokens.text("id_token")).await;
    }

    async fn claims_go_as_far_as_the_scope(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for (scope, told, untold) in [
            ("openid", &["sub"][..], &["name", "email", "groups"][..]),
            ("openid email", &["email"], &["name", "groups"]),
            ("openid profile", &["name"], &["email", "groups"]),
        ] {
            let request = app.request_with(&[("scope", scope)]);
            let tokens = app.redeem(&app.code_for(&browser, &request).await).await;
            let id_token = app.checked(tokens.text("id_token")).await;
            let userinfo = app.userinfo(tokens.text("access_token")).await.body;
            for claims in [id_token, userinfo] {
                assert!(told.iter().all(|claim| claims.get(claim).is_some()), "{claims}");
                assert!(untold.iter().all(|claim| claims.get(claim).is_none()), "{claims}");
            }
        }
    }

    async fn groups_are_an_array_of_names(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        let profile = GroupProfile {
            display_name: "Tour Guides".to_owned(),
            ..GroupProfile::default()
        };
        let members = [browser.user.to_string()].into();
        directory::create_group(&mut change, profile, members, directory::GroupRules::default()).await.unwrap();
        change.commit().await.unwrap();
        let tokens = app.tokens(&browser).await;
        let claims = app.checked(tokens.text("id_token")).await;
        assert_eq!(claims["groups"], json!(["Tour Guides"]));
        let userinfo = app.userinfo(tokens.text("access_token")).await;
        assert_eq!(userinfo.body["groups"], json!(["Tour Guides"]));
    }

    async fn a_request_without_openid_gets_no_id_token(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("scope", "email")]);
        let tokens = app.redeem(&app.code_for(&browser, &request).await).await;
        assert_eq!(tokens.status, 200);
        assert!(tokens.body.get("id_token").is_none());
    }

    async fn checklist_33_what_is_not_an_access_token_opens_nothing(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let token = tokens.text("access_token");
        let (claims, kid) = (app.checked(token).await, header(token)["kid"].clone());
        let parts: Vec<&str> = token.split('.').collect();
        let mut admin = claims.clone();
        admin["scope"] = json!("openid admin");
        let other_claims = URL_SAFE_NO_PAD.encode(admin.to_string());
        for token in [
            tokens.text("id_token").to_owned(),
            tokens.text("refresh_token").to_owned(),
            forged(&json!({"alg": "none", "typ": "at+jwt", "kid": kid}), &claims),
            format!("{}.{}.", parts[0], parts[1]),
            forged(&json!({"alg": "HS256", "typ": "at+jwt", "kid": kid}), &claims),
            forged(&json!({"alg": "ES256", "typ": "at+jwt", "kid": "../../etc/passwd"}), &claims),
            forged(&json!({"alg": "ES256", "typ": "at+jwt", "jku": "https://evil.test"}), &claims),
            format!("{}.{other_claims}.{}", parts[0], parts[2]),
            token[..token.len() - 1].to_owned(),
            format!("{token}A"),
            token.to_lowercase(),
            "..".to_owned(),
            "x".repeat(20_000),
        ] {
            let answer = app.userinfo(&token).await;
            assert_eq!(answer.error(), (401, "invalid_token"), "{token}");
        }
        assert_eq!(app.userinfo(token).await.status, 200);
    }

    async fn checklist_34_jsonwebtoken_cve_2026_25537_times_and_audiences_of_another_type_are_refused(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let good = app.checked(tokens.text("access_token")).await;
        let keys = &world.state.signing_keys;
        let sign = |claims: &Value| keys.sign(Algorithm::Es256, "at+jwt", claims, world.now()).unwrap();
        assert_eq!(app.userinfo(&sign(&good)).await.status, 200);
        for (claim, value) in [
            ("exp", json!(good["exp"].to_string())),
            ("exp", json!(null)),
            ("exp", json!(1e300)),
            ("exp", json!(-1)),
            ("exp", json!([good["exp"]])),
            ("iat", json!("soon")),
            ("aud", json!("https://other.example")),
            ("aud", json!([good["aud"], "https://other.example"])),
            ("iss", json!([good["iss"]])),
            ("iss", json!("https://other.example")),
            ("sub", json!("01a1fd55-7a80-71a2-b1b3-f0a60bcbda50")),
            ("grant", json!("x")),
        ] {
            let mut claims = good.clone();
            claims[claim] = value;
            let answer = app.userinfo(&sign(&claims)).await;
            assert_eq!(answer.error(), (401, "invalid_token"), "{claims}");
        }
        for claim in ["exp", "aud", "iss", "sub", "grant"] {
            let mut claims = good.clone();
            claims.as_object_mut().unwrap().remove(claim);
            assert_eq!(app.userinfo(&sign(&claims)).await.status, 401, "{claim}");
        }
    }

    async fn an_access_token_ends_to_the_second(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        app.pass(599);
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 200);
        app.pass(1);
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
    }
}
