//! Other sites, other browsers, planted cookies: login CSRF and session fixation.

use doorward::domain::signin::session_of;
use doorward::foundation::crypto::token::Secret;
use doorward::http::web::paths;
use reqwest::{StatusCode, header};

use crate::on_both_engines;
use crate::stage::{ALL_SESSIONS, Browser, LIVE_SESSIONS, PASSWORD, Stage, session_cookie};

on_both_engines! {
    async fn keycloak_cve_2026_7507_a_handle_of_another_browser_is_worth_nothing(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let (attacker, victim) = (Browser::new(), Browser::new());
        let handle = stage.begin(&attacker).await;
        let shown = stage.get(&victim, &paths::sign_in(&handle)).send().await.unwrap();
        assert_eq!(shown.status(), StatusCode::NOT_FOUND);
        let before = stage.world.state.passwords.computed();
        let answer = stage.submit(&victim, &handle, "ada", PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert!(session_cookie(&answer).is_none());
        assert_eq!(stage.world.state.passwords.computed(), before);
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
        // Nor does it end the attacker's own: it is still open there.
        let shown = stage.get(&attacker, &paths::sign_in(&handle)).send().await.unwrap();
        assert_eq!(shown.status(), StatusCode::OK);
    }

    async fn a_foreign_a_completed_and_an_expired_handle_look_alike_to_a_stranger(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let (own, stranger) = (Browser::new(), Browser::new());
        let (open, completed) = (stage.begin(&own).await, stage.begin(&own).await);
        stage.submit(&own, &completed, "ada", PASSWORD).await;
        let mut pages = Vec::new();
        for handle in [&open, &completed, &Secret::generate("")] {
            let answer = stage.get(&stranger, &paths::sign_in(handle)).send().await.unwrap();
            let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
            pages.push((answer.status(), answer.text().await.unwrap().replace(&id, "")));
        }
        assert!(pages.iter().all(|page| *page == pages[0]));
    }

    async fn checklist_16_login_csrf_a_form_from_another_site_is_refused(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let path = paths::sign_in(&handle);
        let fields = [("username", "ada"), ("password", PASSWORD)];
        let hostile: [&[(&str, &str)]; 5] = [
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", "null")],
            &[("origin", "https://evil.example")],
            &[("origin", "http://localhost")],
        ];
        for headers in hostile {
            let mut request = stage.post(&browser, &path, &fields);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{headers:?}");
            assert!(session_cookie(&answer).is_none());
            assert!(answer.text().await.unwrap().contains("cross_site_request"));
        }
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
        let own = stage.post(&browser, &path, &fields).header("sec-fetch-site", "same-origin");
        assert_eq!(own.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    }

    async fn a_form_without_the_browser_cookie_is_refused(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let handle = stage.begin(&Browser::new()).await;
        let address = format!("{}{}", stage.server.base, paths::sign_in(&handle));
        let fields = [("username", "ada"), ("password", PASSWORD)];
        let answer = stage.server.http.post(address).form(&fields).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn session_fixation_every_sign_in_makes_a_new_session_and_ends_the_old(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let mut browser = Browser::new();
        let first = stage.sign_in(&mut browser, "ada").await;
        let second = stage.sign_in(&mut browser, "ada").await;
        assert_ne!(first, second);
        let now = stage.world.now();
        let old = session_of(&stage.world.db, &Secret::from(first), now).await.unwrap();
        assert!(old.is_none(), "the old session has ended");
        assert!(session_of(&stage.world.db, &Secret::from(second), now).await.unwrap().is_some());
        assert_eq!(stage.count(LIVE_SESSIONS).await, 1);
    }

    async fn session_fixation_a_user_switch_ends_the_session_of_the_first(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let bob = stage.user("bob").await;
        let mut browser = Browser::new();
        let adas = stage.sign_in(&mut browser, "ada").await;
        let bobs = stage.sign_in(&mut browser, "bob").await;
        let now = stage.world.now();
        assert!(session_of(&stage.world.db, &Secret::from(adas), now).await.unwrap().is_none());
        let session = session_of(&stage.world.db, &Secret::from(bobs), now).await.unwrap();
        assert_eq!(session.unwrap().user, bob);
    }

    async fn zitadel_cve_2024_28197_a_planted_session_cookie_never_becomes_a_session(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let planted = Secret::generate("").reveal().to_owned();
        let mut browser = Browser::new();
        browser.session = Some(planted.clone());
        let session = stage.sign_in(&mut browser, "ada").await;
        assert_ne!(session, planted);
        let now = stage.world.now();
        assert!(session_of(&stage.world.db, &Secret::from(planted), now).await.unwrap().is_none());
    }

    async fn a_browser_cookie_that_is_there_twice_is_believed_in_neither_form(world: World) {
        let stage = Stage::open(world);
        let (own, planted) = (Browser::new(), Browser::new());
        let handle = stage.begin(&own).await;
        let path = paths::sign_in(&handle);
        let both = format!("{}; {}", own.cookies(), planted.cookies());
        let address = format!("{}{path}", stage.server.base);
        let request = stage.server.http.get(address).header(header::COOKIE, both);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    }

    async fn no_return_address_of_a_request_is_followed(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let path = format!("{}?next=https://evil.example&return_to=//evil.example", paths::sign_in(&handle));
        let fields = [("username", "ada"), ("password", PASSWORD), ("next", "https://evil.example")];
        let answer = stage.post(&browser, &path, &fields).send().await.unwrap();
        assert_eq!(answer.headers()[header::LOCATION], crate::stage::ONWARD);
    }
}
