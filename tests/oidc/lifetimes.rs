//! How long what an application is given is good for: by setting, and by its registration.

use std::time::Duration;

use doorward::domain::clients::{Profile, TokenLifetimes};

use crate::application::{Application, metadata, renewal, serve, signed_in};
use crate::on_both_engines;
use crate::support::World;

fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

fn set() -> TokenLifetimes {
    TokenLifetimes {
        access: minutes(2),
        id: minutes(3),
        refresh: minutes(60),
        refresh_absolute: minutes(150),
        code: minutes(5),
    }
}

async fn with(world: World, lifetimes: TokenLifetimes) -> World {
    world
        .with(|basics| basics.tokens.lifetimes = lifetimes)
        .await
}

/// How long the access token and the `id_token` say that they are good for.
async fn spans(app: &Application<'_>, access: &str, id: &str) -> (i64, i64) {
    let mut spans = Vec::new();
    for token in [access, id] {
        let claims = app.checked(token).await;
        spans.push(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap());
    }
    (spans[0], spans[1])
}

on_both_engines! {
    async fn tokens_live_as_long_as_is_set(world: World) {
        let world = with(world, set()).await;
        let app = serve(&world, true, metadata()).await;
        let tokens = app.tokens(&app.visitor().await).await;
        let access = tokens.text("access_token");
        assert_eq!(tokens.body["expires_in"], 120);
        assert_eq!(spans(&app, access, tokens.text("id_token")).await, (120, 180));
        app.pass(119);
        assert_eq!(app.userinfo(access).await.status, 200);
        app.pass(1);
        assert_eq!(app.userinfo(access).await.status, 401);
    }

    async fn what_an_application_registered_goes_before_what_is_set(world: World) {
        let world = with(world, set()).await;
        let mut metadata = metadata();
        metadata.access_token_lifetime = Some(600);
        metadata.id_token_lifetime = Some(900);
        metadata.refresh_token_lifetime = Some(1200);
        let app = serve(&world, true, metadata).await;
        let tokens = app.tokens(&app.visitor().await).await;
        assert_eq!(tokens.body["expires_in"], 600);
        let both = (tokens.text("access_token"), tokens.text("id_token"));
        assert_eq!(spans(&app, both.0, both.1).await, (600, 900));
        app.pass(1200);
        let late = app.refresh(tokens.text("refresh_token")).await;
        assert_eq!(late.error(), (400, "invalid_grant"));
    }

    async fn a_refresh_token_ends_by_lying_unused_and_a_grant_by_its_age(world: World) {
        let world = with(world, set()).await;
        let app = serve(&world, true, metadata()).await;
        let browser = app.visitor().await;
        let unused = app.tokens(&browser).await;
        let mut token = app.tokens(&browser).await.text("refresh_token").to_owned();
        for _ in 0..3 {
            app.pass(45 * 60);
            token = app.refresh(&token).await.text("refresh_token").to_owned();
        }
        assert_eq!(app.refresh(unused.text("refresh_token")).await.error(), (400, "invalid_grant"));
        // Two and a half hours after it began, however busy it was.
        app.pass(15 * 60);
        assert_eq!(app.token(&renewal(&token)).await.error(), (400, "invalid_grant"));
    }

    async fn a_code_lives_as_long_as_is_set_but_never_beyond_its_profile(world: World) {
        let world = with(world, set()).await;
        let app = serve(&world, true, metadata()).await;
        let browser = app.visitor().await;
        let (early, late) = (app.code(&browser).await, app.code(&browser).await);
        app.pass(299);
        assert_eq!(app.redeem(&early).await.status, 200);
        app.pass(1);
        assert_eq!(app.redeem(&late).await.error(), (400, "invalid_grant"));
        let mut strict = metadata();
        strict.profile = Profile::OAuth21;
        let app = serve(&world, true, strict).await;
        app.consented(browser.user).await;
        let code = app.code(&signed_in(&world, browser.user).await).await;
        app.pass(61);
        assert_eq!(app.redeem(&code).await.status, 200);
    }
}

#[test]
fn a_lifetime_out_of_bounds_is_not_registered() {
    for seconds in [0, 59, 86_401, u64::MAX] {
        let mut metadata = metadata();
        metadata.access_token_lifetime = Some(seconds);
        assert!(metadata.check(true).is_err(), "{seconds}");
    }
}
