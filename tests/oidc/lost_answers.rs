//! Checklist B, 24: a renewal whose answer was lost on its way.

use std::time::Duration;

use crate::application::{confidential, public, renewal};
use crate::on_both_engines;

const REFUSED: (u16, &str) = (400, "invalid_grant");

on_both_engines! {
    async fn checklist_24_a_lost_answer_can_be_had_again_with_the_same_successor(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        let lost = app.refresh(first.text("refresh_token")).await;
        app.pass(59);
        let again = app.refresh(first.text("refresh_token")).await;
        assert_eq!(again.status, 200, "{}", again.body);
        assert_eq!(again.text("refresh_token"), lost.text("refresh_token"));
        assert_ne!(again.text("access_token"), lost.text("access_token"));
        assert_eq!(app.userinfo(again.text("access_token")).await.status, 200);
        let next = app.refresh(again.text("refresh_token")).await;
        assert_eq!(next.status, 200);
        assert_eq!(app.refresh(next.text("refresh_token")).await.status, 200);
    }

    async fn checklist_24_once_the_successor_was_used_a_repetition_is_theft(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        let second = app.refresh(first.text("refresh_token")).await;
        let third = app.refresh(second.text("refresh_token")).await;
        assert_eq!(app.refresh(first.text("refresh_token")).await.error(), REFUSED);
        for tokens in [&second, &third] {
            assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), REFUSED);
            assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
        }
    }

    async fn checklist_24_after_the_window_a_repetition_is_theft(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        let second = app.refresh(first.text("refresh_token")).await;
        app.pass(60);
        assert_eq!(app.refresh(first.text("refresh_token")).await.error(), REFUSED);
        assert_eq!(app.refresh(second.text("refresh_token")).await.error(), REFUSED);
    }

    async fn checklist_24_a_repetition_does_not_lengthen_its_own_window(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        app.refresh(first.text("refresh_token")).await;
        app.pass(40);
        assert_eq!(app.refresh(first.text("refresh_token")).await.status, 200);
        app.pass(40);
        assert_eq!(app.refresh(first.text("refresh_token")).await.error(), REFUSED);
    }

    async fn checklist_24_without_a_window_every_repetition_is_theft(world: World) {
        let world = world.with(|basics| basics.tokens.repeat_refresh = Duration::ZERO).await;
        let app = public(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        let second = app.refresh(first.text("refresh_token")).await;
        assert_eq!(app.refresh(first.text("refresh_token")).await.error(), REFUSED);
        assert_eq!(app.refresh(second.text("refresh_token")).await.error(), REFUSED);
    }

    async fn checklist_24_a_repetition_is_held_to_all_that_a_renewal_is(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        let token = first.text("refresh_token");
        app.refresh(token).await;
        let mut wider = renewal(token);
        wider.push(("scope", "openid admin".to_owned()));
        assert_eq!(app.token(&wider).await.error(), (400, "invalid_scope"));
        assert_eq!(app.token_as(Some("wrong"), &renewal(token)).await.error(), (401, "invalid_client"));
        crate::deactivation::set_active(&world, browser.user, false).await;
        assert_eq!(app.refresh(token).await.error(), REFUSED);
    }

    async fn checklist_24_keycloak_cve_2026_9802_a_repetition_after_a_restart_is_the_same(world: World) {
        // What may be repeated stands in the rows: a restart forgets nothing and allows nothing.
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        let second = app.refresh(first.text("refresh_token")).await;
        let third = app.refresh(second.text("refresh_token")).await;
        world.state.refresh().await.unwrap();
        let again = app.refresh(second.text("refresh_token")).await;
        assert_eq!(again.text("refresh_token"), third.text("refresh_token"));
        assert_eq!(app.refresh(first.text("refresh_token")).await.error(), REFUSED);
        assert_eq!(app.refresh(third.text("refresh_token")).await.error(), REFUSED);
    }
}
