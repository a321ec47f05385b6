//! Checklist 12: request objects (RFC 9101; OpenID Connect Core §6).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, Metadata, Profile};
use doorward::foundation::crypto::jose::{Algorithm, SignatureAlgorithm, SigningKey};
use serde_json::{Value, json};

use crate::application::{
    Application, Browser, SCOPE, assert_error_page, challenge, metadata, redirected, register,
    serve,
};
use crate::on_both_engines;
use crate::pushed::push;
use crate::support::World;

const TYP: &str = "oauth-authz-req+jwt";

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

fn with_key(key: &SigningKey) -> Metadata {
    let mut metadata = metadata();
    metadata.jwks = Some(json!({ "keys": [key.public_jwk()] }));
    metadata
}

fn claims(app: &Application<'_>, changes: &[(&str, Value)]) -> Value {
    let now = app.world.now().seconds();
    let mut claims = json!({
        "iss": app.client_id, "aud": app.world.base, "exp": now + 300, "nbf": now, "iat": now,
        "client_id": app.client_id, "redirect_uri": app.redirect_uri, "response_type": "code",
        "scope": SCOPE, "state": "inside", "nonce": "the nonce",
        "code_challenge": challenge(), "code_challenge_method": "S256",
    });
    for (name, value) in changes {
        claims[*name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(*name);
        }
    }
    claims
}

/// The request that carries an object: what OAuth wants to stand outside, and the object.
fn carrying(app: &Application<'_>, object: &str) -> Vec<(&'static str, String)> {
    vec![
        ("client_id", app.client_id.clone()),
        ("response_type", "code".to_owned()),
        ("redirect_uri", app.redirect_uri.clone()),
        ("scope", "openid".to_owned()),
        ("request", object.to_owned()),
    ]
}

async fn given(
    app: &Application<'_>,
    browser: &Browser,
    object: &str,
) -> std::collections::HashMap<String, String> {
    redirected(
        &app.authorize(&browser.cookies, &carrying(app, object))
            .await,
    )
}

async fn refused(app: &Application<'_>, browser: &Browser, object: &str, why: &str) {
    let given = given(app, browser, object).await;
    assert_eq!(
        given.get("error").map(String::as_str),
        Some("invalid_request_object"),
        "{why}"
    );
    assert!(!given.contains_key("code"), "{why}");
}

fn by_secret(secret: &str, claims: &Value) -> String {
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&header, claims, &key).unwrap()
}

async fn signing(world: &World) -> (Application<'_>, SigningKey) {
    let key = key();
    let app = serve(world, true, with_key(&key)).await;
    (app, key)
}

/// A client whose every request has to be signed.
async fn strict(world: &World) -> (Application<'_>, SigningKey) {
    let key = key();
    let mut metadata = with_key(&key);
    metadata.require_signed_request_object = true;
    (serve(world, true, metadata).await, key)
}

on_both_engines! {
    async fn item_12_a_signed_request_is_answered(world: World) {
        let (app, key) = signing(&world).await;
        let browser = app.visitor().await;
        for typ in [TYP, "application/oauth-authz-req+jwt", "JWT"] {
            let object = key.sign(typ, &claims(&app, &[])).unwrap();
            let given = given(&app, &browser, &object).await;
            assert_eq!(given["state"], "inside", "{typ}");
            assert_eq!(app.redeem(&given["code"]).await.status, 200, "{typ}");
        }
    }

    async fn item_12_alg_none_is_refused(world: World) {
        let (app, _) = strict(&world).await;
        let browser = app.visitor().await;
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        for alg in ["none", "None", "NONE"] {
            let object = format!("{}.{}.", encode(&json!({ "alg": alg, "typ": TYP })), encode(&claims(&app, &[])));
            refused(&app, &browser, &object, alg).await;
        }
    }

    async fn item_12_an_unsigned_object_of_a_plain_client_is_told_to_be_unsupported(world: World) {
        let (app, _) = signing(&world).await;
        let browser = app.visitor().await;
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let object = format!("{}.{}.", encode(&json!({ "alg": "none" })), encode(&claims(&app, &[])));
        let given = given(&app, &browser, &object).await;
        assert_eq!(given["error"], "request_not_supported");
    }

    async fn item_12_a_shared_secret_algorithm_with_the_public_key_is_refused(world: World) {
        let (app, key) = signing(&world).await;
        let browser = app.visitor().await;
        let public = serde_json::to_vec(key.public_jwk()).unwrap();
        let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
        header.kid = Some(key.kid().to_owned());
        let secret = jsonwebtoken::EncodingKey::from_secret(&public);
        let object = jsonwebtoken::encode(&header, &claims(&app, &[]), &secret).unwrap();
        refused(&app, &browser, &object, "HS256").await;
    }

    async fn item_12_an_object_is_signed_with_the_secret_where_that_is_registered(world: World) {
        let key = key();
        let mut metadata = with_key(&key);
        metadata.request_object_signing_alg = Some(SignatureAlgorithm::Hs256);
        let app = serve(&world, true, metadata.clone()).await;
        let browser = app.visitor().await;
        let secret = app.secret.clone().unwrap();
        let signed = |secret: &str| by_secret(secret, &claims(&app, &[]));
        let answer = given(&app, &browser, &signed(&secret)).await;
        assert_eq!(answer["state"], "inside");
        assert_eq!(app.redeem(&answer["code"]).await.status, 200);
        let pushed = push(&app, &vec![("request", signed(&secret))]).await;
        assert_eq!(pushed.status, 201, "{}", pushed.body);
        let other = register(&world, true, metadata).await;
        let others = other.secret.unwrap().reveal().to_owned();
        for (secret, why) in [(others.as_str(), "another client's secret"), (&secret[1..], "a part of it"), ("", "an empty one")] {
            refused(&app, &browser, &signed(secret), why).await;
        }
        // What is registered is the one algorithm.
        refused(&app, &browser, &key.sign(TYP, &claims(&app, &[])).unwrap(), "its own key").await;
        // A secret that has ended signs nothing, and one that follows does.
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        let id = clients::ClientId::from_stored(app.client_id.clone());
        let rotation = clients::Rotation { overlap: std::time::Duration::ZERO, lifetime: None };
        let master = &world.state.master_key;
        let next = clients::rotate_own_secret(&mut change, master, &id, &rotation).await.unwrap();
        change.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        refused(&app, &browser, &signed(&secret), "an ended secret").await;
        assert!(given(&app, &browser, &signed(next.reveal())).await.contains_key("code"));
    }

    async fn item_12_a_secret_signs_nothing_for_a_client_that_did_not_register_it(world: World) {
        let (app, _) = signing(&world).await;
        let browser = app.visitor().await;
        let object = by_secret(app.secret.as_deref().unwrap(), &claims(&app, &[]));
        refused(&app, &browser, &object, "not registered").await;
    }

    async fn item_12_another_clients_key_is_refused(world: World) {
        let (app, _) = signing(&world).await;
        let browser = app.visitor().await;
        let foreign = key();
        register(&world, true, with_key(&foreign)).await;
        let object = foreign.sign(TYP, &claims(&app, &[])).unwrap();
        refused(&app, &browser, &object, "another client's key").await;
        // Also under the name of the right one.
        let (_, rest) = object.split_once('.').unwrap();
        let header = json!({ "alg": "ES256", "jwk": foreign.public_jwk() });
        let object = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()));
        refused(&app, &browser, &object, "a key in the header").await;
    }

    async fn item_12_times_are_kept(world: World) {
        let (app, key) = signing(&world).await;
        let browser = app.visitor().await;
        let now = world.now().seconds();
        for (name, value) in [
            ("exp", json!(now)), ("exp", json!(now - 1)), ("exp", json!("soon")), ("exp", json!(-1)),
            ("nbf", json!(now + 61)), ("iat", json!(now + 61)), ("nbf", json!([now])),
        ] {
            let object = key.sign(TYP, &claims(&app, &[(name, value.clone())])).unwrap();
            refused(&app, &browser, &object, &format!("{name} {value}")).await;
        }
        let object = key.sign(TYP, &claims(&app, &[("nbf", json!(now + 8))])).unwrap();
        assert!(given(&app, &browser, &object).await.contains_key("code"));
    }

    async fn item_12_parties_are_the_client_and_this_server(world: World) {
        let (app, key) = signing(&world).await;
        let browser = app.visitor().await;
        let base = world.base.clone();
        for (name, value) in [
            ("aud", json!("https://other.example")),
            ("aud", json!(["https://other.example"])),
            ("aud", json!(7)),
            ("iss", json!("another")),
            ("client_id", json!("another")),
            ("sub", json!(app.client_id)),
        ] {
            let object = key.sign(TYP, &claims(&app, &[(name, value.clone())])).unwrap();
            refused(&app, &browser, &object, &format!("{name} {value}")).await;
        }
        let several = json!([base, "https://other.example"]);
        let object = key.sign(TYP, &claims(&app, &[("aud", several)])).unwrap();
        assert!(given(&app, &browser, &object).await.contains_key("code"), "an array with this server");
    }

    async fn item_12_request_and_request_uri_exclude_each_other(world: World) {
        let (app, key) = signing(&world).await;
        let browser = app.visitor().await;
        let object = key.sign(TYP, &claims(&app, &[])).unwrap();
        let mut request = carrying(&app, &object);
        request.push(("request_uri", "https://app.example.com/object".to_owned()));
        let given = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(given["error"], "invalid_request");
    }

    async fn item_12_a_nested_request_is_refused(world: World) {
        let (app, key) = signing(&world).await;
        let browser = app.visitor().await;
        let inner = key.sign(TYP, &claims(&app, &[])).unwrap();
        for (name, value) in [("request", json!(inner)), ("request_uri", json!("https://app.example.com/o"))] {
            let object = key.sign(TYP, &claims(&app, &[(name, value)])).unwrap();
            refused(&app, &browser, &object, name).await;
        }
    }

    async fn item_12_a_token_of_another_type_is_no_request(world: World) {
        let (app, key) = signing(&world).await;
        let browser = app.visitor().await;
        for typ in ["client-authentication+jwt", "dpop+jwt", "logout+jwt", "at+jwt"] {
            let object = key.sign(typ, &claims(&app, &[])).unwrap();
            refused(&app, &browser, &object, typ).await;
        }
    }

    async fn item_12_the_registered_algorithm_is_the_only_one(world: World) {
        let rsa = SigningKey::generate(Algorithm::Rs256).unwrap();
        let ec = key();
        let mut metadata = metadata();
        metadata.jwks = Some(json!({ "keys": [rsa.public_jwk(), ec.public_jwk()] }));
        metadata.request_object_signing_alg = Some(SignatureAlgorithm::Es256);
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let object = rsa.sign(TYP, &claims(&app, &[])).unwrap();
        refused(&app, &browser, &object, "RS256").await;
        let object = ec.sign(TYP, &claims(&app, &[])).unwrap();
        assert!(given(&app, &browser, &object).await.contains_key("code"));
    }

    async fn core_6_1_what_stands_outside_completes_the_object_and_never_overrules_it(world: World) {
        let (app, key) = signing(&world).await;
        let browser = app.visitor().await;
        let object = key.sign(TYP, &claims(&app, &[("nonce", Value::Null)])).unwrap();
        let mut request = carrying(&app, &object);
        request.push(("state", "outside".to_owned()));
        request.push(("nonce", "outside".to_owned()));
        let given = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(given["state"], "inside");
        let tokens = app.redeem(&given["code"]).await;
        assert_eq!(app.checked(tokens.text("id_token")).await["nonce"], "outside");
        assert!(tokens.text("scope").contains("email"), "the object's scope");
        let other = key.sign(TYP, &claims(&app, &[("response_type", json!("id_token"))])).unwrap();
        refused(&app, &browser, &other, "response_type differs").await;
    }

    async fn item_7_state_outside_a_signed_request_is_ignored(world: World) {
        let (app, key) = strict(&world).await;
        let browser = app.visitor().await;
        let object = key.sign(TYP, &claims(&app, &[("state", Value::Null)])).unwrap();
        let mut request = carrying(&app, &object);
        request.push(("state", "outside".to_owned()));
        request.push(("login_hint", "somebody".to_owned()));
        let given = redirected(&app.authorize(&browser.cookies, &request).await);
        assert!(given.contains_key("code") && !given.contains_key("state"), "{given:?}");
        let nameless = key.sign(TYP, &claims(&app, &[("client_id", Value::Null)])).unwrap();
        refused(&app, &browser, &nameless, "no client_id within").await;
    }

    async fn keycloak_cve_2026_16093_a_client_that_has_to_sign_is_not_answered_without(world: World) {
        let (app, _) = strict(&world).await;
        let browser = app.visitor().await;
        let mut request = app.request();
        request.push(("typ", TYP.to_owned()));
        let given = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(given["error"], "invalid_request");
        let answer = push(&app, &app.request()).await;
        assert_eq!(answer.error(), (400, "invalid_request"));
    }

    async fn a_signed_request_can_be_pushed_and_nothing_beside_it_counts(world: World) {
        let (app, key) = strict(&world).await;
        let browser = app.visitor().await;
        let object = key.sign(TYP, &claims(&app, &[])).unwrap();
        let form = vec![("request", object), ("state", "outside".to_owned()), ("scope", "openid".to_owned())];
        let answer = push(&app, &form).await;
        let request = crate::pushed::brought(&app, &answer);
        let given = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(given["state"], "inside");
        let old = key.sign(TYP, &claims(&app, &[("exp", json!(1))])).unwrap();
        let answer = push(&app, &vec![("request", old)]).await;
        assert_eq!(answer.error(), (400, "invalid_request_object"));
    }

    async fn item_12_oauth_2_1_wants_an_end_and_its_own_name_in_the_object(world: World) {
        let key = key();
        let mut metadata = with_key(&key);
        metadata.profile = Profile::OAuth21;
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        for name in ["exp", "client_id"] {
            let object = key.sign(TYP, &claims(&app, &[(name, Value::Null)])).unwrap();
            refused(&app, &browser, &object, name).await;
        }
        let object = key.sign(TYP, &claims(&app, &[])).unwrap();
        assert!(given(&app, &browser, &object).await.contains_key("code"));
    }

    async fn keycloak_cve_2026_4366_a_request_uri_that_is_not_registered_is_not_fetched(world: World) {
        let (app, _) = signing(&world).await;
        let browser = app.visitor().await;
        for address in [
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "https://app.example.com/object",
            "https://app.example.com@evil.test/object",
            "gopher://127.0.0.1:25/x",
        ] {
            let request = app.request_with(&[("request_uri", address)]);
            let given = redirected(&app.authorize(&browser.cookies, &request).await);
            assert_eq!(given["error"], "invalid_request_uri", "{address}");
            let without = [("client_id", app.client_id.clone()), ("request_uri", address.to_owned())];
            let response = app.authorize(&browser.cookies, &without).await;
            assert_error_page(response, "invalid_request_uri").await;
        }
    }

    async fn a_registered_request_uri_is_fetched_by_the_guarded_client(world: World) {
        let world = world.with(|basics| {
            basics.outbound = crate::support::outbound(doorward::foundation::outbound::Rules {
                allowed: std::sync::Arc::new(|address| address.is_loopback()),
                ..doorward::foundation::outbound::Rules::strict()
            });
        }).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/object", listener.local_addr().unwrap());
        let shown = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
        let served = shown.clone();
        let router = axum::Router::new().route("/object", axum::routing::get(move || {
            let body = served.lock().unwrap().clone();
            async move { body }
        }));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let key = key();
        let mut metadata = with_key(&key);
        metadata.request_uris = vec![format!("{address}#a-hash-of-before")];
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        *shown.lock().unwrap() = key.sign(TYP, &claims(&app, &[])).unwrap();
        let request = [
            ("client_id", app.client_id.clone()),
            ("response_type", "code".to_owned()),
            ("scope", "openid".to_owned()),
            ("request_uri", format!("{address}#a-fragment-for-caches")),
        ];
        let given = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(given["state"], "inside");
        assert!(given.contains_key("code"));
    }
}
