//! Everything that may be used once, used by many at once.

use std::collections::HashSet;
use std::time::Duration;

use crate::application::{Application, confidential, public, renewal};
use crate::on_both_engines;

const AT_ONCE: usize = 32;

/// Sends the same form many times at once; how many got tokens.
async fn winners(app: &Application<'_>, form: &[(&'static str, String)]) -> usize {
    let all = (0..AT_ONCE).map(|_| app.token(form));
    let answers = futures_util::future::join_all(all).await;
    for answer in &answers {
        let error = answer.error();
        assert!(
            answer.status == 200 || error == (400, "invalid_grant"),
            "{error:?}"
        );
    }
    answers.iter().filter(|answer| answer.status == 200).count()
}

on_both_engines! {
    async fn checklist_10_of_32_redemptions_of_a_code_one_wins(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for _ in 0..3 {
            let code = app.code(&browser).await;
            assert_eq!(winners(&app, &app.redemption(&code)).await, 1);
        }
    }

    async fn checklist_24_of_32_redemptions_of_a_refresh_token_one_wins(world: World) {
        let world = world.with(|basics| basics.tokens.repeat_refresh = Duration::ZERO).await;
        let app = public(&world).await;
        let browser = app.visitor().await;
        for _ in 0..3 {
            let tokens = app.tokens(&browser).await;
            let form = renewal(tokens.text("refresh_token"));
            assert_eq!(winners(&app, &form).await, 1);
            // The others came second: that is reuse, and no branch of the family lives on.
            assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
        }
    }

    async fn checklist_24_32_renewals_at_once_come_to_one_and_the_same_successor(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let form = renewal(tokens.text("refresh_token"));
        let all = (0..AT_ONCE).map(|_| app.token(&form));
        let answers = futures_util::future::join_all(all).await;
        let successors: HashSet<&str> = answers.iter().map(|answer| answer.text("refresh_token")).collect();
        assert_eq!(successors.len(), 1, "there is one branch of the family");
        let next = app.refresh(answers[0].text("refresh_token")).await;
        assert_eq!(next.status, 200);
        // It was used, so what came before it is no answer that was lost.
        assert_eq!(app.token(&form).await.error(), (400, "invalid_grant"));
        assert_eq!(app.refresh(next.text("refresh_token")).await.error(), (400, "invalid_grant"));
    }

    async fn a_deactivation_and_a_redemption_at_once_leave_nothing_alive(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for _ in 0..8 {
            let browser = crate::application::signed_in(&world, browser.user).await;
            let code = app.code(&browser).await;
            let (answer, ()) = tokio::join!(
                app.redeem(&code),
                crate::deactivation::set_active(&world, browser.user, false),
            );
            crate::deactivation::set_active(&world, browser.user, true).await;
            if answer.status == 200 {
                assert_eq!(app.userinfo(answer.text("access_token")).await.status, 401);
                let renewed = app.refresh(answer.text("refresh_token")).await;
                assert_eq!(renewed.error(), (400, "invalid_grant"));
            }
        }
    }

    async fn a_sign_out_and_a_redemption_at_once_leave_nothing_alive(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("scope", "openid")]);
        for _ in 0..8 {
            let browser = crate::application::signed_in(&world, browser.user).await;
            let code = app.code_for(&browser, &request).await;
            let (answer, ()) = tokio::join!(
                app.redeem(&code),
                crate::logout::end_session(&world, browser.session),
            );
            if answer.status == 200 {
                assert_eq!(app.userinfo(answer.text("access_token")).await.status, 401);
            }
        }
    }
}
