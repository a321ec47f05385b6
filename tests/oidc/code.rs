//! Checklist A, 6, 9 and 10: the code, and what it is bound to.

use crate::application::{
    Application, Browser, REDIRECT_URI, VERIFIER, challenge_of, confidential, location, person,
    public, redirected, register, signed_in,
};
use crate::on_both_engines;

async fn refused(app: &Application<'_>, browser: &Browser, changes: &[(&'static str, &str)]) {
    let code = app.code(browser).await;
    let mut form = app.redemption(&code);
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        if !value.is_empty() {
            form.push((name, (*value).to_owned()));
        }
    }
    let answer = app.token(&form).await;
    assert_eq!(answer.error(), (400, "invalid_grant"), "{changes:?}");
    // What did not fit used nothing: the right request still gets its tokens.
    assert_eq!(app.redeem(&code).await.status, 200, "{changes:?}");
}

on_both_engines! {
    async fn a_code_is_redeemed_for_tokens(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        assert_eq!(tokens.text("token_type"), "Bearer");
        assert_eq!(tokens.body["expires_in"], 600);
        assert!(tokens.text("refresh_token").starts_with("dwr_"));
        assert_eq!(tokens.text("scope"), crate::application::SCOPE);
        assert_eq!(tokens.headers["cache-control"], "no-store");
        assert_eq!(tokens.headers["content-type"], "application/json");
        let claims = app.checked(tokens.text("id_token")).await;
        assert_eq!(claims["sub"], browser.user.to_string());
    }

    async fn a_public_client_redeems_with_its_verifier_alone(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        assert!(app.tokens(&browser).await.body["access_token"].is_string());
    }

    async fn checklist_6_authentik_cve_2023_48228_a_verifier_must_not_be_left_out(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        refused(&app, &browser, &[("code_verifier", "")]).await;
    }

    async fn checklist_6_a_wrong_or_malformed_verifier_is_refused(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let (other, long) = ("b".repeat(43), "a".repeat(129));
        // The challenge itself, sent as a `plain` verifier, is a downgrade.
        let plain = challenge_of(VERIFIER);
        for verifier in [other.as_str(), &long, &plain, "short", "with space"] {
            refused(&app, &browser, &[("code_verifier", verifier)]).await;
        }
    }

    async fn checklist_6_authentik_cve_2024_23647_a_verifier_without_challenge_is_refused(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("code_challenge", ""), ("code_challenge_method", "")]);
        let code = app.code_for(&browser, &request).await;
        let mut form = app.redemption(&code);
        assert_eq!(app.token(&form).await.error(), (400, "invalid_grant"));
        form.retain(|(name, _)| *name != "code_verifier");
        assert_eq!(app.token(&form).await.status, 200);
    }

    async fn checklist_9_a_code_is_bound_to_its_redirect_uri(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        refused(&app, &browser, &[("redirect_uri", "https://app.example.com/other")]).await;
    }

    async fn checklist_9_the_redirect_uri_must_come_again(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let mut form = app.redemption(&app.code(&browser).await);
        form.retain(|(name, _)| *name != "redirect_uri");
        assert_eq!(app.token(&form).await.error(), (400, "invalid_request"));
    }

    async fn checklist_9_zitadel_cve_2026_55672_a_code_is_bound_to_its_client(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let thief = register(&world, true, crate::application::metadata()).await;
        let url = format!("{}/oauth2/token", world.base);
        let secret = thief.secret.as_ref().map(|secret| secret.reveal());
        let request = app.server.http.post(url).basic_auth(&thief.id, secret);
        let response = request.form(&app.redemption(&code)).send().await.unwrap();
        let answer = crate::application::answer(response).await;
        assert_eq!(answer.error(), (400, "invalid_grant"));
        assert_eq!(app.redeem(&code).await.status, 200, "the thief used nothing up");
    }

    async fn checklist_9_a_code_dies_with_the_session_that_it_was_made_in(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        crate::logout::end_session(&world, browser.session).await;
        assert_eq!(app.redeem(&code).await.error(), (400, "invalid_grant"));
    }

    async fn checklist_10_a_second_use_ends_every_token_of_the_grant(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let tokens = app.redeem(&code).await;
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 200);
        assert_eq!(app.redeem(&code).await.error(), (400, "invalid_grant"));
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
        let renewed = app.refresh(tokens.text("refresh_token")).await;
        assert_eq!(renewed.error(), (400, "invalid_grant"));
    }

    async fn checklist_10_a_second_use_is_noticed_after_the_code_has_expired(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let tokens = app.redeem(&code).await;
        app.pass(120);
        assert_eq!(app.redeem(&code).await.error(), (400, "invalid_grant"));
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
    }

    async fn checklist_10_another_clients_second_use_ends_nothing(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let tokens = app.redeem(&code).await;
        let other = register(&world, true, crate::application::metadata()).await;
        let url = format!("{}/oauth2/token", world.base);
        let secret = other.secret.as_ref().map(|secret| secret.reveal());
        let request = app.server.http.post(url).basic_auth(&other.id, secret);
        request.form(&app.redemption(&code)).send().await.unwrap();
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 200);
    }

    async fn checklist_10_a_code_lives_a_minute(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        app.pass(60);
        assert_eq!(app.redeem(&code).await.error(), (400, "invalid_grant"));
    }

    async fn checklist_30_what_is_nearly_a_code_is_none(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        for other in [
            code[..code.len() - 1].to_owned(),
            format!("{code}A"),
            code.to_uppercase(),
            code.replace("dwc_", "dwr_"),
            "dwc_".to_owned(),
            "x".to_owned(),
            "' or 1=1 --".to_owned(),
        ] {
            assert_eq!(app.redeem(&other).await.error(), (400, "invalid_grant"), "{other}");
        }
        assert_eq!(app.redeem(&code).await.status, 200);
    }

    async fn the_database_holds_no_code_and_no_token(world: World) {
        use doorward::foundation::db::{Fetch, sql};
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let tokens = app.redeem(&code).await;
        let refresh_token = tokens.text("refresh_token");
        let mut from = &world.db;
        let codes = sql("select digest, redirect_uri, scope from authorization_codes");
        let grants = sql("select refresh_digest as digest, end_reason as redirect_uri, scope from grants");
        for statement in [codes, grants] {
            let row = from.fetch_one(statement).await.unwrap();
            let digest: String = row.get("digest").unwrap();
            assert_eq!(digest.len(), 43);
            assert!(!code.contains(&digest) && !refresh_token.contains(&digest));
        }
    }

    async fn a_request_that_waited_for_a_sign_in_goes_on_with_its_handle(world: World) {
        let app = confidential(&world).await;
        let user = person(&world, "babs").await;
        app.consented(user).await;
        let response = app.authorize("", &app.request()).await;
        assert!(location(&response).path().starts_with("/login/"));
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        let (_, rest) = cookie.split_once('=').unwrap();
        let browser = rest.split(';').next().unwrap().to_owned();
        let handle = crate::sign_in_again::kept_handle(&world, &browser, &location(&response)).await;
        let browser = crate::application::sign_in_as(&world, user, browser.as_str().into()).await;
        let path = format!("/oauth2/authorize/resume/{handle}");
        // Another browser has no use for the handle.
        let stranger = signed_in(&world, user).await;
        let response = app.get(&path, &stranger.cookies, &[]).await;
        crate::application::assert_error_page(response, "invalid_request").await;
        let response = app.get(&path, &browser.cookies, &[]).await;
        let answer = redirected(&response);
        assert_eq!(answer["state"], "the state");
        assert_eq!(app.redeem(&answer["code"]).await.status, 200);
        // And it is used up.
        let response = app.get(&path, &browser.cookies, &[]).await;
        crate::application::assert_error_page(response, "invalid_request").await;
        assert_eq!(app.redirect_uri, REDIRECT_URI);
    }
}
