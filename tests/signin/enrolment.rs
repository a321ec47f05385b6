//! Setting up a factor at a sign-in that wants one which the person does not have.

use std::time::Duration;

use doorward::domain::credentials::{
    recovery::codes_left,
    totp::{self, Offer},
};
use doorward::domain::signin::Demand;
use futures_util::future::join_all;
use reqwest::StatusCode;

use crate::factors::{MUST, Phone, codes_of, events, half_way, look, page, phone_of, proven, send};
use crate::on_both_engines;
use crate::stage::{ALL_SESSIONS, ONWARD, Stage, location, session_cookie};

/// The text between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0
}

/// Secret and offer of an enrolment page.
pub fn offered(page: &str) -> (Phone, String) {
    let secret = between(page, r#"id="totp-secret">"#, "</code>");
    let secret = secret
        .replace("<span>", "")
        .replace("</span>", "")
        .replace("<wbr>", "");
    let offer = between(page, r#"name="offer" value=""#, "\"").to_owned();
    (Phone::with(&secret), offer)
}

on_both_engines! {
    async fn whoever_needs_a_second_factor_sets_one_up_and_is_in(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let at = half_way(&stage, "ada", MUST).await;
        let shown = look(&stage, &at, "/enrol").await.text().await.unwrap();
        for part in [r#"id="totp-qr""#, r#"id="totp-secret""#, r#"id="code" name="code""#, r#"id="totp-confirm""#, r#"href="otpauth://totp/"#] {
            assert!(shown.contains(part), "{part}");
        }
        assert!(!shown.contains("enrol-later"), "it cannot be put off");
        let (phone, offer) = offered(&shown);
        let code = phone.shows(stage.world.now());
        let answer = send(&stage, &at, "/enrol", &[("offer", &offer), ("name", "My phone"), ("code", &code)]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(session_cookie(&answer).is_some(), "the confirmed code counts in this sign-in");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let codes = answer.text().await.unwrap();
        assert_eq!(codes.matches("<li><code>").count(), 10);
        assert!(codes.contains(r#"id="recovery-download""#) && codes.contains(&format!("href=\"{ONWARD}\"")));
        let (amr, acr) = proven(&stage.world).await;
        assert_eq!((amr.as_str(), acr.as_str()), ("pwd otp mfa", "urn:doorward:acr:multi-factor"));
        let apps = totp::authenticators(&stage.world.db, ada).await.unwrap();
        assert_eq!(apps[0].name, "My phone");
        assert_eq!(codes_left(&stage.world.db, ada).await.unwrap().left, 10);
        assert_eq!(events(&stage.world, "factor.added").await, 1);
        stage.world.clock.advance(Duration::from_secs(60));
        let at = half_way(&stage, "ada", Demand::NONE).await;
        let code = phone.shows(stage.world.now());
        assert_eq!(location(&send(&stage, &at, "/second", &[("code", &code)]).await), ONWARD);
    }

    async fn a_wrong_first_code_keeps_the_secret_and_sets_up_nothing(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let at = half_way(&stage, "ada", MUST).await;
        let (phone, offer) = offered(&look(&stage, &at, "/enrol").await.text().await.unwrap());
        for (code, name, status) in [("000000", "x", 403), ("12", "x", 400), ("000000", " ", 400)] {
            let answer = send(&stage, &at, "/enrol", &[("offer", &offer), ("name", name), ("code", code)]).await;
            assert_eq!(answer.status(), status);
            let (again, _) = offered(&answer.text().await.unwrap());
            assert_eq!(again.shows(stage.world.now()), phone.shows(stage.world.now()), "the same secret");
        }
        assert!(totp::authenticators(&stage.world.db, ada).await.unwrap().is_empty());
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn an_offer_of_somebody_else_or_of_yesterday_sets_up_nothing(world: World) {
        let stage = Stage::open(world);
        let (ada, bob) = (stage.user("ada").await, stage.user("bob").await);
        let (key, now) = (&stage.world.state.master_key, stage.world.now());
        let foreign = Offer::new(bob, now);
        let old = Offer::new(ada, now.minus(Duration::from_secs(31 * 60)));
        let at = half_way(&stage, "ada", MUST).await;
        for offer in [foreign, old] {
            let (sealed, phone) = (offer.sealed(key).unwrap(), Phone::with(&offer.text()));
            let code = phone.shows(now);
            let answer = send(&stage, &at, "/enrol", &[("offer", &sealed), ("name", "x"), ("code", &code)]).await;
            assert_eq!(answer.status(), 403);
            let page = answer.text().await.unwrap();
            assert!(page.contains("That took too long"));
            assert_ne!(offered(&page).0.shows(now), code, "another secret");
        }
        for user in [ada, bob] {
            assert!(totp::authenticators(&stage.world.db, user).await.unwrap().is_empty());
        }
    }

    async fn no_factor_is_set_up_where_none_is_lacking(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        phone_of(&stage.world, ada).await;
        // The thief of a password has an offer of his own, and cannot use it.
        let (key, now) = (&stage.world.state.master_key, stage.world.now());
        let offer = Offer::new(ada, now);
        let (sealed, code) = (offer.sealed(key).unwrap(), Phone::with(&offer.text()).shows(now));
        for demand in [Demand::NONE, MUST] {
            let at = half_way(&stage, "ada", demand).await;
            let answer = send(&stage, &at, "/enrol", &[("offer", &sealed), ("name", "x"), ("code", &code)]).await;
            assert_eq!(location(&answer), page(&at.1, "/second"));
        }
        assert_eq!(totp::authenticators(&stage.world.db, ada).await.unwrap().len(), 1);
    }

    async fn thirty_two_posts_of_one_enrolment_set_up_one_app_and_one_set_of_codes(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let at = half_way(&stage, "ada", MUST).await;
        let (phone, offer) = offered(&look(&stage, &at, "/enrol").await.text().await.unwrap());
        let code = phone.shows(stage.world.now());
        let fields = [("offer", offer.as_str()), ("name", "x"), ("code", code.as_str())];
        let answers = join_all((0..32).map(|_| send(&stage, &at, "/enrol", &fields))).await;
        let shown = answers.iter().filter(|answer| answer.status() == 200).count();
        assert_eq!(shown, 1);
        assert_eq!(totp::authenticators(&stage.world.db, ada).await.unwrap().len(), 1);
        assert_eq!(codes_left(&stage.world.db, ada).await.unwrap().left, 10);
        assert_eq!(stage.count(ALL_SESSIONS).await, 1);
    }

    async fn codes_that_are_left_are_kept_when_an_app_is_set_up(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        codes_of(&stage.world, ada).await;
        let at = half_way(&stage, "ada", MUST).await;
        let (phone, offer) = offered(&look(&stage, &at, "/enrol").await.text().await.unwrap());
        let code = phone.shows(stage.world.now());
        let answer = send(&stage, &at, "/enrol", &[("offer", &offer), ("name", "x"), ("code", &code)]).await;
        assert_eq!(location(&answer), ONWARD, "no page with codes");
        assert_eq!(events(&stage.world, "recovery_codes.made").await, 1);
    }

    async fn what_is_required_cannot_be_put_off(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let at = half_way(&stage, "ada", MUST).await;
        let answer = send(&stage, &at, "/enrol/later", &[]).await;
        assert_eq!(location(&answer), page(&at.1, "/enrol"));
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }
}
