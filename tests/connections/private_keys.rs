//! `private_key_jwt` (RFC 7523): every check of checklist B, 23, and single use.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::domain::clients::{KeyPlace, assertion};
use doorward::domain::connections::secrets::use_keys;
use doorward::foundation::crypto::jose::{Algorithm, SigningKey};
use doorward::foundation::db::{Fetch, sql};
use serde_json::{Value, json};

use crate::issuer::{Issuer, reaching_this_machine};
use crate::on_both_engines;
use crate::source::{Answer, Source, change};
use crate::support::World;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A source whose client proves itself with a key.
struct Signing<'w> {
    source: Source<'w>,
    key: SigningKey,
    secret: String,
}

async fn signing(world: &World, algorithm: Algorithm) -> Signing<'_> {
    let source = Source::new(world, "Entra").await;
    let key = SigningKey::generate(algorithm).unwrap();
    let keys = KeyPlace::Here(json!({ "keys": [key.public_jwk()] }));
    register(world, &source, keys).await;
    let secret = source.secret().to_owned();
    Signing {
        source,
        key,
        secret,
    }
}

async fn register(world: &World, source: &Source<'_>, keys: KeyPlace) {
    let mut now = change(world).await;
    use_keys(&mut now, source.id(), keys).await.unwrap();
    now.commit().await.unwrap();
    world.state.refresh().await.unwrap();
}

async fn present(source: &Source<'_>, assertion: &str) -> Answer {
    source
        .ask(&[
            ("grant_type", "client_credentials"),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion),
        ])
        .await
}

impl Signing<'_> {
    /// Claims that are accepted, with one changed; `null` leaves it out.
    fn claims(&self, changes: &[(&str, Value)]) -> Value {
        let id = self.source.issued.client_id.as_str();
        let now = self.source.world.now().seconds();
        let mut claims = json!({
            "iss": id, "sub": id, "aud": self.source.world.state.issuer,
            "iat": now, "exp": now + 60, "jti": format!("{:?}", doorward::foundation::crypto::random::bytes::<8>()),
        });
        for (name, value) in changes {
            claims[*name] = value.clone();
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(*name);
            }
        }
        claims
    }

    fn signed(&self, changes: &[(&str, Value)]) -> String {
        self.key
            .sign("client-authentication+jwt", &self.claims(changes))
            .unwrap()
    }

    async fn refuses(&self, assertion: &str, why: &str) {
        let answer = present(&self.source, assertion).await;
        assert_eq!(answer.status, 401, "{why}: {}", answer.text);
        assert_eq!(answer.body["error"], "invalid_client", "{why}");
    }
}

fn with_header(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

on_both_engines! {
    async fn a_client_that_signs_gets_a_token_with_either_algorithm(world: World) {
        let client = signing(&world, Algorithm::Es256).await;
        let answer = present(&client.source, &client.signed(&[])).await.ok(200);
        assert_eq!(client.source.knock(answer["access_token"].as_str().unwrap()).await, 200);
        let rsa = SigningKey::generate(Algorithm::Rs256).unwrap();
        register(&world, &client.source, KeyPlace::Here(json!({ "keys": [rsa.public_jwk()] }))).await;
        client.refuses(&client.signed(&[]), "the earlier key").await;
        let token = rsa.sign("JWT", &client.claims(&[])).unwrap();
        present(&client.source, &token).await.ok(200);
    }

    async fn this_endpoint_and_this_issuer_are_the_only_audiences(world: World) {
        let client = signing(&world, Algorithm::Es256).await;
        let issuer = world.state.issuer.clone();
        for aud in [json!(issuer), json!([issuer]), json!(format!("{issuer}/oauth2/token"))] {
            present(&client.source, &client.signed(&[("aud", aud)])).await.ok(200);
        }
        for aud in [
            json!("https://other.example"),
            json!(format!("{issuer}/")),
            json!(format!("{issuer}/oauth2/par")),
            json!([issuer, "https://other.example"]),
            json!([]),
            json!(7),
            Value::Null,
        ] {
            client.refuses(&client.signed(&[("aud", aud.clone())]), &format!("aud {aud}")).await;
        }
    }

    async fn issuer_and_subject_are_the_client_and_both_are_there(world: World) {
        let client = signing(&world, Algorithm::Es256).await;
        let other = Source::new(&world, "Okta").await;
        let others = json!(other.issued.client_id.as_str());
        for (name, value) in [
            ("iss", others.clone()), ("sub", others), ("iss", json!("x")), ("sub", json!("x")),
            ("iss", Value::Null), ("sub", Value::Null), ("sub", json!("")), ("iss", json!(["a"])),
        ] {
            client.refuses(&client.signed(&[(name, value.clone())]), &format!("{name} {value}")).await;
        }
        // Another client's name beside a good assertion.
        let confused = client.source.ask(&[
            ("grant_type", "client_credentials"),
            ("client_id", other.issued.client_id.as_str()),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &client.signed(&[])),
        ]).await;
        assert_eq!(confused.error(401), "invalid_client");
    }

    async fn the_end_must_be_there_and_near_and_a_number(world: World) {
        let client = signing(&world, Algorithm::Es256).await;
        let now = world.now().seconds();
        for (name, value) in [
            ("exp", Value::Null), ("exp", json!(now)), ("exp", json!(now - 1)), ("exp", json!("soon")),
            ("exp", json!((now + 60).to_string())), ("exp", json!(now + 7200)), ("exp", json!(i64::MAX)),
            ("exp", json!(1e300)), ("iat", json!(now + 120)), ("iat", json!(now - 86_400)),
            ("iat", json!("now")), ("nbf", json!(now + 120)), ("nbf", json!("now")),
        ] {
            client.refuses(&client.signed(&[(name, value.clone())]), &format!("{name} {value}")).await;
        }
        let signed = client.signed(&[]);
        world.clock.advance(Duration::from_secs(60));
        client.refuses(&signed, "expired by the clock").await;
    }

    async fn an_assertion_is_taken_once_and_needs_a_name_for_that(world: World) {
        let client = signing(&world, Algorithm::Es256).await;
        let once = client.signed(&[]);
        present(&client.source, &once).await.ok(200);
        client.refuses(&once, "a replay").await;
        let again = client.signed(&[("jti", json!("the same"))]);
        present(&client.source, &again).await.ok(200);
        client.refuses(&client.signed(&[("jti", json!("the same"))]), "another token of the same jti").await;
        for jti in [Value::Null, json!(""), json!("x".repeat(257)), json!(7)] {
            client.refuses(&client.signed(&[("jti", jti.clone())]), &format!("jti {jti}")).await;
        }
    }

    async fn of_32_presentations_at_once_one_wins(world: World) {
        let client = signing(&world, Algorithm::Es256).await;
        let once = client.signed(&[]);
        let all = (0..32).map(|_| present(&client.source, &once));
        let answers = futures_util::future::join_all(all).await;
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(won, 1);
        assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 200 | 401)));
    }

    async fn marks_of_used_assertions_outlive_them_and_are_swept_then(world: World) {
        let client = signing(&world, Algorithm::Es256).await;
        present(&client.source, &client.signed(&[])).await.ok(200);
        let marks = async || {
            let mut from = &world.db;
            let row = from.fetch_one(sql("select count(*) as n from used_assertions")).await.unwrap();
            row.get::<i64>("n").unwrap()
        };
        for (seconds, left) in [(61, 1), (60, 0)] {
            world.clock.advance(Duration::from_secs(seconds));
            let mut now = change(&world).await;
            now.unrecorded("a sweep");
            assertion::sweep(&mut now, 500).await.unwrap();
            now.commit().await.unwrap();
            assert_eq!(marks().await, left);
        }
    }

    async fn keycloak_cve_2026_11800_the_header_has_no_say_in_how_it_is_checked(world: World) {
        let client = signing(&world, Algorithm::Rs256).await;
        let forger = SigningKey::generate(Algorithm::Rs256).unwrap();
        let forged = forger.sign("JWT", &client.claims(&[])).unwrap();
        client.refuses(&forged, "another key").await;
        let kid = client.key.kid();
        for header in [
            json!({ "alg": "RS256", "kid": kid }),
            json!({ "alg": "RS256", "kid": kid, "jwk": forger.public_jwk() }),
            json!({ "alg": "RS256", "kid": kid, "jku": "https://evil.example/keys" }),
            json!({ "alg": "RS256", "kid": kid, "x5u": "https://evil.example/x5u" }),
            json!({ "alg": "RS256", "kid": "/etc/passwd" }),
            json!({ "alg": "RS256", "kid": "' or 1=1 --" }),
            json!({ "alg": "RS256", "kid": "https://evil.example/keys" }),
            json!({ "alg": "none" }),
            json!({ "alg": "none", "kid": kid }),
            json!({ "alg": "HS256", "kid": kid }),
            json!({ "alg": "ES256", "kid": kid }),
            json!({ "alg": "PS256", "kid": kid }),
            json!({ "alg": "RS256", "kid": kid, "crit": ["b64"], "b64": false }),
        ] {
            client.refuses(&with_header(&forged, &header), &header.to_string()).await;
            let good = client.signed(&[]);
            client.refuses(&with_header(&good, &header), "a changed header breaks the signature").await;
        }
        let unsigned = with_header(&client.signed(&[]), &json!({ "alg": "none" }));
        let unsigned = format!("{}.", unsigned.rsplit_once('.').unwrap().0);
        client.refuses(&unsigned, "no signature").await;
        for text in ["x", "a.b", "a.b.c", "..", &"a".repeat(20_000)] {
            client.refuses(text, "no token").await;
        }
    }

    async fn checklist_21_a_client_that_signs_is_refused_with_a_secret(world: World) {
        let client = signing(&world, Algorithm::Es256).await;
        assert_eq!(client.source.ask_with(&client.secret).await.error(401), "invalid_client");
        let id = client.source.issued.client_id.as_str();
        let nothing = client.source.ask(&[("grant_type", "client_credentials"), ("client_id", id)]).await;
        assert_eq!(nothing.error(401), "invalid_client");
        let both = client.source.ask(&[
            ("grant_type", "client_credentials"),
            ("client_secret", &client.secret),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &client.signed(&[])),
        ]).await;
        assert_eq!(both.error(400), "invalid_request");
    }

    async fn half_an_assertion_and_one_of_another_type_are_refused(world: World) {
        let client = signing(&world, Algorithm::Es256).await;
        let grant = ("grant_type", "client_credentials");
        let signed = client.signed(&[]);
        let half = client.source.ask(&[grant, ("client_assertion", &signed)]).await;
        assert_eq!(half.error(401), "invalid_client");
        let half = client.source.ask(&[grant, ("client_assertion_type", JWT_BEARER)]).await;
        assert_eq!(half.error(401), "invalid_client");
        let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
        let other = client.source.ask(&[grant, ("client_assertion_type", saml), ("client_assertion", &signed)]).await;
        assert_eq!(other.error(401), "invalid_client");
    }

    async fn a_client_that_has_a_secret_is_refused_with_an_assertion(world: World) {
        let source = Source::new(&world, "Entra").await;
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let secret = source.secret().to_owned();
        let client = Signing { source, key, secret };
        client.refuses(&client.signed(&[]), "no key is registered").await;
    }

    async fn keys_at_an_address_are_fetched_kept_and_fetched_anew_when_one_is_unknown(world: World) {
        let world = reaching_this_machine(world).await;
        let home = Issuer::start().await;
        let source = Source::new(&world, "Entra").await;
        register(&world, &source, KeyPlace::There(home.jwks_uri())).await;
        let first = SigningKey::generate(Algorithm::Es256).unwrap();
        home.publish(&[&first]);
        let secret = source.secret().to_owned();
        let mut client = Signing { source, key: first, secret };
        present(&client.source, &client.signed(&[])).await.ok(200);
        present(&client.source, &client.signed(&[])).await.ok(200);
        assert_eq!(home.asked(), 1);
        // A stranger's tokens do not cause a call each.
        let own = std::mem::replace(&mut client.key, SigningKey::generate(Algorithm::Es256).unwrap());
        for _ in 0..5 {
            client.refuses(&client.signed(&[]), "an unknown key").await;
        }
        assert_eq!(home.asked(), 1);
        home.publish(&[&own, &client.key]);
        world.clock.advance(Duration::from_secs(61));
        present(&client.source, &client.signed(&[])).await.ok(200);
        assert_eq!(home.asked(), 2);
        // Kept for a day when they cannot be had, and no longer.
        home.fall_ill();
        world.clock.advance(Duration::from_secs(3601));
        present(&client.source, &client.signed(&[])).await.ok(200);
        world.clock.advance(Duration::from_secs(24 * 3600));
        client.refuses(&client.signed(&[]), "keys of yesterday").await;
    }

    async fn a_key_set_that_cannot_be_used_is_not_registered(world: World) {
        let source = Source::new(&world, "Entra").await;
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let mut private = serde_json::to_value(key.public_jwk()).unwrap();
        private["d"] = json!("AQAB");
        for keys in [
            KeyPlace::Here(json!({ "keys": [private] })),
            KeyPlace::Here(json!({ "keys": [] })),
            KeyPlace::Here(json!([])),
            KeyPlace::There("file:///etc/passwd".to_owned()),
            KeyPlace::There("keys".to_owned()),
        ] {
            let mut now = change(&world).await;
            assert!(use_keys(&mut now, source.id(), keys).await.is_err());
        }
        source.ask_with(source.secret()).await.ok(200);
    }
}
