//! Checklist B, 25: proofs of possession (RFC 9449).

use doorward::domain::clients::GrantType;
use serde_json::{Value, json};

use crate::application::{Application, confidential, metadata, public, renewal, serve};
use crate::introspection::introspect;
use crate::on_both_engines;
use crate::proof::{Key, ath, claims};
use crate::support::World;

const INVALID: (u16, &str) = (400, "invalid_dpop_proof");
const REFUSED: (u16, &str) = (400, "invalid_grant");

/// A client that may act for itself: each of its requests stands alone.
async fn acting(world: &World) -> Application<'_> {
    let mut metadata = metadata();
    metadata.grant_types.push(GrantType::ClientCredentials);
    serve(world, true, metadata).await
}

fn itself() -> Vec<(&'static str, String)> {
    vec![("grant_type", "client_credentials".to_owned())]
}

fn without(claims: &Value, name: &str) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

on_both_engines! {
    async fn rfc_9449_a_token_is_bound_to_the_key_that_was_proven(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for key in [Key::new(), Key::ed25519()] {
            let code = app.code(&browser).await;
            let tokens = app.token_with(&key, &app.redemption(&code)).await;
            assert_eq!(tokens.status, 200, "{}", tokens.body);
            assert_eq!(tokens.text("token_type"), "DPoP");
            let token = tokens.text("access_token");
            let bound = json!({ "jkt": key.thumbprint() });
            assert_eq!(app.checked(token).await["cnf"], bound);
            let told = introspect(&app, token).await.body;
            assert_eq!((&told["cnf"], &told["token_type"]), (&bound, &json!("DPoP")));
            let answer = app.userinfo_with(&key, token).await;
            assert_eq!(answer.body["sub"], json!(browser.user), "{}", answer.body);
            // Its refresh token makes no plain token of it.
            let plain = app.refresh(tokens.text("refresh_token")).await;
            assert_eq!(plain.error(), INVALID);
            let renewed = app.token_with(&key, &renewal(tokens.text("refresh_token"))).await;
            assert_eq!(renewed.text("token_type"), "DPoP");
        }
    }

    async fn rfc_9449_a_proof_carries_a_nonce_of_this_server(world: World) {
        let app = acting(&world).await;
        let key = Key::new();
        let good = app.proof_claims();
        let old = app.nonce();
        for nonce in [Value::Null, json!(""), json!("x"), json!(format!("{}A", app.nonce())), json!(app.nonce().to_uppercase())] {
            let claims = with(&good, "nonce", nonce.clone());
            let answer = app.token_with_proofs(&[&key.proof(&claims)], &itself()).await;
            assert_eq!(answer.error(), (400, "use_dpop_nonce"), "{nonce}");
            assert_eq!(answer.headers["dpop-nonce"], app.nonce());
            assert_eq!(answer.headers["cache-control"], "no-store");
        }
        let answer = app.token_with_proofs(&[&key.proof(&good)], &itself()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["dpop-nonce"], app.nonce());
        app.pass(299);
        let late = with(&app.proof_claims(), "nonce", json!(old));
        assert_eq!(app.token_with_proofs(&[&key.proof(&late)], &itself()).await.status, 200);
        app.pass(1);
        let late = with(&app.proof_claims(), "nonce", json!(old));
        let answer = app.token_with_proofs(&[&key.proof(&late)], &itself()).await;
        assert_eq!(answer.error(), (400, "use_dpop_nonce"));
    }

    async fn rfc_9449_without_nonces_a_proof_needs_none(world: World) {
        let world = world.with(|basics| basics.tokens.dpop_nonces = false).await;
        let app = acting(&world).await;
        let claims = without(&app.proof_claims(), "nonce");
        let answer = app.token_with_proofs(&[&Key::new().proof(&claims)], &itself()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    async fn item_25_dpop_a_proof_for_another_request_is_refused(world: World) {
        let app = acting(&world).await;
        let key = Key::new();
        let good = app.proof_claims();
        let url = format!("{}/oauth2/token", world.base);
        for (name, value) in [
            ("htm", json!("GET")), ("htm", json!("post")), ("htm", json!("")),
            ("htu", json!(format!("{url}/"))),
            ("htu", json!(format!("{}/oauth2/userinfo", world.base))),
            ("htu", json!(url.replace("localhost", "evil.test"))),
            ("htu", json!(url.replace("http:", "https:"))),
            ("htu", json!("/oauth2/token")), ("htu", json!("")),
        ] {
            let claims = with(&good, name, value.clone());
            let answer = app.token_with_proofs(&[&key.proof(&claims)], &itself()).await;
            assert_eq!(answer.error(), INVALID, "{name} {value}");
        }
        // RFC 9449 §4.3: query and fragment have no say, nor the case of scheme and host.
        for same in [format!("{url}?a=b#c"), url.replace("http://localhost", "HTTP://LOCALHOST")] {
            let claims = with(&app.proof_claims(), "htu", json!(same));
            let answer = app.token_with_proofs(&[&key.proof(&claims)], &itself()).await;
            assert_eq!(answer.status, 200, "{same}: {}", answer.body);
        }
    }

    async fn rfc_8705_a_proof_is_for_the_address_for_certificates_as_well(world: World) {
        let elsewhere = "https://certificates.example.com";
        let world = world.with(|basics| basics.offer.mtls_url = Some(elsewhere.to_owned())).await;
        let app = acting(&world).await;
        let asked = async |address: &str| {
            let htu = json!(format!("{address}/oauth2/token"));
            let claims = with(&app.proof_claims(), "htu", htu);
            app.token_with_proofs(&[&Key::new().proof(&claims)], &itself()).await
        };
        let other = "https://other.example.com";
        assert_eq!(asked(other).await.error(), INVALID, "that is somebody else's");
        let answer = asked(elsewhere).await;
        assert_eq!((answer.status.as_u16(), answer.text("token_type")), (200, "DPoP"));
    }

    async fn item_25_dpop_a_proof_of_another_time_is_refused(world: World) {
        let app = acting(&world).await;
        let key = Key::new();
        let now = world.now().seconds();
        for iat in [
            json!(now - 121), json!(now + 61), json!(0), json!(-1), json!(1e300), json!(i64::MAX),
            json!(now.to_string()), json!([now]), Value::Null,
        ] {
            let claims = with(&app.proof_claims(), "iat", iat.clone());
            let answer = app.token_with_proofs(&[&key.proof(&claims)], &itself()).await;
            assert_eq!(answer.error(), INVALID, "{iat}");
        }
        for iat in [json!(now - 120), json!(now + 60), json!(now as f64 + 0.5)] {
            let claims = with(&app.proof_claims(), "iat", iat.clone());
            let answer = app.token_with_proofs(&[&key.proof(&claims)], &itself()).await;
            assert_eq!(answer.status, 200, "{iat}");
        }
    }

    async fn item_25_dpop_what_is_no_proof_is_refused(world: World) {
        let app = acting(&world).await;
        let (key, other) = (Key::new(), Key::new());
        let good = key.header();
        let body = || app.proof_claims().to_string();
        let mut private = good.clone();
        private["jwk"]["d"] = json!("AAAA");
        let shared = json!({ "typ": "dpop+jwt", "alg": "HS256", "jwk": { "kty": "oct", "k": "AAAA" } });
        let doubled = good.to_string().replacen('{', "{\"typ\":\"dpop+jwt\",", 1);
        let short = with(&good, "jwk", with(&good["jwk"], "x", json!("AAAA")));
        for header in [
            with(&good, "typ", json!("JWT")).to_string(),
            with(&good, "typ", json!("at+jwt")).to_string(),
            without(&good, "typ").to_string(),
            with(&good, "alg", json!("none")).to_string(),
            with(&good, "alg", json!("HS256")).to_string(),
            with(&good, "alg", json!("RS256")).to_string(),
            with(&good, "alg", json!("EdDSA")).to_string(),
            without(&good, "jwk").to_string(),
            with(&good, "jwk", json!({})).to_string(),
            with(&good, "jwk", other.jwk()).to_string(),
            with(&good, "crit", json!(["x"])).to_string(),
            private.to_string(),
            shared.to_string(),
            doubled,
            short.to_string(),
        ] {
            let answer = app.token_with_proofs(&[&key.sign(&header, &body())], &itself()).await;
            assert_eq!(answer.error(), INVALID, "{header}");
        }
        let proof = key.proof(&app.proof_claims());
        let cut = &proof[..proof.rfind('.').unwrap() + 1];
        for text in ["", "x", "a.b.c", cut, &format!("{proof}A"), &"x".repeat(9000)] {
            let answer = app.token_with_proofs(&[text], &itself()).await;
            assert_eq!(answer.error(), INVALID, "{text}");
        }
        for (name, value) in [("jti", json!("")), ("jti", json!("x".repeat(257))), ("jti", json!(1)), ("jti", Value::Null)] {
            let claims = with(&app.proof_claims(), name, value.clone());
            let answer = app.token_with_proofs(&[&key.proof(&claims)], &itself()).await;
            assert_eq!(answer.error(), INVALID, "{value}");
        }
    }

    async fn item_25_dpop_several_proofs_are_refused(world: World) {
        let app = acting(&world).await;
        let key = Key::new();
        let (one, two) = (key.proof(&app.proof_claims()), key.proof(&app.proof_claims()));
        assert_eq!(app.token_with_proofs(&[&one, &two], &itself()).await.error(), INVALID);
        let joined = format!("{one}, {two}");
        assert_eq!(app.token_with_proofs(&[&joined], &itself()).await.error(), INVALID);
    }

    async fn item_25_dpop_a_proof_is_good_once(world: World) {
        let app = acting(&world).await;
        let key = Key::new();
        let proof = key.proof(&app.proof_claims());
        assert_eq!(app.token_with_proofs(&[&proof], &itself()).await.status, 200);
        assert_eq!(app.token_with_proofs(&[&proof], &itself()).await.error(), INVALID);
        // The same name by another key is another proof.
        let claims = app.proof_claims();
        assert_eq!(app.token_with_proofs(&[&key.proof(&claims)], &itself()).await.status, 200);
        assert_eq!(app.token_with_proofs(&[&Key::new().proof(&claims)], &itself()).await.status, 200);
        for _ in 0..3 {
            let proof = key.proof(&app.proof_claims());
            let form = itself();
            let once = [proof.as_str()];
            let all = (0..32).map(|_| app.token_with_proofs(&once, &form));
            let answers = futures_util::future::join_all(all).await;
            assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
            assert!(answers.iter().all(|answer| answer.status == 200 || answer.error() == INVALID));
        }
    }

    async fn item_25_dpop_a_refused_request_uses_up_neither_code_nor_proof(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let key = Key::new();
        let proof = key.proof(&app.proof_claims());
        let mut wrong = app.redemption(&code);
        wrong[2].1 = "https://app.example.com/other".to_owned();
        assert_eq!(app.token_with_proofs(&[&proof], &wrong).await.error(), REFUSED);
        assert_eq!(app.token_with_proofs(&[&proof], &app.redemption(&code)).await.status, 200);
    }

    async fn item_25_keycloak_36475_a_public_clients_refresh_token_is_bound_to_its_key(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let key = Key::new();
        let code = app.code(&browser).await;
        let tokens = app.token_with(&key, &app.redemption(&code)).await;
        let form = renewal(tokens.text("refresh_token"));
        assert_eq!(app.token(&form).await.error(), INVALID, "without a proof");
        assert_eq!(app.token_with(&Key::new(), &form).await.error(), REFUSED, "with another key");
        let renewed = app.token_with(&key, &form).await;
        assert_eq!(renewed.status, 200, "what was refused has used nothing up");
        // Nor is a repetition a way around it.
        assert_eq!(app.token(&form).await.error(), INVALID);
        assert_eq!(app.token_with(&Key::new(), &form).await.error(), REFUSED);
    }

    async fn rfc_9449_a_public_clients_plain_family_is_bound_by_its_first_proof(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        assert_eq!(tokens.text("token_type"), "Bearer");
        let key = Key::new();
        let bound = app.token_with(&key, &renewal(tokens.text("refresh_token"))).await;
        assert_eq!(bound.text("token_type"), "DPoP");
        let form = renewal(bound.text("refresh_token"));
        assert_eq!(app.token(&form).await.error(), INVALID);
        assert_eq!(app.token_with(&key, &form).await.status, 200);
    }

    async fn rfc_9449_a_confidential_client_may_change_its_key(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let tokens = app.token_with(&Key::new(), &app.redemption(&code)).await;
        let other = Key::new();
        let renewed = app.token_with(&other, &renewal(tokens.text("refresh_token"))).await;
        let claims = app.checked(renewed.text("access_token")).await;
        assert_eq!(claims["cnf"]["jkt"], other.thumbprint());
    }

    async fn item_25_keycloak_38333_userinfo_wants_the_key_of_a_bound_token(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let key = Key::new();
        let code = app.code(&browser).await;
        let tokens = app.token_with(&key, &app.redemption(&code)).await;
        let token = tokens.text("access_token");
        let url = format!("{}/oauth2/userinfo", world.base);
        let good = || with(&claims("GET", &url, world.now()), "ath", json!(ath(token)));
        let plain = app.userinfo(token).await;
        assert_eq!(plain.error(), (401, "invalid_token"), "as a bearer token");
        let with_proof = app.userinfo_by(token, "Bearer", &[&key.proof(&good())]).await;
        assert_eq!(with_proof.error(), (401, "invalid_token"), "as a bearer token with a proof");
        let bare = app.userinfo_by(token, "DPoP", &[]).await;
        assert_eq!(bare.error(), (401, "invalid_dpop_proof"));
        assert!(bare.headers["www-authenticate"].to_str().unwrap().starts_with("DPoP "));
        assert_eq!(app.userinfo_with(&Key::new(), token).await.error(), (401, "invalid_token"));
        for claims in [
            without(&good(), "ath"),
            with(&good(), "ath", json!(ath("another"))),
            with(&good(), "htm", json!("POST")),
            with(&good(), "htu", json!(format!("{}/oauth2/token", world.base))),
            with(&good(), "iat", json!(world.now().seconds() - 1000)),
        ] {
            let answer = app.userinfo_by(token, "DPoP", &[&key.proof(&claims)]).await;
            assert_eq!(answer.error(), (401, "invalid_dpop_proof"), "{claims}");
        }
        let stale = app.userinfo_by(token, "DPoP", &[&key.proof(&with(&good(), "nonce", json!("x")))]).await;
        assert_eq!(stale.error(), (401, "use_dpop_nonce"));
        assert_eq!(stale.headers["dpop-nonce"], app.nonce());
        let proof = key.proof(&good());
        assert_eq!(app.userinfo_by(token, "DPoP", &[&proof]).await.status, 200);
        let replayed = app.userinfo_by(token, "dpop", &[&proof]).await;
        assert_eq!(replayed.error(), (401, "invalid_dpop_proof"));
        assert_eq!(app.userinfo_by(token, "DPoP", &[&key.proof(&good()), &key.proof(&good())]).await.status, 401);
    }

    async fn rfc_9449_a_bearer_token_is_not_taken_for_a_bound_one(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let answer = app.userinfo_with(&Key::new(), tokens.text("access_token")).await;
        assert_eq!(answer.error(), (401, "invalid_token"));
    }

    async fn item_25_keycloak_48428_a_client_whose_tokens_are_bound_gets_no_other(world: World) {
        let mut bound = metadata();
        bound.dpop_bound_access_tokens = true;
        bound.grant_types.push(GrantType::ClientCredentials);
        let app = serve(&world, true, bound).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        assert_eq!(app.redeem(&code).await.error(), INVALID);
        assert_eq!(app.token(&itself()).await.error(), INVALID);
        let tokens = app.token_with(&Key::new(), &app.redemption(&code)).await;
        assert_eq!(tokens.status, 200, "what was refused has used nothing up: {}", tokens.body);
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), INVALID);
    }

    async fn item_25_dpop_a_code_is_bound_to_the_key_that_the_request_named(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let key = Key::new();
        let request = app.request_with(&[("dpop_jkt", &key.thumbprint())]);
        let code = app.code_for(&browser, &request).await;
        let form = app.redemption(&code);
        assert_eq!(app.token(&form).await.error(), INVALID, "without a proof");
        assert_eq!(app.token_with(&Key::new(), &form).await.error(), REFUSED, "with another key");
        let tokens = app.token_with(&key, &form).await;
        assert_eq!(tokens.status, 200, "what was refused has used nothing up: {}", tokens.body);
        let claims = app.checked(tokens.text("access_token")).await;
        assert_eq!(claims["cnf"]["jkt"], key.thumbprint());
    }

    async fn keycloak_50963_discovery_says_which_proofs_are_taken(world: World) {
        let app = confidential(&world).await;
        let metadata = app.get("/.well-known/openid-configuration", "", &[]).await;
        let metadata: Value = metadata.json().await.unwrap();
        let taken = metadata["dpop_signing_alg_values_supported"].as_array().unwrap();
        assert!(taken.contains(&json!("ES256")) && taken.contains(&json!("EdDSA")));
        assert!(!taken.contains(&json!("none")) && !taken.contains(&json!("HS256")));
    }

    async fn checklist_39_a_page_may_send_a_proof_and_read_a_nonce(world: World) {
        let app = public(&world).await;
        let url = format!("{}/oauth2/token", world.base);
        let origin = "https://app.example.com";
        let asked = app.server.http.request(reqwest::Method::OPTIONS, &url).header("origin", origin);
        let asked = asked.header("access-control-request-method", "POST").send().await.unwrap();
        assert!(asked.headers()["access-control-allow-headers"].to_str().unwrap().contains("dpop"));
        let read = app.server.http.post(&url).header("origin", origin).send().await.unwrap();
        assert!(read.headers()["access-control-expose-headers"].to_str().unwrap().contains("dpop-nonce"));
    }
}
