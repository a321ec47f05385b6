//! Authenticator apps: a code is taken once, within its time, from whoever has proven the rest.

use std::time::Duration;

use doorward::domain::credentials::{
    FactorName,
    totp::{self, AuthenticatorRefused, MOST_AUTHENTICATORS, Offer},
};
use doorward::domain::signin::{Demand, Outcome, with_totp};
use futures_util::future::join_all;

use crate::factors::{Phone, attempt, codes_of, half_way, phone_of, proven, send, tries};
use crate::on_both_engines;
use crate::stage::{ALL_SESSIONS, ONWARD, Stage, change, location, session_cookie};

const STEP: Duration = Duration::from_secs(30);

fn is_session(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Session(_))
}

on_both_engines! {
    async fn a_code_beside_the_password_opens_a_session_of_several_factors(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        assert_eq!(stage.count(ALL_SESSIONS).await, 0, "no session with a password alone");
        let code = phone.code(stage.world.now());
        let outcome = attempt(&stage.world, &at, |desk, visit| with_totp(desk, visit, &code)).await;
        assert!(is_session(&outcome), "{outcome:?}");
        let (amr, acr) = proven(&stage.world).await;
        assert_eq!((amr.as_str(), acr.as_str()), ("pwd otp mfa", "urn:doorward:acr:multi-factor"));
    }

    async fn checklist_44_totp_a_step_is_taken_once_and_no_older_one_after_it(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let mut phone = phone_of(&stage.world, ada).await;
        let now = stage.world.now();
        phone.ahead = 30;
        let next = phone.code(now);
        phone.ahead = 0;
        let current = phone.code(now);
        phone.ahead = -30;
        let before = phone.code(now);
        let at = half_way(&stage, "ada", Demand::NONE).await;
        assert!(is_session(&attempt(&stage.world, &at, |d, v| with_totp(d, v, &next)).await));
        for code in [&next, &current, &before] {
            let at = half_way(&stage, "ada", Demand::NONE).await;
            let outcome = attempt(&stage.world, &at, |d, v| with_totp(d, v, code)).await;
            assert!(matches!(outcome, Outcome::Refused), "{outcome:?}");
        }
        assert_eq!(stage.count(ALL_SESSIONS).await, 1);
        stage.world.clock.advance(2 * STEP);
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let fresh = phone.code(stage.world.now().plus(STEP));
        assert!(is_session(&attempt(&stage.world, &at, |d, v| with_totp(d, v, &fresh)).await));
    }

    async fn the_code_that_confirmed_an_app_signs_nobody_in(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let (key, now) = (&stage.world.state.master_key, stage.world.now());
        let offer = Offer::new(ada, now);
        let phone = Phone::with(&offer.text());
        let mut change = change(&stage.world).await;
        let name = FactorName::read("Phone").unwrap();
        totp::add(&mut change, key, &offer, &name, &phone.code(now)).await.unwrap().unwrap();
        change.commit().await.unwrap();
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let code = phone.code(now);
        let outcome = attempt(&stage.world, &at, |d, v| with_totp(d, v, &code)).await;
        assert!(matches!(outcome, Outcome::Refused), "{outcome:?}");
    }

    async fn thirty_two_sign_ins_at_once_with_one_code_open_one_session(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let mut half_ways = Vec::new();
        for _ in 0..32 {
            half_ways.push(half_way(&stage, "ada", Demand::NONE).await);
        }
        let code = phone.shows(stage.world.now());
        let fields = [("code", code.as_str())];
        let posts = half_ways.iter().map(|at| send(&stage, at, "/second", &fields));
        let answers = join_all(posts).await;
        assert_eq!(answers.iter().filter(|answer| session_cookie(answer).is_some()).count(), 1);
        assert_eq!(stage.count(ALL_SESSIONS).await, 1);
    }

    async fn thirty_two_posts_of_one_form_open_one_session_and_count_no_try(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let code = phone.shows(stage.world.now());
        let fields = [("code", code.as_str())];
        let posts = (0..32).map(|_| send(&stage, &at, "/second", &fields));
        let answers = join_all(posts).await;
        assert_eq!(answers.iter().filter(|answer| session_cookie(answer).is_some()).count(), 1);
        assert!(answers.iter().all(|a| a.status() == 303 || a.status() == 409), "the others are led on");
        assert_eq!(tries(&stage.world, ada, "totp").await, 0);
    }

    async fn a_code_is_taken_one_step_early_or_late_and_no_further(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let mut phone = phone_of(&stage.world, ada).await;
        for (ahead, taken) in [(-60, false), (60, false), (-90, false), (-30, true), (30, true)] {
            stage.world.clock.advance(4 * STEP);
            // A step that was taken when the clock was right leaves no drift behind.
            let right = half_way(&stage, "ada", Demand::NONE).await;
            phone.ahead = 0;
            let code = phone.code(stage.world.now());
            assert!(is_session(&attempt(&stage.world, &right, |d, v| with_totp(d, v, &code)).await));
            stage.world.clock.advance(4 * STEP);
            let at = half_way(&stage, "ada", Demand::NONE).await;
            phone.ahead = ahead;
            let code = phone.code(stage.world.now());
            let outcome = attempt(&stage.world, &at, |d, v| with_totp(d, v, &code)).await;
            assert_eq!(is_session(&outcome), taken, "{ahead}: {outcome:?}");
        }
    }

    async fn a_clock_that_is_forty_seconds_off_works_at_every_second(world: World) {
        let stage = Stage::open(world);
        for (name, ahead) in [("ada", 40), ("bob", -40)] {
            let user = stage.user(name).await;
            let (key, now) = (&stage.world.state.master_key, stage.world.now());
            let offer = Offer::new(user, now);
            let mut phone = Phone::with(&offer.text());
            phone.ahead = ahead;
            let mut change = change(&stage.world).await;
            let display = FactorName::read("Phone").unwrap();
            totp::add(&mut change, key, &offer, &display, &phone.code(now)).await.unwrap().unwrap();
            change.commit().await.unwrap();
            for second in (0..30).step_by(5) {
                stage.world.clock.advance(Duration::from_secs(90 + second));
                let at = half_way(&stage, name, Demand::NONE).await;
                let code = phone.code(stage.world.now());
                let outcome = attempt(&stage.world, &at, |d, v| with_totp(d, v, &code)).await;
                assert!(is_session(&outcome), "{ahead} {second}: {outcome:?}");
            }
        }
    }

    async fn codes_are_taken_as_people_type_them(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let ways: [fn(&str) -> String; 4] = [
            |code| format!(" {} {} ", &code[..3], &code[3..]),
            |code| format!("{}-{}", &code[..3], &code[3..]),
            |code| format!("{}\u{a0}{}", &code[..3], &code[3..]),
            |code| code.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect(),
        ];
        for way in ways {
            stage.world.clock.advance(2 * STEP);
            let at = half_way(&stage, "ada", Demand::NONE).await;
            let code = way(&phone.shows(stage.world.now()));
            let answer = send(&stage, &at, "/second", &[("code", code.as_str())]).await;
            assert_eq!(location(&answer), ONWARD, "{code}");
        }
    }

    async fn what_is_no_code_is_told_so_and_costs_no_try(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        phone_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let huge = "1".repeat(60_000);
        for typed in ["", "12345", "1234567", "abcdef", &huge] {
            let answer = send(&stage, &at, "/second", &[("code", typed)]).await;
            assert_eq!(answer.status(), 400);
            let page = answer.text().await.unwrap();
            assert!(page.contains("The code has 6 digits") && !page.contains("abcdef"));
        }
        assert_eq!(tries(&stage.world, ada, "totp").await, 0);
        let answer = send(&stage, &at, "/second", &[("code", "000000")]).await;
        assert_eq!(answer.status(), 403);
        assert!(answer.text().await.unwrap().contains("That code does not work"));
        assert_eq!(tries(&stage.world, ada, "totp").await, 1);
    }

    async fn a_right_code_forgets_the_wrong_ones(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", Demand::NONE).await;
        send(&stage, &at, "/second", &[("code", "000000")]).await;
        let code = phone.shows(stage.world.now());
        send(&stage, &at, "/second", &[("code", code.as_str())]).await;
        assert_eq!(tries(&stage.world, ada, "totp").await, 0);
    }

    async fn each_of_several_apps_proves_its_owner_and_nobody_else(world: World) {
        let stage = Stage::open(world);
        let (ada, bob) = (stage.user("ada").await, stage.user("bob").await);
        let phone = phone_of(&stage.world, ada).await;
        let tablet = phone_of(&stage.world, ada).await;
        let stranger = phone_of(&stage.world, bob).await;
        for (app, taken) in [(&phone, true), (&tablet, true), (&stranger, false)] {
            let at = half_way(&stage, "ada", Demand::NONE).await;
            let code = app.code(stage.world.now());
            let outcome = attempt(&stage.world, &at, |d, v| with_totp(d, v, &code)).await;
            assert_eq!(is_session(&outcome), taken, "{outcome:?}");
        }
    }

    async fn an_app_has_a_name_and_can_be_renamed_and_removed_by_its_owner_alone(world: World) {
        let (ada, bob) = (crate::stage::user(&world, "ada").await, crate::stage::user(&world, "bob").await);
        phone_of(&world, ada).await;
        let id = totp::authenticators(&world.db, ada).await.unwrap()[0].id;
        let name = FactorName::read("Work phone").unwrap();
        let mut change = change(&world).await;
        assert!(!totp::rename(&mut change, bob, id, &name).await.unwrap());
        assert!(!totp::remove(&mut change, bob, id).await.unwrap());
        assert!(totp::rename(&mut change, ada, id, &name).await.unwrap());
        change.commit().await.unwrap();
        assert_eq!(totp::authenticators(&world.db, ada).await.unwrap()[0].name, "Work phone");
        let mut change = crate::stage::change(&world).await;
        assert!(totp::remove(&mut change, ada, id).await.unwrap());
        change.commit().await.unwrap();
        assert!(totp::authenticators(&world.db, ada).await.unwrap().is_empty());
    }

    async fn there_are_at_most_ten_apps_and_each_is_added_once(world: World) {
        let ada = crate::stage::user(&world, "ada").await;
        let (key, now) = (&world.state.master_key, world.now());
        let name = FactorName::read("App").unwrap();
        for n in 0..=MOST_AUTHENTICATORS {
            let offer = Offer::new(ada, now);
            let code = Phone::with(&offer.text()).code(now);
            let mut change = change(&world).await;
            let added = totp::add(&mut change, key, &offer, &name, &code).await.unwrap();
            if n == MOST_AUTHENTICATORS {
                assert_eq!(added, Err(AuthenticatorRefused::TooMany));
                continue;
            }
            assert!(added.is_ok());
            if n == 0 {
                let again = totp::add(&mut change, key, &offer, &name, &code).await.unwrap();
                assert_eq!(again, Err(AuthenticatorRefused::Twice));
            }
            change.commit().await.unwrap();
        }
    }

    async fn a_secret_is_sealed_in_its_row_and_in_no_page_after_it_was_set_up(world: World) {
        use doorward::foundation::db::{Fetch, sql};
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        phone_of(&stage.world, ada).await;
        codes_of(&stage.world, ada).await;
        let mut from = &stage.world.db;
        let row = from.fetch_one(sql("select sealed_secret from totp_authenticators")).await.unwrap();
        let sealed: String = row.get("sealed_secret").unwrap();
        assert!(stage.world.state.master_key.open(&sealed, "totp secret").is_ok());
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let page = crate::factors::look(&stage, &at, "/second").await.text().await.unwrap();
        assert!(!page.contains("totp-secret") && !page.contains("otpauth"));
        let enrol = crate::factors::look(&stage, &at, "/enrol").await;
        assert_eq!(location(&enrol), crate::factors::page(&at.1, "/second"));
    }
}
