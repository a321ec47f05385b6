//! Checklist B, 24: refresh tokens.

use std::time::Duration;

use doorward::http::web::State;

use crate::application::{Answer, Application, confidential, metadata, public, register, renewal};
use crate::on_both_engines;

const REFUSED: (u16, &str) = (400, "invalid_grant");

async fn with_scope(app: &Application<'_>, token: &str, scope: &str) -> Answer {
    let mut form = renewal(token);
    form.push(("scope", scope.to_owned()));
    app.token(&form).await
}

on_both_engines! {
    async fn a_refresh_token_renews_once_and_is_replaced(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        app.pass(300);
        let second = app.refresh(first.text("refresh_token")).await;
        assert_eq!(second.status, 200, "{}", second.body);
        assert_ne!(first.text("refresh_token"), second.text("refresh_token"));
        let (before, after) = (
            app.checked(first.text("id_token")).await,
            app.checked(second.text("id_token")).await,
        );
        for claim in ["iss", "sub", "aud", "auth_time", "sid", "acr", "amr", "azp"] {
            assert_eq!(before[claim], after[claim], "{claim}");
        }
        assert_eq!(after["iat"].as_i64().unwrap() - before["iat"].as_i64().unwrap(), 300);
        assert!(after.get("nonce").is_none(), "Core 12.2");
        assert_eq!(app.userinfo(second.text("access_token")).await.status, 200);
        let third = app.refresh(second.text("refresh_token")).await;
        assert_eq!(third.status, 200);
    }

    async fn checklist_24_reuse_ends_the_family(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        let second = app.refresh(first.text("refresh_token")).await;
        app.pass(60);
        assert_eq!(app.refresh(first.text("refresh_token")).await.error(), REFUSED);
        assert_eq!(app.refresh(second.text("refresh_token")).await.error(), REFUSED);
        assert_eq!(app.userinfo(second.text("access_token")).await.status, 401);
    }

    async fn checklist_24_keycloak_50999_reuse_within_the_same_moment_is_noticed(world: World) {
        // The clock stands still: generations are counted, not dated.
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let mut tokens = vec![app.tokens(&browser).await.text("refresh_token").to_owned()];
        for _ in 0..5 {
            let next = app.refresh(tokens.last().unwrap()).await;
            tokens.push(next.text("refresh_token").to_owned());
        }
        assert_eq!(app.refresh(&tokens[2]).await.error(), REFUSED);
        assert_eq!(app.refresh(&tokens[5]).await.error(), REFUSED);
    }

    async fn checklist_24_keycloak_cve_2026_1035_reuse_is_noticed_after_a_restart(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        let second = app.refresh(first.text("refresh_token")).await;
        // Nothing of it is in memory: another process over the same rows knows as much.
        let again = State::new(doorward::http::web::Basics {
            db: world.db.clone(),
            clock: world.clock.clone(),
            public_url: world.state.public_url.clone(),
            master_key: world.state.master_key.clone(),
            passwords: world.state.passwords.clone(),
            lifetimes: world.state.lifetimes,
            mfa: world.state.mfa,
            account: world.state.account,
            tries: world.state.guard.policy,
            trusted_proxies: world.state.trusted_proxies.clone(),
            outbound: world.state.outbound.clone(),
            offer: doorward::http::web::Offer::default(),
            brand: world.state.brand.clone(),
            keys: doorward::domain::signing_keys::Rules::default(),
            tokens: doorward::domain::grants::TokenRules::default(),
            password_policy: doorward::domain::credentials::Policy::default(),
            mailer: world.state.mailer.clone(),
            webauthn: doorward::domain::credentials::webauthn::WebauthnRules::default(),
            atlas: None,
        })
        .await
        .unwrap();
        let client = again.clients.get(&app.client_id).unwrap();
        for token in [&first, &second] {
            let redemption = doorward::domain::grants::RefreshRedemption {
                client: &client,
                token: &token.text("refresh_token").into(),
                scope: None,
                resource: &[],
                issuer: &world.base,
                possession: doorward::domain::grants::Possession::default(),
                rules: doorward::domain::grants::TokenRules { repeat_refresh: Duration::ZERO, ..Default::default() },
            };
            let now = world.now();
            let redeemed = doorward::domain::grants::redeem_refresh_token(
                &again.db, &again.master_key, &redemption, now,
            )
            .await;
            assert!(redeemed.is_err());
        }
    }

    async fn checklist_24_zitadel_cve_2026_55672_a_token_is_bound_to_its_client(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let thief = register(&world, false, metadata()).await;
        let url = format!("{}/oauth2/token", world.base);
        let mut form = renewal(tokens.text("refresh_token"));
        form.push(("client_id", thief.id.to_string()));
        let answer = crate::application::answer(
            app.server.http.post(url).form(&form).send().await.unwrap(),
        )
        .await;
        assert_eq!(answer.error(), REFUSED);
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.status, 200);
    }

    async fn checklist_24_the_scope_can_be_narrowed_and_never_widened(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("scope", "openid email")]);
        let code = app.code_for(&browser, &request).await;
        let first = app.redeem(&code).await;
        assert_eq!(first.text("scope"), "openid email");
        let token = first.text("refresh_token");
        for wider in ["openid email profile", "profile", "openid offline_access", "admin"] {
            let answer = with_scope(&app, token, wider).await;
            assert_eq!(answer.error(), (400, "invalid_scope"), "{wider}");
        }
        // A refused request has used nothing up.
        let narrow = with_scope(&app, token, "email").await;
        assert_eq!(narrow.text("scope"), "email");
        assert!(narrow.body.get("id_token").is_none());
        assert_eq!(app.userinfo(narrow.text("access_token")).await.error(), (403, "insufficient_scope"));
        // The grant itself keeps what was granted.
        let again = app.refresh(narrow.text("refresh_token")).await;
        assert_eq!(again.text("scope"), "openid email");
    }

    async fn checklist_24_keycloak_cve_2025_14559_a_user_without_access_gets_nothing(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        crate::deactivation::set_active(&world, browser.user, false).await;
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), REFUSED);
    }

    async fn checklist_24_a_user_outside_validity_gets_nothing(world: World) {
        use doorward::domain::{access, audit::{Actor, Change}};
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let code = app.code(&browser).await;
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        let until = Some(world.now().plus(Duration::from_secs(30)));
        access::set_validity(&mut change, browser.user, None, until, None).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 200);
        app.pass(30);
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
        assert_eq!(app.redeem(&code).await.error(), REFUSED);
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), REFUSED);
    }

    async fn checklist_24_a_disabled_client_gets_nothing(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        crate::registry::disable(&world, &app.client_id).await;
        world.state.refresh().await.unwrap();
        let answer = app.refresh(tokens.text("refresh_token")).await;
        assert_eq!(answer.error(), (401, "invalid_client"));
    }

    async fn a_token_that_lay_unused_for_two_weeks_is_over(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        app.pass(14 * 24 * 3600);
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), REFUSED);
    }

    async fn a_grant_without_offline_access_lives_as_long_as_the_session_can(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("scope", "openid")]);
        let online = app.redeem(&app.code_for(&browser, &request).await).await;
        let offline = app.tokens(&browser).await;
        app.pass(world.state.lifetimes.absolute.as_secs());
        assert_eq!(app.refresh(online.text("refresh_token")).await.error(), REFUSED);
        assert_eq!(app.refresh(offline.text("refresh_token")).await.status, 200);
    }

    async fn checklist_30_what_is_nearly_a_refresh_token_ends_nothing(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let token = tokens.text("refresh_token");
        for other in [
            token[..token.len() - 1].to_owned(),
            format!("{token}A"),
            token.to_lowercase(),
            token.replace("dwr_", "dwc_"),
            format!(" {token}"),
        ] {
            assert_eq!(app.refresh(&other).await.error(), REFUSED, "{other}");
        }
        assert_eq!(app.refresh(token).await.status, 200);
    }

    async fn a_client_without_the_grant_gets_no_refresh_token(world: World) {
        let mut code_only = metadata();
        code_only.grant_types = vec![doorward::domain::clients::GrantType::AuthorizationCode];
        let app = crate::application::serve(&world, true, code_only).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        assert!(tokens.body.get("refresh_token").is_none());
        assert_eq!(tokens.text("scope"), "openid profile email groups", "no promise of what cannot be had");
    }
}
