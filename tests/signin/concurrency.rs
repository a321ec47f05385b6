//! What counts once counts once, also when it is asked thirty-two times at the same
//! moment; what is cut stays cut.

use doorward::domain::lifecycle;
use doorward::domain::tries::failed_tries;
use futures_util::future::join_all;
use reqwest::StatusCode;

use crate::on_both_engines;
use crate::stage::{ALL_SESSIONS, Browser, LIVE_SESSIONS, PASSWORD, Stage, session_cookie};

on_both_engines! {
    async fn one_handle_in_thirty_two_parallel_posts_becomes_exactly_one_session(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let posts = (0..32).map(|_| stage.submit(&browser, &handle, "ada", PASSWORD));
        let answers = join_all(posts).await;
        let sessions = answers.iter().filter(|answer| session_cookie(answer).is_some()).count();
        let led_on = answers.iter().filter(|answer| answer.status() == StatusCode::SEE_OTHER).count();
        let used = answers.iter().filter(|answer| answer.status() == StatusCode::CONFLICT).count();
        assert_eq!((sessions, led_on, used), (1, 1, 31));
        assert_eq!(stage.count(ALL_SESSIONS).await, 1);
    }

    async fn thirty_two_parallel_wrong_guesses_are_counted_one_by_one(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let names = ["ada", "ada@example.test"];
        let posts = (0..32).map(|n| stage.submit(&browser, &handle, names[n % 2], "guess"));
        let answers = join_all(posts).await;
        assert!(answers.iter().all(|answer| answer.status() == StatusCode::FORBIDDEN));
        assert_eq!(failed_tries(&stage.world.db, ada, stage.world.now()).await.unwrap()[0].tries, 32);
    }

    async fn thirty_two_parallel_tries_of_nobody_are_counted_one_by_one(world: World) {
        let stage = Stage::open(world);
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let posts = (0..32).map(|_| stage.submit(&browser, &handle, "nobody", "guess"));
        join_all(posts).await;
        assert_eq!(stage.count("select failed as n from try_pools where subject like 'name:%'").await, 32);
    }

    async fn no_session_survives_a_deactivation_that_meets_its_sign_in(world: World) {
        let stage = Stage::open(world);
        for round in 0..12 {
            let name = format!("user-{round}");
            let user = stage.user(&name).await;
            let browser = Browser::new();
            let handle = stage.begin(&browser).await;
            let cut = async {
                for _ in 0..round {
                    tokio::task::yield_now().await;
                }
                let mut change = stage.change().await;
                lifecycle::deactivate(&mut change, user).await.unwrap();
                change.commit().await.unwrap();
            };
            tokio::join!(stage.submit(&browser, &handle, &name, PASSWORD), cut);
            assert_eq!(stage.count(LIVE_SESSIONS).await, 0, "round {round}");
        }
    }

    async fn parallel_sign_ins_of_one_user_in_several_browsers_all_succeed(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let mut browsers = Vec::new();
        for _ in 0..16 {
            let browser = Browser::new();
            let handle = stage.begin(&browser).await;
            browsers.push((browser, handle));
        }
        let posts = browsers.iter().map(|(browser, handle)| stage.submit(browser, handle, "ada", PASSWORD));
        let answers = join_all(posts).await;
        assert!(answers.iter().all(|answer| answer.status() == StatusCode::SEE_OTHER));
        assert_eq!(stage.count(LIVE_SESSIONS).await, 16);
    }
}
