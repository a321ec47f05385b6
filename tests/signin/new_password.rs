//! A password that somebody else set: its user chooses another before the session begins.

use doorward::domain::{access, credentials, lifecycle, signin};
use doorward::foundation::crypto::token::Secret;
use doorward::http::web::paths;
use reqwest::{Response, StatusCode};

use crate::on_both_engines;
use crate::stage::{
    ALL_SESSIONS, Browser, LIVE_SESSIONS, ONWARD, PASSWORD, Stage, location, session_cookie,
};

const NEW: &str = "a password of my own";

fn path(handle: &Secret) -> String {
    format!("{}/password", paths::sign_in(handle))
}

async fn choose(
    stage: &Stage,
    browser: &Browser,
    handle: &Secret,
    new: &str,
    again: &str,
) -> Response {
    let fields = [("new_password", new), ("new_password_again", again)];
    stage
        .post(browser, &path(handle), &fields)
        .send()
        .await
        .unwrap()
}

/// A browser whose user has proven the password that must be changed.
async fn half_way(stage: &Stage) -> (Browser, Secret) {
    let ada = stage.stranger("ada").await;
    stage.set_password(ada, PASSWORD, true).await;
    let browser = Browser::new();
    let handle = stage.begin(&browser).await;
    let answer = stage.submit(&browser, &handle, "ada", PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&answer), path(&handle));
    assert!(session_cookie(&answer).is_none(), "no session yet");
    (browser, handle)
}

on_both_engines! {
    async fn a_forced_change_comes_before_the_session(world: World) {
        let stage = Stage::open(world);
        let (browser, handle) = half_way(&stage).await;
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
        let page = stage.get(&browser, &path(&handle)).send().await.unwrap().text().await.unwrap();
        for part in [r#"id="new_password" name="new_password""#, r#"id="new_password_again""#, r#"id="password-submit""#, r#"autocomplete="new-password""#] {
            assert!(page.contains(part), "{part}");
        }
        let answer = choose(&stage, &browser, &handle, NEW, NEW).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&answer), ONWARD);
        assert!(session_cookie(&answer).is_some());
        let (fresh, again) = (Browser::new(), Browser::new());
        let handle = stage.begin(&fresh).await;
        assert_eq!(stage.submit(&fresh, &handle, "ada", PASSWORD).await.status(), StatusCode::FORBIDDEN);
        let handle = stage.begin(&again).await;
        let answer = stage.submit(&again, &handle, "ada", NEW).await;
        assert_eq!(location(&answer), ONWARD, "and nothing is asked any more");
    }

    async fn step_order_the_second_step_is_not_reached_without_the_first(world: World) {
        let stage = Stage::open(world);
        let ada = stage.stranger("ada").await;
        stage.set_password(ada, PASSWORD, true).await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let shown = stage.get(&browser, &path(&handle)).send().await.unwrap();
        assert_eq!(location(&shown), paths::sign_in(&handle));
        let answer = choose(&stage, &browser, &handle, NEW, NEW).await;
        assert_eq!(location(&answer), paths::sign_in(&handle));
        assert!(session_cookie(&answer).is_none());
        let password = credentials::password_of(&stage.world.db, ada).await.unwrap().unwrap();
        assert!(password.must_change, "nothing was written");
    }

    async fn step_order_a_failed_first_step_gives_no_proof(world: World) {
        let stage = Stage::open(world);
        let ada = stage.stranger("ada").await;
        stage.set_password(ada, PASSWORD, true).await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        stage.submit(&browser, &handle, "ada", "wrong").await;
        let answer = choose(&stage, &browser, &handle, NEW, NEW).await;
        assert_eq!(location(&answer), paths::sign_in(&handle));
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn another_browser_cannot_take_the_second_step(world: World) {
        let stage = Stage::open(world);
        let (_, handle) = half_way(&stage).await;
        let answer = choose(&stage, &Browser::new(), &handle, NEW, NEW).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn a_new_password_that_cannot_be_taken_says_why(world: World) {
        let stage = Stage::open(world);
        let (browser, handle) = half_way(&stage).await;
        let long = "x".repeat(1025);
        for (new, again, sentence) in [
            (NEW, "something else", "not the same"),
            ("short", "short", "at least 8 characters"),
            ("", "", "at least 8 characters"),
            (long.as_str(), long.as_str(), "too long"),
            (PASSWORD, PASSWORD, "another password"),
        ] {
            let answer = choose(&stage, &browser, &handle, new, again).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{sentence}");
            let page = answer.text().await.unwrap();
            assert!(page.contains(sentence), "{sentence} in {page}");
            assert!(!page.contains("value=\"s"), "what was typed is not in the page");
        }
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
        assert!(session_cookie(&choose(&stage, &browser, &handle, NEW, NEW).await).is_some());
    }

    async fn a_deactivation_between_the_steps_ends_them(world: World) {
        let stage = Stage::open(world);
        let (browser, handle) = half_way(&stage).await;
        let ada = credentials::candidate(&stage.world.db, "ada").await.unwrap().unwrap().user;
        let mut cut = stage.change().await;
        lifecycle::deactivate(&mut cut, ada).await.unwrap();
        lifecycle::activate(&mut cut, ada).await.unwrap();
        cut.commit().await.unwrap();
        let answer = choose(&stage, &browser, &handle, NEW, NEW).await;
        assert!(session_cookie(&answer).is_none());
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn a_block_between_the_steps_refuses_the_second(world: World) {
        let stage = Stage::open(world);
        let (browser, handle) = half_way(&stage).await;
        let ada = credentials::candidate(&stage.world.db, "ada").await.unwrap().unwrap().user;
        let mut block = stage.change().await;
        // The fact alone, without what lifecycle cuts with it.
        access::block(&mut block, ada, "x", None).await.unwrap();
        block.commit().await.unwrap();
        let answer = choose(&stage, &browser, &handle, NEW, NEW).await;
        assert!(session_cookie(&answer).is_none());
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
        let password = credentials::password_of(&stage.world.db, ada).await.unwrap().unwrap();
        assert!(password.must_change, "nothing was written");
    }

    async fn authentik_cve_2023_26481_a_proof_of_an_older_password_sets_no_new_one(world: World) {
        let stage = Stage::open(world);
        let (browser, handle) = half_way(&stage).await;
        let ada = credentials::candidate(&stage.world.db, "ada").await.unwrap().unwrap().user;
        stage.world.clock.advance(std::time::Duration::from_secs(1));
        stage.set_password(ada, "set by the administrator", true).await;
        let answer = choose(&stage, &browser, &handle, NEW, NEW).await;
        assert!(session_cookie(&answer).is_none());
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn the_other_sessions_of_the_user_end_with_the_old_password(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let mut elsewhere = Browser::new();
        stage.sign_in(&mut elsewhere, "ada").await;
        stage.set_password(ada, PASSWORD, true).await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        stage.submit(&browser, &handle, "ada", PASSWORD).await;
        let answer = choose(&stage, &browser, &handle, NEW, NEW).await;
        let secret = Secret::from(session_cookie(&answer).unwrap());
        assert!(signin::session_of(&stage.world.db, &secret, stage.world.now()).await.unwrap().is_some());
        assert_eq!(stage.count(LIVE_SESSIONS).await, 1);
    }

    async fn sixteen_parallel_choices_set_one_password_and_open_one_session(world: World) {
        let stage = Stage::open(world);
        let (browser, handle) = half_way(&stage).await;
        let passwords: Vec<_> = (0..16).map(|n| format!("my own password {n}")).collect();
        let posts = passwords.iter().map(|new| choose(&stage, &browser, &handle, new, new));
        let answers = futures_util::future::join_all(posts).await;
        let won: Vec<_> = answers.iter().enumerate().filter(|(_, a)| session_cookie(a).is_some()).collect();
        assert_eq!(won.len(), 1);
        assert_eq!(stage.count(ALL_SESSIONS).await, 1);
        let fresh = Browser::new();
        let handle = stage.begin(&fresh).await;
        let answer = stage.submit(&fresh, &handle, "ada", &passwords[won[0].0]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "the password of the one that won");
    }
}
