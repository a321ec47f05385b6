//! Checklist E, 58: what an application that registers itself may say, and what it may not.

use doorward::domain::api_keys::Scope;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{
    self, ClaimsMapping, MayRegister, Profile, RegistrationPolicy, RequiredMfa,
};
use doorward::http::oidc;
use doorward::http::web::around;
use reqwest::Method;
use serde_json::{Value, json};

use crate::application::{Answer, REDIRECT_URI};
use crate::introspection::api_key;
use crate::on_both_engines;
use crate::publisher::Publisher;
use crate::registration::{app, managed, register, registered, registering, with_quota};
use crate::support::outbound;

fn assert_refused(answer: &Answer, error: &str, of: &Value) {
    assert_eq!(answer.status, 400, "{of}: {}", answer.body);
    assert_eq!(answer.body["error"], error, "{of}: {}", answer.body);
    assert!(answer.body["error_description"].is_string());
}

fn app_with(changes: Value) -> Value {
    let mut body = app();
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

on_both_engines! {
    async fn item_58_what_only_an_administrator_says_cannot_be_registered(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app_with(json!({
            "profile": "fapi2",
            "external_authentication": { "issuer": "https://evil.test", "audience": "a", "tenant": "t" },
            "resources": ["https://orders.example.com"],
            "response_modes": ["fragment"],
            "may_exchange": true,
            "may_exchange_id_tokens_of": ["another"],
            "require_mfa": "phishing-resistant", "trusted_device_lifetime": 60,
            "access_token_lifetime": 86400, "id_token_lifetime": 86400, "refresh_token_lifetime": 86400,
            "claims_mapping": { "admin": true },
            "disabled_at": null,
            "connection_id": "00000000-0000-7000-8000-000000000001",
            "confidential": false,
        }))).await;
        let client = world.state.clients.get(told.text("client_id")).unwrap();
        let metadata = &client.metadata;
        assert_eq!(metadata.profile, Profile::Oidc);
        assert_eq!(metadata.external_authentication, None);
        assert!(metadata.resources.is_empty() && metadata.response_modes.is_empty());
        assert_eq!(metadata.may_exchange, clients::MayExchange::Any(false));
        assert_eq!(metadata.claims_mapping, None);
        assert_eq!((metadata.require_mfa, metadata.trusted_device_lifetime), (RequiredMfa::None, None));
        assert!(metadata.may_exchange_id_tokens_of.is_empty());
        let lifetimes = (metadata.access_token_lifetime, metadata.id_token_lifetime, metadata.refresh_token_lifetime);
        assert_eq!(lifetimes, (None, None, None));
        assert!(client.confidential && client.connection.is_none());
    }

    async fn item_58_what_an_administrator_said_outlives_a_change_by_the_client(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app_with(json!({ "require_pkce": true }))).await;
        let client = world.state.clients.get(told.text("client_id")).unwrap();
        let mapping = ClaimsMapping::read(&json!({ "claims": {} }), &[]).unwrap();
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        clients::map_claims(&mut change, &client, Some(&mapping)).await.unwrap();
        change.commit().await.unwrap();
        let before = {
            world.state.refresh().await.unwrap();
            world.state.clients.get(told.text("client_id")).unwrap()
        };
        let body = app_with(json!({ "client_id": told.body["client_id"], "claims_mapping": {}, "require_pkce": false }));
        assert_eq!(managed(&server, Method::PUT, &told, &body).await.status, 200);
        let after = world.state.clients.get(told.text("client_id")).unwrap();
        assert!(before.metadata.claims_mapping.is_some());
        assert_eq!(after.metadata.claims_mapping, before.metadata.claims_mapping);
        assert!(after.metadata.require_pkce, "never laxer by itself");
    }

    async fn item_58_keycloak_cve_2026_18211_a_redirect_to_another_host_or_scheme_is_refused(world: World) {
        let (_world, server) = registering(world, MayRegister::Anybody).await;
        for uri in [
            "http://localhost.evil.test/cb",
            "http://localhost:80.evil.test/cb",
            "http://localhost@evil.test/cb",
            "http://127.0.0.1.evil.test/cb",
            "http://app.example.com/cb",
            "https://app.example.com/cb#f",
            "https://user@app.example.com/cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "/cb",
            "*",
            "",
        ] {
            for method in ["client_secret_basic", "none"] {
                let body = app_with(json!({ "redirect_uris": [uri], "token_endpoint_auth_method": method }));
                assert_refused(&register(&server, None, &body).await, "invalid_redirect_uri", &body);
            }
        }
        let body = app_with(json!({ "redirect_uris": [] }));
        assert_refused(&register(&server, None, &body).await, "invalid_redirect_uri", &body);
        let body = app_with(json!({ "post_logout_redirect_uris": ["javascript:alert(1)"] }));
        assert_refused(&register(&server, None, &body).await, "invalid_redirect_uri", &body);
    }

    async fn rfc_7591_metadata_that_do_not_fit_are_refused_by_name(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        for (name, value) in [
            ("redirect_uris", json!("https://app.example.com/cb")),
            ("grant_types", json!(["password"])),
            ("response_types", json!(["token"])),
            ("token_endpoint_auth_method", json!("tls_client_auth")),
            ("token_endpoint_auth_method", json!("private_key_jwt")),
            ("token_endpoint_auth_method", json!("magic")),
            ("id_token_signed_response_alg", json!("none")),
            ("jwks_uri", json!("file:///etc/passwd")),
            ("logo_uri", json!("javascript:alert(1)")),
            ("client_name", json!(7)),
            ("client_name", json!("a\nb")),
            ("client_name", json!("x".repeat(300))),
            ("scope", json!(["openid"])),
            ("scope", json!("a\"b")),
            ("contacts", json!(vec!["x"; 101])),
            ("sector_identifier_uri", json!("http://app.example.com/sector")),
            ("initiate_login_uri", json!("http://app.example.com/login")),
        ] {
            let body = app_with(json!({ name: value }));
            assert_refused(&register(&server, None, &body).await, "invalid_client_metadata", &body);
        }
        let body = app_with(json!({ "token_endpoint_auth_method": "private_key_jwt",
            "jwks": { "keys": [] }, "jwks_uri": "https://app.example.com/jwks" }));
        assert_refused(&register(&server, None, &body).await, "invalid_client_metadata", &body);
        assert!(clients::list(&world.db).await.unwrap().is_empty(), "nothing is half written");
    }

    async fn rfc_7591_software_statements_are_refused(world: World) {
        let (_world, server) = registering(world, MayRegister::Anybody).await;
        let body = app_with(json!({ "software_statement": "a.b.c" }));
        assert_refused(&register(&server, None, &body).await, "invalid_software_statement", &body);
    }

    async fn item_56_a_sector_identifier_uri_is_fetched_by_the_guarded_client_alone(world: World) {
        let (_world, server) = registering(world, MayRegister::Anybody).await;
        for address in ["https://127.0.0.1/sector", "https://[::1]/sector", "https://169.254.169.254/", "https://localhost/sector"] {
            let body = app_with(json!({ "subject_type": "pairwise", "sector_identifier_uri": address }));
            let refused = register(&server, None, &body).await;
            assert_refused(&refused, "invalid_client_metadata", &body);
            let told = "sector_identifier_uri: the list could not be fetched";
            assert_eq!(refused.body["error_description"], told, "the same for all");
        }
    }

    async fn item_56_a_sector_identifier_uri_is_fetched_over_tls_and_lists_every_redirect_uri(world: World) {
        let publisher = Publisher::new().await;
        let rules = publisher.rules();
        let world = world
            .with(|basics| {
                basics.outbound = outbound(rules);
                basics.offer.registration = RegistrationPolicy { who: MayRegister::Anybody, quota: 10 };
            })
            .await;
        let server = world.serve(around(oidc::routes(&world.state), world.state.clone()));
        let body = app_with(json!({ "subject_type": "pairwise", "sector_identifier_uri": publisher.url("/sector") }));
        publisher.publish(&json!(["https://other.example.com/cb", REDIRECT_URI]), "");
        let told = registered(&server, &body).await;
        assert_eq!(told.body["sector_identifier_uri"], publisher.url("/sector"));
        let missing = "sector_identifier_uri: the list does not have every redirect URI";
        let unfetched = "sector_identifier_uri: the list could not be fetched";
        publisher.publish(&json!(["https://other.example.com/cb"]), "");
        let refused = register(&server, None, &body).await;
        assert_eq!(refused.body["error_description"], missing);
        publisher.answer("302 Found", "application/json", &format!("Location: {}\r\n", publisher.url("/x")), "[]");
        let refused = register(&server, None, &body).await;
        assert_eq!(refused.body["error_description"], unfetched);
        let stranger = Publisher::new().await;
        stranger.publish(&json!([REDIRECT_URI]), "");
        let untrusted = app_with(json!({ "subject_type": "pairwise", "sector_identifier_uri": stranger.url("/sector") }));
        let refused = register(&server, None, &untrusted).await;
        assert_eq!(refused.body["error_description"], unfetched);
        assert_eq!(stranger.asked(), 0, "its certificate is of an authority that nobody named");
    }

    async fn item_58_grants_without_a_person_need_an_initial_access_token(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let key = api_key(&world, Scope::ClientRegistration).await;
        for grant in ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"] {
            let body = app_with(json!({ "grant_types": ["authorization_code", grant] }));
            assert_refused(&register(&server, None, &body).await, "invalid_client_metadata", &body);
            let told = register(&server, Some(&key), &body).await;
            assert_eq!(told.status, 201, "{}", told.body);
            let again = app_with(json!({ "grant_types": ["authorization_code", grant], "client_id": told.body["client_id"] }));
            assert_eq!(managed(&server, Method::PUT, &told, &again).await.status, 200);
        }
        let told = registered(&server, &app()).await;
        let body = app_with(json!({ "grant_types": ["client_credentials"], "client_id": told.body["client_id"] }));
        assert_refused(&managed(&server, Method::PUT, &told, &body).await, "invalid_client_metadata", &body);
    }

    async fn item_58_words_of_the_scope_that_are_not_standard_fall_away(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let key = api_key(&world, Scope::ClientRegistration).await;
        let body = app_with(json!({ "scope": "openid email groups roles admin scim offline_access" }));
        assert_eq!(registered(&server, &body).await.body["scope"], "openid email offline_access");
        let vouched = register(&server, Some(&key), &body).await;
        assert_eq!(vouched.body["scope"], "openid email groups roles offline_access");
    }

    async fn item_58_the_quota_of_strangers_is_kept_also_when_they_come_at_once(world: World) {
        let (world, server) = with_quota(world, MayRegister::Anybody, 3).await;
        let key = api_key(&world, Scope::ClientRegistration).await;
        let body = app();
        let calls = (0..16).map(|_| register(&server, None, &body));
        let answers = futures_util::future::join_all(calls).await;
        let made = answers.iter().filter(|one| one.status == 201).count();
        assert!(made <= 3, "{made}");
        while register(&server, None, &body).await.status == 201 {}
        assert_eq!(clients::list(&world.db).await.unwrap().len(), 3);
        let refused = register(&server, None, &body).await;
        assert_eq!((refused.status.as_u16(), &refused.body["error"]), (403, &json!("access_denied")));
        assert_eq!(register(&server, Some(&key), &body).await.status, 201, "who is vouched for is not counted");
    }

    async fn a_public_client_registers_without_secret_and_needs_pkce(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app_with(json!({
            "token_endpoint_auth_method": "none", "application_type": "native",
            "redirect_uris": ["com.example.app:/cb", "http://127.0.0.1/cb"], "client_name": null,
        }))).await;
        assert!(told.body.get("client_secret").is_none());
        assert!(told.body.get("client_secret_expires_at").is_none());
        let client = world.state.clients.get(told.text("client_id")).unwrap();
        assert!(!client.confidential && client.needs_pkce());
        let unnamed = registered(&server, &json!({ "redirect_uris": [REDIRECT_URI] })).await;
        assert_eq!(unnamed.body["client_name"], "app.example.com");
    }
}
