//! Every door asks the same question of a person's access: each door, with each fact. The facts
//! are stated alone, without the end of what was issued that `lifecycle` brings with them: so a
//! door that did not ask would be open here.

use std::time::Duration;

use doorward::domain::api_keys::{self, NewApiKey, Scope};
use doorward::domain::clients::{GrantType, MayExchange, Metadata};
use doorward::domain::credentials::temporary_pass::issue_pass;
use doorward::domain::credentials::webauthn::Kind;
use doorward::domain::directory::{self, UserId};
use doorward::domain::signin::{Demand, SessionId, sessions_of_user};
use doorward::domain::tries::{Factor, Whose};
use doorward::domain::{access, lifecycle};
use doorward::foundation::crypto::token::Secret;
use reqwest::{Response, StatusCode};
use serde_json::Value;

use crate::application::{
    Answer, Application, Browser as Signed, answer, metadata, register, renewal,
};
use crate::authenticator::Authenticator;
use crate::factors::{Phone, half_way, page, phone_of, send};
use crate::key_stage::{At, is_session, key};
use crate::on_both_engines;
use crate::stage::{Browser, PASSWORD, Stage, change, location, session_cookie};
use crate::support::{Server, World};
use crate::tries::{guess, stranger_at};

const HOUR: Duration = Duration::from_secs(3600);
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// What stands against somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fact {
    Nothing,
    NotGranted,
    Blocked,
    Inactive,
    NotYetValid,
    NoMoreValid,
    Throttled,
}

impl Fact {
    const ALL: [Self; 7] = [
        Self::Nothing,
        Self::NotGranted,
        Self::Blocked,
        Self::Inactive,
        Self::NotYetValid,
        Self::NoMoreValid,
        Self::Throttled,
    ];

    async fn state(self, world: &World, user: UserId) {
        let mut change = change(world).await;
        let now = change.now();
        match self {
            Self::Nothing | Self::Throttled => {}
            Self::NotGranted => access::withhold(&mut change, user, "x").await.unwrap(),
            Self::Blocked => access::block(&mut change, user, "x", None).await.unwrap(),
            Self::Inactive => {
                assert!(
                    directory::set_active(&mut change, user, false)
                        .await
                        .unwrap()
                );
            }
            Self::NotYetValid => {
                let from = Some(now.plus(HOUR));
                access::set_validity(&mut change, user, from, None, None)
                    .await
                    .unwrap();
            }
            Self::NoMoreValid => {
                access::set_validity(&mut change, user, None, Some(now), None)
                    .await
                    .unwrap();
            }
        }
        change.commit().await.unwrap();
        if self == Self::Throttled {
            for factor in Factor::ALL {
                for _ in 0..10 {
                    guess(
                        world,
                        Whose::User(user),
                        factor,
                        &stranger_at("203.0.113.9"),
                    )
                    .await;
                }
            }
        }
    }

    /// Whether a door lets somebody through of whom this is known. Failures stop unknown browsers
    /// at what can be guessed, and take nothing away from anybody who is in.
    fn opens(self, door: Door) -> bool {
        use Door::{Pass, Password, SecondFactor};
        match self {
            Self::Nothing => true,
            Self::Throttled => !matches!(door, Password | Pass | SecondFactor),
            _ => false,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Door {
    Password,
    Pass,
    SecondFactor,
    NewPassword,
    Passkey,
    Account,
    SignOn,
    Userinfo,
    IntrospectAccess,
    IntrospectRefresh,
    Exchange,
    ApiKey,
    NewApiKey,
    DeviceDecision,
    DeviceCode,
    Refresh,
    Code,
}

impl Door {
    /// Those that use something up come last; a new password ends all that came of the old one.
    const ALL: [Self; 17] = [
        Self::Password,
        Self::Pass,
        Self::SecondFactor,
        Self::Passkey,
        Self::Account,
        Self::SignOn,
        Self::Userinfo,
        Self::IntrospectAccess,
        Self::IntrospectRefresh,
        Self::Exchange,
        Self::ApiKey,
        Self::NewApiKey,
        Self::DeviceDecision,
        Self::DeviceCode,
        Self::Refresh,
        Self::Code,
        Self::NewPassword,
    ];
}

/// A person before the doors: with all that opens them, had before anything stood against them.
struct Person<'w> {
    stage: &'w Stage,
    app: &'w Application<'w>,
    back: &'w (String, String),
    user: UserId,
    name: String,
    phone: Phone,
    pass: String,
    passkey: Authenticator,
    at_passkey: (At, Value),
    half_way: (Browser, Secret),
    choosing: (Browser, Secret),
    signed: Signed,
    tokens: Answer,
    code: String,
    own_key: String,
    user_code: String,
    device_code: String,
}

async fn ask_device(app: &Application<'_>) -> (String, String) {
    let url = format!("{}/oauth2/device", app.server.base);
    let asked = app.server.http.post(url).form(&[("scope", "openid")]);
    let asked = asked.basic_auth(&app.client_id, app.secret.as_deref());
    let answer = answer(asked.send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let text = |name| answer.text(name).to_owned();
    (text("user_code"), text("device_code"))
}

async fn decide(app: &Application<'_>, signed: &Signed, user_code: &str) -> Response {
    let form = [
        ("user_code", user_code.to_owned()),
        ("session", signed.session.to_string()),
        ("decision", "allow".to_owned()),
    ];
    app.post("/device/decide", &signed.cookies, &form).await
}

async fn own_key(world: &World, user: UserId) -> Result<String, api_keys::NotChanged> {
    let mut change = change(world).await;
    let wanted = NewApiKey {
        name: "own".into(),
        owner: Some(user),
        scopes: [Scope::Scim].into_iter().collect(),
        lifetime: HOUR,
    };
    let made = api_keys::create(&mut change, wanted).await?;
    change.commit().await.unwrap();
    Ok(made.secret.reveal().to_owned())
}

/// The session of a browser that has signed in on the stage.
async fn session_of(world: &World, user: UserId, browser: &Browser) -> Signed {
    let all = sessions_of_user(&world.db, user, world.now())
        .await
        .unwrap();
    let session: SessionId = all[0].id;
    Signed {
        user,
        session,
        cookies: browser.cookies(),
    }
}

/// A browser that has signed in with all that its person has: it lacks nothing at the doors.
async fn signed_in(stage: &Stage, user: UserId, name: &str, phone: &Phone) -> Signed {
    let at = half_way(stage, name, Demand::NONE).await;
    let code = phone.shows(stage.world.now());
    let led = send(stage, &at, "/second", &[("code", &code)]).await;
    let mut browser = at.0;
    browser.session = Some(session_cookie(&led).expect("a session"));
    // The next code is another one.
    stage.world.clock.advance(Duration::from_secs(60));
    session_of(&stage.world, user, &browser).await
}

/// A sign-in that lacks nothing but a new password.
async fn choosing(stage: &Stage, user: UserId, name: &str, phone: &Phone) -> (Browser, Secret) {
    stage.set_password(user, PASSWORD, true).await;
    let at = half_way(stage, name, Demand::NONE).await;
    let code = phone.shows(stage.world.now());
    let led = send(stage, &at, "/second", &[("code", &code)]).await;
    assert!(location(&led).ends_with("/password"), "{}", location(&led));
    // The next code is another one.
    stage.world.clock.advance(Duration::from_secs(60));
    at
}

impl<'w> Person<'w> {
    async fn of(
        stage: &'w Stage,
        app: &'w Application<'w>,
        back: &'w (String, String),
        name: String,
    ) -> Self {
        let world = &stage.world;
        let user = stage.user(&name).await;
        let passkey = key(world, user, Kind::Passkey).await;
        let phone = phone_of(world, user).await;
        let signed = signed_in(stage, user, &name, &phone).await;
        let choosing = choosing(stage, user, &name, &phone).await;
        let half_way = half_way(stage, &name, Demand::NONE).await;
        app.consented(user).await;
        let tokens = app.tokens(&signed).await;
        let code = app.code(&signed).await;
        let (allowed, device_code) = ask_device(app).await;
        assert_eq!(decide(app, &signed, &allowed).await.status(), 200);
        let (user_code, _) = ask_device(app).await;
        let own_key = own_key(world, user).await.unwrap();
        let at = At::new(world).await;
        let asked = at.ask(world).await;
        Self {
            pass: pass_of(world, user).await,
            at_passkey: (at, asked),
            stage,
            app,
            back,
            user,
            name,
            phone,
            passkey,
            half_way,
            choosing,
            signed,
            tokens,
            code,
            own_key,
            user_code,
            device_code,
        }
    }

    async fn comes_in_by(&mut self, door: Door) -> bool {
        match door {
            Door::Password
            | Door::Pass
            | Door::SecondFactor
            | Door::NewPassword
            | Door::Passkey => self.signs_in_by(door).await,
            Door::Account | Door::SignOn | Door::DeviceDecision => self.goes_on_at(door).await,
            Door::ApiKey | Door::NewApiKey => self.has_key(door).await,
            _ => self.application_comes_in_by(door).await,
        }
    }

    async fn signs_in_by(&mut self, door: Door) -> bool {
        let (stage, world) = (self.stage, &self.stage.world);
        match door {
            Door::Password => {
                let browser = Browser::new();
                let handle = stage.begin(&browser).await;
                let answer = stage.submit(&browser, &handle, &self.name, PASSWORD).await;
                proven(&answer)
            }
            Door::Pass => {
                let browser = Browser::new();
                let handle = stage.begin(&browser).await;
                let fields = [
                    ("username", self.name.as_str()),
                    ("temporary_pass", &self.pass),
                ];
                proven(&send(stage, &(browser, handle), "/pass", &fields).await)
            }
            Door::SecondFactor => {
                let code = self.phone.shows(world.now());
                let fields = [("code", code.as_str())];
                let answer = send(stage, &self.half_way, "/second", &fields).await;
                // Led back to the beginning is not led on.
                proven(&answer) && location(&answer) != page(&self.half_way.1, "")
            }
            Door::NewPassword => {
                let fields = [
                    ("new_password", "a password of my own"),
                    ("new_password_again", "a password of my own"),
                ];
                let answer = send(stage, &self.choosing, "/password", &fields).await;
                session_cookie(&answer).is_some()
            }
            _ => {
                let (at, asked) = &self.at_passkey;
                let answer = self.passkey.get(asked);
                is_session(&at.answer(world, &answer).await)
            }
        }
    }

    async fn goes_on_at(&self, door: Door) -> bool {
        let app = self.app;
        match door {
            Door::Account => {
                let shown = app.get("/account", &self.signed.cookies, &[]).await;
                shown.status() == StatusCode::OK
            }
            Door::SignOn => {
                let request = app.request_with(&[("prompt", "none")]);
                let led = app.authorize(&self.signed.cookies, &request).await;
                let refused = location(&led).contains("error=login_required");
                assert_ne!(
                    refused,
                    location(&led).contains("code="),
                    "{}",
                    location(&led)
                );
                !refused
            }
            _ => decide(app, &self.signed, &self.user_code).await.status() == StatusCode::OK,
        }
    }

    async fn has_key(&self, door: Door) -> bool {
        let world = &self.stage.world;
        if door == Door::NewApiKey {
            return own_key(world, self.user).await.is_ok();
        }
        let (keys, db) = (&world.state.api_keys, &world.db);
        let found = api_keys::authenticate(keys, db, &self.own_key, world.now()).await;
        found.is_ok()
    }

    async fn application_comes_in_by(&self, door: Door) -> bool {
        let app = self.app;
        let access = self.tokens.text("access_token");
        let refresh = self.tokens.text("refresh_token");
        let answer = match door {
            Door::Userinfo => app.userinfo(access).await,
            Door::IntrospectAccess => return self.is_active(access).await,
            Door::IntrospectRefresh => return self.is_active(refresh).await,
            Door::Exchange => self.exchange(access).await,
            Door::DeviceCode => {
                let form = [
                    ("grant_type", DEVICE.to_owned()),
                    ("device_code", self.device_code.clone()),
                ];
                app.token(&form).await
            }
            Door::Refresh => app.token(&renewal(refresh)).await,
            _ => app.redeem(&self.code).await,
        };
        assert!(
            matches!(answer.status.as_u16(), 200 | 400 | 401),
            "{door:?}: {}",
            answer.status
        );
        answer.status == StatusCode::OK
    }

    async fn is_active(&self, token: &str) -> bool {
        let url = format!("{}/oauth2/introspect", self.app.server.base);
        let asked = self.app.server.http.post(url).form(&[("token", token)]);
        let asked = asked.basic_auth(&self.app.client_id, self.app.secret.as_deref());
        let told = answer(asked.send().await.unwrap()).await;
        told.body["active"].as_bool().unwrap()
    }

    async fn exchange(&self, token: &str) -> Answer {
        let form = [
            ("grant_type", EXCHANGE),
            ("subject_token", token),
            ("subject_token_type", ACCESS_TOKEN),
        ];
        let (id, secret) = self.back;
        let url = format!("{}/oauth2/token", self.app.server.base);
        let asked = self.app.server.http.post(url).basic_auth(id, Some(secret));
        answer(asked.form(&form).send().await.unwrap()).await
    }
}

/// Whether the sign-in took the proof.
fn proven(answer: &Response) -> bool {
    assert!(
        matches!(answer.status().as_u16(), 303 | 403),
        "{}",
        answer.status()
    );
    answer.status() == StatusCode::SEE_OTHER
}

async fn pass_of(world: &World, user: UserId) -> String {
    let mut change = change(world).await;
    let key = &world.state.master_key;
    let issued = issue_pass(&mut change, key, user, HOUR, "lost").await;
    change.commit().await.unwrap();
    issued.unwrap().0.shown()
}

/// An application that does whatever there is, and another that exchanges its tokens.
async fn applications(stage: &Stage) -> (Application<'_>, (String, String)) {
    let world = &stage.world;
    let mut all = metadata();
    all.grant_types.push(GrantType::DeviceCode);
    let redirect_uri = all.redirect_uris[0].clone();
    let app = register(world, true, all).await;
    let back = Metadata {
        grant_types: vec![GrantType::TokenExchange],
        may_exchange: MayExchange::For(vec!["https://next.example.com".to_owned()]),
        ..metadata()
    };
    let back = register(world, true, back).await;
    let secret = |secret: Option<Secret>| secret.unwrap().reveal().to_owned();
    let server = Server {
        base: stage.server.base.clone(),
        http: stage.server.http.clone(),
    };
    let app = Application {
        world,
        server,
        client_id: app.id.to_string(),
        secret: app.secret.map(|one| one.reveal().to_owned()),
        redirect_uri,
    };
    (app, (back.id.to_string(), secret(back.secret)))
}

on_both_engines! {
    async fn every_door_asks_the_same_of_a_persons_access(world: World) {
        let stage = Stage::open(world);
        let (app, back) = applications(&stage).await;
        for (number, fact) in Fact::ALL.into_iter().enumerate() {
            let mut person = Person::of(&stage, &app, &back, format!("user-{number}")).await;
            fact.state(&stage.world, person.user).await;
            let mut wrong = Vec::new();
            for door in Door::ALL {
                if person.comes_in_by(door).await != fact.opens(door) {
                    wrong.push(door);
                }
            }
            assert!(wrong.is_empty(), "{fact:?}: {wrong:?}");
        }
    }

    async fn keycloak_cve_2026_9798_keycloak_cve_2026_16103_what_was_allowed_before_a_block_is_refused_at_redemption(world: World) {
        let stage = Stage::open(world);
        let (app, back) = applications(&stage).await;
        let mut person = Person::of(&stage, &app, &back, "ada".to_owned()).await;
        let mut block = change(&stage.world).await;
        lifecycle::block(&mut block, person.user, "guessed at", None).await.unwrap();
        block.commit().await.unwrap();
        for door in [Door::Code, Door::DeviceCode, Door::Refresh, Door::Exchange, Door::SecondFactor] {
            assert!(!person.comes_in_by(door).await, "{door:?}");
        }
        // Nor does the end of the block bring back what was allowed before it.
        let mut allow = change(&stage.world).await;
        lifecycle::allow(&mut allow, person.user).await.unwrap();
        allow.commit().await.unwrap();
        for door in [Door::Code, Door::DeviceCode, Door::Refresh, Door::Exchange, Door::ApiKey] {
            assert!(!person.comes_in_by(door).await, "{door:?}, allowed again");
        }
    }
}
