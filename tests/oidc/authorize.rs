//! Checklist A, 1 to 9 and 11: the authorization endpoint.

use doorward::domain::clients::Metadata;
use reqwest::StatusCode;

use crate::application::{
    REDIRECT_URI, assert_error_page, challenge, confidential, location, metadata, public,
    redirected, register, serve,
};
use crate::on_both_engines;

on_both_engines! {
    async fn a_code_comes_back_with_the_state_and_the_issuer(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let response = app.authorize(&browser.cookies, &app.request()).await;
        let answer = redirected(&response);
        assert_eq!(answer["state"], "the state");
        assert_eq!(answer["iss"], world.base);
        assert!(answer.contains_key("code") && answer.len() == 3, "{answer:?}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    }

    async fn checklist_1_a_redirect_uri_is_compared_word_for_word(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for uri in [
            "https://app.example.com/cb?x=1",
            "https://app.example.com/cb/",
            "https://app.example.com/CB",
            "https://app.example.com/cb/..;/cb",
            "https://app.example.com/%63b",
            "https://app.example.com:8443/cb",
            "https://app.example.com:443/cb",
            "https://user@app.example.com/cb",
            "https://app.example.com@evil.test/cb",
            "https://a@app.example.com@evil.test/cb",
            "https://app.example.com/cb#x",
            "https://app.example.com\\@evil.test/cb",
            "https://app.example.com/cb\r\nLocation: https://evil.test",
            "https://appaexample.com/cb",
            "https://app.example.com.evil.test/cb",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "http://localhost/cb",
            "*",
        ] {
            let request = app.request_with(&[("redirect_uri", uri)]);
            let response = app.authorize(&browser.cookies, &request).await;
            assert_error_page(response, "invalid_redirect_uri").await;
        }
        let missing = app.request_with(&[("redirect_uri", "")]);
        let response = app.authorize(&browser.cookies, &missing).await;
        assert_error_page(response, "invalid_redirect_uri").await;
    }

    async fn checklist_1_a_redirect_uri_or_client_id_given_twice_is_an_error_page(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for (name, code) in [("redirect_uri", "invalid_redirect_uri"), ("client_id", "invalid_request")] {
            let mut request = app.request();
            let first = request.iter().find(|(known, _)| *known == name).unwrap().clone();
            request.push(first);
            let response = app.authorize(&browser.cookies, &request).await;
            assert_error_page(response, code).await;
        }
    }

    async fn checklist_1_a_public_client_may_use_any_loopback_port(world: World) {
        let app = serve(&world, false, Metadata::new(vec!["http://127.0.0.1/cb".to_owned()])).await;
        let browser = app.visitor().await;
        let uri = "http://127.0.0.1:51004/cb";
        let request = app.request_with(&[("redirect_uri", uri)]);
        let response = app.authorize(&browser.cookies, &request).await;
        let code = redirected(&response)["code"].clone();
        let mut redemption = app.redemption(&code);
        let other = app.token(&redemption).await;
        assert_eq!(other.error(), (400, "invalid_grant"), "bound to the port that was asked");
        redemption.retain(|(name, _)| *name != "redirect_uri");
        redemption.push(("redirect_uri", uri.to_owned()));
        assert_eq!(app.token(&redemption).await.status, StatusCode::OK);
    }

    async fn checklist_2_an_unknown_or_missing_client_is_an_error_page(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for (client, code) in [("nobody", "invalid_client"), ("", "invalid_request")] {
            let request = app.request_with(&[("client_id", client)]);
            let response = app.authorize(&browser.cookies, &request).await;
            assert_error_page(response, code).await;
        }
    }

    async fn authlib_cve_2026_41479_no_error_is_redirected_before_the_address_is_known(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[
            ("redirect_uri", "https://evil.test/cb"),
            ("response_type", "nonsense"),
            ("prompt", "none"),
        ]);
        let response = app.authorize(&browser.cookies, &request).await;
        assert_error_page(response, "invalid_redirect_uri").await;
    }

    async fn checklist_2_other_errors_go_back_with_state_and_issuer(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for (changes, error) in [
            (&[("response_type", "token")], "unsupported_response_type"),
            (&[("response_type", "id_token")], "unsupported_response_type"),
            (&[("response_type", "code id_token")], "unsupported_response_type"),
            (&[("response_type", "")], "invalid_request"),
            (&[("response_mode", "fragment")], "invalid_request"),
            (&[("scope", "")], "invalid_scope"),
            (&[("scope", "unknown")], "invalid_scope"),
            (&[("scope", "open\"id")], "invalid_scope"),
            (&[("prompt", "none login")], "invalid_request"),
            (&[("prompt", "nonsense")], "invalid_request"),
            (&[("max_age", "-1")], "invalid_request"),
            (&[("max_age", "+1")], "invalid_request"),
            (&[("max_age", "1e3")], "invalid_request"),
            (&[("max_age", "99999999999999999999")], "invalid_request"),
            (&[("request", "e30.e30.")], "invalid_request_object"),
            (&[("request_uri", "https://evil.test/")], "invalid_request_uri"),
            (&[("registration", "{}")], "registration_not_supported"),
            (&[("id_token_hint", "e30.e30.")], "invalid_request"),
        ] {
            let request = app.request_with(changes);
            let answer = redirected(&app.authorize(&browser.cookies, &request).await);
            assert_eq!(answer["error"], error, "{changes:?}");
            assert_eq!(answer["state"], "the state", "{changes:?}");
            assert_eq!(answer["iss"], world.base, "{changes:?}");
            assert!(!answer.contains_key("code"), "{changes:?}");
        }
    }

    async fn checklist_3_nothing_of_the_request_is_repeated_in_a_page(world: World) {
        let app = confidential(&world).await;
        let markup = "<script>alert(1)</script>";
        for name in ["client_id", "redirect_uri", "error_description", "error_hint", "state"] {
            let mut request = app.request_with(&[("redirect_uri", "https://evil.test/")]);
            request.retain(|(known, _)| *known != name);
            request.push((name, markup.to_owned()));
            let response = app.authorize("", &request).await;
            let text = response.text().await.unwrap();
            assert!(!text.contains("alert(1)"), "{name}: {text}");
            assert!(!text.contains("evil.test"), "{name}: {text}");
        }
    }

    async fn checklist_5_duplicates_are_refused_and_unknown_parameters_ignored(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for name in ["state", "nonce", "code_challenge", "scope", "made_up"] {
            let mut request = app.request();
            request.push((name, "a".to_owned()));
            request.push((name, "a".to_owned()));
            let answer = redirected(&app.authorize(&browser.cookies, &request).await);
            assert_eq!(answer["error"], "invalid_request", "{name}");
        }
        let request = app.request_with(&[("made_up", "x"), ("acr_values", "y"), ("display", "popup")]);
        assert!(redirected(&app.authorize(&browser.cookies, &request).await).contains_key("code"));
    }

    async fn checklist_5_a_request_may_come_as_a_form(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let response = app.post("/oauth2/authorize", &browser.cookies, &app.request()).await;
        assert!(redirected(&response).contains_key("code"));
        // From another site it comes without our cookies, and is asked again by GET.
        let response = app.post("/oauth2/authorize", "", &app.request()).await;
        let again = location(&response);
        assert_eq!(again.path(), "/oauth2/authorize");
        let cookies = browser.cookies.as_str();
        let request = app.server.http.get(again).header("cookie", cookies);
        assert!(redirected(&request.send().await.unwrap()).contains_key("code"));
    }

    async fn checklist_5_a_body_that_is_no_form_or_too_large_is_an_error_page(world: World) {
        let app = confidential(&world).await;
        let url = format!("{}/oauth2/authorize", world.base);
        let json = app.server.http.post(&url).json(&serde_json::json!({}));
        assert_error_page(json.send().await.unwrap(), "invalid_request").await;
        let large = [("state", "x".repeat(70_000))];
        let large = app.server.http.post(&url).form(&large);
        assert_error_page(large.send().await.unwrap(), "invalid_request").await;
    }

    async fn checklist_6_a_public_client_needs_s256(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let long = "a".repeat(44);
        for changes in [
            &[("code_challenge", ""), ("code_challenge_method", "")][..],
            &[("code_challenge", "")],
            &[("code_challenge_method", "plain")],
            &[("code_challenge_method", "")],
            &[("code_challenge_method", "s256")],
            &[("code_challenge", "short")],
            &[("code_challenge", &long)],
            &[("code_challenge", "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+")],
        ] {
            let request = app.request_with(changes);
            let answer = redirected(&app.authorize(&browser.cookies, &request).await);
            assert_eq!(answer["error"], "invalid_request", "{changes:?}");
        }
    }

    async fn checklist_6_a_client_can_be_registered_to_need_pkce(world: World) {
        let mut needs = metadata();
        needs.require_pkce = true;
        let app = serve(&world, true, needs).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("code_challenge", ""), ("code_challenge_method", "")]);
        let answer = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(answer["error"], "invalid_request");
    }

    async fn checklist_7_state_and_nonce_come_back_unchanged(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let odd = "ä &=#?%20+\"<>\\\u{1f600}/.".repeat(18);
        let nonce = "n".repeat(384);
        let request = app.request_with(&[("state", &odd), ("nonce", &nonce)]);
        let answer = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(answer["state"], odd);
        let tokens = app.redeem(&answer["code"]).await;
        assert_eq!(app.checked(tokens.text("id_token")).await["nonce"], nonce);
    }

    async fn checklist_11_what_was_kept_for_the_sign_in_cannot_be_changed_on_the_way_back(world: World) {
        // Keycloak CVE-2026-7571: data that the browser brought back re-enabled a refused flow.
        let app = confidential(&world).await;
        let response = app.authorize("", &app.request()).await;
        let sign_in = location(&response);
        assert!(sign_in.path().starts_with("/login/"), "{sign_in}");
        assert_eq!(sign_in.query(), None, "nothing of the request travels in the address");
    }

    async fn a_disabled_client_is_as_unknown_as_one_that_never_was(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        crate::registry::disable(&world, &app.client_id).await;
        world.state.refresh().await.unwrap();
        let response = app.authorize(&browser.cookies, &app.request()).await;
        assert_error_page(response, "invalid_client").await;
    }

    async fn a_client_without_the_code_grant_gets_none(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let mut none = Metadata::new(vec![REDIRECT_URI.to_owned()]);
        none.grant_types = Vec::new();
        let other = register(&world, true, none).await;
        let request = app.request_with(&[("client_id", other.id.as_str())]);
        let answer = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(answer["error"], "unauthorized_client");
    }

    async fn a_request_that_says_plain_by_leaving_the_method_out_is_refused(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("code_challenge_method", ""), ("code_challenge", &challenge())]);
        let answer = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(answer["error"], "invalid_request");
    }
}
