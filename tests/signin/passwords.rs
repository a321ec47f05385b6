//! What a new password must be, wherever it is chosen, and what ends with the old one.

use std::time::Duration;

use doorward::domain::credentials::{self, NotTaken, OwnWords, PasswordRefused, Policy, Vetting};
use doorward::domain::directory::{self, UserId};
use doorward::foundation::db::{Fetch, sql};
use reqwest::{Response, StatusCode};

use crate::on_both_engines;
use crate::stage::{Browser, LIVE_SESSIONS, ONWARD, PASSWORD, Stage, location, session_cookie};
use crate::support::World;

const NEW: &str = "a password of my own";
const DAY: Duration = Duration::from_secs(86_400);

async fn with_policy(world: World, policy: Policy) -> World {
    world.with(|basics| basics.password_policy = policy).await
}

async fn vet(world: &World, user: UserId, typed: &str) -> Option<PasswordRefused> {
    let vetting: Vetting<'_> = world.state.vetting();
    let person = directory::find_user(&world.db, user)
        .await
        .unwrap()
        .unwrap();
    match vetting.hash(typed, Some(user), Some(&person.profile)).await {
        Ok(_) => None,
        Err(NotTaken::Refused(refused)) => Some(refused),
        Err(error) => panic!("{error}"),
    }
}

async fn choose(stage: &Stage, browser: &Browser, path: &str, new: &str, again: &str) -> Response {
    let fields = [("new_password", new), ("new_password_again", again)];
    stage.post(browser, path, &fields).send().await.unwrap()
}

on_both_engines! {
    async fn a_former_password_is_not_taken_again_until_enough_others_were_used(world: World) {
        let policy = Policy { history: 2, ..Policy::default() };
        let stage = Stage::open(with_policy(world, policy).await);
        let ada = stage.stranger("ada").await;
        let names = ["first of them all", "second of them all", "third of them all"];
        for name in names {
            stage.set_password(ada, name, false).await;
        }
        let world = &stage.world;
        assert_eq!(vet(world, ada, names[2]).await, Some(PasswordRefused::Same));
        assert_eq!(vet(world, ada, names[1]).await, Some(PasswordRefused::UsedBefore));
        assert_eq!(vet(world, ada, names[0]).await, Some(PasswordRefused::UsedBefore));
        stage.set_password(ada, "fourth of them all", false).await;
        assert_eq!(vet(world, ada, names[0]).await, None, "two others came in between");
        let other = stage.stranger("bob").await;
        assert_eq!(vet(world, other, names[1]).await, None, "another person's history");
    }

    async fn so_many_former_passwords_are_kept_and_no_more(world: World) {
        let stage = Stage::open(world);
        let ada = stage.stranger("ada").await;
        for n in 0..30 {
            stage.set_password(ada, &format!("password number {n}"), false).await;
        }
        let kept = stage.count("select count(*) as n from password_history").await;
        assert_eq!(kept, credentials::MOST_REMEMBERED);
        let rows = (&stage.world.db).fetch_all(sql("select phc from password_history")).await.unwrap();
        for row in rows {
            assert!(row.get::<String>("phc").unwrap().starts_with("$argon2id$"));
        }
    }

    async fn one_made_of_the_own_name_is_refused(world: World) {
        let stage = Stage::open(world);
        let ada = stage.stranger("ada.lovelace").await;
        for typed in ["ada.lovelace1", "Lovelace2026", "ADA.LOVELACE@example.test"] {
            assert_eq!(vet(&stage.world, ada, typed).await, Some(PasswordRefused::OwnName), "{typed}");
        }
        assert_eq!(vet(&stage.world, ada, "the lovelace of tea at five").await, None);
    }

    async fn one_that_has_been_in_use_for_too_long_is_replaced_at_the_next_sign_in(world: World) {
        let policy = Policy { longest_use: Some(90 * DAY), ..Policy::default() };
        let stage = Stage::open(with_policy(world, policy).await);
        stage.user("ada").await;
        stage.world.clock.advance(89 * DAY);
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let answer = stage.submit(&browser, &handle, "ada", PASSWORD).await;
        assert_eq!(location(&answer), ONWARD);
        stage.world.clock.advance(2 * DAY);
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let answer = stage.submit(&browser, &handle, "ada", PASSWORD).await;
        let path = location(&answer).to_owned();
        assert!(path.ends_with("/password") && session_cookie(&answer).is_none(), "{path}");
        let answer = choose(&stage, &browser, &path, NEW, NEW).await;
        assert_eq!(location(&answer), ONWARD);
    }

    async fn every_refusal_says_why_in_the_language_of_the_page(world: World) {
        let policy = Policy { shortest: 12, strength: 3, history: 3, ..Policy::default() };
        let stage = Stage::open(with_policy(world, policy).await);
        let ada = stage.stranger("ada.lovelace").await;
        stage.set_password(ada, "what came before it", false).await;
        stage.set_password(ada, PASSWORD, true).await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let answer = stage.submit(&browser, &handle, "ada.lovelace", PASSWORD).await;
        let path = location(&answer).to_owned();
        let long = "x".repeat(1025);
        for (typed, sentences) in [
            ("too short", ["needs at least 12", "braucht mindestens 12", "au moins 12", "minstens 12"]),
            (&long, ["too long", "zu lang", "trop long", "te lang"]),
            ("ada.lovelace2", ["your name", "Ihrem Namen", "votre nom", "uw naam"]),
            ("qwertyuiop12", ["easy to guess", "zu erraten", "à deviner", "te raden"]),
            (PASSWORD, ["another password", "als das bisherige", "un autre mot", "ander wachtwoord"]),
            ("what came before it", ["this password before", "schon einmal", "déjà utilisé", "al eens gehad"]),
        ] {
            for (language, sentence) in ["en", "de", "fr", "nl"].iter().zip(sentences) {
                let fields = [("new_password", typed), ("new_password_again", typed)];
                let answer = stage.post(&browser, &path, &fields)
                    .header("accept-language", *language).send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
                let page = answer.text().await.unwrap();
                assert!(page.contains(sentence), "{sentence} in {page}");
                assert!(page.contains("minlength=\"12\""));
            }
        }
    }

    async fn ones_own_is_changed_in_the_account_and_everything_else_ends(world: World) {
        let stage = Stage::open(world.with_mail().await);
        stage.user("ada").await;
        let (mut browser, mut elsewhere) = (Browser::new(), Browser::new());
        stage.sign_in(&mut elsewhere, "ada").await;
        stage.sign_in(&mut browser, "ada").await;
        let page = stage.get(&browser, "/account/password").send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        let page = page.text().await.unwrap();
        for part in ["id=\"new_password\"", "id=\"new_password_again\"", "id=\"password-submit\""] {
            assert!(page.contains(part), "{part}");
        }
        let differ = choose(&stage, &browser, "/account/password", NEW, "another").await;
        assert_eq!(differ.status(), StatusCode::BAD_REQUEST);
        let short = choose(&stage, &browser, "/account/password", "short", "short").await;
        assert!(short.text().await.unwrap().contains("at least 8"));
        assert_eq!(stage.count(LIVE_SESSIONS).await, 2);
        let answer = choose(&stage, &browser, "/account/password", NEW, NEW).await;
        assert_eq!(location(&answer), "/account/security?notice=password-changed");
        assert_eq!(stage.count(LIVE_SESSIONS).await, 1);
        let kept = stage.get(&browser, "/account/security?notice=password-changed").send().await.unwrap();
        let kept = kept.text().await.unwrap();
        assert!(kept.contains("your other sessions have ended"), "this session goes on: {kept}");
        let led = stage.get(&elsewhere, "/account").send().await.unwrap();
        assert_eq!(led.status(), StatusCode::SEE_OTHER);
        let letters = stage.world.letters().await;
        assert_eq!(letters.len(), 1);
        assert_eq!((letters[0].to.as_str(), letters[0].subject.as_str()), ("ada@example.test", "Your password was changed"));
        let fresh = Browser::new();
        let handle = stage.begin(&fresh).await;
        assert_eq!(stage.submit(&fresh, &handle, "ada", PASSWORD).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(location(&stage.submit(&fresh, &handle, "ada", NEW).await), ONWARD);
    }

    async fn whoever_has_not_proven_themself_just_now_does_so_first(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        stage.world.clock.advance(Duration::from_secs(3600));
        for answer in [
            stage.get(&browser, "/account/password").send().await.unwrap(),
            choose(&stage, &browser, "/account/password", NEW, NEW).await,
        ] {
            assert!(location(&answer).starts_with("/login/"), "{}", location(&answer));
        }
        let ada = credentials::candidate(&stage.world.db, "ada").await.unwrap().unwrap();
        let right = credentials::verify(&stage.world.state.passwords, Some(&ada), PASSWORD).await;
        assert!(right.unwrap().is_some(), "nothing was written");
    }

    async fn a_sign_in_that_holds_a_proof_of_the_old_one_begins_again(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        stage.set_password(ada, PASSWORD, true).await;
        let half_way = Browser::new();
        let handle = stage.begin(&half_way).await;
        let path = location(&stage.submit(&half_way, &handle, "ada", PASSWORD).await).to_owned();
        stage.world.clock.advance(Duration::from_secs(1));
        choose(&stage, &browser, "/account/password", NEW, NEW).await;
        let answer = choose(&stage, &half_way, &path, "another of my own", "another of my own").await;
        assert!(session_cookie(&answer).is_none());
    }

    async fn password_managers_are_led_to_the_page(world: World) {
        let stage = Stage::open(world);
        let answer = stage.get(&Browser::new(), "/.well-known/change-password").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&answer), "/account/password");
    }
}

#[test]
fn the_first_refusal_of_a_hopeless_password_is_its_length() {
    let refused = Policy::default().check("ada", &OwnWords::default());
    assert_eq!(refused.err(), Some(PasswordRefused::TooShort(8)));
}
