//! A deactivation takes effect at once, and what it ended stays ended.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory::UserId;
use doorward::domain::lifecycle;

use crate::application::{confidential, location, redirected, signed_in};
use crate::on_both_engines;
use crate::support::World;

pub async fn set_active(world: &World, user: UserId, active: bool) {
    let now = world.now();
    let mut change = Change::begin(&world.db, Actor::System, now).await.unwrap();
    if active {
        lifecycle::activate(&mut change, user).await.unwrap();
    } else {
        lifecycle::deactivate(&mut change, user).await.unwrap();
    }
    change.unrecorded("a test");
    change.commit().await.unwrap();
}

pub async fn block(world: &World, user: UserId, blocked: bool) {
    let now = world.now();
    let mut change = Change::begin(&world.db, Actor::CommandLine, now)
        .await
        .unwrap();
    if blocked {
        lifecycle::block(&mut change, user, "a test", None)
            .await
            .unwrap();
    } else {
        lifecycle::allow(&mut change, user).await.unwrap();
    }
    change.unrecorded("a test");
    change.commit().await.unwrap();
}

on_both_engines! {
    async fn a_deactivation_ends_codes_tokens_and_session_and_activation_brings_none_back(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let code = app.code(&browser).await;
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 200);
        set_active(&world, browser.user, false).await;
        for active in [false, true] {
            if active {
                set_active(&world, browser.user, true).await;
            }
            assert_eq!(app.userinfo(tokens.text("access_token")).await.error(), (401, "invalid_token"));
            assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), (400, "invalid_grant"));
            assert_eq!(app.redeem(&code).await.error(), (400, "invalid_grant"));
            let response = app.authorize(&browser.cookies, &app.request()).await;
            assert!(location(&response).path().starts_with("/login/"), "active: {active}");
        }
        // A new sign-in works: access was given back, what was ended was not.
        let anew = signed_in(&world, browser.user).await;
        let response = app.authorize(&anew.cookies, &app.request()).await;
        assert!(redirected(&response).contains_key("code"));
    }

    async fn authentik_cve_2025_53942_a_blocked_user_authorizes_nothing(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        block(&world, browser.user, true).await;
        let response = app.authorize(&browser.cookies, &app.request()).await;
        assert!(location(&response).path().starts_with("/login/"));
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
        block(&world, browser.user, false).await;
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), (400, "invalid_grant"));
    }

    async fn a_deleted_user_has_nothing_left(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let now = world.now();
        let mut change = Change::begin(&world.db, Actor::CommandLine, now).await.unwrap();
        let user = doorward::domain::directory::lock_user(&mut change, browser.user).await.unwrap().unwrap();
        lifecycle::delete(&mut change, &user).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), (400, "invalid_grant"));
    }
}
