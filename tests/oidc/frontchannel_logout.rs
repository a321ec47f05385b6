//! Front-Channel Logout 1.0: applications that end their own sessions by pages which the browser
//! loads after the sign-out.

use doorward::domain::clients::Metadata;
use reqwest::StatusCode;

use crate::application::{AFTER_LOGOUT, metadata, serve};
use crate::on_both_engines;

fn with_page(address: &str) -> Metadata {
    Metadata {
        frontchannel_logout_uri: Some(address.to_owned()),
        frontchannel_logout_session_required: true,
        ..metadata()
    }
}

on_both_engines! {
    async fn the_page_loads_the_applications_own_and_then_leads_back(world: World) {
        let app = serve(&world, true, with_page("https://app.example.com/front?x=1")).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let query = [
            ("id_token_hint", tokens.text("id_token").to_owned()),
            ("post_logout_redirect_uri", AFTER_LOGOUT.to_owned()),
            ("state", "a&b".to_owned()),
        ];
        let response = app.get("/oauth2/logout", &browser.cookies, &query).await;
        assert_eq!(response.status(), StatusCode::OK);
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("; frame-src https://app.example.com;"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        let text = response.text().await.unwrap().replace("&#38;", "&");
        let mut address = url::Url::parse("https://app.example.com/front?x=1").unwrap();
        address.query_pairs_mut()
            .append_pair("iss", &world.base)
            .append_pair("sid", &browser.session.to_string());
        assert!(text.contains(&format!("<iframe src=\"{address}\"")), "{address}: {text}");
        assert!(text.contains(&format!("id=\"logout-continue\" href=\"{AFTER_LOGOUT}?state=a%26b\"")), "{text}");
        assert!(policy.contains("; script-src 'self';") && text.contains("<script src=\"/assets/"), "{policy} {text}");
    }

    async fn without_such_an_application_the_browser_goes_back_at_once(world: World) {
        let app = serve(&world, true, metadata()).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let query = [
            ("id_token_hint", tokens.text("id_token").to_owned()),
            ("post_logout_redirect_uri", AFTER_LOGOUT.to_owned()),
        ];
        let response = app.get("/oauth2/logout", &browser.cookies, &query).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
    }

    async fn discovery_says_so(world: World) {
        let app = serve(&world, true, metadata()).await;
        let response = app.get("/.well-known/openid-configuration", "", &[]).await;
        let document: serde_json::Value = response.json().await.unwrap();
        for channel in ["backchannel", "frontchannel"] {
            assert_eq!(document[format!("{channel}_logout_supported")], true);
            assert_eq!(document[format!("{channel}_logout_session_supported")], true);
        }
    }
}
