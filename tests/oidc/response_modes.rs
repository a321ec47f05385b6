//! Checklist 2, 4, 7, 8 and 11: which answers go which way.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::domain::clients::{Metadata, ResponseMode, ResponseType};
use doorward::foundation::crypto::digest::sha256;
use doorward::foundation::crypto::jose::Algorithm;
use reqwest::{Response, StatusCode};

use crate::application::{
    Application, Browser, assert_error_page, confidential, location, metadata, person, redirected,
    serve, signed_in,
};
use crate::on_both_engines;

fn answering(types: &[ResponseType], modes: &[ResponseMode]) -> Metadata {
    let mut metadata = metadata();
    metadata.response_types = types.to_vec();
    metadata.response_modes = modes.to_vec();
    metadata
}

/// What stands in the fragment; nothing stands in the query.
fn in_fragment(response: &Response) -> HashMap<String, String> {
    let url = location(response);
    assert_eq!(url.query(), None);
    let fragment = url.fragment().unwrap_or_default().as_bytes();
    form_urlencoded::parse(fragment).into_owned().collect()
}

/// The hidden fields of a page.
fn hidden(page: &str) -> HashMap<String, String> {
    let fields = page.split("<input type=\"hidden\" name=\"").skip(1);
    fields
        .map(|field| {
            let (name, rest) = field.split_once("\" value=\"").unwrap();
            let (value, _) = rest.split_once('"').unwrap();
            (
                name.to_owned(),
                value.replace("&#38;", "&").replace("&#34;", "\""),
            )
        })
        .collect()
}

fn half_hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&sha256(text.as_bytes())[..16])
}

async fn ask(
    app: &Application<'_>,
    browser: &Browser,
    changes: &[(&'static str, &str)],
) -> Response {
    let request = app.request_with(changes);
    app.authorize(&browser.cookies, &request).await
}

on_both_engines! {
    async fn item_4_form_post_is_a_page_that_posts_to_the_registered_address_alone(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let state = "\"><script>alert(1)</script>'&";
        let response = ask(&app, &browser, &[("response_mode", "form_post"), ("state", state)]).await;
        assert_eq!(response.status(), StatusCode::OK);
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
        assert!(policy.contains("form-action https://app.example.com/cb;"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        let page = response.text().await.unwrap();
        assert!(!page.contains("<script>") && !page.contains("onload"), "{page}");
        assert!(page.contains("action=\"https://app.example.com/cb\""), "{page}");
        assert!(page.contains("id=\"form-post-submit\""), "a button for browsers without script");
        assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"), "{page}");
        let fields = hidden(&page);
        assert_eq!(fields["iss"], world.base);
        assert_eq!(app.redeem(&fields["code"]).await.status, 200);
        // The script is a file of ours.
        let path = page.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap();
        let script = app.get(path, "", &[]).await;
        assert_eq!(script.status(), StatusCode::OK);
        assert!(script.headers()["content-type"].to_str().unwrap().starts_with("text/javascript"));
    }

    async fn item_8_errors_go_the_way_of_the_answer_and_name_the_issuer(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let response = ask(&app, &browser, &[("response_mode", "form_post"), ("scope", "unknown")]).await;
        let fields = hidden(&response.text().await.unwrap());
        assert_eq!(fields["error"], "invalid_scope");
        assert_eq!(fields["iss"], world.base);
        assert_eq!(fields["state"], "the state");
    }

    async fn authentik_cve_2024_21637_a_form_never_leads_to_a_script(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for uri in ["javascript:alert(1)", "JavaScript://app.example.com/%0aalert(1)", "data:text/html,x"] {
            let response = ask(&app, &browser, &[("response_mode", "form_post"), ("redirect_uri", uri)]).await;
            assert_error_page(response, "invalid_redirect_uri").await;
        }
    }

    async fn item_11_a_way_that_the_client_did_not_register_is_refused(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for mode in ["fragment", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt", "web_message", "Query"] {
            let given = redirected(&ask(&app, &browser, &[("response_mode", mode)]).await);
            assert_eq!(given["error"], "invalid_request", "{mode}");
            assert!(!given.contains_key("code"), "{mode}");
        }
    }

    async fn item_11_keycloak_cve_2026_7571_a_type_that_is_not_registered_is_refused(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for kind in [
            "id_token", "code id_token", "id_token code", "id_token token", "code token",
            "code id_token token", "token", "none", "code code",
        ] {
            let given = redirected(&ask(&app, &browser, &[("response_type", kind)]).await);
            assert_eq!(given["error"], "unsupported_response_type", "{kind}");
            assert!(!given.contains_key("id_token") && !given.contains_key("access_token"));
        }
    }

    async fn item_11_a_kept_request_cannot_be_changed_to_another_type(world: World) {
        let app = serve(&world, true, answering(&[ResponseType::Code, ResponseType::IdToken], &[])).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let consent = location(&ask(&app, &browser, &[]).await);
        let form = [
            ("decision", "allow".to_owned()),
            ("session", browser.session.to_string()),
            ("response_type", "id_token".to_owned()),
            ("response_mode", "fragment".to_owned()),
        ];
        let response = app.post(consent.path(), &browser.cookies, &form).await;
        let given = redirected(&response);
        assert!(given.contains_key("code") && !given.contains_key("id_token"));
    }

    async fn hybrid_answers_stand_in_the_fragment_and_hash_what_goes_with_them(world: World) {
        let all = [ResponseType::CodeIdToken, ResponseType::CodeToken, ResponseType::CodeIdTokenToken];
        let app = serve(&world, true, answering(&all, &[])).await;
        let browser = app.visitor().await;
        for (kind, names) in [
            ("code id_token", &["code", "id_token"][..]),
            ("code token", &["code", "access_token"]),
            ("code id_token token", &["code", "id_token", "access_token"]),
        ] {
            let given = in_fragment(&ask(&app, &browser, &[("response_type", kind)]).await);
            for name in names {
                assert!(given.contains_key(*name), "{kind}: {given:?}");
            }
            assert_eq!(given["iss"], world.base);
            assert_eq!(given["state"], "the state");
            if let Some(token) = given.get("id_token") {
                let claims = app.checked(token).await;
                assert_eq!(claims["c_hash"], half_hash(&given["code"]), "{kind}");
                let hashed = given.get("access_token").map(|token| half_hash(token));
                assert_eq!(claims["at_hash"].as_str().map(str::to_owned), hashed, "{kind}");
                assert_eq!(claims["nonce"], "the nonce");
                assert_eq!(claims["email"].as_str(), None, "there is another way to it");
            }
            if let Some(token) = given.get("access_token") {
                assert_eq!(given["token_type"], "Bearer");
                assert_eq!(app.userinfo(token).await.status, 200, "{kind}");
                assert!(!given["scope"].contains("offline_access"));
            }
            assert_eq!(app.redeem(&given["code"]).await.status, 200, "{kind}");
        }
    }

    async fn an_id_token_alone_says_what_the_scope_says(world: World) {
        let kinds = [ResponseType::IdToken, ResponseType::IdTokenToken];
        let mut metadata = answering(&kinds, &[ResponseMode::Fragment, ResponseMode::FormPost]);
        metadata.grant_types.clear();
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let plain = [("code_challenge", ""), ("code_challenge_method", ""), ("response_type", "id_token")];
        let given = in_fragment(&ask(&app, &browser, &plain).await);
        assert!(!given.contains_key("code") && !given.contains_key("access_token"));
        let claims = app.checked(&given["id_token"]).await;
        assert_eq!(claims["email"], "babs@example.com");
        assert!(claims["at_hash"].is_null() && claims["c_hash"].is_null());
        let both = [plain[0], plain[1], ("response_type", "id_token token")];
        let given = in_fragment(&ask(&app, &browser, &both).await);
        let token = given["access_token"].clone();
        assert_eq!(app.userinfo(&token).await.status, 200);
        // It ends with the session that it came from.
        crate::logout::end_session(&world, browser.session).await;
        assert_eq!(app.userinfo(&token).await.status, 401);
    }

    async fn item_7_an_id_token_of_the_front_channel_needs_a_nonce_and_openid(world: World) {
        let app = serve(&world, true, answering(&[ResponseType::IdToken], &[])).await;
        let browser = app.visitor().await;
        for (changes, error) in [
            ([("response_type", "id_token"), ("nonce", "")], "invalid_request"),
            ([("response_type", "id_token"), ("scope", "email")], "invalid_scope"),
        ] {
            let given = in_fragment(&ask(&app, &browser, &changes).await);
            assert_eq!(given["error"], error);
            assert_eq!(given["iss"], world.base);
        }
    }

    async fn tokens_never_stand_in_a_query(world: World) {
        let modes = ResponseMode::ALL;
        let mut metadata = answering(&[ResponseType::CodeIdToken], &modes);
        metadata.authorization_signed_response_alg = Some(Algorithm::Es256);
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        for mode in ["query", "query.jwt"] {
            let changes = [("response_type", "code id_token"), ("response_mode", mode)];
            let response = ask(&app, &browser, &changes).await;
            let given = in_fragment(&response);
            assert_eq!(given["error"], "invalid_request", "{mode}");
        }
    }

    async fn keycloak_48428_a_client_of_bound_tokens_gets_no_bearer_token_by_redirect(world: World) {
        let mut metadata = answering(&[ResponseType::CodeToken, ResponseType::Code], &[]);
        metadata.dpop_bound_access_tokens = true;
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let given = in_fragment(&ask(&app, &browser, &[("response_type", "code token")]).await);
        assert_eq!(given["error"], "invalid_request");
        assert!(!given.contains_key("access_token"));
    }

    async fn jarm_answers_and_errors_are_signed_for_the_client(world: World) {
        let mut metadata = metadata();
        metadata.authorization_signed_response_alg = Some(Algorithm::Es256);
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        for mode in ["jwt", "query.jwt", "fragment.jwt", "form_post.jwt"] {
            for (scope, wanted) in [("openid", "code"), ("unknown", "error")] {
                let changes = [("response_mode", mode), ("scope", scope)];
                let response = ask(&app, &browser, &changes).await;
                let given = match mode {
                    "fragment.jwt" => in_fragment(&response),
                    "form_post.jwt" => hidden(&response.text().await.unwrap()),
                    _ => redirected(&response),
                };
                assert_eq!(given.len(), 1, "nothing beside the signed text: {given:?}");
                let claims = app.checked(&given["response"]).await;
                assert_eq!(claims["iss"], world.base);
                assert_eq!(claims["aud"], app.client_id);
                assert_eq!(claims["state"], "the state");
                assert!(claims[wanted].is_string(), "{claims}");
                let lives = claims["exp"].as_i64().unwrap() - world.now().seconds();
                assert!((1..=600).contains(&lives));
            }
        }
    }

    async fn item_33_a_signed_answer_is_no_id_token_hint(world: World) {
        let mut metadata = metadata();
        metadata.authorization_signed_response_alg = Some(Algorithm::Rs256);
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let given = redirected(&ask(&app, &browser, &[("response_mode", "jwt")]).await);
        let hint = given["response"].clone();
        let given = redirected(&ask(&app, &browser, &[("id_token_hint", &hint)]).await);
        assert_eq!(given["error"], "invalid_request");
    }
}
