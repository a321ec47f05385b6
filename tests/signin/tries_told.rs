//! How a person learns that somebody guesses at their account: by mail while it goes on, and in
//! their account after they have signed in. The guesser learns nothing.

use std::time::Duration;

use doorward::app::due;
use doorward::domain::directory::UserId;
use doorward::domain::tries::{self, Factor, Whose};
use doorward::foundation::mail::Letter;
use futures_util::future::join_all;
use reqwest::StatusCode;

use crate::on_both_engines;
use crate::stage::{Browser, Stage, location, user};
use crate::support::World;
use crate::tries::{HOUR, MINUTE, guess, known, right, stranger_at};

const SUBJECT: &str = "Somebody tries to sign in to your account";

async fn guesses(world: &World, user: UserId, factor: Factor, how_many: usize) {
    for _ in 0..how_many {
        guess(
            world,
            Whose::User(user),
            factor,
            &stranger_at("203.0.113.9"),
        )
        .await;
    }
}

/// What was written, after what is due was done.
async fn letters(world: &World) -> Vec<Letter> {
    due::round(&world.state).await;
    world.letters().await
}

on_both_engines! {
    async fn when_strangers_are_stopped_the_person_gets_a_letter_that_says_from_where_and_until_when(world: World) {
        let world = world.with_mail().await;
        let ada = user(&world, "ada").await;
        guesses(&world, ada, Factor::Password, 5).await;
        assert!(letters(&world).await.is_empty(), "nobody was stopped");
        guesses(&world, ada, Factor::Password, 1).await;
        let letters = letters(&world).await;
        assert_eq!(letters.len(), 1);
        assert_eq!((letters[0].to.as_str(), letters[0].subject.as_str()), ("ada@example.test", SUBJECT));
        for said in ["203.0.113.9", "2026-11-21 09:01 UTC"] {
            assert!(letters[0].text.contains(said), "{said}: {}", letters[0].text);
        }
    }

    async fn an_episode_gets_one_letter_however_long_it_lasts_and_however_many_guess(world: World) {
        let world = world.with_mail().await;
        let ada = user(&world, "ada").await;
        // Two days of it, without a pause, at several factors.
        for _ in 0..96 {
            guesses(&world, ada, Factor::Password, 8).await;
            world.clock.advance(Duration::from_secs(1800));
            due::round(&world.state).await;
        }
        assert_eq!(letters(&world).await.len(), 1);
    }

    async fn two_letters_about_one_account_are_six_hours_apart_whatever_is_tried(world: World) {
        let world = world.with_mail().await;
        let ada = user(&world, "ada").await;
        guesses(&world, ada, Factor::Password, 6).await;
        assert_eq!(letters(&world).await.len(), 1);
        for factor in [Factor::Totp, Factor::RecoveryCode, Factor::MailedCode] {
            guesses(&world, ada, factor, 7).await;
            assert_eq!(letters(&world).await.len(), 1, "{factor:?}");
        }
        world.clock.advance(HOUR * 6 - MINUTE);
        assert_eq!(letters(&world).await.len(), 1);
        world.clock.advance(MINUTE);
        assert_eq!(letters(&world).await.len(), 2, "what waited goes as one letter");
        world.clock.advance(HOUR * 7);
        assert_eq!(letters(&world).await.len(), 2);
    }

    async fn a_new_episode_gets_a_new_letter(world: World) {
        let world = world.with_mail().await;
        let ada = user(&world, "ada").await;
        for episode in 1..=3 {
            guesses(&world, ada, Factor::Password, 6).await;
            assert_eq!(letters(&world).await.len(), episode);
            // All is forgotten by then.
            world.clock.advance(HOUR * 24 * 2);
        }
    }

    async fn of_thirty_two_servers_at_once_one_writes(world: World) {
        let world = world.with_mail().await;
        let mut people = Vec::new();
        for n in 0..5 {
            let one = user(&world, &format!("user-{n}")).await;
            guesses(&world, one, Factor::Password, 6).await;
            guesses(&world, one, Factor::Totp, 6).await;
            people.push(one);
        }
        let (db, post) = (&world.db, &world.state.post);
        let rounds = (0..32).map(|_| tries::write_letters(db, post, world.now(), 20));
        let answered = join_all(rounds).await.into_iter().filter(Result::is_ok).count();
        assert!(answered > 0);
        assert_eq!(letters(&world).await.len(), people.len());
    }

    async fn nobody_is_written_to_about_a_name_that_nobody_has_or_about_their_own_browser(world: World) {
        let world = world.with_mail().await;
        let ada = user(&world, "ada").await;
        for _ in 0..8 {
            guess(&world, Whose::Nobody("nobody"), Factor::Password, &stranger_at("203.0.113.9")).await;
            guess(&world, Whose::User(ada), Factor::Password, &known("her laptop")).await;
        }
        assert!(letters(&world).await.is_empty());
        let due = "select count(*) as n from try_pools where tell_at is not null";
        assert_eq!(crate::stage::count(&world, due).await, 0);
    }

    async fn without_a_mail_server_nothing_waits_for_one(world: World) {
        let ada = user(&world, "ada").await;
        guesses(&world, ada, Factor::Password, 6).await;
        assert!(letters(&world).await.is_empty());
        let world = world.with_mail().await;
        assert!(letters(&world).await.is_empty());
    }

    async fn who_comes_in_at_last_is_not_written_to_for_typing_wrong(world: World) {
        let world = world.with_mail().await;
        let ada = user(&world, "ada").await;
        guesses(&world, ada, Factor::Password, 5).await;
        world.clock.advance(MINUTE);
        assert!(right(&world, ada, Factor::Password, &stranger_at("203.0.113.9")).await);
        assert!(letters(&world).await.is_empty());
    }

    async fn after_signing_in_the_account_says_what_failed_until_it_was_seen(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        guesses(&stage.world, ada, Factor::Password, 2).await;
        stage.world.clock.advance(MINUTE);
        guesses(&stage.world, ada, Factor::Password, 1).await;
        stage.world.clock.advance(HOUR);
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        let page = async || {
            let shown = stage.get(&browser, "/account").send().await.unwrap();
            assert_eq!(shown.status(), StatusCode::OK);
            shown.text().await.unwrap()
        };
        for _ in 0..2 {
            let shown = page().await;
            for said in [
                r#"id="failed-tries""#,
                r#"id="failed-tries-number">3<"#,
                r#"id="failed-tries-from">203.0.113.9<"#,
                "2026-11-21 09:00 UTC",
                "2026-11-21 09:01 UTC",
                r#"href="/account/password""#,
                r#"href="/account/not-me""#,
            ] {
                assert!(shown.contains(said), "{said}: {shown}");
            }
        }
        for _ in 0..2 {
            let seen = stage.post(&browser, "/account/activity/tries-seen", &[]).send().await.unwrap();
            assert_eq!(location(&seen), "/account");
            assert!(!page().await.contains("failed-tries"));
        }
        // Another session of the same person has nothing to tell.
        let mut other = Browser::new();
        stage.sign_in(&mut other, "ada").await;
        let shown = stage.get(&other, "/account").send().await.unwrap().text().await.unwrap();
        assert!(!shown.contains("failed-tries"));
    }

    async fn nobody_else_sees_or_takes_away_what_a_person_is_told(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        stage.user("bob").await;
        guesses(&stage.world, ada, Factor::Password, 3).await;
        let (mut adas, mut bobs) = (Browser::new(), Browser::new());
        stage.sign_in(&mut adas, "ada").await;
        stage.sign_in(&mut bobs, "bob").await;
        let shown = stage.get(&bobs, "/account").send().await.unwrap().text().await.unwrap();
        assert!(!shown.contains("failed-tries"));
        stage.post(&bobs, "/account/activity/tries-seen", &[]).send().await.unwrap();
        let shown = stage.get(&adas, "/account").send().await.unwrap().text().await.unwrap();
        assert!(shown.contains("failed-tries"));
    }
}
