//! What is shown of failed tries, and how they are forgotten.

use std::time::Duration;

use doorward::domain::access::{self, FactKind};
use doorward::domain::lifecycle;
use doorward::domain::tries::{self, Asker, Factor, Whose};
use doorward::foundation::clock::Timestamp;
use reqwest::{StatusCode, header};
use serde_json::json;

use crate::on_both_engines;
use crate::stage::{Browser, LIVE_SESSIONS, PASSWORD, Stage, change, count, set_password, user};
use crate::support::World;
use crate::tries::{HOUR, MINUTE, guess, stranger_at};

async fn guesses(world: &World, whose: Whose<'_>, factor: Factor, how_many: usize) {
    for _ in 0..how_many {
        guess(world, whose, factor, &stranger_at("203.0.113.9")).await;
    }
}

async fn status(stage: &Stage, name: &str, password: &str) -> StatusCode {
    let browser = Browser::new();
    let handle = stage.begin(&browser).await;
    stage
        .submit(&browser, &handle, name, password)
        .await
        .status()
}

on_both_engines! {
    async fn failed_tries_are_shown_by_factor_with_their_times_and_where_from(world: World) {
        let ada = user(&world, "ada").await;
        assert!(tries::failed_tries(&world.db, ada, world.now()).await.unwrap().is_empty());
        guesses(&world, Whose::User(ada), Factor::Password, 1).await;
        world.clock.advance(MINUTE);
        guesses(&world, Whose::User(ada), Factor::Password, 5).await;
        guesses(&world, Whose::User(ada), Factor::Totp, 1).await;
        let shown = tries::failed_tries(&world.db, ada, world.now()).await.unwrap();
        assert_eq!(serde_json::to_value(shown).unwrap(), json!([
            {
                "factor": "password",
                "tries": 6,
                "since": "2026-11-21T09:00:00.000Z",
                "last_at": "2026-11-21T09:01:00.000Z",
                "last_from": "203.0.113.9",
                "stopped_since": "2026-11-21T09:01:00.000Z",
                "until": "2026-11-21T09:02:00.000Z",
            },
            {
                "factor": "totp",
                "tries": 1,
                "since": "2026-11-21T09:01:00.000Z",
                "last_at": "2026-11-21T09:01:00.000Z",
                "last_from": "203.0.113.9",
                "stopped_since": null,
                "until": null,
            },
        ]));
    }

    async fn throttled_is_shown_with_the_access_and_takes_nothing_away(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        stage.sign_in(&mut Browser::new(), "ada").await;
        guesses(&stage.world, Whose::User(ada), Factor::Password, 6).await;
        let (db, now) = (&stage.world.db, stage.world.now());
        let shown = access::shown(db, ada, now).await.unwrap();
        let fact = shown.fact(FactKind::Throttled).expect("throttled");
        assert_eq!((fact.since, fact.until), (now, Some(now.plus(MINUTE))));
        assert_eq!(fact.reason.as_deref(), Some("failed tries: password"));
        assert!(shown.is_allowed());
        assert_eq!(serde_json::to_value(&shown).unwrap()["allowed"], true);
        assert!(access::may_use(db, ada, now).await.unwrap().facts().is_empty());
        assert_eq!(stage.count(LIVE_SESSIONS).await, 1);

        let later = now.plus(MINUTE);
        assert_eq!(access::shown(db, ada, later).await.unwrap().fact(FactKind::Throttled), None);
    }

    async fn reset_tries_block_and_allow_act_at_once(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        for _ in 0..5 {
            assert_eq!(status(&stage, "ada", "guess").await, StatusCode::FORBIDDEN);
        }
        assert_eq!(status(&stage, "ada", PASSWORD).await, StatusCode::FORBIDDEN, "throttled");
        let mut reset = stage.change().await;
        assert_eq!(tries::reset_tries(&mut reset, ada).await.unwrap(), 1);
        reset.commit().await.unwrap();
        assert_eq!(status(&stage, "ada", PASSWORD).await, StatusCode::SEE_OTHER);

        let mut block = stage.change().await;
        lifecycle::block(&mut block, ada, "lost laptop", None).await.unwrap();
        block.commit().await.unwrap();
        assert_eq!(status(&stage, "ada", PASSWORD).await, StatusCode::FORBIDDEN, "blocked");
        let mut allow = stage.change().await;
        lifecycle::allow(&mut allow, ada).await.unwrap();
        allow.commit().await.unwrap();
        assert_eq!(status(&stage, "ada", PASSWORD).await, StatusCode::SEE_OTHER);
    }

    async fn a_person_is_told_in_the_next_session_what_failed_before_it(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        guesses(&stage.world, Whose::User(ada), Factor::Password, 3).await;
        stage.world.clock.advance(HOUR);
        guesses(&stage.world, Whose::User(ada), Factor::Totp, 2).await;
        let failed_at = stage.world.now();
        stage.world.clock.advance(HOUR);
        stage.sign_in(&mut Browser::new(), "ada").await;
        let session = newest_session(&stage, ada).await;
        let told = tries::told(&stage.world.db, &session).await.unwrap().expect("a note");
        assert_eq!(told.tries, 5);
        assert_eq!(told.since, failed_at.minus(HOUR));
        assert_eq!(told.last_at, failed_at);
        assert_eq!(told.last_from.as_deref(), Some("203.0.113.9"), "and not where the owner came from");

        stage.world.clock.advance(MINUTE);
        stage.sign_in(&mut Browser::new(), "ada").await;
        let session = newest_session(&stage, ada).await;
        assert_eq!(tries::told(&stage.world.db, &session).await.unwrap(), None, "once");
    }

    async fn a_new_password_is_guessed_anew_and_what_failed_before_is_still_told(world: World) {
        let ada = user(&world, "ada").await;
        guesses(&world, Whose::User(ada), Factor::Password, 6).await;
        set_password(&world, ada, PASSWORD, false).await;
        assert!(tries::stopped(&world.db, ada, world.now()).await.unwrap().is_none());
        assert_eq!(tries::failed_tries(&world.db, ada, world.now()).await.unwrap()[0].tries, 6);
        assert!(guess(&world, Whose::User(ada), Factor::Password, &Asker::default()).await);
    }

    async fn forwarded_headers_of_strangers_do_not_choose_the_budget(world: World) {
        let stage = Stage::open(world);
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let path = doorward::http::web::paths::sign_in(&handle);
        for (name, value) in [
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-for", "nonsense"),
            ("forwarded", "for=198.51.100.2"),
            ("x-real-ip", "198.51.100.3"),
            ("cf-connecting-ip", "198.51.100.4"),
        ] {
            let fields = [("username", "nobody"), ("password", "guess")];
            let post = stage.post(&browser, &path, &fields).header(name, value);
            assert_eq!(post.send().await.unwrap().status(), StatusCode::FORBIDDEN);
        }
        let networks = "select count(*) as n from try_pools where subject like 'network:%'";
        assert_eq!(stage.count(networks).await, 1);
        let own = "select failed as n from try_pools where subject = 'network:127.0.0.1'";
        assert_eq!(stage.count(own).await, 5);
    }

    async fn a_refusal_for_too_many_tries_says_nothing_of_it(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let mut seen = Vec::new();
        for _ in 0..8 {
            let answer = stage.submit(&browser, &handle, "ada", "guess").await;
            assert!(!answer.headers().contains_key(header::RETRY_AFTER));
            seen.push((answer.status(), answer.text().await.unwrap()));
        }
        assert!(seen.iter().all(|one| *one == seen[0]));
    }

    async fn tries_are_swept_when_they_count_no_more(world: World) {
        let ada = user(&world, "ada").await;
        guesses(&world, Whose::User(ada), Factor::Password, 6).await;
        guesses(&world, Whose::Nobody("nobody"), Factor::Password, 6).await;
        let rows = "select count(*) as n from try_pools";
        assert_eq!(count(&world, rows).await, 3);
        let day = Duration::from_secs(86_400);
        for (days, left) in [(1, 3), (3, 1), (25, 1), (2, 0)] {
            world.clock.advance(day * days);
            let mut sweep = change(&world).await;
            tries::sweep(&mut sweep, 500).await.unwrap();
            sweep.commit().await.unwrap();
            assert_eq!(count(&world, rows).await, left, "{days} days more");
        }
    }
}

async fn newest_session(stage: &Stage, user: doorward::domain::directory::UserId) -> String {
    let now: Timestamp = stage.world.now();
    let sessions = doorward::domain::signin::sessions_of_user(&stage.world.db, user, now).await;
    sessions.unwrap()[0].id.to_string()
}
