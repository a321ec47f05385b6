//! What the consent page says: who asks for what, and what is known of them.

use doorward::domain::clients::Metadata;
use reqwest::StatusCode;

use crate::application::{
    Application, Browser, location, metadata, person, redirected, serve, signed_in,
};
use crate::on_both_engines;

struct Shown {
    policy: String,
    text: String,
    path: String,
}

async fn shown(app: &Application<'_>, browser: &Browser) -> Shown {
    let response = app.authorize(&browser.cookies, &app.request()).await;
    let path = location(&response).path().to_owned();
    assert!(path.starts_with("/oauth2/consent/"), "{path}");
    let response = app.get(&path, &browser.cookies, &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    let policy = response.headers()["content-security-policy"].to_str();
    let policy = policy.unwrap().to_owned();
    let text = response.text().await.unwrap();
    Shown { policy, text, path }
}

async fn page_of(world: &crate::support::World, metadata: Metadata) -> Shown {
    let app = serve(world, true, metadata).await;
    let browser = signed_in(world, person(world, "babs").await).await;
    shown(&app, &browser).await
}

on_both_engines! {
    async fn logo_policy_terms_and_facts_of_the_application_are_shown(world: World) {
        let page = page_of(&world, Metadata {
            logo_uri: Some("https://cdn.example.com/logo.png?size=56".to_owned()),
            policy_uri: Some("https://app.example.com/privacy".to_owned()),
            tos_uri: Some("https://app.example.com/terms".to_owned()),
            client_uri: Some("https://app.example.com/".to_owned()),
            contacts: vec!["ops@example.com".to_owned()],
            ..metadata()
        }).await;
        assert!(page.text.contains(r#"src="https://cdn.example.com/logo.png?size=56""#), "{}", page.text);
        assert!(page.policy.contains("img-src 'self' https://cdn.example.com;"), "{}", page.policy);
        for part in [
            r#"href="https://app.example.com/privacy""#,
            r#"href="https://app.example.com/terms""#,
            "<details",
            "ops@example.com",
            "https://app.example.com/cb",
            "see your e-mail address",
            r#"id="consent-remember""#,
        ] {
            assert!(page.text.contains(part), "{part}: {}", page.text);
        }
        assert!(!page.text.contains("consent-unverified") && !page.text.contains("consent-device"));
    }

    async fn item_56_a_logo_is_shown_from_an_https_origin_only(world: World) {
        let page = page_of(&world, Metadata {
            logo_uri: Some("http://cdn.example.com/logo.png".to_owned()),
            ..metadata()
        }).await;
        assert!(!page.text.contains("client-logo"), "{}", page.text);
        assert!(page.policy.contains("img-src 'self';"), "{}", page.policy);
    }

    async fn item_57_an_answer_that_stays_on_the_device_comes_with_a_warning(world: World) {
        let mut native = metadata();
        native.redirect_uris = vec!["http://127.0.0.1/cb".to_owned()];
        let app = serve(&world, false, native).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let page = shown(&app, &browser).await;
        assert!(page.text.contains("consent-device"), "{}", page.text);
        assert!(page.text.contains("an application on this device"), "{}", page.text);
    }

    async fn a_consent_that_is_not_to_be_remembered_is_asked_for_again(world: World) {
        let app = serve(&world, true, metadata()).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        for _ in 0..2 {
            let page = shown(&app, &browser).await;
            let answer = [
                ("decision", "allow".to_owned()),
                ("session", browser.session.to_string()),
            ];
            let response = app.post(&page.path, &browser.cookies, &answer).await;
            assert!(redirected(&response).contains_key("code"));
        }
    }
}
