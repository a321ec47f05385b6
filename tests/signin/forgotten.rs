//! A mailed link to choose a new password.

use std::time::Duration;

use doorward::app::letters;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::credentials;
use doorward::domain::jobs::{self, Job, WorkerId};
use doorward::domain::lifecycle;
use doorward::domain::signin::{LinkAsked, sweep_links};
use doorward::foundation::crypto::token::Secret;
use doorward::http::web::paths;
use reqwest::{RequestBuilder, Response, StatusCode};

use crate::on_both_engines;
use crate::stage::{
    ALL_SESSIONS, Browser, LIVE_SESSIONS, ONWARD, PASSWORD, Stage, location, session_cookie,
};
use crate::support::World;

const NEW: &str = "a password of my own";

async fn stage(world: World) -> Stage {
    Stage::open(world.with_mail().await)
}

fn asking(stage: &Stage, browser: &Browser, handle: &Secret, name: &str) -> RequestBuilder {
    let path = format!("{}/forgot", paths::sign_in(handle));
    stage.post(browser, &path, &[("username", name)])
}

async fn ask(stage: &Stage, browser: &Browser, handle: &Secret, name: &str) -> Response {
    asking(stage, browser, handle, name).send().await.unwrap()
}

/// What the background worker does with what was asked.
pub async fn answer_all(stage: &Stage) {
    let world = &stage.world;
    let mut change = Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap();
    let claimed = jobs::claim(&mut change, WorkerId::new(world.now()), 100)
        .await
        .unwrap();
    change.commit().await.unwrap();
    for job in claimed
        .into_iter()
        .filter(|job| job.kind == LinkAsked::KIND)
    {
        let asked: LinkAsked = serde_json::from_value(job.payload).unwrap();
        letters::answer_forgotten(world.state.clone(), asked)
            .await
            .unwrap();
    }
}

/// The paths of the links in all letters.
async fn links(stage: &Stage) -> Vec<String> {
    let letters = stage.world.letters().await;
    let links = letters.iter().filter_map(|letter| {
        let mut lines = letter.text.lines();
        let line = lines.find(|line| line.contains("/reset/"))?;
        Some(line.strip_prefix(&stage.world.base).unwrap().to_owned())
    });
    links.collect()
}

/// A browser that has asked for a link, and the link.
pub async fn asked(stage: &Stage, name: &str) -> (Browser, Secret, String) {
    let browser = Browser::new();
    let handle = stage.begin(&browser).await;
    let answer = ask(stage, &browser, &handle, name).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer_all(stage).await;
    let mut links = links(stage).await;
    (browser, handle, links.pop().expect("a link"))
}

pub async fn choose(stage: &Stage, browser: &Browser, path: &str, new: &str) -> Response {
    let fields = [("new_password", new), ("new_password_again", new)];
    stage.post(browser, path, &fields).send().await.unwrap()
}

/// The first step of a sign-in in a browser of its own.
async fn tried(stage: &Stage, password: &str) -> StatusCode {
    let browser = Browser::new();
    let handle = stage.begin(&browser).await;
    stage
        .submit(&browser, &handle, "ada", password)
        .await
        .status()
}

on_both_engines! {
    async fn a_link_sets_a_new_password_ends_everything_and_leads_back_to_the_sign_in(world: World) {
        let stage = stage(world).await;
        let ada = stage.user("ada").await;
        let mut elsewhere = Browser::new();
        stage.sign_in(&mut elsewhere, "ada").await;
        let (browser, handle, link) = asked(&stage, "ADA@example.test").await;
        let page = stage.get(&browser, &link).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!(page.headers()["referrer-policy"], "no-referrer");
        assert!(page.text().await.unwrap().contains("id=\"new_password\""));
        assert_eq!(stage.count(LIVE_SESSIONS).await, 1, "a look uses nothing up");
        assert_eq!(choose(&stage, &browser, &link, "short").await.status(), StatusCode::BAD_REQUEST);
        let answer = choose(&stage, &browser, &link, NEW).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(session_cookie(&answer).is_none(), "it signs nobody in");
        let page = answer.text().await.unwrap();
        assert!(page.contains(&format!("href=\"{}\"", paths::sign_in(&handle))), "{page}");
        assert_eq!(stage.count(LIVE_SESSIONS).await, 0);
        assert_eq!(tried(&stage, PASSWORD).await, StatusCode::FORBIDDEN);
        let answer = stage.submit(&browser, &handle, "ada", NEW).await;
        assert_eq!(location(&answer), ONWARD);
        let set = credentials::password_of(&stage.world.db, ada).await.unwrap().unwrap();
        assert!(!set.must_change);
        let subjects: Vec<String> = stage.world.letters().await.into_iter().map(|l| l.subject).collect();
        assert!(subjects.iter().any(|subject| subject == "Your password was changed"), "{subjects:?}");
    }

    async fn checklist_51_a_link_is_used_once_and_expires(world: World) {
        let stage = stage(world).await;
        stage.user("ada").await;
        let (browser, _, link) = asked(&stage, "ada").await;
        assert_eq!(choose(&stage, &browser, &link, NEW).await.status(), StatusCode::OK);
        for answer in [
            choose(&stage, &browser, &link, "yet another one").await,
            stage.get(&browser, &link).send().await.unwrap(),
        ] {
            assert_eq!(answer.status(), StatusCode::GONE);
            assert!(answer.text().await.unwrap().contains("This link does not work"));
        }
        let (browser, _, link) = asked(&stage, "ada").await;
        stage.world.clock.advance(Duration::from_secs(30 * 60));
        assert_eq!(choose(&stage, &browser, &link, "yet another one").await.status(), StatusCode::GONE);
        assert_ne!(tried(&stage, NEW).await, StatusCode::FORBIDDEN);
    }

    async fn authentik_cve_2023_26481_a_link_changes_the_password_of_its_owner_only(world: World) {
        let stage = stage(world).await;
        stage.user("ada").await;
        stage.user("eve").await;
        let (browser, handle, link) = asked(&stage, "eve").await;
        // The sign-in is Ada's by now, and its name is sent along: neither says whose link it is.
        stage.submit(&browser, &handle, "ada", "wrong").await;
        let fields = [("new_password", NEW), ("new_password_again", NEW), ("username", "ada")];
        let answer = stage.post(&browser, &link, &fields).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_ne!(tried(&stage, PASSWORD).await, StatusCode::FORBIDDEN, "Ada's is as it was");
        let fresh = Browser::new();
        let handle = stage.begin(&fresh).await;
        assert_eq!(location(&stage.submit(&fresh, &handle, "eve", NEW).await), ONWARD);
    }

    async fn keycloak_cve_2026_18963_without_the_link_nothing_is_reset(world: World) {
        let stage = stage(world).await;
        stage.user("ada").await;
        let (browser, handle, _) = asked(&stage, "ada").await;
        let base = paths::sign_in(&handle);
        for path in ["/password", "/reset/", "/reset/x", "/reset/null"] {
            let answer = choose(&stage, &browser, &format!("{base}{path}"), NEW).await;
            assert!(session_cookie(&answer).is_none());
            assert_ne!(answer.status(), StatusCode::OK, "{path}");
        }
        assert_eq!(tried(&stage, NEW).await, StatusCode::FORBIDDEN);
    }

    async fn keycloak_cve_2026_37982_a_link_is_good_for_nothing_but_its_purpose_and_its_sign_in(world: World) {
        let stage = stage(world).await;
        stage.user("ada").await;
        let (browser, handle, link) = asked(&stage, "ada").await;
        let secret = link.rsplit('/').next().unwrap();
        let other = stage.begin(&browser).await;
        let moved = format!("{}/reset/{secret}", paths::sign_in(&other));
        assert_eq!(choose(&stage, &browser, &moved, NEW).await.status(), StatusCode::GONE);
        for path in ["/second", "/enrol", "/password"] {
            let path = format!("{}{path}/{secret}", paths::sign_in(&handle));
            let answer = choose(&stage, &browser, &path, NEW).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        }
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn another_browser_is_told_to_ask_anew(world: World) {
        let stage = stage(world).await;
        stage.user("ada").await;
        let (browser, _, link) = asked(&stage, "ada").await;
        let stranger = Browser::new();
        for answer in [
            stage.get(&stranger, &link).send().await.unwrap(),
            choose(&stage, &stranger, &link, NEW).await,
        ] {
            assert_eq!(answer.status(), StatusCode::GONE);
            let page = answer.text().await.unwrap();
            assert!(page.contains("in another browser") && page.contains("href=\"/account\""), "{page}");
        }
        assert_eq!(choose(&stage, &browser, &link, NEW).await.status(), StatusCode::OK, "and uses nothing up");
    }

    async fn zitadel_cve_2025_64101_a_forwarded_host_is_not_in_the_link(world: World) {
        let stage = stage(world).await;
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let request = asking(&stage, &browser, &handle, "ada")
            .header("x-forwarded-host", "evil.test")
            .header("x-forwarded-proto", "https")
            .header("forwarded", "host=evil.test");
        request.send().await.unwrap();
        answer_all(&stage).await;
        let letters = stage.world.letters().await;
        assert_eq!(letters.len(), 1);
        for text in [&letters[0].text, letters[0].html.as_ref().unwrap()] {
            assert!(text.contains(&stage.world.base) && !text.contains("evil.test"));
        }
    }

    async fn everybody_gets_the_same_answer_and_only_who_can_have_one_a_link(world: World) {
        let stage = stage(world).await;
        stage.user("ada").await;
        stage.stranger("passkeyonly").await;
        let blocked = stage.user("blocked").await;
        let off = stage.user("inactive").await;
        let mut change = stage.change().await;
        lifecycle::block(&mut change, blocked, "left", None).await.unwrap();
        lifecycle::deactivate(&mut change, off).await.unwrap();
        change.commit().await.unwrap();
        let mut pages = Vec::new();
        for name in ["ada", "nobody", "passkeyonly", "blocked", "inactive", "nobody@nowhere.test"] {
            let browser = Browser::new();
            let handle = stage.begin(&browser).await;
            let hashes = stage.world.state.passwords.computed();
            let answer = ask(&stage, &browser, &handle, name).await;
            assert_eq!(stage.world.state.passwords.computed(), hashes);
            let waiting = stage.count("select count(*) as n from jobs where kind = 'password.link_asked'").await;
            let (status, cookies) = (answer.status(), answer.headers().get_all("set-cookie").iter().count());
            // The way back leads to the sign-in that the browser had begun itself.
            pages.push((status, cookies, answer.text().await.unwrap().replace(handle.reveal(), "HANDLE")));
            assert_eq!(waiting, pages.len() as i64, "the same is written, whoever is named");
        }
        assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
        assert!(!pages[0].2.contains("ada"));
        answer_all(&stage).await;
        let letters = stage.world.letters().await;
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].to, "ada@example.test");
    }

    async fn a_block_after_the_letter_holds(world: World) {
        let stage = stage(world).await;
        let ada = stage.user("ada").await;
        let (browser, _, link) = asked(&stage, "ada").await;
        let mut change = stage.change().await;
        lifecycle::block(&mut change, ada, "left", None).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(choose(&stage, &browser, &link, NEW).await.status(), StatusCode::GONE);
        let stored = credentials::candidate(&stage.world.db, "ada").await.unwrap();
        let right = credentials::verify(&stage.world.state.passwords, stored.as_ref(), PASSWORD).await;
        assert!(right.unwrap().is_some(), "the password is as it was");
    }

    async fn letters_are_few_however_often_they_are_asked_for(world: World) {
        let stage = stage(world).await;
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        for _ in 0..3 {
            assert_eq!(ask(&stage, &browser, &handle, "ada").await.status(), StatusCode::OK);
        }
        answer_all(&stage).await;
        assert_eq!(stage.world.letters().await.len(), 1, "one sign-in, one letter");
        for _ in 0..9 {
            let browser = Browser::new();
            let handle = stage.begin(&browser).await;
            ask(&stage, &browser, &handle, "ada").await;
        }
        answer_all(&stage).await;
        assert_eq!(stage.world.letters().await.len(), 5, "and one account few");
        stage.world.clock.advance(Duration::from_secs(31 * 60));
        asked(&stage, "ada").await;
    }

    async fn what_was_asked_waits_sealed(world: World) {
        let stage = stage(world).await;
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        ask(&stage, &browser, &handle, "my p4ssword by mistake").await;
        let n = stage.count("select count(*) as n from jobs where payload like '%p4ssword%'").await;
        assert_eq!(n, 0);
        asked(&stage, "ada").await;
        let link = links(&stage).await.pop().unwrap();
        let secret = link.rsplit('/').next().unwrap();
        let row = stage.count("select count(*) as n from password_resets where length(digest) = 43").await;
        assert_eq!(row, 1);
        assert_ne!(Secret::from(secret).digest().as_str(), secret);
    }

    async fn of_thirty_two_uses_at_once_one_sets_a_password(world: World) {
        let stage = stage(world).await;
        stage.user("ada").await;
        let (browser, _, link) = asked(&stage, "ada").await;
        let passwords: Vec<_> = (0..32).map(|n| format!("my own password {n}")).collect();
        let posts = passwords.iter().map(|new| choose(&stage, &browser, &link, new));
        let answers = futures_util::future::join_all(posts).await;
        let won: Vec<usize> = (0..32).filter(|n| answers[*n].status() == StatusCode::OK).collect();
        assert_eq!(won.len(), 1, "{:?}", answers.iter().map(Response::status).collect::<Vec<_>>());
        assert_ne!(tried(&stage, &passwords[won[0]]).await, StatusCode::FORBIDDEN);
    }

    async fn another_way_to_a_new_password_voids_the_links(world: World) {
        let stage = stage(world).await;
        let ada = stage.user("ada").await;
        let (browser, _, link) = asked(&stage, "ada").await;
        let mut change = stage.change().await;
        lifecycle::end_sessions(&mut change, ada, doorward::domain::signin::EndReason::PasswordChanged).await.unwrap();
        change.unrecorded("a test");
        change.commit().await.unwrap();
        assert_eq!(choose(&stage, &browser, &link, NEW).await.status(), StatusCode::GONE);
    }

    async fn links_that_expired_are_swept_half_an_hour_later(world: World) {
        let stage = stage(world).await;
        stage.user("ada").await;
        asked(&stage, "ada").await;
        for (minutes, left) in [(59, 1), (2, 0)] {
            stage.world.clock.advance(Duration::from_secs(minutes * 60));
            let mut change = stage.change().await;
            sweep_links(&mut change, 10).await.unwrap();
            change.commit().await.unwrap();
            assert_eq!(stage.count("select count(*) as n from password_resets").await, left);
        }
    }

    async fn without_a_mail_server_no_link_is_offered(world: World) {
        let stage = Stage::open(world);
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let path = paths::sign_in(&handle);
        let page = stage.get(&browser, &path).send().await.unwrap().text().await.unwrap();
        assert!(!page.contains("/forgot"));
        let led = stage.get(&browser, &format!("{path}/forgot")).send().await.unwrap();
        assert_eq!(location(&led), path);
    }
}
