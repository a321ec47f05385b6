//! The end of a validity ends what was issued before it, as a deactivation does.

use std::time::Duration;

use doorward::app::config::Settings;
use doorward::app::due;
use doorward::app::worker::Worker;
use doorward::domain::access;
use doorward::domain::api_keys::{self, NewApiKey, Refusal, Scope};
use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::Metadata;
use doorward::domain::devices::{self, BrowserKind, Shown, SignedIn};
use doorward::domain::directory::UserId;
use doorward::domain::lifecycle;
use doorward::domain::signin;
use doorward::foundation::clock::Timestamp;
use doorward::foundation::db::{Fetch, sql};
use futures_util::future::join_all;

use crate::application::{
    Application, Browser, confidential, location, metadata, person, redirected, serve, signed_in,
};
use crate::on_both_engines;
use crate::support::World;

const MINUTE: Duration = Duration::from_secs(60);
const BATCH: i64 = 20;

async fn bound(world: &World, user: UserId, until: Option<Timestamp>) {
    let begun = Change::begin(&world.db, Actor::CommandLine, world.now()).await;
    let mut change = begun.unwrap();
    access::set_validity(&mut change, user, None, until, None)
        .await
        .unwrap();
    change.commit().await.unwrap();
}

async fn number(world: &World, statement: &'static str) -> i64 {
    let row = (&world.db).fetch_one(sql(statement)).await.unwrap();
    row.get("n").unwrap()
}

const ENDS: &str = "select count(*) as n from audit_events where action = 'access.validity_ended'";
const LIVE_SESSIONS: &str = "select count(*) as n from sessions where ended_at is null";
const TRUSTED: &str = "select count(*) as n from devices where trusted_until is not null";
const TOLD: &str = "select count(*) as n from jobs where kind = 'tell_of_logout'";

/// A person with all that can be issued to one.
struct Guest<'a> {
    app: &'a Application<'a>,
    browser: Browser,
    access: String,
    refresh: String,
    code: String,
    key: String,
}

impl<'a> Guest<'a> {
    async fn of(app: &'a Application<'a>) -> Self {
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let code = app.code(&browser).await;
        trust(app.world, browser.user).await;
        Self {
            access: tokens.text("access_token").to_owned(),
            refresh: tokens.text("refresh_token").to_owned(),
            code,
            key: own_key(app.world, browser.user).await,
            browser,
            app,
        }
    }

    async fn key_opens(&self) -> Result<(), Refusal> {
        let world = self.app.world;
        let keys = &world.state.api_keys;
        let found = api_keys::authenticate(keys, &world.db, &self.key, world.now());
        found.await.map(drop)
    }

    async fn assert_nothing_is_left(&self) {
        let app = self.app;
        assert_eq!(app.userinfo(&self.access).await.status, 401);
        for answer in [
            app.refresh(&self.refresh).await,
            app.redeem(&self.code).await,
        ] {
            assert_eq!(answer.error(), (400, "invalid_grant"));
        }
        let asked = app.authorize(&self.browser.cookies, &app.request()).await;
        assert!(location(&asked).path().starts_with("/login/"));
        assert!(matches!(self.key_opens().await, Err(Refusal::Revoked)));
        assert_eq!(number(app.world, LIVE_SESSIONS).await, 0);
        assert_eq!(number(app.world, TRUSTED).await, 0);
    }
}

async fn trust(world: &World, user: UserId) {
    let begun = Change::begin(&world.db, Actor::CommandLine, world.now()).await;
    let mut change = begun.unwrap();
    let signed_in = SignedIn {
        user,
        shown: &Shown {
            kind: BrowserKind::of(None),
            secrets: Vec::new(),
        },
        address: None,
        trusted_until: Some(world.now().plus(MINUTE * 60 * 24 * 30)),
    };
    devices::note_sign_in(&mut change, &signed_in)
        .await
        .unwrap();
    change.commit().await.unwrap();
}

async fn own_key(world: &World, user: UserId) -> String {
    let begun = Change::begin(&world.db, Actor::CommandLine, world.now()).await;
    let mut change = begun.unwrap();
    let wanted = NewApiKey {
        name: "own".into(),
        owner: Some(user),
        scopes: [Scope::Scim].into_iter().collect(),
        lifetime: MINUTE * 60 * 24,
    };
    let made = api_keys::create(&mut change, wanted).await.unwrap();
    change.commit().await.unwrap();
    made.secret.reveal().to_owned()
}

fn told_of_logouts() -> Metadata {
    Metadata {
        backchannel_logout_uri: Some("https://app.example.com/out".to_owned()),
        ..metadata()
    }
}

on_both_engines! {
    async fn a_validity_that_ends_ends_sessions_tokens_keys_and_trust_and_applications_are_told(world: World) {
        let app = serve(&world, true, told_of_logouts()).await;
        let guest = Guest::of(&app).await;
        bound(&world, guest.browser.user, Some(world.now().plus(MINUTE))).await;
        due::round(&world.state).await;
        assert_eq!((number(&world, LIVE_SESSIONS).await, number(&world, TRUSTED).await), (1, 1));
        guest.key_opens().await.unwrap();
        app.pass(60);
        due::round(&world.state).await;
        guest.assert_nothing_is_left().await;
        assert_eq!((number(&world, ENDS).await, number(&world, TOLD).await), (1, 1));
        // It is over: the next rounds find nothing.
        due::round(&world.state).await;
        assert_eq!((number(&world, ENDS).await, number(&world, TOLD).await), (1, 1));
    }

    async fn who_may_come_again_signs_in_anew_and_what_had_ended_stays_ended(world: World) {
        let app = confidential(&world).await;
        let guest = Guest::of(&app).await;
        bound(&world, guest.browser.user, Some(world.now().plus(MINUTE))).await;
        app.pass(60);
        due::round(&world.state).await;
        let again = world.now().plus(MINUTE * 10);
        bound(&world, guest.browser.user, Some(again)).await;
        guest.assert_nothing_is_left().await;
        let anew = signed_in(&world, guest.browser.user).await;
        let answer = app.authorize(&anew.cookies, &app.request()).await;
        assert!(redirected(&answer).contains_key("code"));
        // And the new end ends it again.
        app.pass(600);
        due::round(&world.state).await;
        assert_eq!((number(&world, LIVE_SESSIONS).await, number(&world, ENDS).await), (0, 2));
    }

    async fn a_validity_that_ended_while_no_server_ran_is_ended_at_the_next_start(world: World) {
        let app = confidential(&world).await;
        let guest = Guest::of(&app).await;
        bound(&world, guest.browser.user, Some(world.now().plus(MINUTE))).await;
        app.pass(3 * 24 * 3600);
        let at_work = Worker::new(world.state.clone(), &Settings::defaults().unwrap()).start();
        for _ in 0..500 {
            if number(&world, ENDS).await > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        at_work.stop().await;
        guest.assert_nothing_is_left().await;
    }

    async fn a_validity_that_is_set_to_the_past_ends_at_once_and_one_without_an_end_never(world: World) {
        let app = confidential(&world).await;
        let guest = Guest::of(&app).await;
        bound(&world, guest.browser.user, None).await;
        app.pass(3600);
        due::round(&world.state).await;
        assert_eq!(number(&world, LIVE_SESSIONS).await, 1);
        bound(&world, guest.browser.user, Some(world.now().minus(MINUTE))).await;
        due::round(&world.state).await;
        guest.assert_nothing_is_left().await;
    }

    async fn of_thirty_two_servers_at_once_one_ends_a_validity(world: World) {
        let app = serve(&world, true, told_of_logouts()).await;
        let guest = Guest::of(&app).await;
        bound(&world, guest.browser.user, Some(world.now())).await;
        for n in 0..30 {
            let user = person(&world, &format!("guest-{n}")).await;
            signed_in(&world, user).await;
            bound(&world, user, Some(world.now())).await;
        }
        let rounds = (0..32).map(|_| lifecycle::end_validities(&world.db, world.now(), BATCH));
        let failed = join_all(rounds).await.into_iter().filter(Result::is_err).count();
        // A database under that much of it may put some off, but none does it twice.
        assert!(failed < 32, "{failed}");
        due::round(&world.state).await;
        assert_eq!((number(&world, ENDS).await, number(&world, TOLD).await), (31, 1));
        guest.assert_nothing_is_left().await;
    }

    async fn no_more_than_a_batch_ends_in_one_transaction(world: World) {
        for n in 0..5 {
            let user = person(&world, &format!("guest-{n}")).await;
            bound(&world, user, Some(world.now())).await;
        }
        for (looked_at, ended) in [(2, 2), (2, 4), (1, 5), (0, 5)] {
            assert_eq!(lifecycle::end_validities(&world.db, world.now(), 2).await.unwrap(), looked_at);
            assert_eq!(number(&world, ENDS).await, ended);
        }
    }

    async fn a_session_never_outlives_the_validity_that_it_began_in(world: World) {
        let app = confidential(&world).await;
        let user = person(&world, "guest").await;
        let end = world.now().plus(MINUTE * 5);
        bound(&world, user, Some(end)).await;
        signed_in(&world, user).await;
        let sessions = signin::sessions_of_user(&world.db, user, world.now()).await.unwrap();
        assert_eq!(sessions[0].expires_at, end);
        // Without any round, too: nothing waits for the server to come by.
        app.pass(300);
        assert!(signin::sessions_of_user(&world.db, user, world.now()).await.unwrap().is_empty());
    }
}
