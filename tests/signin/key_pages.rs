//! The pages around passkeys and security keys, over HTTP.

use std::time::Duration;

use doorward::domain::credentials::webauthn::{self, Kind};
use doorward::domain::signin::{Acr, Demand, Destination, NewSignIn, begin};
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::db::{Fetch, sql};
use doorward::http::web::paths;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::key_stage::key;
use crate::on_both_engines;
use crate::stage::{Browser, ONWARD, PASSWORD, Stage, location, session_cookie};

async fn json_of(answer: reqwest::Response) -> Value {
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/json");
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

/// A sign-in that has to come to something that cannot be phished.
async fn demanding(stage: &Stage, browser: &Browser) -> Secret {
    let mut change = stage.change().await;
    let new = NewSignIn {
        browser: browser.secret.digest(),
        destination: Destination::Authorize("waiting-request".to_owned()),
        application: None,
        login_hint: None,
        demand: Demand {
            acr: Some(Acr::PhishingResistant),
            essential: true,
            ..Demand::NONE
        },
        session: None,
    };
    let handle = begin(&mut change, &new, stage.world.state.lifetimes)
        .await
        .unwrap();
    change.commit().await.unwrap();
    handle
}

on_both_engines! {
    async fn the_page_offers_passkeys_and_a_passkey_leads_on(world: World) {
        let stage = Stage::open(world);
        let ada = stage.stranger("ada").await;
        let mut passkey = key(&stage.world, ada, Kind::Passkey).await;
        let browser = Browser::new();
        let path = paths::sign_in(&stage.begin(&browser).await);
        let shown = stage.get(&browser, &path).send().await.unwrap();
        let policy = shown.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("script-src 'self'; connect-src 'self'"), "{policy}");
        let page = shown.text().await.unwrap();
        assert!(page.contains(r#"id="passkey-login""#) && page.contains("data-conditional hidden"), "{page}");

        let asked = stage.post(&browser, &format!("{path}/passkey/options"), &[]).send().await.unwrap();
        assert_eq!(asked.headers()["cache-control"], "no-store");
        let answer = passkey.get(&json_of(asked).await);
        let fields = [("credential", answer.as_str())];
        let led = stage.post(&browser, &format!("{path}/passkey"), &fields).send().await.unwrap();
        assert_eq!((led.status(), location(&led)), (StatusCode::SEE_OTHER, ONWARD));
        assert!(session_cookie(&led).is_some());
        let again = stage.post(&browser, &format!("{path}/passkey/options"), &[]).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::CONFLICT, "the sign-in is over");
    }

    async fn a_refused_passkey_and_a_forgotten_one_are_told_on_the_page(world: World) {
        let stage = Stage::open(world);
        let browser = Browser::new();
        let path = paths::sign_in(&stage.begin(&browser).await);
        let mut stranger = Authenticator::new(&stage.world.base);
        let asked = stage.post(&browser, &format!("{path}/passkey/options"), &[]).send().await.unwrap();
        let answer = stranger.get(&json_of(asked).await);
        let fields = [("credential", answer.as_str())];
        let refused = stage.post(&browser, &format!("{path}/passkey"), &fields).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        let page = refused.text().await.unwrap();
        let signal = format!(r#"data-signal="unknown" data-rp-id="localhost" data-credential-id="{}""#, stranger.named());
        assert!(page.contains("That passkey did not work") && page.contains(&signal), "{page}");
        let late = stage.post(&browser, &format!("{path}/passkey"), &fields).send().await.unwrap();
        assert!(late.text().await.unwrap().contains("That took too long"));
        for fields in [&[][..], &[("credential", "")], &[("credential", "<script>")]] {
            let refused = stage.post(&browser, &format!("{path}/passkey"), fields).send().await.unwrap();
            assert_eq!(refused.status(), StatusCode::FORBIDDEN);
            assert!(!refused.text().await.unwrap().contains("data-signal"));
        }
    }

    async fn a_form_of_another_site_gets_no_challenge(world: World) {
        let stage = Stage::open(world);
        let browser = Browser::new();
        let path = paths::sign_in(&stage.begin(&browser).await);
        for way in ["passkey", "passkey/options", "security-key/options", "enrol/passkey/options"] {
            let sent = stage.post(&browser, &format!("{path}/{way}"), &[]).header("sec-fetch-site", "cross-site");
            assert_eq!(sent.send().await.unwrap().status(), StatusCode::FORBIDDEN, "{way}");
        }
        let stolen = stage.post(&Browser::new(), &format!("{path}/passkey/options"), &[]).send().await.unwrap();
        assert_eq!(stolen.status(), StatusCode::CONFLICT, "another browser's sign-in");
    }

    async fn a_key_is_set_up_on_the_way_in_where_one_is_demanded(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = demanding(&stage, &browser).await;
        let path = paths::sign_in(&handle);
        let early = stage.post(&browser, &format!("{path}/enrol/passkey/options"), &[]).send().await.unwrap();
        assert_eq!(early.status(), StatusCode::CONFLICT, "nobody has proven anything");
        let led = stage.submit(&browser, &handle, "ada", PASSWORD).await;
        assert_eq!(location(&led), format!("{path}/enrol"));
        let page = stage.get(&browser, &format!("{path}/enrol")).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(r#"id="passkey-add""#), "{page}");
        let asked = stage.post(&browser, &format!("{path}/enrol/passkey/options"), &[]).send().await.unwrap();
        let answer = Authenticator::new(&stage.world.base).create(&json_of(asked).await);
        let fields = [("credential", answer.as_str())];
        let done = stage.post(&browser, &format!("{path}/enrol/passkey"), &fields).send().await.unwrap();
        assert_eq!(done.status(), StatusCode::OK, "the page with the recovery codes");
        assert!(session_cookie(&done).is_some());
    }

    async fn keycloak_cve_2026_37982_a_password_alone_adds_no_key_to_an_account_that_has_a_factor(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        key(&stage.world, ada, Kind::SecurityKey).await;
        let browser = Browser::new();
        let handle = demanding(&stage, &browser).await;
        let path = paths::sign_in(&handle);
        let led = stage.submit(&browser, &handle, "ada", PASSWORD).await;
        assert_eq!(location(&led), format!("{path}/second"));
        let page = stage.get(&browser, &format!("{path}/second")).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(r#"id="webauthn-login""#), "{page}");
        for kind in ["passkey", "security-key"] {
            let asked = stage.post(&browser, &format!("{path}/enrol/{kind}/options"), &[]).send().await.unwrap();
            assert_eq!(asked.status(), StatusCode::CONFLICT, "{kind}");
        }
        let page = stage.get(&browser, &format!("{path}/enrol")).send().await.unwrap();
        assert_eq!(location(&page), format!("{path}/second"));
    }

    async fn the_account_lists_adds_renames_and_removes(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        let new = "/account/security/new/passkey";
        let page = stage.get(&browser, new).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(r#"id="passkey-add""#) && page.contains("data-webauthn=\"create\""), "{page}");
        let asked = stage.post(&browser, &format!("{new}/options"), &[]).send().await.unwrap();
        let mut passkey = Authenticator::new(&stage.world.base);
        let answer = passkey.create(&json_of(asked).await);
        let fields = [("credential", answer.as_str()), ("name", "<b>Ada's</b>")];
        let added = stage.post(&browser, new, &fields).send().await.unwrap();
        assert_eq!(location(&added), "/account/security?notice=key-added");
        let page = stage.get(&browser, "/account/security").send().await.unwrap().text().await.unwrap();
        assert!(page.contains("&#60;b&#62;Ada") && !page.contains("<b>Ada"), "{page}");
        assert!(page.contains(&format!(r#"data-accepted="{}""#, passkey.named())), "{page}");

        let id = webauthn::list(&stage.world.db, ada).await.unwrap()[0].id;
        let one = format!("/account/security/keys/{id}");
        assert_eq!(stage.get(&browser, &one).send().await.unwrap().status(), StatusCode::OK);
        let renamed = stage.post(&browser, &format!("{one}/rename"), &[("name", "Work")]).send().await.unwrap();
        assert_eq!(location(&renamed), "/account/security?notice=saved");
        let nameless = stage.post(&browser, &format!("{one}/rename"), &[("name", " ")]).send().await.unwrap();
        assert_eq!(nameless.status(), StatusCode::BAD_REQUEST);

        // The password is gone: the passkey is the only way in.
        let mut change = stage.change().await;
        doorward::domain::credentials::remove_password(&mut change, ada).await.unwrap();
        change.commit().await.unwrap();
        let kept = stage.post(&browser, &format!("{one}/remove"), &[]).send().await.unwrap();
        assert_eq!(kept.status(), StatusCode::CONFLICT);
        assert!(kept.text().await.unwrap().contains("the only thing that you can sign in with"));
        stage.set_password(ada, PASSWORD, false).await;
        let removed = stage.post(&browser, &format!("{one}/remove"), &[]).send().await.unwrap();
        assert_eq!(location(&removed), "/account/security?notice=key-removed");
        let twice = stage.post(&browser, &format!("{one}/remove"), &[]).send().await.unwrap();
        assert_eq!(location(&twice), "/account/security?notice=nothing-to-do");
        let mut from = &stage.world.db;
        let events = from.fetch_all(sql("select action from audit_events where action like 'webauthn.%' order by id")).await.unwrap();
        let mut actions: Vec<String> = events.iter().map(|row| row.get("action").unwrap()).collect();
        actions.sort();
        assert_eq!(actions, ["webauthn.added", "webauthn.removed", "webauthn.renamed"]);
    }

    async fn keys_are_changed_only_after_a_fresh_sign_in_and_only_by_their_owner(world: World) {
        let stage = Stage::open(world);
        let (ada, bob) = (stage.user("ada").await, stage.user("bob").await);
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        key(&stage.world, bob, Kind::Passkey).await;
        let bobs = webauthn::list(&stage.world.db, bob).await.unwrap()[0].id;
        let strange = format!("/account/security/keys/{bobs}");
        assert_eq!(stage.get(&browser, &strange).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        let removed = stage.post(&browser, &format!("{strange}/remove"), &[]).send().await.unwrap();
        assert_eq!(location(&removed), "/account/security?notice=nothing-to-do");
        assert_eq!(webauthn::list(&stage.world.db, bob).await.unwrap().len(), 1);
        for path in ["/account/security/new/fingerprint", "/account/security/keys/x"] {
            assert_eq!(stage.get(&browser, path).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        }

        key(&stage.world, ada, Kind::Passkey).await;
        let one = webauthn::list(&stage.world.db, ada).await.unwrap()[0].id;
        stage.world.clock.advance(Duration::from_secs(60 * 60));
        for path in ["/account/security/new/passkey".to_owned(), format!("/account/security/keys/{one}")] {
            let led = stage.get(&browser, &path).send().await.unwrap();
            assert!(location(&led).starts_with("/login/"), "{path}");
        }
        for path in ["/account/security/new/passkey/options".to_owned(), "/account/security/new/passkey".to_owned(), format!("/account/security/keys/{one}/remove"), format!("/account/security/keys/{one}/rename")] {
            let led = stage.post(&browser, &path, &[("name", "x")]).send().await.unwrap();
            assert!(location(&led).starts_with("/login/"), "{path}");
        }
        assert_eq!(webauthn::list(&stage.world.db, ada).await.unwrap().len(), 1);
    }

    async fn what_browsers_look_for_is_where_they_look_for_it(world: World) {
        let related = url::Url::parse("https://login.example.org").unwrap();
        let world = world.with(|basics| basics.webauthn.related_origins = vec![related]).await;
        let stage = Stage::open(world);
        let base = &stage.world.base;
        let origins = json_of(stage.get(&Browser::new(), "/.well-known/webauthn").send().await.unwrap()).await;
        assert_eq!(origins, json!({"origins": [base, "https://login.example.org"]}));
        let places = json_of(stage.get(&Browser::new(), "/.well-known/passkey-endpoints").send().await.unwrap()).await;
        let page = format!("{base}/account/security");
        assert_eq!(places, json!({"enroll": page, "manage": page}));
    }

    async fn an_address_that_is_no_name_has_no_keys(world: World) {
        let world = world.with(|basics| basics.public_url = url::Url::parse("http://127.0.0.1:1").unwrap()).await;
        let stage = Stage::open(world);
        let browser = Browser::new();
        let path = paths::sign_in(&stage.begin(&browser).await);
        let page = stage.get(&browser, &path).send().await.unwrap().text().await.unwrap();
        assert!(!page.contains("<script") && page.contains(r#"autocomplete="username""#), "{page}");
        for path in [format!("{path}/passkey"), format!("{path}/passkey/options")] {
            assert_eq!(stage.post(&browser, &path, &[]).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        }
        let answer = stage.get(&browser, "/.well-known/webauthn").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
}
