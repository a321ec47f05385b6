//! Checklist A, 14 and 15: the consent page.

use reqwest::StatusCode;
use url::Url;

use crate::application::{
    Application, Browser, assert_error_page, confidential, location, person, redirected, signed_in,
};
use crate::on_both_engines;

/// Sends a request that needs consent; the address of the page.
async fn asked(app: &Application<'_>, browser: &Browser, request: &[(&str, String)]) -> Url {
    let response = app.authorize(&browser.cookies, request).await;
    let url = location(&response);
    assert!(url.path().starts_with("/oauth2/consent/"), "{url}");
    url
}

fn decision(word: &str, browser: &Browser) -> Vec<(&'static str, String)> {
    vec![
        ("decision", word.to_owned()),
        ("session", browser.session.to_string()),
        ("remember", "yes".to_owned()),
    ]
}

on_both_engines! {
    async fn consent_is_asked_once_and_remembered(world: World) {
        let app = confidential(&world).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let url = asked(&app, &browser, &app.request()).await;
        let page = app.get(url.path(), &browser.cookies, &[]).await;
        assert_eq!(page.status(), StatusCode::OK);
        let text = page.text().await.unwrap();
        for part in ["consent-allow", "consent-deny", "The Application", "app.example.com", "babs"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let response = app.post(url.path(), &browser.cookies, &decision("allow", &browser)).await;
        let answer = redirected(&response);
        assert_eq!(answer["state"], "the state");
        assert_eq!(app.redeem(&answer["code"]).await.status, 200);
        let again = app.authorize(&browser.cookies, &app.request()).await;
        assert!(redirected(&again).contains_key("code"));
    }

    async fn denial_goes_back_as_access_denied_and_is_not_remembered(world: World) {
        let app = confidential(&world).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let url = asked(&app, &browser, &app.request()).await;
        let response = app.post(url.path(), &browser.cookies, &decision("deny", &browser)).await;
        let answer = redirected(&response);
        assert_eq!(answer["error"], "access_denied");
        assert_eq!(answer["iss"], world.base);
        assert_eq!(answer["state"], "the state");
        asked(&app, &browser, &app.request()).await;
        let again = app.post(url.path(), &browser.cookies, &decision("allow", &browser)).await;
        assert_error_page(again, "invalid_request").await;
    }

    async fn checklist_14_a_wider_scope_and_prompt_consent_ask_again(world: World) {
        let app = confidential(&world).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let narrow = app.request_with(&[("scope", "openid")]);
        let url = asked(&app, &browser, &narrow).await;
        app.post(url.path(), &browser.cookies, &decision("allow", &browser)).await;
        let response = app.authorize(&browser.cookies, &narrow).await;
        assert!(redirected(&response).contains_key("code"));
        for wider in ["openid email", "openid offline_access"] {
            asked(&app, &browser, &app.request_with(&[("scope", wider)])).await;
        }
        let url = asked(&app, &browser, &app.request_with(&[("scope", "openid"), ("prompt", "consent")])).await;
        let response = app.post(url.path(), &browser.cookies, &decision("allow", &browser)).await;
        assert!(redirected(&response).contains_key("code"));
    }

    async fn checklist_14_hydra_770_consent_belongs_to_the_browser_that_was_asked(world: World) {
        let app = confidential(&world).await;
        let victim = signed_in(&world, person(&world, "babs").await).await;
        let url = asked(&app, &victim, &app.request()).await;
        let attacker = signed_in(&world, person(&world, "mallory").await).await;
        let response = app.post(url.path(), &attacker.cookies, &decision("allow", &attacker)).await;
        assert_error_page(response, "invalid_request").await;
        let response = app.post(url.path(), "", &decision("allow", &victim)).await;
        assert_error_page(response, "invalid_request").await;
        // Nothing was decided.
        let response = app.post(url.path(), &victim.cookies, &decision("allow", &victim)).await;
        assert!(redirected(&response).contains_key("code"));
    }

    async fn checklist_14_a_form_of_another_site_is_refused(world: World) {
        let app = confidential(&world).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let url = asked(&app, &browser, &app.request()).await;
        let response = app
            .server
            .http
            .post(url.clone())
            .header("cookie", &browser.cookies)
            .header("sec-fetch-site", "cross-site")
            .form(&decision("allow", &browser))
            .send()
            .await
            .unwrap();
        assert!(response.status().is_client_error());
        assert!(!response.headers().contains_key("location"));
    }

    async fn checklist_14_an_answer_for_another_session_is_asked_again(world: World) {
        let app = confidential(&world).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let url = asked(&app, &browser, &app.request()).await;
        let mut other = browser.clone();
        other.session = signed_in(&world, browser.user).await.session;
        let response = app.post(url.path(), &browser.cookies, &decision("allow", &other)).await;
        assert!(location(&response).path().starts_with("/oauth2/authorize/resume/"));
    }

    async fn checklist_14_a_double_submit_gives_one_code(world: World) {
        let app = confidential(&world).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let url = asked(&app, &browser, &app.request()).await;
        let form = decision("allow", &browser);
        let (one, two) = tokio::join!(
            app.post(url.path(), &browser.cookies, &form),
            app.post(url.path(), &browser.cookies, &form),
        );
        let codes = [one, two]
            .iter()
            .filter(|response| response.status() == StatusCode::SEE_OTHER)
            .count();
        assert_eq!(codes, 1);
    }

    async fn checklist_14_without_a_session_the_page_leads_to_the_sign_in(world: World) {
        let app = confidential(&world).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let url = asked(&app, &browser, &app.request()).await;
        let (own, _) = browser.cookies.split_once("; ").unwrap();
        for response in [
            app.get(url.path(), own, &[]).await,
            app.post(url.path(), own, &decision("allow", &browser)).await,
        ] {
            let resume = location(&response);
            assert!(resume.path().starts_with("/oauth2/authorize/resume/"));
            let response = app.get(resume.path(), own, &[]).await;
            assert!(location(&response).path().starts_with("/login/"));
        }
    }

    async fn checklist_15_pages_cannot_be_framed_and_are_not_kept(world: World) {
        let app = confidential(&world).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let url = asked(&app, &browser, &app.request()).await;
        let pages = [
            app.get(url.path(), &browser.cookies, &[]).await,
            app.authorize("", &app.request_with(&[("client_id", "nobody")])).await,
            app.get("/oauth2/logout", &browser.cookies, &[]).await,
            app.get("/oauth2/logout", "", &[]).await,
        ];
        for page in pages {
            let header = |name: &str| page.headers()[name].to_str().unwrap().to_owned();
            assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
            assert!(header("content-security-policy").contains("default-src 'none'"));
            assert_eq!(header("x-frame-options"), "DENY");
            assert_eq!(header("referrer-policy"), "no-referrer");
            assert_eq!(header("cache-control"), "no-store");
            assert_eq!(header("x-content-type-options"), "nosniff");
        }
    }
}
