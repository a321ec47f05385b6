//! Temporary passes: once, within minutes, in the place of a password and of nothing else.

use std::time::Duration;

use doorward::domain::credentials::{WordCode, temporary_pass::issue_pass};
use doorward::domain::directory::UserId;
use doorward::domain::lifecycle;
use doorward::foundation::crypto::token::Secret;
use futures_util::future::join_all;

use crate::factors::{events, look, page, phone_of, proven, send, tries};
use crate::on_both_engines;
use crate::stage::{ALL_SESSIONS, Browser, ONWARD, Stage, change, location, session_cookie};
use crate::support::World;

async fn pass_of(world: &World, user: UserId) -> WordCode {
    let mut change = change(world).await;
    let lifetime = Duration::from_secs(30 * 60);
    let key = &world.state.master_key;
    let issued = issue_pass(&mut change, key, user, lifetime, "lost").await;
    change.commit().await.unwrap();
    issued.unwrap().0
}

async fn begin(stage: &Stage) -> (Browser, Secret) {
    let browser = Browser::new();
    let handle = stage.begin(&browser).await;
    (browser, handle)
}

on_both_engines! {
    async fn a_pass_leads_whoever_has_nothing_to_a_factor_and_a_password(world: World) {
        let stage = Stage::open(world);
        let ada = stage.stranger("ada").await;
        let pass = pass_of(&stage.world, ada).await;
        let at = begin(&stage).await;
        assert!(look(&stage, &at, "").await.text().await.unwrap().contains("use-pass"));
        let typed = pass.shown().to_lowercase();
        let answer = send(&stage, &at, "/pass", &[("username", "ada"), ("temporary_pass", &typed)]).await;
        assert_eq!(location(&answer), page(&at.1, "/enrol"));
        assert!(session_cookie(&answer).is_none());
        let shown = look(&stage, &at, "/enrol").await.text().await.unwrap();
        let (phone, offer) = crate::enrolment::offered(&shown);
        let code = phone.shows(stage.world.now());
        let answer = send(&stage, &at, "/enrol", &[("offer", &offer), ("name", "x"), ("code", &code)]).await;
        assert!(session_cookie(&answer).is_none(), "a password is lacking");
        assert_eq!(answer.text().await.unwrap().matches("<li><code>").count(), 10);
        let why = look(&stage, &at, "/password").await.text().await.unwrap();
        assert!(why.contains("temporary pass works only once"), "{why}");
        assert!(!why.contains("somebody else"), "the password was not at fault: there was none");
        let new = "a password of my own";
        let answer = send(&stage, &at, "/password", &[("new_password", new), ("new_password_again", new)]).await;
        assert_eq!(location(&answer), ONWARD);
        assert!(session_cookie(&answer).is_some());
        assert_eq!(proven(&stage.world).await.0, "otp mfa");
        assert_eq!(events(&stage.world, "temporary_pass.used").await, 1);
    }

    async fn a_pass_does_not_stand_in_for_a_factor_that_is_set_up(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        let pass = pass_of(&stage.world, ada).await.shown();
        let at = begin(&stage).await;
        let answer = send(&stage, &at, "/pass", &[("username", "ada"), ("temporary_pass", &pass)]).await;
        assert_eq!(location(&answer), page(&at.1, "/second"));
        let code = phone.shows(stage.world.now());
        assert_eq!(location(&send(&stage, &at, "/second", &[("code", &code)]).await), ONWARD);
        let (amr, acr) = proven(&stage.world).await;
        assert_eq!((amr.as_str(), acr.as_str()), ("otp mfa", "urn:doorward:acr:multi-factor"));
    }

    async fn thirty_two_uses_at_once_of_one_pass_count_once(world: World) {
        let stage = Stage::open(world);
        let ada = stage.stranger("ada").await;
        let pass = pass_of(&stage.world, ada).await.shown();
        let mut begun = Vec::new();
        for _ in 0..32 {
            begun.push(begin(&stage).await);
        }
        let fields = [("username", "ada"), ("temporary_pass", pass.as_str())];
        let answers = join_all(begun.iter().map(|at| send(&stage, at, "/pass", &fields))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status() == 303).count(), 1);
        assert_eq!(events(&stage.world, "temporary_pass.used").await, 1);
    }

    async fn a_used_an_old_a_replaced_and_a_wrong_pass_and_nobodys_are_refused_alike(world: World) {
        let stage = Stage::open(world);
        let users = ["used", "old", "replaced", "blocked", "wrong"];
        let mut passes = Vec::new();
        for name in users {
            let user = stage.stranger(name).await;
            passes.push((name, user, pass_of(&stage.world, user).await.shown()));
        }
        let at = begin(&stage).await;
        send(&stage, &at, "/pass", &[("username", "used"), ("temporary_pass", &passes[0].2)]).await;
        stage.world.clock.advance(Duration::from_secs(31 * 60));
        pass_of(&stage.world, passes[2].1).await;
        passes[3].2 = pass_of(&stage.world, passes[3].1).await.shown();
        let mut change = stage.change().await;
        lifecycle::block(&mut change, passes[3].1, "x", None).await.unwrap();
        change.commit().await.unwrap();
        let mut bodies = Vec::new();
        let mut asked: Vec<(&str, String)> = passes.iter().map(|(name, _, pass)| (*name, pass.clone())).collect();
        asked.push(("nobody", WordCode::generate().shown()));
        for (name, pass) in asked {
            let at = begin(&stage).await;
            let answer = send(&stage, &at, "/pass", &[("username", name), ("temporary_pass", &pass)]).await;
            assert_eq!(answer.status(), 403, "{name}");
            let body = answer.text().await.unwrap();
            assert!(!body.contains(&pass), "what was typed is not in the page");
            bodies.push(body.replace(name, "NAME").replace(at.1.reveal(), "HANDLE"));
        }
        assert!(bodies.windows(2).all(|two| two[0] == two[1]), "one answer for all");
        assert_eq!(tries(&stage.world, passes[4].1, "temporary_pass").await, 1);
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn what_is_no_pass_costs_no_try(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let at = begin(&stage).await;
        for typed in ["", "123456", "AAAA-BBBB-CCCC-D"] {
            let answer = send(&stage, &at, "/pass", &[("username", "ada"), ("temporary_pass", typed)]).await;
            assert_eq!(answer.status(), 400);
        }
        assert_eq!(tries(&stage.world, ada, "temporary_pass").await, 0);
    }

    async fn removing_the_factors_of_a_person_lets_them_start_anew(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        phone_of(&stage.world, ada).await;
        crate::factors::codes_of(&stage.world, ada).await;
        let mut change = stage.change().await;
        assert_eq!(lifecycle::remove_factors(&mut change, &stage.world.state.post, ada, "lost").await.unwrap(), 1);
        change.commit().await.unwrap();
        assert_eq!(events(&stage.world, "factors.removed").await, 1);
        let at = begin(&stage).await;
        let answer = stage.submit(&at.0, &at.1, "ada", crate::stage::PASSWORD).await;
        assert_eq!(location(&answer), ONWARD);
    }
}
