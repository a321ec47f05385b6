//! Checklist A, 16 to 18: who is signed in, and how freshly.

use doorward::domain::directory::UserId;
use doorward::domain::signin::{self, Destination, Found};
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::db::{Fetch, sql};
use url::Url;

use crate::application::{
    Application, Browser, challenge_of, confidential, location, person, redirected, sign_in_as,
    signed_in,
};
use crate::on_both_engines;
use crate::support::World;

/// The handle of the kept request behind a sign-in that this browser was sent to.
pub async fn kept_handle(world: &World, browser: &str, sign_in: &Url) -> String {
    let handle = sign_in.path().strip_prefix("/login/").unwrap();
    let browser = Secret::from(browser).digest();
    let found = signin::find(&world.db, &handle.into(), &browser, world.now()).await;
    match found.unwrap() {
        Found::Open(signin::SignIn {
            destination: Destination::Authorize(handle),
            ..
        }) => handle,
        other => panic!("{other:?}"),
    }
}

/// The secret of the browser's own cookie.
fn own_cookie(browser: &Browser) -> String {
    let (own, _) = browser.cookies.split_once("; ").unwrap();
    own.split_once('=').unwrap().1.to_owned()
}

async fn asks_to_sign_in(
    app: &Application<'_>,
    browser: &Browser,
    changes: &[(&'static str, &str)],
) -> String {
    let request = app.request_with(changes);
    let response = app.authorize(&browser.cookies, &request).await;
    let url = location(&response);
    assert!(url.path().starts_with("/login/"), "{changes:?}: {url}");
    kept_handle(app.world, &own_cookie(browser), &url).await
}

/// Signs in anew in the same browser, and takes the request up again.
async fn signs_in_and_resumes(
    app: &Application<'_>,
    browser: &Browser,
    user: UserId,
    handle: &str,
) -> reqwest::Response {
    let anew = sign_in_as(app.world, user, own_cookie(browser).as_str().into()).await;
    let path = format!("/oauth2/authorize/resume/{handle}");
    app.get(&path, &anew.cookies, &[]).await
}

on_both_engines! {
    async fn checklist_18_prompt_login_signs_in_again_and_auth_time_moves(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let before = app.checked(app.tokens(&browser).await.text("id_token")).await;
        app.pass(30);
        let handle = asks_to_sign_in(&app, &browser, &[("prompt", "login")]).await;
        // Coming back without having signed in changes nothing.
        let path = format!("/oauth2/authorize/resume/{handle}");
        let response = app.get(&path, &browser.cookies, &[]).await;
        assert!(location(&response).path().starts_with("/login/"));
        app.pass(5);
        let response = signs_in_and_resumes(&app, &browser, browser.user, &handle).await;
        let tokens = app.redeem(&redirected(&response)["code"]).await;
        let after = app.checked(tokens.text("id_token")).await;
        let moved = after["auth_time"].as_i64().unwrap() - before["auth_time"].as_i64().unwrap();
        assert_eq!(moved, 35);
    }

    async fn checklist_18_max_age_signs_in_again_when_the_sign_in_is_older(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        app.pass(100);
        let young = app.request_with(&[("max_age", "100")]);
        let response = app.authorize(&browser.cookies, &young).await;
        assert!(redirected(&response).contains_key("code"));
        for age in ["99", "1", "0"] {
            let handle = asks_to_sign_in(&app, &browser, &[("max_age", age)]).await;
            let response = signs_in_and_resumes(&app, &browser, browser.user, &handle).await;
            assert!(redirected(&response).contains_key("code"), "{age}");
        }
    }

    async fn checklist_18_prompt_none_never_asks(world: World) {
        let app = confidential(&world).await;
        let user = person(&world, "babs").await;
        let none = app.request_with(&[("prompt", "none")]);
        let answer = redirected(&app.authorize("", &none).await);
        assert_eq!(answer["error"], "login_required");
        assert_eq!(answer["iss"], world.base);
        let browser = signed_in(&world, user).await;
        let answer = redirected(&app.authorize(&browser.cookies, &none).await);
        assert_eq!(answer["error"], "consent_required");
        app.consented(user).await;
        let answer = redirected(&app.authorize(&browser.cookies, &none).await);
        assert!(answer.contains_key("code"));
        app.pass(10);
        let old = app.request_with(&[("prompt", "none"), ("max_age", "5")]);
        let answer = redirected(&app.authorize(&browser.cookies, &old).await);
        assert_eq!(answer["error"], "login_required");
    }

    async fn checklist_18_a_hint_for_another_person_is_not_answered_about_this_one(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let hint = tokens.text("id_token");
        let own = app.request_with(&[("prompt", "none"), ("id_token_hint", hint)]);
        let answer = redirected(&app.authorize(&browser.cookies, &own).await);
        assert!(answer.contains_key("code"), "{answer:?}");
        let other = person(&world, "jim").await;
        app.consented(other).await;
        let other = signed_in(&world, other).await;
        let answer = redirected(&app.authorize(&other.cookies, &own).await);
        assert_eq!(answer["error"], "login_required");
        let handle = asks_to_sign_in(&app, &other, &[("id_token_hint", hint)]).await;
        // Only the person who was meant can take it up; and the token itself is not kept.
        let response = signs_in_and_resumes(&app, &other, other.user, &handle).await;
        assert!(location(&response).path().starts_with("/login/"));
        let response = signs_in_and_resumes(&app, &other, browser.user, &handle).await;
        assert!(redirected(&response).contains_key("code"));
        let mut from = &world.db;
        let kept = sql("select parameters from authorization_requests");
        for row in from.fetch_all(kept).await.unwrap() {
            assert!(!row.get::<String>("parameters").unwrap().contains("eyJ"));
        }
    }

    async fn checklist_33_an_access_token_is_no_hint(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let request = app.request_with(&[("id_token_hint", tokens.text("access_token"))]);
        let answer = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(answer["error"], "invalid_request");
    }

    async fn checklist_17_keycloak_cve_2026_7507_a_foreign_handle_is_worth_nothing(world: World) {
        // The attacker begins a request and plants its handle in the victim's browser.
        let app = confidential(&world).await;
        let victim = app.visitor().await;
        let attacker = signed_in(&world, person(&world, "mallory").await).await;
        let handle = asks_to_sign_in(&app, &attacker, &[("prompt", "login")]).await;
        for path in ["/oauth2/authorize/resume/", "/oauth2/consent/"] {
            let response = app.get(&format!("{path}{handle}"), &victim.cookies, &[]).await;
            crate::application::assert_error_page(response, "invalid_request").await;
        }
    }

    async fn a_session_of_a_user_without_access_is_none(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        crate::deactivation::set_active(&world, browser.user, false).await;
        let response = app.authorize(&browser.cookies, &app.request()).await;
        assert!(location(&response).path().starts_with("/login/"));
    }

    async fn a_request_waits_an_hour(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let handle = asks_to_sign_in(&app, &browser, &[("prompt", "login")]).await;
        app.pass(3600);
        let response = signs_in_and_resumes(&app, &browser, browser.user, &handle).await;
        crate::application::assert_error_page(response, "invalid_request").await;
        assert_ne!(challenge_of("a"), challenge_of("b"));
    }
}
