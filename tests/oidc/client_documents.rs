//! Clients that are known by the address of a document of theirs
//! (draft-ietf-oauth-client-id-metadata-document): checklist 57.

use doorward::app::config::Settings;
use doorward::app::retention;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, ClientId, DocumentPolicy, RequiredMfa};
use doorward::http::oidc;
use doorward::http::web::around;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::application::{
    Application, Browser, assert_error_page, location, person, redirected, renewal, signed_in,
};
use crate::on_both_engines;
use crate::publisher::{HOST, Publisher};
use crate::second_factor::require;
use crate::support::{World, outbound};

const ON_THE_WEB: &str = "https://app.example.com/cb";
const RESOURCE: &str = "https://mcp.example.com/";
const ON_THE_DEVICE: &str = "http://127.0.0.1/cb";

async fn knowing(world: World, publisher: &Publisher, policy: DocumentPolicy) -> World {
    let rules = publisher.rules();
    world
        .with(|basics| {
            basics.offer.documents = policy;
            basics.outbound = outbound(rules);
        })
        .await
}

fn on() -> DocumentPolicy {
    DocumentPolicy {
        on: true,
        resources: vec![RESOURCE.to_owned()],
        quota: 100,
    }
}

fn document(publisher: &Publisher) -> Value {
    json!({
        "client_id": publisher.url("/client.json"),
        "client_name": "The Application",
        "redirect_uris": [ON_THE_WEB, ON_THE_DEVICE],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "none",
    })
}

fn application<'w>(world: &'w World, publisher: &Publisher, redirect_uri: &str) -> Application<'w> {
    let router = around(oidc::routes(&world.state), world.state.clone());
    Application {
        world,
        server: world.serve(router),
        client_id: publisher.url("/client.json"),
        secret: None,
        redirect_uri: redirect_uri.to_owned(),
    }
}

/// Where the browser is sent to be asked, and what the page says.
async fn asked(app: &Application<'_>, browser: &Browser) -> (String, String) {
    let response = app.authorize(&browser.cookies, &app.request()).await;
    let path = location(&response).path().to_owned();
    assert!(path.starts_with("/oauth2/consent/"), "{path}");
    let page = app.get(&path, &browser.cookies, &[]).await;
    (path, page.text().await.unwrap())
}

async fn allow(app: &Application<'_>, browser: &Browser, path: &str) -> String {
    let form = [
        ("decision", "allow".to_owned()),
        ("remember", "yes".to_owned()),
        ("session", browser.session.to_string()),
    ];
    let response = app.post(path, &browser.cookies, &form).await;
    redirected(&response)["code"].clone()
}

async fn unknown(app: &Application<'_>, browser: &Browser) {
    let response = app.authorize(&browser.cookies, &app.request()).await;
    assert_error_page(response, "invalid_client").await;
}

on_both_engines! {
    async fn checklist_57_a_client_is_known_by_its_document_from_consent_to_refresh(world: World) {
        let publisher = Publisher::new().await;
        publisher.publish(&document(&publisher), "");
        let world = knowing(world, &publisher, on()).await;
        let app = application(&world, &publisher, ON_THE_WEB);
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let (path, page) = asked(&app, &browser).await;
        assert!(page.contains("consent-unverified") && page.contains(HOST), "{page}");
        assert!(page.contains(&app.client_id), "{page}");
        assert!(!page.contains("consent-device"), "{page}");
        let code = allow(&app, &browser, &path).await;
        let tokens = app.redeem(&code).await;
        assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
        let claims = app.checked(tokens.text("id_token")).await;
        assert_eq!(claims["aud"], json!(app.client_id));
        let renewed = app.token(&renewal(tokens.text("refresh_token"))).await;
        assert_eq!(renewed.status, StatusCode::OK, "{}", renewed.body);
        assert_eq!(publisher.asked(), 1);
        // What was allowed is remembered, as it is of every client on the web.
        app.code(&browser).await;
    }

    async fn checklist_57_what_an_administrator_requires_outlives_a_new_reading(world: World) {
        let publisher = Publisher::new().await;
        publisher.publish(&document(&publisher), "");
        let world = knowing(world, &publisher, on()).await;
        let app = application(&world, &publisher, ON_THE_WEB);
        let browser = signed_in(&world, person(&world, "babs").await).await;
        asked(&app, &browser).await;
        require(&app, RequiredMfa::MultiFactor).await;
        let mut other = document(&publisher);
        other["client_name"] = json!("Another Name");
        other["require_mfa"] = json!("none");
        publisher.publish(&other, "");
        app.pass(3600);
        let response = app.authorize(&browser.cookies, &app.request()).await;
        assert!(location(&response).path().starts_with("/login/"));
        assert_eq!(publisher.asked(), 2);
        let client = world.state.clients.get(&app.client_id).unwrap();
        assert_eq!(client.name, "Another Name");
        assert_eq!(client.metadata.require_mfa, RequiredMfa::MultiFactor);
        assert_eq!(client.metadata.resources, [RESOURCE]);
    }

    async fn checklist_57_an_answer_to_the_device_is_warned_of_and_asked_for_each_time(world: World) {
        let publisher = Publisher::new().await;
        publisher.publish(&document(&publisher), "");
        let world = knowing(world, &publisher, on()).await;
        let mut app = application(&world, &publisher, ON_THE_DEVICE);
        app.redirect_uri = "http://127.0.0.1:43117/cb".to_owned();
        let browser = signed_in(&world, person(&world, "babs").await).await;
        for _ in 0..2 {
            let (path, page) = asked(&app, &browser).await;
            assert!(page.contains("consent-device") && page.contains("consent-unverified"), "{page}");
            allow(&app, &browser, &path).await;
        }
        let silent = app.authorize(&browser.cookies, &app.request_with(&[("prompt", "none")])).await;
        assert_eq!(redirected(&silent)["error"], "consent_required");
    }

    async fn a_client_of_a_document_gets_tokens_for_the_resources_of_the_setting_alone(world: World) {
        let publisher = Publisher::new().await;
        let mut document = document(&publisher);
        document["resources"] = json!(["https://other.example.com/"]);
        publisher.publish(&document, "");
        let world = knowing(world, &publisher, on()).await;
        let app = application(&world, &publisher, ON_THE_WEB);
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let request = app.request_with(&[("resource", RESOURCE)]);
        let path = location(&app.authorize(&browser.cookies, &request).await).path().to_owned();
        let code = allow(&app, &browser, &path).await;
        let tokens = app.redeem(&code).await;
        assert_eq!(app.checked(tokens.text("access_token")).await["aud"], json!(RESOURCE));
        let request = app.request_with(&[("resource", "https://other.example.com/")]);
        let refused = app.authorize(&browser.cookies, &request).await;
        assert_eq!(redirected(&refused)["error"], "invalid_target");
    }

    async fn checklist_57_the_redirect_uri_is_one_of_the_document_word_for_word(world: World) {
        let publisher = Publisher::new().await;
        publisher.publish(&document(&publisher), "");
        let world = knowing(world, &publisher, on()).await;
        let app = application(&world, &publisher, ON_THE_WEB);
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let own = publisher.url("/cb");
        for other in ["https://app.example.com/cb/", "https://app.example.com/cb?x=1", &own] {
            let request = app.request_with(&[("redirect_uri", other)]);
            let response = app.authorize(&browser.cookies, &request).await;
            assert_error_page(response, "invalid_redirect_uri").await;
        }
        let without = app.request_with(&[("code_challenge", ""), ("code_challenge_method", "")]);
        let response = app.authorize(&browser.cookies, &without).await;
        assert_eq!(redirected(&response)["error"], "invalid_request");
    }

    async fn checklist_57_a_document_that_is_not_good_makes_no_client_and_is_not_remembered(world: World) {
        let publisher = Publisher::new().await;
        let world = knowing(world, &publisher, on()).await;
        let app = application(&world, &publisher, ON_THE_WEB);
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let good = document(&publisher);
        let large = format!("{{\"client_id\":\"{}\"}}", "x".repeat(6000));
        let json = "application/json";
        let moved = format!("Location: {}\r\n", publisher.url("/other"));
        for (status, kind, headers, body) in [
            ("404 Not Found", json, "", good.to_string()),
            ("302 Found", json, moved.as_str(), good.to_string()),
            ("201 Created", json, "", good.to_string()),
            ("200 OK", "text/html", "", good.to_string()),
            ("200 OK", json, "", "{".to_owned()),
            ("200 OK", json, "", large),
        ] {
            publisher.answer(status, kind, headers, &body);
            unknown(&app, &browser).await;
        }
        for (name, value) in [
            ("client_id", json!("https://app.example.com/client.json")),
            ("client_secret", json!("s")),
            ("token_endpoint_auth_method", json!("client_secret_post")),
            ("token_endpoint_auth_method", json!("private_key_jwt")),
            ("redirect_uris", json!(["javascript:alert(1)"])),
            ("redirect_uris", json!(["http://evil.example/cb"])),
            ("redirect_uris", json!([])),
        ] {
            let mut document = good.clone();
            document[name] = value;
            publisher.publish(&document, "");
            unknown(&app, &browser).await;
        }
        let before = publisher.asked();
        publisher.publish(&good, "");
        asked(&app, &browser).await;
        assert_eq!(publisher.asked(), before + 1);
    }

    async fn checklist_57_a_copy_lives_as_long_as_its_server_says_within_bounds_and_no_longer(world: World) {
        let publisher = Publisher::new().await;
        let world = knowing(world, &publisher, on()).await;
        let app = application(&world, &publisher, ON_THE_WEB);
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let good = document(&publisher);
        for (header, seconds) in [
            ("Cache-Control: max-age=600\r\n", 600),
            ("Cache-Control: no-store\r\n", 60),
            ("Cache-Control: max-age=9999999\r\n", 86_400),
            ("", 3600),
        ] {
            publisher.publish(&good, header);
            let before = publisher.asked();
            app.world.clock.advance(std::time::Duration::from_secs(86_401));
            let browser = signed_in(&world, browser.user).await;
            asked(&app, &browser).await;
            app.pass(seconds - 1);
            let browser = signed_in(&world, browser.user).await;
            asked(&app, &browser).await;
            assert_eq!(publisher.asked(), before + 1, "{header}");
            app.pass(1);
            asked(&app, &browser).await;
            assert_eq!(publisher.asked(), before + 2, "{header}");
        }
        // Gone is gone: a copy that has ended is not used in place of the document.
        publisher.answer("503 Service Unavailable", "application/json", "", "{}");
        app.pass(3600);
        unknown(&app, &browser).await;
    }

    async fn a_document_that_changed_changes_the_client(world: World) {
        let publisher = Publisher::new().await;
        publisher.publish(&document(&publisher), "");
        let world = knowing(world, &publisher, on()).await;
        let app = application(&world, &publisher, ON_THE_WEB);
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let (path, _) = asked(&app, &browser).await;
        let code = allow(&app, &browser, &path).await;
        let tokens = app.redeem(&code).await;
        let mut moved = document(&publisher);
        moved["redirect_uris"] = json!(["https://app.example.com/other"]);
        publisher.publish(&moved, "");
        app.pass(3600);
        let response = app.authorize(&browser.cookies, &app.request()).await;
        assert_error_page(response, "invalid_redirect_uri").await;
        // What it was given stands; when its document is withdrawn, that is worth nothing.
        let renewed = app.token(&renewal(tokens.text("refresh_token"))).await;
        assert_eq!(renewed.status, StatusCode::OK, "{}", renewed.body);
        publisher.answer("410 Gone", "application/json", "", "{}");
        app.pass(3600);
        let refused = app.token(&renewal(renewed.text("refresh_token"))).await;
        assert_eq!(refused.error(), (401, "invalid_client"));
    }

    async fn many_at_once_read_a_document_once(world: World) {
        let publisher = Publisher::new().await;
        publisher.publish(&document(&publisher), "");
        let world = knowing(world, &publisher, on()).await;
        let app = application(&world, &publisher, ON_THE_WEB);
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let request = app.request();
        let all = (0..32).map(|_| app.authorize(&browser.cookies, &request));
        for response in futures_util::future::join_all(all).await {
            assert!(location(&response).path().starts_with("/oauth2/consent/"));
        }
        assert_eq!(publisher.asked(), 1);
    }

    async fn who_has_disabled_a_client_of_a_document_has_disabled_it(world: World) {
        let publisher = Publisher::new().await;
        publisher.publish(&document(&publisher), "");
        let world = knowing(world, &publisher, on()).await;
        let app = application(&world, &publisher, ON_THE_WEB);
        let browser = signed_in(&world, person(&world, "babs").await).await;
        asked(&app, &browser).await;
        let id = ClientId::from_stored(app.client_id.clone());
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        clients::set_enabled(&mut change, &id, false).await.unwrap();
        change.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        for _ in 0..2 {
            unknown(&app, &browser).await;
            app.pass(3600);
        }
        assert_eq!(publisher.asked(), 1);
    }

    async fn there_are_so_many_of_them_and_those_that_nobody_uses_go(world: World) {
        let publisher = Publisher::new().await;
        publisher.publish(&document(&publisher), "");
        let world = knowing(world, &publisher, DocumentPolicy { quota: 1, ..on() }).await;
        let mut app = application(&world, &publisher, ON_THE_WEB);
        let browser = signed_in(&world, person(&world, "babs").await).await;
        asked(&app, &browser).await;
        let first = app.client_id.clone();
        app.client_id = publisher.url("/second.json");
        let mut second = document(&publisher);
        second["client_id"] = json!(app.client_id);
        publisher.publish(&second, "");
        unknown(&app, &browser).await;
        app.pass(31 * 86_400);
        let settings = Settings::defaults().unwrap();
        retention::sweep(&world.db, &world.clock, &settings).await;
        world.state.refresh().await.unwrap();
        assert!(world.state.clients.get(&first).is_none());
        let browser = signed_in(&world, browser.user).await;
        asked(&app, &browser).await;
    }

    async fn without_the_setting_no_address_is_asked_and_no_document_counts(world: World) {
        let publisher = Publisher::new().await;
        publisher.publish(&document(&publisher), "");
        let world = knowing(world, &publisher, on()).await;
        let app = application(&world, &publisher, ON_THE_WEB);
        let told = app.get("/.well-known/openid-configuration", "", &[]).await;
        let told: Value = told.json().await.unwrap();
        assert_eq!(told["client_id_metadata_document_supported"], true);
        let browser = signed_in(&world, person(&world, "babs").await).await;
        asked(&app, &browser).await;
        drop(app);
        let world = knowing(world, &publisher, DocumentPolicy::default()).await;
        assert!(!world.state.offer.documents.on);
        let found = world.state.client(&publisher.url("/client.json"), world.now()).await.unwrap();
        assert!(found.is_none());
        let found = world.state.client(&publisher.url("/other.json"), world.now()).await.unwrap();
        assert!(found.is_none());
        assert_eq!(publisher.asked(), 1);
    }
}
