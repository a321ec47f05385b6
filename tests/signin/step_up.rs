//! An open session that is asked for more: by an application, or by the policy of by now.

use std::collections::HashMap;
use std::time::Duration;

use doorward::domain::clients::{self, Metadata, NewClient, RequiredMfa};
use doorward::domain::directory::UserId;
use doorward::domain::mfa::{self, Rule, Scope};
use doorward::domain::{grants, signin};
use doorward::http::web::paths;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::enrolment::offered;
use crate::factors::phone_of;
use crate::mfa::{group, with_roles};
use crate::on_both_engines;
use crate::stage::{Browser, LIVE_SESSIONS, PASSWORD, Stage, location, session_cookie};

const CALLBACK: &str = "https://app.example.com/cb";
const REQUIRED: Rule = Rule {
    required: true,
    trust: None,
};
const HOUR: Duration = Duration::from_secs(60 * 60);

/// An application before the stage's server.
struct App<'s> {
    stage: &'s Stage,
    id: String,
    secret: String,
}

impl App<'_> {
    async fn requiring(stage: &Stage, require_mfa: RequiredMfa) -> App<'_> {
        let mut metadata = Metadata::new(vec![CALLBACK.to_owned()]);
        metadata.require_mfa = require_mfa;
        let new = NewClient {
            name: "Harbour".to_owned(),
            confidential: true,
            metadata,
            scope: "openid".parse().unwrap(),
        };
        let mut change = stage.change().await;
        let master = &stage.world.state.master_key;
        let registered = clients::register_with(&mut change, master, new, None);
        let registered = registered.await.unwrap();
        change.commit().await.unwrap();
        stage.world.state.refresh().await.unwrap();
        App {
            stage,
            id: registered.id.to_string(),
            secret: registered.secret.unwrap().reveal().to_owned(),
        }
    }

    async fn allowed_by(&self, user: UserId) {
        let mut change = self.stage.change().await;
        let id = clients::ClientId::from_stored(self.id.clone());
        let scope = "openid".parse().unwrap();
        grants::give_consent(&mut change, user, &id, &scope)
            .await
            .unwrap();
        change.commit().await.unwrap();
    }

    async fn ask(&self, browser: &Browser, more: &str) -> Response {
        let id = &self.id;
        let path = format!(
            "/oauth2/authorize?client_id={id}&redirect_uri={CALLBACK}&response_type=code&scope=openid{more}"
        );
        self.stage.get(browser, &path).send().await.unwrap()
    }

    /// What a silent request is answered.
    async fn silent(&self, browser: &Browser) -> HashMap<String, String> {
        answered(&self.ask(browser, "&prompt=none").await)
    }

    /// Where a browser is led that lacks something, in two steps.
    async fn led(&self, browser: &Browser) -> (String, String) {
        let answer = self.ask(browser, "").await;
        let sign_in = location(&answer).to_owned();
        assert!(sign_in.starts_with("/login/"), "{sign_in}");
        let shown = self.stage.get(browser, &sign_in).send().await.unwrap();
        let step = match shown.status() {
            StatusCode::OK => sign_in.clone(),
            _ => location(&shown).to_owned(),
        };
        let below = step.strip_prefix(&sign_in).unwrap().to_owned();
        (sign_in, below)
    }

    /// What the ID token says, for the answer to a request.
    async fn told(&self, answer: &Response) -> Value {
        let given = answered(answer);
        let code = given.get("code").unwrap_or_else(|| panic!("{given:?}"));
        let form = [
            ("grant_type", "authorization_code"),
            ("redirect_uri", CALLBACK),
            ("code", code),
        ];
        let server = &self.stage.server;
        let request = server.http.post(format!("{}/oauth2/token", server.base));
        let request = request.basic_auth(&self.id, Some(&self.secret)).form(&form);
        let tokens: Value = request.send().await.unwrap().json().await.unwrap();
        let token = tokens["id_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{tokens}"));
        let (keys, now) = (&self.stage.world.state.signing_keys, self.stage.world.now());
        keys.verify(token, "JWT", now).expect("an ID token of ours")
    }
}

fn answered(answer: &Response) -> HashMap<String, String> {
    let url = Url::parse(location(answer)).unwrap_or_else(|_| panic!("{}", location(answer)));
    assert!(url.as_str().starts_with(CALLBACK), "{url}");
    url.query_pairs().into_owned().collect()
}

async fn state(stage: &Stage, scope: Scope) {
    let mut change = stage.change().await;
    mfa::state(&mut change, scope, REQUIRED).await.unwrap();
    change.commit().await.unwrap();
}

async fn exempt(stage: &Stage, user: UserId) {
    let mut change = stage.change().await;
    mfa::exempt(&mut change, user, "a test", None)
        .await
        .unwrap();
    change.commit().await.unwrap();
}

/// Gives the code of a phone at the second step, and takes the request up again.
async fn steps_up(stage: &Stage, browser: &mut Browser, sign_in: &str, code: &str) -> Response {
    let fields = [("code", code)];
    let path = format!("{sign_in}/second");
    let answer = stage.post(browser, &path, &fields).send().await.unwrap();
    browser.session = Some(session_cookie(&answer).expect("another session"));
    let onward = location(&answer).to_owned();
    stage.get(browser, &onward).send().await.unwrap()
}

on_both_engines! {
    async fn checklist_17_a_session_that_is_stepped_up_is_another_one_with_all_that_was_proven(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        exempt(&stage, ada).await;
        let (plain, strict) = (
            App::requiring(&stage, RequiredMfa::None).await,
            App::requiring(&stage, RequiredMfa::MultiFactor).await,
        );
        for app in [&plain, &strict] {
            app.allowed_by(ada).await;
        }
        let mut browser = Browser::new();
        let before = stage.sign_in(&mut browser, "ada").await;
        let first = plain.told(&plain.ask(&browser, "").await).await;
        assert_eq!((&first["amr"], first["acr"].as_str()), (&json!(["pwd"]), Some("urn:doorward:acr:single-factor")));
        stage.world.clock.advance(HOUR);
        assert_eq!(strict.silent(&browser).await["error"], "login_required");
        let (sign_in, below) = strict.led(&browser).await;
        assert_eq!(below, "/second", "the password was proven");
        let code = phone.shows(stage.world.now());
        let answer = steps_up(&stage, &mut browser, &sign_in, &code).await;
        let second = strict.told(&answer).await;
        assert_eq!(second["amr"], json!(["pwd", "otp", "mfa"]));
        assert_eq!(second["acr"], "urn:doorward:acr:multi-factor");
        assert_eq!(second["auth_time"].as_i64().unwrap() - first["auth_time"].as_i64().unwrap(), 3600);
        // A new id and a new secret; the old one opens nothing any more.
        assert_ne!(second["sid"], first["sid"]);
        assert_ne!(browser.session.as_deref(), Some(before.as_str()));
        assert_eq!(stage.count(LIVE_SESSIONS).await, 1);
        let stolen = Browser { secret: browser.secret.clone(), session: Some(before) };
        assert_eq!(plain.silent(&stolen).await["error"], "login_required");
        // What it has come to holds for every application.
        assert!(strict.silent(&browser).await.contains_key("code"));
        assert_eq!(plain.told(&plain.ask(&browser, "").await).await["sid"], second["sid"]);
    }

    async fn one_factor_more_does_not_make_what_is_older_new(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let phone = phone_of(&stage.world, ada).await;
        exempt(&stage, ada).await;
        let strict = App::requiring(&stage, RequiredMfa::MultiFactor).await;
        strict.allowed_by(ada).await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        let signed_in_at = stage.world.now();
        stage.world.clock.advance(HOUR);
        // Two tabs: one wants everything anew, the other one factor more.
        let anew = strict.ask(&browser, "&prompt=login").await;
        let anew = location(&anew).to_owned();
        let (sign_in, _) = strict.led(&browser).await;
        let code = phone.shows(stage.world.now());
        steps_up(&stage, &mut browser, &sign_in, &code).await;
        let sessions = signin::sessions_of_user(&stage.world.db, ada, stage.world.now()).await.unwrap();
        assert_eq!(sessions[0].auth_time, stage.world.now());
        assert_eq!(sessions[0].proven_since, signed_in_at);
        // What the first tab waits for was not given in the second.
        let own = browser.secret.digest();
        let handle = anew.strip_prefix("/login/").unwrap().into();
        let found = signin::find(&stage.world.db, &handle, &own, stage.world.now()).await.unwrap();
        let signin::Found::Open(waiting) = found else { panic!("{found:?}") };
        let resumed = stage.get(&browser, &paths::destination(&waiting.destination)).send().await.unwrap();
        assert!(location(&resumed).starts_with("/login/"), "{}", location(&resumed));
    }

    async fn kratos_cve_2024_45042_a_session_from_before_a_factor_was_set_up_is_stepped_up(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let app = App::requiring(&stage, RequiredMfa::None).await;
        app.allowed_by(ada).await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        assert!(app.silent(&browser).await.contains_key("code"));
        let phone = phone_of(&stage.world, ada).await;
        assert_eq!(app.silent(&browser).await["error"], "login_required");
        let (sign_in, below) = app.led(&browser).await;
        assert_eq!(below, "/second");
        let code = phone.shows(stage.world.now());
        let answer = steps_up(&stage, &mut browser, &sign_in, &code).await;
        assert_eq!(app.told(&answer).await["amr"], json!(["pwd", "otp", "mfa"]));
    }

    async fn rauthy_0_32_4_what_a_group_or_a_role_is_asked_for_is_asked_of_an_open_session_too(world: World) {
        let stage = Stage::open(world);
        let app = App::requiring(&stage, RequiredMfa::None).await;
        let ada = stage.user("ada").await;
        let bob = with_roles(&stage.world, "bob", &["Treasurer"]).await;
        let finance = group(&stage.world, "Finance", &[ada], &[]).await;
        for (user, name, scope) in [
            (ada, "ada", Scope::Group(finance)),
            (bob, "bob", Scope::Role("treasurer".parse().unwrap())),
        ] {
            app.allowed_by(user).await;
            let mut browser = Browser::new();
            stage.sign_in(&mut browser, name).await;
            assert!(app.silent(&browser).await.contains_key("code"), "{name}");
            state(&stage, scope.clone()).await;
            assert_eq!(app.silent(&browser).await["error"], "interaction_required", "{name}");
            assert_eq!(app.led(&browser).await.1, "/enrol", "{name}");
            let mut change = stage.change().await;
            assert!(mfa::withdraw(&mut change, scope).await.unwrap());
            change.commit().await.unwrap();
            assert!(app.silent(&browser).await.contains_key("code"), "{name}");
        }
    }

    async fn whoever_may_put_it_off_is_not_asked_at_every_application(world: World) {
        let rules = mfa::Rules { required: true, grace: HOUR * 24, ..mfa::Rules::default() };
        let world = world.with(|basics| basics.mfa = rules).await;
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let (plain, strict) = (
            App::requiring(&stage, RequiredMfa::None).await,
            App::requiring(&stage, RequiredMfa::MultiFactor).await,
        );
        let mut browser = Browser::new();
        let handle = stage.begin(&browser).await;
        stage.submit(&browser, &handle, "ada", PASSWORD).await;
        let later = format!("{}/enrol/later", paths::sign_in(&handle));
        let put_off = stage.post(&browser, &later, &[]).send().await.unwrap();
        browser.session = session_cookie(&put_off);
        for app in [&plain, &strict] {
            app.allowed_by(ada).await;
        }
        assert!(plain.silent(&browser).await.contains_key("code"));
        // An application that requires it knows of no time of grace.
        assert_eq!(strict.silent(&browser).await["error"], "interaction_required");
        let (sign_in, below) = strict.led(&browser).await;
        assert_eq!(below, "/enrol");
        let page = stage.get(&browser, &format!("{sign_in}/enrol")).send().await.unwrap();
        assert!(!page.text().await.unwrap().contains("enrol-later"));
        stage.world.clock.advance(HOUR * 7);
        stage.get(&browser, "/account").send().await.unwrap();
        stage.world.clock.advance(HOUR * 7);
        stage.get(&browser, "/account").send().await.unwrap();
        stage.world.clock.advance(HOUR * 7);
        assert!(plain.silent(&browser).await.contains_key("code"), "still within it");
    }

    async fn nobody_sets_up_a_factor_in_a_session_that_was_left_open(world: World) {
        let stage = Stage::open(world);
        let ada = stage.user("ada").await;
        let strict = App::requiring(&stage, RequiredMfa::MultiFactor).await;
        strict.allowed_by(ada).await;
        let mut browser = Browser::new();
        stage.sign_in(&mut browser, "ada").await;
        assert_eq!(strict.led(&browser).await.1, "/enrol", "just signed in");
        stage.world.clock.advance(HOUR);
        let (sign_in, below) = strict.led(&browser).await;
        assert_eq!(below, "", "the password first");
        let enrol = format!("{sign_in}/enrol");
        let shown = stage.get(&browser, &enrol).send().await.unwrap();
        assert_eq!(location(&shown), sign_in);
        let handle = sign_in.strip_prefix("/login/").unwrap().into();
        let led = stage.submit(&browser, &handle, "ada", PASSWORD).await;
        assert_eq!(location(&led), enrol);
        let page = stage.get(&browser, &enrol).send().await.unwrap().text().await.unwrap();
        let (phone, offer) = offered(&page);
        let code = phone.shows(stage.world.now());
        let fields = [("offer", offer.as_str()), ("name", "Phone"), ("code", code.as_str())];
        let done = stage.post(&browser, &enrol, &fields).send().await.unwrap();
        browser.session = session_cookie(&done);
        let answer = strict.ask(&browser, "").await;
        assert_eq!(strict.told(&answer).await["acr"], "urn:doorward:acr:multi-factor");
    }
}
