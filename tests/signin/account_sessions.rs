//! A person's own sessions, their activity, and what they do about what was not them.

use reqwest::{Response, StatusCode};

use crate::on_both_engines;
use crate::stage::{Browser, LIVE_SESSIONS, Stage, location};

/// Two browsers of one person, the first being looked from.
async fn two(stage: &Stage, name: &str) -> (Browser, Browser) {
    let (mut here, mut there) = (Browser::new(), Browser::new());
    stage.sign_in(&mut there, name).await;
    stage.world.clock.advance(std::time::Duration::from_secs(1));
    stage.sign_in(&mut here, name).await;
    (here, there)
}

async fn page(stage: &Stage, browser: &Browser, path: &str) -> String {
    let answer = stage.get(browser, path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.unwrap()
}

async fn send(stage: &Stage, browser: &Browser, path: &str) -> Response {
    stage.post(browser, path, &[]).send().await.unwrap()
}

/// Where the forms are sent that end the sessions of a page.
fn ends(page: &str) -> Vec<String> {
    let pieces = page.split("action=\"/account/sessions/").skip(1);
    let paths = pieces.map(|piece| piece.split('"').next().unwrap());
    let each = paths.filter(|path| path.ends_with("/end"));
    each.map(|path| format!("/account/sessions/{path}"))
        .collect()
}

async fn is_signed_in(stage: &Stage, browser: &Browser) -> bool {
    let answer = stage.get(browser, "/account").send().await.unwrap();
    answer.status() == StatusCode::OK
}

on_both_engines! {
    async fn a_person_sees_their_sessions_and_ends_one(world: World) {
        let stage = Stage::open(world);
        stage.user("mira").await;
        let (here, there) = two(&stage, "mira").await;
        let before = page(&stage, &here, "/account/sessions").await;
        let ends = ends(&before);
        assert_eq!(ends.len(), 2);
        assert_eq!(before.matches("This browser").count(), 1);
        assert!(!before.contains("Closed lately"));
        // The newest is first, and is this one.
        let answer = send(&stage, &here, &ends[1]).await;
        assert_eq!(location(&answer), "/account/sessions?notice=session-ended");
        assert!(is_signed_in(&stage, &here).await);
        assert!(!is_signed_in(&stage, &there).await);
        let after = page(&stage, &here, "/account/sessions").await;
        assert!(after.contains("Closed lately") && after.contains("ended by you"), "{after}");
        // The same form once more does nothing twice.
        let again = send(&stage, &here, &ends[1]).await;
        assert_eq!(again.status(), StatusCode::SEE_OTHER);
        assert_eq!(stage.count(LIVE_SESSIONS).await, 1);
        let answer = send(&stage, &here, &ends[0]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert!(!is_signed_in(&stage, &here).await);
    }

    async fn all_other_sessions_end_at_once_and_twice_is_no_harm(world: World) {
        let stage = Stage::open(world);
        stage.user("mira").await;
        stage.user("noor").await;
        let (here, there) = two(&stage, "mira").await;
        let mut other = Browser::new();
        stage.sign_in(&mut other, "noor").await;
        let path = "/account/sessions/end-others";
        let answer = send(&stage, &here, path).await;
        assert_eq!(location(&answer), "/account/sessions?notice=others-ended");
        assert!(is_signed_in(&stage, &here).await);
        assert!(!is_signed_in(&stage, &there).await);
        assert!(is_signed_in(&stage, &other).await);
        let answer = send(&stage, &here, path).await;
        assert_eq!(location(&answer), "/account/sessions?notice=nothing-to-do");
    }

    async fn advisory_54_nobody_ends_or_sees_a_session_of_somebody_else(world: World) {
        let stage = Stage::open(world);
        stage.user("mira").await;
        stage.user("noor").await;
        let (mut mira, mut noor) = (Browser::new(), Browser::new());
        stage.sign_in(&mut mira, "mira").await;
        stage.sign_in(&mut noor, "noor").await;
        let of_noor = ends(&page(&stage, &noor, "/account/sessions").await);
        assert!(!page(&stage, &mira, "/account/sessions").await.contains(&of_noor[0]));
        let foreign = send(&stage, &mira, &of_noor[0]).await;
        assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
        // One answer for what is somebody else's, what is not there, and what is no id.
        let unknown = "/account/sessions/0192f3a4-0000-7000-8000-000000000001/end";
        for path in [unknown, "/account/sessions/x/end"] {
            assert_eq!(send(&stage, &mira, path).await.status(), StatusCode::NOT_FOUND);
        }
        assert!(is_signed_in(&stage, &noor).await);
    }

    async fn a_form_of_another_site_or_of_a_session_that_is_over_does_nothing(world: World) {
        let stage = Stage::open(world);
        stage.user("mira").await;
        let (here, there) = two(&stage, "mira").await;
        let ends = ends(&page(&stage, &here, "/account/sessions").await);
        for path in [ends[1].as_str(), "/account/sessions/end-others", "/account/not-me"] {
            let form = stage.post(&here, path, &[]).header("sec-fetch-site", "cross-site");
            let refused = form.send().await.unwrap();
            assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
        }
        assert!(is_signed_in(&stage, &there).await);
        send(&stage, &here, &ends[0]).await;
        let late = send(&stage, &here, &ends[1]).await;
        assert!(location(&late).starts_with("/login/"));
        assert!(is_signed_in(&stage, &there).await);
    }

    async fn a_session_that_was_not_used_is_shown_as_over(world: World) {
        let stage = Stage::open(world);
        stage.user("mira").await;
        let mut there = Browser::new();
        stage.sign_in(&mut there, "mira").await;
        stage.world.clock.advance(std::time::Duration::from_secs(9 * 3600));
        let mut here = Browser::new();
        stage.sign_in(&mut here, "mira").await;
        let shown = page(&stage, &here, "/account/sessions").await;
        assert_eq!(ends(&shown).len(), 1);
        assert!(shown.contains("ended by itself"), "{shown}");
    }

    async fn a_person_reads_what_happened_in_plain_words_and_nobody_elses(world: World) {
        let stage = Stage::open(world);
        stage.user("mira").await;
        stage.user("noor").await;
        let (here, _) = two(&stage, "mira").await;
        send(&stage, &here, "/account/sessions/end-others").await;
        let mut noor = Browser::new();
        stage.sign_in(&mut noor, "noor").await;
        let shown = page(&stage, &here, "/account/activity").await;
        assert_eq!(shown.matches("<h2>Signed in</h2>").count(), 2, "{shown}");
        assert!(shown.contains("Sessions were ended"));
        assert!(shown.contains("The account was created"));
        assert!(shown.contains("by you") && shown.contains("by an administrator"));
        assert!(shown.contains("127.0.0.1"));
        let shown = page(&stage, &here, "/account/activity?ui_locales=de").await;
        assert!(shown.contains("Angemeldet") && shown.contains("von Ihnen"));
    }

    async fn activity_goes_on_from_where_the_page_before_ended(world: World) {
        let stage = Stage::open(world);
        stage.user("mira").await;
        let mut browser = Browser::new();
        for _ in 0..55 {
            browser.session = None;
            stage.sign_in(&mut browser, "mira").await;
            stage.world.clock.advance(std::time::Duration::from_secs(1));
        }
        let count = |page: &str, what: &str| page.matches(&format!("<h2>{what}</h2>")).count();
        let (mut path, mut signed_in, mut sizes) = ("/account/activity".to_owned(), 0, Vec::new());
        loop {
            let shown = page(&stage, &browser, &path).await;
            signed_in += count(&shown, "Signed in");
            sizes.push(count(&shown, "Signed in") + count(&shown, "A browser was remembered"));
            let Some((_, rest)) = shown.split_once(r#"id="older" href=""#) else {
                break;
            };
            path = rest.split('"').next().unwrap().to_owned();
        }
        assert_eq!(signed_in, 55);
        assert_eq!(sizes[..2], [50, 50], "{sizes:?}");
        // What is no place begins at the newest.
        for after in ["x", "1.2", "%27", "99999999999999999999.0192f3a4-0000-7000-8000-000000000001"] {
            let path = format!("/account/activity?after={after}");
            assert_eq!(count(&page(&stage, &browser, &path).await, "Signed in"), 25);
        }
    }

    async fn this_was_not_me_throws_everybody_else_out_and_tells(world: World) {
        let stage = Stage::open(world);
        stage.user("mira").await;
        let (here, there) = two(&stage, "mira").await;
        assert!(page(&stage, &here, "/account/activity").await.contains("/account/not-me"));
        page(&stage, &here, "/account/not-me").await;
        assert!(is_signed_in(&stage, &there).await);
        for _ in 0..2 {
            let answer = send(&stage, &here, "/account/not-me").await;
            assert_eq!(location(&answer), "/account/security?notice=disowned");
        }
        assert!(!is_signed_in(&stage, &there).await);
        assert!(page(&stage, &here, "/account/security?notice=disowned").await.contains("new password"));
        let told = "select count(*) as n from audit_events where action = 'account.disowned'";
        assert_eq!(stage.count(told).await, 2);
    }
}
