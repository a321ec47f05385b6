//! Checklist A, 19, and E, 59: signing out from an application.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::lifecycle;
use doorward::domain::signin::{EndReason, SessionId};
use reqwest::StatusCode;
use serde_json::json;

use crate::application::{
    AFTER_LOGOUT, Application, Browser, assert_error_page, confidential, location, metadata,
    person, register, signed_in,
};
use crate::on_both_engines;
use crate::support::World;

pub async fn end_session(world: &World, session: SessionId) {
    let now = world.now();
    let mut change = Change::begin(&world.db, Actor::CommandLine, now)
        .await
        .unwrap();
    lifecycle::end_session(&mut change, session, EndReason::Administrator)
        .await
        .unwrap();
    change.commit().await.unwrap();
}

async fn is_signed_in(app: &Application<'_>, browser: &Browser) -> bool {
    let request = app.request_with(&[("prompt", "none")]);
    let response = app.authorize(&browser.cookies, &request).await;
    !location(&response)
        .query()
        .unwrap()
        .contains("login_required")
}

fn form(values: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    values
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect()
}

on_both_engines! {
    async fn an_application_signs_its_own_session_out_and_gets_the_browser_back(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let request = app.request_with(&[("scope", "openid")]);
        let online = app.redeem(&app.code_for(&browser, &request).await).await;
        // Long after the ID token has expired.
        app.pass(2 * 3600);
        let query = form(&[
            ("id_token_hint", tokens.text("id_token")),
            ("post_logout_redirect_uri", AFTER_LOGOUT),
            ("state", "a&b"),
        ]);
        let response = app.get("/oauth2/logout", &browser.cookies, &query).await;
        assert_eq!(location(&response).as_str(), format!("{AFTER_LOGOUT}?state=a%26b"));
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("doorward-session=;") && cookie.contains("Max-Age=0"));
        assert!(!is_signed_in(&app, &browser).await);
        assert_eq!(app.refresh(online.text("refresh_token")).await.error(), (400, "invalid_grant"));
        // Back-Channel Logout 2.7: what was granted for offline use outlives the session.
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.status, 200);
    }

    async fn access_tokens_of_the_session_end_with_it(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("scope", "openid")]);
        let tokens = app.redeem(&app.code_for(&browser, &request).await).await;
        let query = form(&[("id_token_hint", tokens.text("id_token"))]);
        let response = app.get("/oauth2/logout", &browser.cookies, &query).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
    }

    async fn checklist_59_without_a_hint_of_this_session_the_person_is_asked(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let other = signed_in(&world, person(&world, "jim").await).await;
        app.consented(other.user).await;
        let others = app.tokens(&other).await;
        let client_id = app.client_id.clone();
        for query in [
            form(&[]),
            form(&[("client_id", &client_id), ("post_logout_redirect_uri", AFTER_LOGOUT)]),
            form(&[("id_token_hint", others.text("id_token"))]),
        ] {
            let response = app.get("/oauth2/logout", &browser.cookies, &query).await;
            assert_eq!(response.status(), StatusCode::OK);
            let text = response.text().await.unwrap();
            assert!(text.contains("logout-confirm"), "{text}");
            assert!(is_signed_in(&app, &browser).await);
        }
    }

    async fn the_persons_yes_ends_the_session_and_leads_back(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let session = browser.session.to_string();
        let mut answer = form(&[
            ("client_id", &app.client_id),
            ("post_logout_redirect_uri", AFTER_LOGOUT),
            ("state", "x"),
            ("session", &session),
            ("decision", "stay"),
        ]);
        let response = app.post("/oauth2/logout/confirm", &browser.cookies, &answer).await;
        assert_eq!(location(&response).path(), "/account");
        assert!(is_signed_in(&app, &browser).await);
        answer.pop();
        answer.push(("decision", "sign_out".to_owned()));
        let response = app.post("/oauth2/logout/confirm", &browser.cookies, &answer).await;
        assert_eq!(location(&response).as_str(), format!("{AFTER_LOGOUT}?state=x"));
        assert!(!is_signed_in(&app, &browser).await);
        // Again, with nobody signed in: there is nothing to ask.
        let response = app.post("/oauth2/logout/confirm", &browser.cookies, &answer).await;
        assert_eq!(location(&response).as_str(), format!("{AFTER_LOGOUT}?state=x"));
    }

    async fn checklist_59_another_sites_form_signs_nobody_out(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let session = browser.session.to_string();
        let url = format!("{}/oauth2/logout/confirm", world.base);
        let request = app.server.http.post(url).header("cookie", &browser.cookies);
        let request = request.header("sec-fetch-site", "cross-site");
        let answer = form(&[("session", &session), ("decision", "sign_out")]);
        let response = request.form(&answer).send().await.unwrap();
        assert!(response.status().is_client_error());
        assert!(is_signed_in(&app, &browser).await);
    }

    async fn checklist_19_casdoor_cve_2024_5467_only_a_registered_address_is_followed(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let hint = tokens.text("id_token");
        for uri in [
            "https://evil.test/",
            "https://app.example.com/bye?x=1",
            "https://app.example.com/bye/",
            "https://app.example.com/BYE",
            "https://app.example.com/bye#x",
            "https://app.example.com/cb",
            "//evil.test",
            "javascript:alert(1)",
        ] {
            let query = form(&[("id_token_hint", hint), ("post_logout_redirect_uri", uri)]);
            let response = app.get("/oauth2/logout", &browser.cookies, &query).await;
            assert_error_page(response, "invalid_request").await;
        }
        // Nor one whose client is not known.
        let query = form(&[("post_logout_redirect_uri", AFTER_LOGOUT)]);
        let response = app.get("/oauth2/logout", "", &query).await;
        assert_error_page(response, "invalid_request").await;
        assert!(is_signed_in(&app, &browser).await);
    }

    async fn checklist_59_a_hint_that_is_not_ours_or_another_clients_is_refused(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let hint = tokens.text("id_token");
        let unsigned = format!("{}.", hint.rsplit_once('.').unwrap().0);
        let other = register(&world, true, metadata()).await;
        for query in [
            form(&[("id_token_hint", &unsigned)]),
            form(&[("id_token_hint", "e30.e30.")]),
            form(&[("id_token_hint", tokens.text("access_token"))]),
            form(&[("id_token_hint", hint), ("client_id", other.id.as_str())]),
            form(&[("id_token_hint", hint), ("id_token_hint", hint)]),
        ] {
            let response = app.get("/oauth2/logout", &browser.cookies, &query).await;
            assert_error_page(response, "invalid_request").await;
        }
        assert!(is_signed_in(&app, &browser).await);
    }

    async fn the_request_may_come_as_a_form(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let body = form(&[("id_token_hint", tokens.text("id_token"))]);
        let response = app.post("/oauth2/logout", &browser.cookies, &body).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(!is_signed_in(&app, &browser).await);
        let url = format!("{}/oauth2/logout", world.base);
        let response = app.server.http.post(url).json(&json!({})).send().await.unwrap();
        assert_error_page(response, "invalid_request").await;
    }
}
