//! Device authorizations (RFC 8628): checklist B 27 and D 41, and what RFC 10027 advises.

use doorward::domain::clients::{GrantType, Metadata, RequiredMfa};
use doorward::domain::signin::{self, Method};
use doorward::foundation::{crypto::token::Secret, zone::Zone};
use reqwest::Response;
use serde_json::Value;

use crate::application::{
    Answer, Application, Browser, answer, location, metadata, person, register, serve,
    sign_in_with, signed_in,
};
use crate::on_both_engines;
use crate::second_factor::proven;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn of_a_device() -> Metadata {
    let mut metadata = metadata();
    metadata.grant_types.push(GrantType::DeviceCode);
    metadata
}

/// A device that has its codes.
struct Device<'a> {
    app: &'a Application<'a>,
    device_code: String,
    user_code: String,
}

async fn ask(app: &Application<'_>, form: &[(&str, &str)]) -> Answer {
    let url = format!("{}/oauth2/device", app.server.base);
    let mut form: Vec<(&str, &str)> = form.to_vec();
    let request = app
        .server
        .http
        .post(url)
        .header("user-agent", "Telly/1 <b>");
    let request = match &app.secret {
        Some(secret) => request.basic_auth(&app.client_id, Some(secret)),
        None => {
            form.push(("client_id", &app.client_id));
            request
        }
    };
    answer(request.form(&form).send().await.unwrap()).await
}

async fn device<'a>(app: &'a Application<'a>, scope: &str) -> Device<'a> {
    let answer = ask(app, &[("scope", scope)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.headers["cache-control"], "no-store");
    Device {
        app,
        device_code: answer.text("device_code").to_owned(),
        user_code: answer.text("user_code").to_owned(),
    }
}

impl Device<'_> {
    async fn poll(&self) -> Answer {
        let form = [
            ("grant_type", GRANT.to_owned()),
            ("device_code", self.device_code.clone()),
        ];
        self.app.token(&form).await
    }

    async fn decide(&self, browser: &Browser, decision: &str) -> Response {
        decide(self.app, browser, &self.user_code, decision).await
    }
}

async fn decide(app: &Application<'_>, browser: &Browser, code: &str, decision: &str) -> Response {
    let form = [
        ("user_code", code.to_owned()),
        ("session", browser.session.to_string()),
        ("decision", decision.to_owned()),
    ];
    app.post("/device/decide", &browser.cookies, &form).await
}

async fn type_in(app: &Application<'_>, browser: &Browser, code: &str) -> (u16, String) {
    let form = [("user_code", code.to_owned())];
    let response = app.post("/device", &browser.cookies, &form).await;
    assert!(
        response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("frame-ancestors 'none'")
    );
    assert_eq!(response.headers()["cache-control"], "no-store");
    (response.status().as_u16(), response.text().await.unwrap())
}

on_both_engines! {
    async fn a_device_is_connected_by_a_session_that_will_do_for_its_application(world: World) {
        let mut strict = of_a_device();
        strict.require_mfa = RequiredMfa::MultiFactor;
        let app = serve(&world, true, strict).await;
        let device = device(&app, "openid").await;
        let weak = proven(&app, &[Method::Password]).await;
        let form = [("user_code", device.user_code.clone())];
        let typed = app.post("/device", &weak.cookies, &form).await;
        assert!(location(&typed).path().starts_with("/login/"));
        // Nor without the page.
        let decided = device.decide(&weak, "allow").await;
        assert!(location(&decided).path().starts_with("/login/"));
        assert_eq!(device.poll().await.error(), (400, "authorization_pending"));
        let methods = [Method::Password, Method::Totp];
        let strong = sign_in_with(&world, weak.user, Secret::generate(""), &methods).await;
        assert_eq!(type_in(&app, &strong, &device.user_code).await.0, 200);
        assert_eq!(device.decide(&strong, "allow").await.status(), 200);
        app.pass(5);
        let tokens = device.poll().await;
        let token = app.checked(tokens.text("id_token")).await;
        assert_eq!(token["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    }

    async fn a_person_types_the_code_allows_and_the_device_gets_its_tokens(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let device = device(&app, "openid email offline_access").await;
        assert_eq!(device.poll().await.error(), (400, "authorization_pending"));
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let typed = device.user_code.to_lowercase().replace('-', " ");
        let (status, page) = type_in(&app, &browser, &typed).await;
        assert_eq!(status, 200);
        // What asks, for what, in whose name, from where and when: and it is escaped.
        let when = Zone::utc().minutes(world.clock.now());
        for shown in ["The Application", "babs", &device.user_code, "127.0.0.1", &when, "see your e-mail address", "Telly/1 &#60;b&#62;", "consent-allow", "consent-deny", "device-warning"] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        assert_eq!(device.decide(&browser, "allow").await.status(), 200);
        app.pass(5);
        let tokens = device.poll().await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        let claims = app.checked(tokens.text("id_token")).await;
        assert_eq!(claims["sub"], browser.user.to_string());
        assert_eq!(claims["sid"], browser.session.to_string());
        assert_eq!(app.userinfo(tokens.text("access_token")).await.body["email"], "babs@example.com");
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.status, 200);
        assert_eq!(device.poll().await.error(), (400, "invalid_grant"));
    }

    async fn item_27_of_32_polls_at_once_one_gets_the_tokens(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let device = device(&app, "openid").await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        device.decide(&browser, "allow").await;
        let polls = (0..32).map(|_| device.poll());
        let answers = futures_util::future::join_all(polls).await;
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(won, 1);
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            assert!(matches!(answer.error(), (400, "invalid_grant") | (503, _)), "{}", answer.body);
        }
    }

    async fn of_two_decisions_the_first_counts(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let device = device(&app, "openid").await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let (one, two) = tokio::join!(device.decide(&browser, "deny"), device.decide(&browser, "deny"));
        let mut statuses = [one.status().as_u16(), two.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
        assert_eq!(device.decide(&browser, "allow").await.status(), 400);
        assert_eq!(device.poll().await.error(), (400, "access_denied"));
    }

    async fn item_27_who_polls_too_fast_is_slowed_down_and_a_late_device_has_nothing(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let device = device(&app, "openid").await;
        assert_eq!(device.poll().await.error(), (400, "authorization_pending"));
        assert_eq!(device.poll().await.error(), (400, "slow_down"));
        // Ten seconds now: five are too few.
        app.pass(5);
        assert_eq!(device.poll().await.error(), (400, "slow_down"));
        app.pass(15);
        assert_eq!(device.poll().await.error(), (400, "authorization_pending"));
        app.pass(600);
        assert_eq!(device.poll().await.error(), (400, "expired_token"));
        let browser = signed_in(&world, person(&world, "babs").await).await;
        assert_eq!(type_in(&app, &browser, &device.user_code).await.0, 400);
        assert_eq!(device.decide(&browser, "allow").await.status(), 400);
    }

    async fn item_27_a_device_code_is_worth_nothing_to_another_client(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let own = device(&app, "openid").await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        own.decide(&browser, "allow").await;
        let other = serve(&world, true, of_a_device()).await;
        let stolen = Device { app: &other, device_code: own.device_code.clone(), user_code: String::new() };
        assert_eq!(stolen.poll().await.error(), (400, "invalid_grant"));
        for garbage in ["dwd_AAAA", "", &own.user_code, &own.device_code[..own.device_code.len() - 1]] {
            let forged = Device { app: &app, device_code: garbage.to_owned(), user_code: String::new() };
            assert_eq!(forged.poll().await.status, 400, "{garbage}");
        }
        assert_eq!(own.poll().await.status, 200);
    }

    async fn authentik_cve_2024_52287_a_scope_that_was_not_registered_is_refused(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        for scope in ["openid scim", "admin", "openid  \"x\""] {
            assert_eq!(ask(&app, &[("scope", scope)]).await.error(), (400, "invalid_scope"), "{scope}");
        }
        assert_eq!(ask(&app, &[("resource", "https://other.example")]).await.error(), (400, "invalid_target"));
    }

    async fn authentik_cve_2024_38371_who_lost_access_gets_nothing_by_a_device(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let user = person(&world, "babs").await;
        let browser = signed_in(&world, user).await;
        let device = device(&app, "openid offline_access").await;
        device.decide(&browser, "allow").await;
        crate::deactivation::block(&world, user, true).await;
        assert_eq!(device.poll().await.error(), (400, "invalid_grant"));
        // Nor does their browser decide any more: it is sent to sign in.
        let fresh = ask(&app, &[("scope", "openid")]).await;
        let response = decide(&app, &browser, fresh.text("user_code"), "allow").await;
        assert_eq!(response.status(), 303);
    }

    async fn a_client_that_did_not_register_the_grant_or_does_not_prove_itself_is_refused(world: World) {
        let app = serve(&world, true, metadata()).await;
        assert_eq!(ask(&app, &[]).await.error(), (400, "unauthorized_client"));
        let mut stranger = serve(&world, true, of_a_device()).await;
        stranger.secret = Some("wrong".to_owned());
        assert_eq!(ask(&stranger, &[]).await.error(), (401, "invalid_client"));
        let public = serve(&world, false, of_a_device()).await;
        assert_eq!(ask(&public, &[("scope", "openid")]).await.status, 200);
        let get = app.get("/oauth2/device", "", &[]).await;
        assert_eq!(get.status(), 405);
    }

    async fn a_person_signs_in_first_and_the_code_is_not_lost(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let device = device(&app, "openid").await;
        let query = [("user_code", device.user_code.clone())];
        let response = app.get("/device", "", &query).await;
        assert_eq!(response.status(), 303);
        assert!(response.headers()["location"].to_str().unwrap().starts_with("/login/"));
        let letters = device.user_code.replace('-', "");
        let destination = signin::Destination::Device(letters.clone());
        let path = doorward::http::web::paths::destination(&destination);
        assert_eq!(path, format!("/device?user_code={letters}"));
        // Neither does a form of somebody who is not signed in decide anything.
        let form = [("user_code", device.user_code.clone()), ("decision", "allow".to_owned())];
        assert_eq!(app.post("/device/decide", "", &form).await.status(), 303);
        assert_eq!(device.poll().await.error(), (400, "authorization_pending"));
    }

    async fn rfc_10027_a_code_in_the_address_confirms_nothing(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let answer = ask(&app, &[("scope", "openid")]).await;
        let complete = answer.text("verification_uri_complete").to_owned();
        assert_eq!(complete, format!("{}/device?user_code={}", world.base, answer.text("user_code")));
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let query = [("user_code", answer.text("user_code").to_owned())];
        let page = app.get("/device", &browser.cookies, &query).await;
        assert_eq!(page.status(), 200);
        let page = page.text().await.unwrap();
        // The field is filled in; what asks is not even looked up.
        assert!(page.contains(answer.text("user_code")) && page.contains("device-submit"));
        assert!(!page.contains("consent-allow") && !page.contains("The Application"));
        // A decision for another session, or none at all, is none.
        let other = signed_in(&world, browser.user).await;
        for (session, decision) in [(other.session.to_string(), "allow"), (browser.session.to_string(), "")] {
            let form = [
                ("user_code", answer.text("user_code").to_owned()),
                ("session", session),
                ("decision", decision.to_owned()),
            ];
            assert_eq!(app.post("/device/decide", &browser.cookies, &form).await.status(), 303);
        }
        let device = Device { app: &app, device_code: answer.text("device_code").to_owned(), user_code: String::new() };
        assert_eq!(device.poll().await.error(), (400, "authorization_pending"));
    }

    async fn item_41_every_code_that_is_not_right_gets_the_same_answer(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let denied = device(&app, "openid").await;
        denied.decide(&browser, "deny").await;
        let mut pages = Vec::new();
        for code in ["BCDF-GHJK", &denied.user_code, "not a code"] {
            let (status, page) = type_in(&app, &browser, code).await;
            assert_eq!(status, 400);
            pages.push(page.replace(code, ""));
        }
        assert!(pages.iter().all(|page| *page == pages[0]));
    }

    async fn item_27_typed_codes_are_limited_also_when_they_come_at_once(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let device = device(&app, "openid").await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let guesses = (0..40).map(|_| async {
            let form = [("user_code", "BCDF-GHJK".to_owned())];
            app.post("/device", &browser.cookies, &form).await.status().as_u16()
        });
        let statuses = futures_util::future::join_all(guesses).await;
        assert!(statuses.iter().filter(|status| **status == 400).count() <= 20, "{statuses:?}");
        // The right one is not looked up either, until the window is over.
        assert_eq!(type_in(&app, &browser, &device.user_code).await.0, 429);
        assert_eq!(device.decide(&browser, "allow").await.status(), 429);
        app.pass(601);
        assert_eq!(type_in(&app, &browser, "BCDF-GHJK").await.0, 400);
    }

    async fn a_form_of_another_site_decides_nothing(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let device = device(&app, "openid").await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let form = [
            ("user_code", device.user_code.clone()),
            ("session", browser.session.to_string()),
            ("decision", "allow".to_owned()),
        ];
        let url = format!("{}/device/decide", world.base);
        let request = app.server.http.post(url).form(&form).header("cookie", &browser.cookies);
        let response = request.header("sec-fetch-site", "cross-site").send().await.unwrap();
        assert_eq!(response.status(), 403);
        assert_eq!(device.poll().await.error(), (400, "authorization_pending"));
    }

    async fn rows_hold_neither_code_and_are_swept(world: World) {
        use doorward::domain::audit::{Actor, Change};
        use doorward::foundation::db::{Fetch, sql};
        let app = serve(&world, true, of_a_device()).await;
        let device = device(&app, "openid").await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        type_in(&app, &browser, "BCDF-GHJK").await;
        let count = async || -> i64 {
            let mut from = &world.db;
            let rows = from.fetch_all(sql("select device_digest, user_code_digest from device_authorizations
                 union all select typed_by, '' from user_code_tries")).await.unwrap();
            for row in &rows {
                for column in ["device_digest", "user_code_digest"] {
                    let text: Option<String> = row.get(column).unwrap();
                    let text = text.unwrap_or_default();
                    assert!(!text.contains(&device.device_code));
                    assert!(text.is_empty() || !text.contains(&device.user_code.replace('-', "")));
                }
            }
            i64::try_from(rows.len()).unwrap()
        };
        assert_eq!(count().await, 3);
        app.pass(601 + 24 * 3600);
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        doorward::domain::grants::sweep(&mut change).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(count().await, 0);
    }

    async fn discovery_names_the_endpoint_and_the_grant(world: World) {
        let app = serve(&world, true, of_a_device()).await;
        let metadata: Value = app.get("/.well-known/openid-configuration", "", &[]).await.json().await.unwrap();
        assert_eq!(metadata["device_authorization_endpoint"], format!("{}/oauth2/device", world.base));
        assert!(metadata["grant_types_supported"].as_array().unwrap().iter().any(|one| one == GRANT));
        register(&world, true, of_a_device()).await;
    }
}
