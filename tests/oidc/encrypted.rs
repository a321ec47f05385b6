//! Signed and encrypted answers, as a client registers them; and what is encrypted to us.

use doorward::domain::audit::Actor;
use doorward::domain::clients::{Metadata, ResponseType};
use doorward::domain::signing_keys::{self, KeyRing, Rotation, Rules};
use doorward::foundation::crypto::jose::{
    Algorithm, ContentEncryption, DecryptionKey, Encrypted, Encryption, EncryptionKeys, KeyKind,
    KeyManagement, SigningKey,
};
use serde_json::{Value, json};
use std::time::Duration;

use crate::application::{
    Answer, Application, confidential, location, metadata, redirected, serve, signed_in,
};
use crate::on_both_engines;

fn key(kind: KeyKind) -> DecryptionKey {
    DecryptionKey::read(kind, &DecryptionKey::generate(kind).unwrap()).unwrap()
}

fn opened(key: &DecryptionKey, token: &str) -> String {
    let encrypted = Encrypted::parse(token).expect("an encrypted token");
    String::from_utf8(key.open(encrypted).expect("ours").to_vec()).unwrap()
}

fn with_keys(keys: &[&DecryptionKey]) -> Metadata {
    let keys: Vec<_> = keys.iter().map(|key| key.public_jwk()).collect();
    let mut metadata = metadata();
    metadata.jwks = Some(json!({ "keys": keys }));
    metadata
}

async fn userinfo_text(app: &Application<'_>, tokens: &Answer) -> (String, String) {
    let url = format!("{}/oauth2/userinfo", app.server.base);
    let request = app
        .server
        .http
        .get(url)
        .bearer_auth(tokens.text("access_token"));
    let response = request.send().await.unwrap();
    let kind = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(response.headers()["cache-control"], "no-store");
    (kind, response.text().await.unwrap())
}

on_both_engines! {
    async fn an_id_token_is_encrypted_as_the_client_registered(world: World) {
        let (rsa, ec) = (key(KeyKind::Rsa), key(KeyKind::P256));
        let user = confidential(&world).await.visitor().await.user;
        for (own, management) in [(&rsa, KeyManagement::RsaOaep256), (&ec, KeyManagement::EcdhEsA128kw)] {
            let mut metadata = with_keys(&[&rsa, &ec]);
            metadata.id_token_encrypted_response_alg = Some(management);
            let app = serve(&world, true, metadata).await;
            app.consented(user).await;
            let tokens = app.tokens(&signed_in(&world, user).await).await;
            let token = tokens.text("id_token");
            let encrypted = Encrypted::parse(token).unwrap();
            // The content's default, and what is within (Core §16.14: signed, then encrypted).
            assert_eq!(encrypted.encryption().content, ContentEncryption::A128CbcHs256);
            assert_eq!(encrypted.content_type(), Some("JWT"));
            let claims = app.checked(&opened(own, token)).await;
            assert_eq!(claims["aud"], app.client_id.as_str());
            let refreshed = app.refresh(tokens.text("refresh_token")).await;
            assert!(Encrypted::looks_like_one(refreshed.text("id_token")));
        }
    }

    async fn userinfo_is_signed_and_encrypted_as_the_client_registered(world: World) {
        let own = key(KeyKind::P256);
        let user = confidential(&world).await.visitor().await.user;
        let told = async |change: fn(&mut Metadata)| {
            let mut metadata = with_keys(&[&own]);
            change(&mut metadata);
            let app = serve(&world, true, metadata).await;
            app.consented(user).await;
            let tokens = app.tokens(&signed_in(&world, user).await).await;
            let (kind, text) = userinfo_text(&app, &tokens).await;
            assert_eq!(kind, "application/jwt");
            (app, text)
        };
        let (app, text) = told(|m| m.userinfo_signed_response_alg = Some(Algorithm::Ps256)).await;
        let claims = app.checked(&text).await;
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(world.base), &json!(app.client_id)));
        assert_eq!(claims["email"], "babs@example.com");

        let (app, text) = told(|m| {
            m.userinfo_signed_response_alg = Some(Algorithm::EdDsa);
            m.userinfo_encrypted_response_alg = Some(KeyManagement::EcdhEs);
            m.userinfo_encrypted_response_enc = Some(ContentEncryption::A256Gcm);
        }).await;
        assert_eq!(app.checked(&opened(&own, &text)).await["sub"], user.to_string());

        let (_, text) = told(|m| m.userinfo_encrypted_response_alg = Some(KeyManagement::EcdhEsA256kw)).await;
        let claims: Value = serde_json::from_str(&opened(&own, &text)).unwrap();
        assert_eq!(claims["sub"], user.to_string());
    }

    async fn signed_userinfo_passes_for_no_id_token_hint(world: World) {
        let mut metadata = metadata();
        metadata.userinfo_signed_response_alg = Some(Algorithm::Rs256);
        let app = serve(&world, true, metadata).await;
        let tokens = app.tokens(&app.visitor().await).await;
        let (_, text) = userinfo_text(&app, &tokens).await;
        let keys = (&world.state.signing_keys, &world.state.master_key);
        let read = doorward::domain::grants::IdTokenHint::read(&text, &world.base, keys, world.now());
        assert!(read.is_none());
    }

    async fn a_key_set_that_does_not_answer_costs_no_code(world: World) {
        let mut metadata = metadata();
        // An address that the outbound client refuses to reach.
        metadata.jwks_uri = Some("https://127.0.0.1:9/jwks".to_owned());
        metadata.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
        let app = serve(&world, true, metadata).await;
        let code = app.code(&app.visitor().await).await;
        for _ in 0..2 {
            let answer = app.redeem(&code).await;
            assert_eq!(answer.error(), (503, "temporarily_unavailable"));
        }
    }

    async fn a_signed_answer_is_encrypted_as_the_client_registered(world: World) {
        let own = key(KeyKind::P256);
        let mut metadata = with_keys(&[&own]);
        metadata.authorization_encrypted_response_alg = Some(KeyManagement::EcdhEs);
        metadata.authorization_encrypted_response_enc = Some(ContentEncryption::A256Gcm);
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        for (scope, wanted) in [("openid", "code"), ("unknown", "error")] {
            let request = app.request_with(&[("response_mode", "jwt"), ("scope", scope)]);
            let given = redirected(&app.authorize(&browser.cookies, &request).await);
            assert_eq!(given.len(), 1, "nothing beside the encrypted text: {given:?}");
            let response = &given["response"];
            let encrypted = Encrypted::parse(response).unwrap();
            assert_eq!(encrypted.encryption().content, ContentEncryption::A256Gcm);
            assert_eq!(encrypted.content_type(), Some("JWT"));
            let claims = app.checked(&opened(&own, response)).await;
            assert_eq!((&claims["iss"], &claims["aud"]), (&json!(world.base), &json!(app.client_id)));
            assert_eq!(claims["state"], "the state");
            assert!(claims[wanted].is_string(), "{claims}");
            if let Some(code) = claims["code"].as_str() {
                assert_eq!(app.redeem(code).await.status, 200);
            }
        }
        // A client that is answered in another way is answered as it asks.
        assert_eq!(app.redeem(&app.code(&browser).await).await.status, 200);
    }

    async fn an_answer_that_cannot_be_encrypted_is_not_sent_and_uses_nothing_up(world: World) {
        let mut metadata = metadata();
        metadata.jwks_uri = Some("https://127.0.0.1:9/jwks".to_owned());
        metadata.authorization_encrypted_response_alg = Some(KeyManagement::EcdhEs);
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("response_mode", "jwt")]);
        let pushed = crate::pushed::push(&app, &request).await;
        let reference = pushed.text("request_uri").to_owned();
        let by_reference = [("client_id", app.client_id.clone()), ("request_uri", reference)];
        for _ in 0..2 {
            let answer = app.authorize(&browser.cookies, &by_reference).await;
            assert_eq!(answer.status(), 503);
            assert!(!answer.headers().contains_key("location"));
        }
        let wrong = app.request_with(&[("response_mode", "jwt"), ("scope", "unknown")]);
        assert_eq!(app.authorize(&browser.cookies, &wrong).await.status(), 503);
        // Of an ID token alone the client can be told.
        let mut metadata = crate::application::metadata();
        metadata.jwks_uri = Some("https://127.0.0.1:9/jwks".to_owned());
        metadata.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
        metadata.response_types = vec![ResponseType::CodeIdToken];
        let app = serve(&world, true, metadata).await;
        app.consented(browser.user).await;
        let request = app.request_with(&[("response_type", "code id_token")]);
        let url = location(&app.authorize(&browser.cookies, &request).await);
        assert!(url.fragment().unwrap().contains("error=temporarily_unavailable"), "{url}");
    }

    async fn a_client_without_a_key_for_what_it_registered_gets_no_open_token(world: World) {
        let mut metadata = with_keys(&[&key(KeyKind::P256)]);
        metadata.id_token_encrypted_response_alg = Some(KeyManagement::RsaOaep);
        let app = serve(&world, true, metadata).await;
        let code = app.code(&app.visitor().await).await;
        assert_eq!(app.redeem(&code).await.error(), (503, "temporarily_unavailable"));
    }

    async fn keys_to_encrypt_to_are_published_when_they_are_on_and_open_after_a_rotation(world: World) {
        let (db, master) = (&world.db, &world.state.master_key);
        let app = confidential(&world).await;
        let keys: Value = app.get("/oauth2/jwks", "", &[]).await.json().await.unwrap();
        assert!(keys["keys"].as_array().unwrap().iter().all(|key| key["use"] == "sig"));
        let rules = Rules { encryption: true, ..Rules::default() };
        let ring = KeyRing::load(db, master, rules.clone(), world.now()).await.unwrap();
        let set: Value = serde_json::from_slice(&ring.published().body).unwrap();
        let published = EncryptionKeys::read(&set);
        let mut tokens = Vec::new();
        for management in KeyManagement::ALL {
            let encryption = Encryption { management, content: ContentEncryption::A256Gcm };
            let token = published.encrypt(encryption, &[("cty", "JWT")], b"a request").unwrap();
            assert_eq!(ring.decrypt(&token).unwrap().as_str(), "a request");
            tokens.push(token);
        }
        let how = Rotation::ahead(Duration::from_secs(3600));
        signing_keys::rotate(db, Actor::CommandLine, master, &how, world.now()).await.unwrap();
        ring.refresh(db, master, world.now()).await.unwrap();
        let now: Value = serde_json::from_slice(&ring.published().body).unwrap();
        let names = |set: &Value| -> Vec<String> {
            let keys = set["keys"].as_array().unwrap().iter().filter(|key| key["use"] == "enc");
            keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&now).len(), 2);
        assert!(names(&now).iter().all(|kid| !names(&set).contains(kid)));
        assert!(tokens.iter().all(|token| ring.decrypt(token).is_some()));
        world.clock.advance(Duration::from_secs(49 * 3600));
        ring.refresh(db, master, world.now()).await.unwrap();
        assert!(tokens.iter().all(|token| ring.decrypt(token).is_none()));
    }

    async fn rsa_keys_carry_a_certificate_when_that_is_on_and_every_node_publishes_the_same(world: World) {
        let (db, master) = (&world.db, &world.state.master_key);
        let rules = Rules { certificates: true, ..Rules::default() };
        let one = KeyRing::load(db, master, rules.clone(), world.now()).await.unwrap();
        let two = KeyRing::load(db, master, rules, world.now()).await.unwrap();
        assert_eq!(one.published().etag, two.published().etag);
        let set: Value = serde_json::from_slice(&one.published().body).unwrap();
        for key in set["keys"].as_array().unwrap() {
            assert_eq!(key["x5c"].is_array(), key["kty"] == "RSA", "{key}");
            assert!(key.get("d").is_none());
        }
    }

    async fn an_id_token_of_the_front_channel_is_encrypted_too(world: World) {
        let own = key(KeyKind::P256);
        let mut metadata = with_keys(&[&own]);
        metadata.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEs);
        metadata.response_types = vec![ResponseType::CodeIdToken];
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("response_type", "code id_token")]);
        let url = location(&app.authorize(&browser.cookies, &request).await);
        let fragment = url.fragment().unwrap_or_default().to_owned();
        let mut fields = form_urlencoded::parse(fragment.as_bytes());
        let token = fields.find(|(name, _)| name == "id_token").unwrap().1;
        let claims = app.checked(&opened(&own, &token)).await;
        assert!(claims["c_hash"].is_string());
    }

    async fn item_12_an_encrypted_request_object_counts_as_what_is_signed_within(world: World) {
        let world = world.with(|basics| {
            basics.keys = Rules { encryption: true, ..Rules::default() };
        }).await;
        let signing = SigningKey::generate(Algorithm::Es256).unwrap();
        let mut metadata = metadata();
        metadata.jwks = Some(json!({ "keys": [signing.public_jwk()] }));
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let keys: Value = app.get("/oauth2/jwks", "", &[]).await.json().await.unwrap();
        let published = EncryptionKeys::read(&keys);
        let claims = json!({ "iss": app.client_id, "aud": world.base, "state": "within" });
        let signed = signing.sign("oauth-authz-req+jwt", &claims).unwrap();
        let forged = SigningKey::generate(Algorithm::Es256).unwrap();
        let forged = forged.sign("oauth-authz-req+jwt", &claims).unwrap();
        let encryption = Encryption {
            management: KeyManagement::RsaOaep256,
            content: ContentEncryption::A256Gcm,
        };
        let enclosed = |text: &str| published.encrypt(encryption, &[("cty", "JWT")], text.as_bytes()).unwrap();
        for (object, error) in [
            (enclosed(&signed), None),
            (enclosed(&forged), Some("invalid_request_object")),
            (enclosed(&claims.to_string()), Some("invalid_request_object")),
            (enclosed(&enclosed(&signed)), Some("invalid_request_object")),
            ("e30.a.b.c.d".to_owned(), Some("invalid_request_object")),
        ] {
            let request = app.request_with(&[("request", &object)]);
            let given = redirected(&app.authorize(&browser.cookies, &request).await);
            assert_eq!(given.get("error").map(String::as_str), error);
            if error.is_none() {
                assert_eq!(given["state"], "within");
            }
        }
        let document: Value = app.get("/.well-known/openid-configuration", "", &[]).await.json().await.unwrap();
        assert!(document["request_object_encryption_alg_values_supported"].is_array());
    }
}
