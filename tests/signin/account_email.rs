//! Another e-mail address: asked for in a session, confirmed by a letter, in a session.

use std::time::Duration;

use doorward::domain::account::Rules;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::connections::{self, Kind};
use doorward::domain::directory::{self, Profile, UserId};
use doorward::domain::signin::EndReason;
use doorward::domain::{email_changes, lifecycle};
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::mail::Mailer;
use doorward::http::web::paths;
use reqwest::{Response, StatusCode};
use serde_json::json;

use crate::on_both_engines;
use crate::stage::{Browser, PASSWORD, Stage, location, session_cookie};
use crate::support::World;

const PATH: &str = "/account/email";
const NEW: &str = "ada@new.test";
const OLD: &str = "ada@example.test";

/// Ada, who has just signed in.
async fn ada(world: World) -> (Stage, Browser, UserId) {
    ada_under(world, Rules::default()).await
}

async fn ada_under(world: World, rules: Rules) -> (Stage, Browser, UserId) {
    let world = world.with(|basics| {
        basics.mailer = Mailer::new("file:letters", "doorward@example.com").unwrap();
        basics.account = rules;
    });
    let stage = Stage::open(world.await);
    let user = stage.user("ada").await;
    let mut browser = Browser::new();
    stage.sign_in(&mut browser, "ada").await;
    (stage, browser, user)
}

async fn ask(stage: &Stage, browser: &Browser, address: &str) -> Response {
    let fields = [("email", address)];
    stage.post(browser, PATH, &fields).send().await.unwrap()
}

/// Asks for another address; the path of the link in the letter to it.
async fn asked(stage: &Stage, browser: &Browser, address: &str) -> String {
    // Letters of one moment have no order.
    stage.world.clock.advance(Duration::from_secs(1));
    let answer = ask(stage, browser, address).await;
    assert_eq!(location(&answer), "/account/email?notice=email-asked");
    let letter = stage.world.letters().await.pop().expect("a letter");
    assert_eq!(letter.to, address);
    let mut lines = letter.text.lines();
    let line = lines.find(|line| line.contains("/account/email/confirm/"));
    let line = line.expect("a link in it");
    line.strip_prefix(&stage.world.base).unwrap().to_owned()
}

async fn confirm(stage: &Stage, browser: &Browser, link: &str) -> Response {
    stage.post(browser, link, &[]).send().await.unwrap()
}

async fn address(stage: &Stage, user: UserId) -> String {
    let found = directory::find_user(&stage.world.db, user).await.unwrap();
    found.unwrap().profile.email().unwrap().to_owned()
}

async fn subjects_to(stage: &Stage, to: &str) -> Vec<String> {
    let letters = stage.world.letters().await.into_iter();
    let to_them = letters.filter(|letter| letter.to == to);
    to_them.map(|letter| letter.subject).collect()
}

async fn is_gone(answer: Response) {
    assert_eq!(answer.status(), StatusCode::GONE);
    let page = answer.text().await.unwrap();
    assert!(
        page.contains("This link does not work") && page.contains("href=\"/account/email\""),
        "{page}"
    );
}

on_both_engines! {
    async fn checklist_52_the_new_address_confirms_and_the_old_one_is_told(world: World) {
        let (stage, browser, user) = ada(world).await;
        let link = asked(&stage, &browser, NEW).await;
        assert_eq!(address(&stage, user).await, OLD, "not before it is confirmed");
        assert!(subjects_to(&stage, OLD).await.is_empty());
        for _ in 0..3 {
            let page = stage.get(&browser, &link).send().await.unwrap();
            assert_eq!(page.status(), StatusCode::OK);
            assert_eq!(page.headers()["referrer-policy"], "no-referrer");
            let page = page.text().await.unwrap();
            assert!(page.contains("id=\"email-confirm\"") && page.contains(NEW), "{page}");
        }
        assert_eq!(address(&stage, user).await, OLD, "to look changes nothing");
        let answer = confirm(&stage, &browser, &link).await;
        assert_eq!(location(&answer), "/account/profile?notice=email-changed");
        assert_eq!(address(&stage, user).await, NEW);
        assert_eq!(subjects_to(&stage, OLD).await, ["Your e-mail address was changed"]);
        let told = "select count(*) as n from audit_events where action in ('email.change_asked', 'email.changed')";
        assert_eq!(stage.count(told).await, 2);
        is_gone(confirm(&stage, &browser, &link).await).await;
        let handle = stage.begin(&browser).await;
        let answer = stage.submit(&browser, &handle, NEW, PASSWORD).await;
        assert!(session_cookie(&answer).is_some(), "one signs in with the new address");
    }

    async fn zitadel_cve_2026_27946_nobody_verifies_an_address_by_themself(world: World) {
        let (stage, browser, user) = ada(world).await;
        let link = asked(&stage, &browser, NEW).await;
        let fields = [("email", NEW), ("email_verified", "true"), ("version", "1")];
        for path in [
            "/account/profile", "/account/email", "/account/email/confirm/", "/account/email/confirm/x",
            "/account/email/confirm/null", "/account/email/confirm",
        ] {
            let answer = stage.post(&browser, path, &fields).send().await.unwrap();
            assert_ne!(answer.status(), StatusCode::OK, "{path}");
        }
        let row = Secret::from(link.rsplit('/').next().unwrap()).digest();
        let by_digest = format!("{PATH}/confirm/{}", row.as_str());
        is_gone(confirm(&stage, &browser, &by_digest).await).await;
        assert_eq!(address(&stage, user).await, OLD);
    }

    async fn zitadel_cve_2026_54693_a_link_is_worth_nothing_in_another_account_or_without_a_session(world: World) {
        let (stage, browser, user) = ada(world).await;
        let eve = stage.user("eve").await;
        let mut eves = Browser::new();
        stage.sign_in(&mut eves, "eve").await;
        // Eve wants Ada's second address, and Ada is led to click.
        let bait = asked(&stage, &eves, "ada@home.test").await;
        for answer in [confirm(&stage, &browser, &bait).await, stage.get(&browser, &bait).send().await.unwrap()] {
            is_gone(answer).await;
        }
        let stranger = Browser::new();
        for answer in [confirm(&stage, &stranger, &bait).await, stage.get(&stranger, &bait).send().await.unwrap()] {
            assert!(location(&answer).starts_with("/login/"));
        }
        assert_eq!(address(&stage, eve).await, "eve@example.test");
        assert_eq!(address(&stage, user).await, OLD);
    }

    async fn whoever_opens_the_link_without_a_session_signs_in_and_finds_what_to_do(world: World) {
        let (stage, browser, _) = ada(world).await;
        let link = asked(&stage, &browser, NEW).await;
        let mut phone = Browser::new();
        let led = stage.get(&phone, &link).send().await.unwrap();
        let login = location(&led).to_owned();
        let fields = [("username", "ada"), ("password", PASSWORD)];
        let answer = stage.post(&phone, &login, &fields).send().await.unwrap();
        assert_eq!(location(&answer), PATH, "the secret is kept nowhere");
        phone.session = session_cookie(&answer);
        let page = stage.get(&phone, PATH).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("Open the link in the letter to <strong>ada@new.test</strong>"), "{page}");
        assert_eq!(confirm(&stage, &phone, &link).await.status(), StatusCode::SEE_OTHER);
    }

    async fn a_link_expires_and_is_replaced_and_taken_back(world: World) {
        let (stage, browser, user) = ada(world).await;
        let first = asked(&stage, &browser, NEW).await;
        let second = asked(&stage, &browser, "ada@newer.test").await;
        is_gone(confirm(&stage, &browser, &first).await).await;
        let back = stage.post(&browser, "/account/email/withdraw", &[]).send().await.unwrap();
        assert_eq!(location(&back), "/account/email?notice=email-withdrawn");
        is_gone(confirm(&stage, &browser, &second).await).await;
        let again = stage.post(&browser, "/account/email/withdraw", &[]).send().await.unwrap();
        assert_eq!(location(&again), "/account/email?notice=nothing-to-do");
        let third = asked(&stage, &browser, NEW).await;
        stage.world.clock.advance(Duration::from_secs(60 * 60));
        is_gone(confirm(&stage, &browser, &third).await).await;
        assert_eq!(address(&stage, user).await, OLD);
    }

    async fn it_is_asked_for_with_a_fresh_proof_and_confirmed_without(world: World) {
        let (stage, browser, user) = ada(world).await;
        let link = asked(&stage, &browser, NEW).await;
        stage.world.clock.advance(Duration::from_secs(11 * 60));
        for answer in [stage.get(&browser, PATH).send().await.unwrap(), ask(&stage, &browser, "a@b.test").await] {
            assert!(location(&answer).starts_with("/login/"));
        }
        assert_eq!(confirm(&stage, &browser, &link).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(address(&stage, user).await, NEW);
    }

    async fn an_address_of_somebody_else_is_answered_alike_and_they_are_told(world: World) {
        let (stage, browser, user) = ada(world).await;
        stage.user("bob").await;
        let mut pages = Vec::new();
        for taken in ["nobody@new.test", "BOB@example.test"] {
            let before = stage.count("select count(*) as n from jobs").await;
            let answer = ask(&stage, &browser, taken).await;
            let (status, to) = (answer.status(), location(&answer).to_owned());
            let page = stage.get(&browser, PATH).send().await.unwrap().text().await.unwrap();
            pages.push((status, to, page.replace(taken, "ADDRESS")));
            assert_eq!(stage.count("select count(*) as n from jobs").await, before + 1, "the same work");
        }
        assert_eq!(pages[0], pages[1]);
        let letters = stage.world.letters().await;
        let told = letters.iter().find(|letter| letter.to == "BOB@example.test").unwrap();
        assert!(told.text.contains("bob") && !told.text.contains("ada") && !told.text.contains("/confirm/"), "{}", told.text);
        assert_eq!(address(&stage, user).await, OLD);
    }

    async fn a_user_name_of_somebody_else_is_theirs_too(world: World) {
        let (stage, browser, _) = ada(world).await;
        stage.user("carl@corp.test").await;
        ask(&stage, &browser, "Carl@Corp.test").await;
        let told = stage.world.letters().await.pop().unwrap();
        assert!(!told.text.contains("/confirm/"), "{}", told.text);
    }

    async fn an_address_that_somebody_got_in_the_meantime_is_not_taken(world: World) {
        let (stage, browser, user) = ada(world).await;
        let link = asked(&stage, &browser, NEW).await;
        crate::stage::user_with_email(&stage.world, "dora", NEW).await;
        is_gone(confirm(&stage, &browser, &link).await).await;
        assert_eq!(address(&stage, user).await, OLD);
    }

    async fn a_link_is_bound_to_the_address_that_the_account_had(world: World) {
        let (stage, browser, user) = ada(world).await;
        let link = asked(&stage, &browser, NEW).await;
        let mut change = stage.change().await;
        let found = directory::lock_user(&mut change, user).await.unwrap().unwrap();
        let profile = Profile::named("ada").with_email("ada@elsewhere.test");
        directory::change_profile(&mut change, found, profile).await.unwrap();
        change.commit().await.unwrap();
        is_gone(confirm(&stage, &browser, &link).await).await;
        assert_eq!(address(&stage, user).await, "ada@elsewhere.test");
    }

    async fn it_ends_with_the_password_the_access_and_with_this_was_not_me(world: World) {
        let (stage, mut browser, user) = ada(world).await;
        let waiting = "select count(*) as n from email_changes where ended_at is null";
        for way in 0..4 {
            asked(&stage, &browser, NEW).await;
            assert_eq!(stage.count(waiting).await, 1);
            let mut change = stage.change().await;
            match way {
                0 => {
                    let why = EndReason::PasswordChanged;
                    lifecycle::end_sessions(&mut change, user, why).await.unwrap();
                }
                1 => {
                    lifecycle::deactivate(&mut change, user).await.unwrap();
                }
                2 => lifecycle::block(&mut change, user, "left", None).await.unwrap(),
                _ => {
                    let answer = stage.post(&browser, "/account/not-me", &[]);
                    drop(change);
                    assert_eq!(answer.send().await.unwrap().status(), StatusCode::SEE_OTHER);
                    assert_eq!(stage.count(waiting).await, 0);
                    return;
                }
            }
            change.unrecorded("a test");
            change.commit().await.unwrap();
            assert_eq!(stage.count(waiting).await, 0, "{way}");
            let mut change = stage.change().await;
            lifecycle::activate(&mut change, user).await.unwrap();
            lifecycle::allow(&mut change, user).await.unwrap();
            change.unrecorded("a test");
            change.commit().await.unwrap();
            stage.sign_in(&mut browser, "ada").await;
        }
    }

    async fn an_own_new_password_ends_it_too(world: World) {
        let (stage, browser, _) = ada(world).await;
        let link = asked(&stage, &browser, NEW).await;
        let new = "a password of my own";
        let fields = [("new_password", new), ("new_password_again", new)];
        let answer = stage.post(&browser, "/account/password", &fields).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        is_gone(confirm(&stage, &browser, &link).await).await;
    }

    async fn what_a_source_owns_is_locked_with_its_name_also_when_it_was_asked_for_before(world: World) {
        let (stage, browser, user) = ada(world).await;
        let link = asked(&stage, &browser, NEW).await;
        let world = &stage.world;
        let mut change = stage.change().await;
        let okta = connections::create(&mut change, "HR", Kind::Okta).await.unwrap();
        change.commit().await.unwrap();
        world.state.connections.refresh(&world.db).await.unwrap();
        let begun = Change::begin(&world.db, Actor::ApiKey("k".to_owned()), world.now()).await;
        let mut change = begun.unwrap().of_connection(okta.id);
        let found = directory::lock_user(&mut change, user).await.unwrap().unwrap();
        let mut profile = found.profile.clone();
        profile.attributes.insert("emails".to_owned(), json!([{ "value": OLD, "type": "work", "primary": true }, { "value": "b@x.test" }]));
        directory::change_profile(&mut change, found, profile).await.unwrap();
        change.commit().await.unwrap();
        is_gone(confirm(&stage, &browser, &link).await).await;
        let mut change = stage.change().await;
        assert!(!email_changes::confirm(&mut change, &world.state.post, user, &Secret::from(link.rsplit('/').next().unwrap())).await.unwrap());
        let answer = ask(&stage, &browser, "ada@other.test").await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        let page = answer.text().await.unwrap();
        assert!(page.contains("Comes from Okta (HR) and is changed there.") && !page.contains("id=\"email\""), "{page}");
        assert_eq!(address(&stage, user).await, OLD);
    }

    async fn the_setting_keeps_the_address_from_everybody(world: World) {
        let rules = Rules { email: false, ..Rules::default() };
        let (stage, browser, user) = ada_under(world, rules).await;
        let answer = ask(&stage, &browser, NEW).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert!(answer.text().await.unwrap().contains("Only an administrator can change this."));
        let mut change = stage.change().await;
        // It was asked for before the setting was made.
        email_changes::ask(&mut change, &stage.world.state.post, user, NEW).await.unwrap();
        change.commit().await.unwrap();
        let letter = stage.world.letters().await.pop().unwrap();
        let link = letter.text.lines().find(|line| line.contains("/confirm/")).unwrap();
        is_gone(confirm(&stage, &browser, link.strip_prefix(&stage.world.base).unwrap()).await).await;
    }

    async fn what_is_no_address_is_said_and_shown_again(world: World) {
        let (stage, browser, _) = ada(world).await;
        for typed in ["", "ada", "ada@", "a@b.test, eve@evil.test", "a@b.test\r\nBcc: eve@evil.test", "ADA@Example.test"] {
            let answer = ask(&stage, &browser, typed).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{typed:?}");
            assert!(answer.text().await.unwrap().contains("id=\"email-error\" role=\"alert\" aria-live=\"assertive\"><p>"));
        }
        assert!(stage.world.letters().await.is_empty());
    }

    async fn letters_are_few_however_often_they_are_asked_for(world: World) {
        let (stage, mut browser, _) = ada(world).await;
        for n in 0..5 {
            asked(&stage, &browser, &format!("ada@new{n}.test")).await;
        }
        let answer = ask(&stage, &browser, NEW).await;
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        assert!(answer.text().await.unwrap().contains("Wait an hour"));
        assert_eq!(stage.world.letters().await.len(), 5);
        stage.world.clock.advance(Duration::from_secs(61 * 60));
        stage.sign_in(&mut browser, "ada").await;
        asked(&stage, &browser, NEW).await;
    }

    async fn links_that_were_mailed_to_the_old_address_choose_no_password(world: World) {
        let (stage, browser, _) = ada(world).await;
        let link = asked(&stage, &browser, NEW).await;
        let elsewhere = Browser::new();
        let handle = stage.begin(&elsewhere).await;
        let path = format!("{}/forgot", paths::sign_in(&handle));
        stage.post(&elsewhere, &path, &[("username", "ada")]).send().await.unwrap();
        crate::forgotten::answer_all(&stage).await;
        let links = "select count(*) as n from password_resets where used_at is null";
        assert_eq!(stage.count(links).await, 1);
        assert_eq!(confirm(&stage, &browser, &link).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(stage.count(links).await, 0);
    }

    async fn of_thirty_two_confirmations_at_once_one_is_taken(world: World) {
        let (stage, browser, user) = ada(world).await;
        let link = asked(&stage, &browser, NEW).await;
        let posts = (0..32).map(|_| confirm(&stage, &browser, &link));
        let answers = futures_util::future::join_all(posts).await;
        let won = answers.iter().filter(|answer| answer.status() == StatusCode::SEE_OTHER).count();
        let lost = answers.iter().filter(|answer| answer.status() == StatusCode::GONE).count();
        assert_eq!((won, lost), (1, 31), "{:?}", answers.iter().map(Response::status).collect::<Vec<_>>());
        assert_eq!(address(&stage, user).await, NEW);
        assert_eq!(subjects_to(&stage, OLD).await.len(), 1);
        assert_eq!(directory::find_user(&stage.world.db, user).await.unwrap().unwrap().version, 2);
    }

    async fn a_change_of_address_that_expired_is_swept_an_hour_later(world: World) {
        let (stage, browser, _) = ada(world).await;
        asked(&stage, &browser, NEW).await;
        for (minutes, left) in [(119, 1), (2, 0)] {
            stage.world.clock.advance(Duration::from_secs(minutes * 60));
            let mut change = stage.change().await;
            email_changes::sweep(&mut change, 10).await.unwrap();
            change.commit().await.unwrap();
            assert_eq!(stage.count("select count(*) as n from email_changes").await, left);
        }
    }

    async fn rows_hold_a_digest_and_no_log_the_link(world: World) {
        let (stage, browser, _) = ada(world).await;
        let link = asked(&stage, &browser, NEW).await;
        let secret = link.rsplit('/').next().unwrap();
        assert_eq!(stage.count("select count(*) as n from email_changes where length(digest) = 43").await, 1);
        assert_ne!(Secret::from(secret).digest().as_str(), secret);
        assert_eq!(stage.count("select count(*) as n from jobs where payload like '%confirm%'").await, 0, "it waits sealed");
    }

    async fn without_a_mail_server_the_page_says_so(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        let page = stage.get(&browser, PATH).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("This service sends no letters") && !page.contains("id=\"email\""), "{page}");
        assert_eq!(ask(&stage, &browser, NEW).await.status(), StatusCode::FORBIDDEN);
    }
}
