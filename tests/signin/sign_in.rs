use std::time::Duration;

use doorward::domain::signin::session_of;
use doorward::domain::tries::failed_tries;
use doorward::foundation::crypto::password::{Cost, PasswordPool};
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::db::{Fetch, sql};
use doorward::http::web::paths;
use reqwest::{StatusCode, header};

use crate::on_both_engines;
use crate::stage::{
    ALL_SESSIONS, Browser, LIVE_SESSIONS, ONWARD, PASSWORD, Stage, location, session_cookie,
};

on_both_engines! {
    async fn the_form_has_the_fields_that_browsers_and_password_managers_know(world: World) {
        let stage = Stage::open(world);
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let answer = stage.get(&browser, &paths::sign_in(&handle)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let page = answer.text().await.unwrap();
        for part in [
            r#"id="username" name="username""#,
            r#"id="password" name="password" type="password""#,
            r#"autocomplete="username webauthn""#,
            r#"autocomplete="current-password""#,
            r#"<label for="username">"#,
            r#"<label for="password">"#,
            r#"id="login-submit""#,
            "Harbour &#60;Expenses&#62;",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(!page.contains("style="), "{page}");
        let scripts: Vec<&str> = page.split("<script").skip(1).collect();
        assert_eq!(scripts.len(), 1, "{page}");
        assert!(scripts[0].starts_with(r#" src="/assets/"#) && scripts[0].contains("defer></script>"), "{page}");
    }

    async fn a_right_password_opens_a_session_and_leads_on(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let answer = stage.submit(&browser, &handle, "ada", PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&answer), ONWARD);
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/"), "{cookie}");
        let secret = Secret::from(session_cookie(&answer).unwrap());
        let session = session_of(&stage.world.db, &secret, stage.world.now()).await.unwrap();
        let session = session.expect("a session");
        assert_eq!(session.user, ada);
        assert_eq!(session.address.as_deref(), Some("127.0.0.1"));
    }

    async fn an_e_mail_address_does_as_well_as_the_user_name(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        for name in ["ADA@example.test", " ada@example.test "] {
            let browser = Browser::new();
            let handle = stage.begin(&browser).await;
            let answer = stage.submit(&browser, &handle, name, PASSWORD).await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{name}");
        }
    }

    async fn a_wrong_password_keeps_the_typed_name_and_the_sign_in(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let answer = stage.submit(&browser, &handle, "ada", "wrong").await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert!(session_cookie(&answer).is_none());
        let page = answer.text().await.unwrap();
        assert!(page.contains(r#"value="ada""#) && page.contains(r#"role="alert""#), "{page}");
        assert!(!page.contains("wrong"), "the password is not in the page");
        assert_eq!(failed_tries(&stage.world.db, ada, stage.world.now()).await.unwrap()[0].tries, 1);

        let answer = stage.submit(&browser, &handle, "ada", PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert!(failed_tries(&stage.world.db, ada, stage.world.now()).await.unwrap().is_empty());
    }

    async fn what_was_typed_is_escaped(world: World) {
        let stage = Stage::open(world);
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let typed = r#""><script>alert(1)</script>"#;
        let page = stage.submit(&browser, &handle, typed, "x").await.text().await.unwrap();
        assert!(!page.contains("<script>alert"), "{page}");
    }

    async fn authentik_cve_2026_49443_an_empty_form_advances_nothing(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let path = paths::sign_in(&handle);
        let before = stage.world.state.passwords.computed();
        for fields in [&[][..], &[("username", "ada")], &[("password", PASSWORD)], &[("username", " "), ("password", "")]] {
            let answer = stage.post(&browser, &path, fields).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{fields:?}");
            assert!(session_cookie(&answer).is_none());
        }
        assert_eq!(stage.world.state.passwords.computed(), before);
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
        assert!(failed_tries(&stage.world.db, ada, stage.world.now()).await.unwrap().is_empty());
    }

    async fn a_handle_that_was_used_leads_on_and_makes_no_second_session(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        stage.submit(&browser, &handle, "ada", PASSWORD).await;
        let before = stage.world.state.passwords.computed();
        let again = stage.submit(&browser, &handle, "ada", PASSWORD).await;
        assert_eq!(again.status(), StatusCode::CONFLICT);
        assert!(session_cookie(&again).is_none());
        assert!(again.text().await.unwrap().contains(ONWARD), "a way on");
        assert_eq!(stage.world.state.passwords.computed(), before, "no work for it");
        let shown = stage.get(&browser, &paths::sign_in(&handle)).send().await.unwrap();
        assert_eq!(shown.status(), StatusCode::CONFLICT);
        assert_eq!(stage.count(ALL_SESSIONS).await, 1);
    }

    async fn an_expired_handle_says_so_and_shows_where_to_start(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        stage.world.clock.advance(Duration::from_secs(30 * 60));
        let answer = stage.submit(&browser, &handle, "ada", PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::GONE);
        let page = answer.text().await.unwrap();
        assert!(page.contains("sign_in_expired") && page.contains(r#"href="/login""#), "{page}");
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
    }

    async fn an_unknown_handle_is_a_clear_page(world: World) {
        let stage = Stage::open(world);
        let browser = Browser::new();
        for path in ["/login/nonsense", "/login/%00", "/login/%ff", "/login/nonsense/password"] {
            let answer = stage.get(&browser, path).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            let page = answer.text().await.unwrap();
            assert!(page.contains("sign_in_unknown"), "{path}");
        }
    }

    async fn without_a_handle_the_page_says_where_to_start(world: World) {
        let stage = Stage::open(world);
        for path in ["/login", "/login/"] {
            let answer = stage.get(&Browser::new(), path).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            assert!(answer.text().await.unwrap().contains("Where to start"));
        }
    }

    async fn a_form_that_is_no_form_is_refused(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let path = paths::sign_in(&handle);
        let send = |kind: &'static str, body: String| {
            let address = format!("{}{path}", stage.server.base);
            let request = stage.server.http.post(address).header(header::COOKIE, browser.cookies());
            let request = request.header(header::CONTENT_TYPE, kind).body(body);
            async move { request.send().await.unwrap().status() }
        };
        let form = "application/x-www-form-urlencoded";
        let credentials = format!("username=ada&password={PASSWORD}");
        assert_eq!(send("application/json", r#"{"username":"ada"}"#.into()).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(send("text/plain", credentials.clone()).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(send(form, format!("{credentials}&username=bob")).await, StatusCode::BAD_REQUEST);
        assert_eq!(send(form, format!("{credentials}&x={}", "y".repeat(65 * 1024))).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(stage.count(ALL_SESSIONS).await, 0);
        let fine = "application/x-www-form-urlencoded; charset=UTF-8";
        assert_eq!(send(fine, credentials.replace(' ', "+")).await, StatusCode::SEE_OTHER);
    }

    async fn names_and_passwords_of_any_kind_are_answered_and_never_an_error(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let long = "x".repeat(30_000);
        for (name, password) in [
            ("a\u{0}b", "p"), ("ada", "a\u{0}b"), (long.as_str(), "p"), ("ada", long.as_str()),
            ("\u{202e}ada", "p"), ("' or 1=1 --", "p"), ("%", "p"), ("ада", "пароль"),
        ] {
            let answer = stage.submit(&browser, &handle, name, password).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        }
    }

    async fn a_busy_pool_answers_503_with_retry_after_and_counts_nothing(world: World) {
        let slow = Cost { memory_kib: 19 * 1024, passes: 16, lanes: 1 };
        let pool = PasswordPool::with(slow, 1, 1, Duration::from_secs(1)).unwrap();
        let world = world.with(|basics| basics.passwords = pool).await;
        let stage = Stage::open(world);
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let names: Vec<String> = (0..8).map(|n| format!("nobody-{n}")).collect();
        let tries = names.iter().map(|name| stage.submit(&browser, &handle, name, "p"));
        let answers = futures_util::future::join_all(tries).await;
        let busy: Vec<_> = answers.iter().filter(|a| a.status() == StatusCode::SERVICE_UNAVAILABLE).collect();
        assert!(busy.len() >= 4, "{} of 8", busy.len());
        assert!(busy.iter().all(|answer| answer.headers().contains_key(header::RETRY_AFTER)));
        let counted = stage.count("select cast(sum(failed) as bigint) as n from try_pools where subject like 'name:%'").await;
        assert_eq!(counted, i64::try_from(8 - busy.len()).unwrap());
    }

    async fn the_beginning_of_a_session_is_on_record_with_its_request(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let answer = stage.submit(&browser, &handle, "ada", PASSWORD).await;
        let request = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let mut from = &stage.world.db;
        let row = from.fetch_one(sql("select actor_id, subject_id, request_id, detail from audit_events where action = 'session.began'")).await.unwrap();
        assert_eq!(row.get::<String>("subject_id").unwrap(), ada.to_string());
        assert_eq!(row.get::<String>("actor_id").unwrap(), ada.to_string());
        assert_eq!(row.get::<String>("request_id").unwrap(), request);
        let detail: String = row.get("detail").unwrap();
        assert!(!detail.contains(&session_cookie(&answer).unwrap()));
        assert_eq!(stage.count(LIVE_SESSIONS).await, 1);
    }
}
