//! The frame of a person's own account: who sees it, and how one comes back to it.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::lifecycle;
use reqwest::{StatusCode, header};

use crate::on_both_engines;
use crate::stage::{Browser, LIVE_SESSIONS, Stage, location, session_cookie};

/// The sign-in form of whoever was led to it; the answer to the right password.
async fn sign_in_at(
    stage: &Stage,
    browser: &Browser,
    login: &str,
    name: &str,
) -> reqwest::Response {
    let fields = [("username", name), ("password", crate::stage::PASSWORD)];
    stage.post(browser, login, &fields).send().await.unwrap()
}

on_both_engines! {
    async fn whoever_is_not_signed_in_signs_in_and_comes_back_to_the_page(world: World) {
        let stage = Stage::open(world);
        stage.user("mira").await;
        let mut browser = Browser::new();
        for (asked, back) in [
            ("/account", "/account"),
            ("/account/", "/account"),
            ("/account/security", "/account/security"),
            ("/account/security?notice=saved", "/account/security"),
        ] {
            browser.session = None;
            let led = stage.get(&browser, asked).send().await.unwrap();
            assert_eq!(led.status(), StatusCode::SEE_OTHER);
            let login = location(&led).to_owned();
            assert!(login.starts_with("/login/"), "{login}");
            let answer = sign_in_at(&stage, &browser, &login, "mira").await;
            assert_eq!(location(&answer), back);
            browser.session = session_cookie(&answer);
            let page = stage.get(&browser, back).send().await.unwrap();
            assert_eq!(page.status(), StatusCode::OK);
            let policy = page.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("form-action 'self'"), "{policy}");
            assert_eq!(page.headers()[header::CACHE_CONTROL], "no-store");
            assert!(page.text().await.unwrap().contains("mira"));
        }
    }

    async fn a_browser_without_a_cookie_is_given_one_to_sign_in_with(world: World) {
        let stage = Stage::open(world);
        let address = format!("{}/account", stage.server.base);
        let led = stage.server.http.get(address).send().await.unwrap();
        assert_eq!(led.status(), StatusCode::SEE_OTHER);
        let cookie = led.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.starts_with("doorward-browser="), "{cookie}");
    }

    async fn a_session_of_somebody_who_may_not_sign_in_opens_nothing(world: World) {
        let stage = Stage::open(world);
        let user = stage.user("mira").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "mira").await;
        let now = stage.world.now();
        let begun = Change::begin(&stage.world.db, Actor::CommandLine, now).await;
        let mut change = begun.unwrap();
        lifecycle::block(&mut change, user, "left", None).await.unwrap();
        change.commit().await.unwrap();
        let led = stage.get(&browser, "/account").send().await.unwrap();
        assert_eq!(led.status(), StatusCode::SEE_OTHER);
        assert!(location(&led).starts_with("/login/"));
    }

    async fn a_page_says_only_what_is_in_the_catalogue(world: World) {
        let stage = Stage::open(world);
        stage.user("mira").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "mira").await;
        let page = async |query: &str| {
            let path = format!("/account?{query}");
            stage.get(&browser, &path).send().await.unwrap().text().await.unwrap()
        };
        assert!(page("notice=saved").await.contains(r#"<p class="done" id="notice" role="status">Saved.</p>"#));
        assert!(!page("notice=Call+0900+666").await.contains("0900"));
        assert!(!page("notice=Call+0900+666").await.contains("id=\"notice\""));
        assert!(page("ui_locales=de").await.contains("Ihr Konto"));
        assert!(page("ui_locales=fr").await.contains("Votre compte"));
        assert!(page("ui_locales=nl").await.contains("Uw account"));
    }

    async fn the_button_on_every_page_ends_the_session(world: World) {
        let stage = Stage::open(world);
        stage.user("mira").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "mira").await;
        let page = stage.get(&browser, "/account/security").send().await.unwrap();
        let page = page.text().await.unwrap();
        let (_, rest) = page.split_once(r#"<input type="hidden" name="session" value=""#).unwrap();
        let session = rest.split('"').next().unwrap().to_owned();
        let fields = [("decision", "sign_out"), ("session", session.as_str())];
        let foreign = stage.post(&browser, "/oauth2/logout/confirm", &fields);
        let foreign = foreign.header("sec-fetch-site", "cross-site").send().await.unwrap();
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        assert_eq!(stage.count(LIVE_SESSIONS).await, 1);
        let done = stage.post(&browser, "/oauth2/logout/confirm", &fields).send().await.unwrap();
        assert_eq!(done.status(), StatusCode::OK);
        assert_eq!(stage.count(LIVE_SESSIONS).await, 0);
    }
}
