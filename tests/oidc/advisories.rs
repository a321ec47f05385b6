//! Faults of other servers that no other file here is about, each under the name of its advisory.

use doorward::domain::clients::GrantType;
use serde_json::{Value, json};

use crate::application::{
    AFTER_LOGOUT, Application, REDIRECT_URI, answer, assert_error_page, confidential, metadata,
    public, serve,
};
use crate::on_both_engines;

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn refused_code(app: &Application<'_>, text: &str) {
    let answer = app.redeem(text).await;
    assert_eq!(answer.error(), (400, "invalid_grant"), "{text}");
}

on_both_engines! {
    async fn authentik_cve_2026_40166_a_secret_is_never_read_back(world: World) {
        let (_, server) = crate::registration::registering(world, doorward::domain::clients::MayRegister::Anybody).await;
        let body = json!({ "client_name": "A", "redirect_uris": [REDIRECT_URI] });
        let told = crate::registration::registered(&server, &body).await;
        let secret = told.text("client_secret").to_owned();
        let url = told.text("registration_client_uri");
        let token = told.text("registration_access_token");
        let read = answer(server.http.get(url).bearer_auth(token).send().await.unwrap()).await;
        assert_eq!(read.status, 200, "{}", read.body);
        assert!(!read.body.to_string().contains(&secret));
        assert!(read.body.get("client_secret").is_none());
    }

    async fn authentik_cve_2026_41569_an_address_that_begins_like_a_registered_one_is_another(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for uri in [
            "https://app.example.com.evil.tld/cb", "https://app.example.com/cb.evil", "https://app.example.com/cb/more",
            "https://app.example.com@evil.tld/cb", "https://app.example.com/cb?next=https://evil.tld",
        ] {
            let request = app.request_with(&[("redirect_uri", uri)]);
            assert_error_page(app.authorize(&browser.cookies, &request).await, "invalid_redirect_uri").await;
        }
        let token = app.tokens(&browser).await.text("id_token").to_owned();
        for uri in ["https://app.example.com.evil.tld/bye", "https://app.example.com/bye/..", "https://app.example.com/bye?x"] {
            assert!(uri != AFTER_LOGOUT);
            let query = [("id_token_hint", token.clone()), ("post_logout_redirect_uri", uri.to_owned())];
            let response = app.get("/oauth2/logout", &browser.cookies, &query).await;
            assert!(!response.headers().contains_key("location"), "{uri}");
        }
    }

    async fn item_1_keycloak_cve_2026_3872_no_path_leads_back_to_a_registered_one(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for uri in [
            "https://app.example.com/x/..;/cb", "https://app.example.com/x/../cb", "https://app.example.com/./cb",
            "https://app.example.com/%2e%2e/cb", "https://app.example.com/cb;x", "https://app.example.com//cb",
            "https://APP.example.com/cb", "https://app.example.com:443/cb", "http://localhost/cb", "http://127.0.0.1/cb",
        ] {
            let request = app.request_with(&[("redirect_uri", uri)]);
            assert_error_page(app.authorize(&browser.cookies, &request).await, "invalid_redirect_uri").await;
        }
    }

    async fn authentik_cve_2026_42849_nothing_that_was_sent_becomes_part_of_a_page(world: World) {
        let app = confidential(&world).await;
        let planted = "\"><script>alert(document.domain)</script>";
        for name in ["state", "redirect_uri", "client_id", "error_description", "error_hint", "login_hint", "ui_locales"] {
            let request = app.request_with(&[("redirect_uri", "https://evil.tld/"), (name, planted)]);
            let page = app.authorize("", &request).await.text().await.unwrap();
            assert!(!page.contains("<script>alert"), "{name}");
        }
    }

    async fn keycloak_cve_2026_4282_nothing_else_that_is_used_once_passes_for_a_code(world: World) {
        let mut metadata = metadata();
        metadata.grant_types.push(DEVICE_CODE.parse::<GrantType>().unwrap());
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let pushed = crate::pushed::push(&app, &app.request()).await;
        let reference = pushed.text("request_uri").rsplit(':').next().unwrap().to_owned();
        let url = format!("{}/oauth2/device", app.server.base);
        let asked = app.server.http.post(url).basic_auth(&app.client_id, app.secret.as_deref());
        let device: Value = asked.form(&[("scope", "openid")]).send().await.unwrap().json().await.unwrap();
        let device_code = device["device_code"].as_str().unwrap();
        for text in [tokens.text("refresh_token"), &reference, device_code, device["user_code"].as_str().unwrap(), &app.nonce()] {
            refused_code(&app, text).await;
        }
        // Nor does a code pass for any of them.
        let code = app.code(&browser).await;
        assert_eq!(app.refresh(&code).await.error(), (400, "invalid_grant"));
        let form = [("grant_type", DEVICE_CODE.to_owned()), ("device_code", code.clone())];
        assert_eq!(app.token(&form).await.error(), (400, "invalid_grant"));
        assert_eq!(app.redeem(&code).await.status, 200, "it was not used up by that");
    }

    async fn keycloak_cve_2026_16089_a_code_of_another_clients_request_is_worth_nothing(world: World) {
        let app = confidential(&world).await;
        let other = confidential(&world).await;
        let code = app.code(&app.visitor().await).await;
        refused_code(&other, &code).await;
        assert_eq!(app.redeem(&code).await.status, 200);
    }

    async fn checklist_39_keycloak_cve_2026_37977_no_token_says_which_pages_may_read(world: World) {
        let app = confidential(&world).await;
        let tokens = app.tokens(&app.visitor().await).await;
        let url = format!("{}/oauth2/userinfo", app.server.base);
        for token in [tokens.text("access_token"), "eyJhbGciOiJub25lIn0.eyJhenAiOiJodHRwczovL2V2aWwudGxkIn0."] {
            let request = app.server.http.get(&url).bearer_auth(token).header("origin", "https://evil.tld");
            let response = request.send().await.unwrap();
            assert!(!response.headers().contains_key("access-control-allow-origin"));
        }
    }

    async fn checklist_43_zitadel_cve_2025_64101_headers_of_a_request_change_no_address(world: World) {
        let app = public(&world).await;
        for (name, value) in [
            ("host", "evil.tld"), ("x-forwarded-host", "evil.tld"), ("x-forwarded-proto", "https"),
            ("forwarded", "host=evil.tld;proto=https"), ("x-original-url", "https://evil.tld/"),
        ] {
            for path in ["/.well-known/openid-configuration", "/oauth2/authorize"] {
                let request = app.server.http.get(format!("{}{path}", app.server.base)).header(name, value);
                let response = request.query(&app.request()).send().await.unwrap();
                assert!(!format!("{:?}", response.headers()).contains("evil.tld"), "{name} {path}");
                assert!(!response.text().await.unwrap().contains("evil.tld"), "{name} {path}");
            }
        }
    }

    async fn item_13_a_pushed_request_is_answered_once(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let pushed = crate::pushed::push(&app, &app.request()).await;
        let request = crate::pushed::brought(&app, &pushed);
        let first = app.authorize(&browser.cookies, &request).await;
        assert!(crate::application::redirected(&first).contains_key("code"));
        assert_error_page(app.authorize(&browser.cookies, &request).await, "invalid_request_uri").await;
    }

    async fn keycloak_cve_2025_12390_a_session_that_ended_without_its_cookie_is_not_used_again(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let before = app.tokens(&browser).await;
        crate::logout::end_session(&world, browser.session).await;
        let answer = app.authorize(&browser.cookies, &app.request_with(&[("prompt", "none")])).await;
        assert_eq!(crate::application::redirected(&answer)["error"], "login_required");
        let again = crate::application::signed_in(&world, browser.user).await;
        assert_ne!(again.session, browser.session);
        let after = app.tokens(&again).await;
        let sid = async |tokens: &crate::application::Answer| app.checked(tokens.text("id_token")).await["sid"].clone();
        assert_ne!(sid(&before).await, sid(&after).await);
    }

    async fn hydra_cve_2019_8400_no_hint_of_an_error_is_repeated(world: World) {
        let app = confidential(&world).await;
        let request = app.request_with(&[("redirect_uri", "https://evil.tld/"), ("error_hint", "planted words"), ("error_debug", "planted words")]);
        let page = app.authorize("", &request).await.text().await.unwrap();
        assert!(!page.contains("planted words"));
    }

    async fn prompt_create_is_an_error_where_nobody_registers_themselves(world: World) {
        let app = confidential(&world).await;
        for browser in [String::new(), app.visitor().await.cookies] {
            let answer = app.authorize(&browser, &app.request_with(&[("prompt", "create")])).await;
            let given = crate::application::redirected(&answer);
            assert_eq!(given["error"], "invalid_request");
            assert_eq!((given["state"].as_str(), given["iss"].as_str()), ("the state", world.base.as_str()));
        }
        let told = app.get("/.well-known/openid-configuration", "", &[]).await;
        let told: Value = told.json().await.unwrap();
        let offered = told["prompt_values_supported"].as_array().unwrap();
        assert!(!offered.contains(&json!("create")), "and it is not offered");
    }
}
