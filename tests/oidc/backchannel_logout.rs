//! Back-Channel Logout 1.0 and checklist E, 59: whatever ends a session, every application that
//! was signed in to through it is told, until it has taken it.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::app::logouts;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::Metadata;
use doorward::domain::directory::{self, UserId};
use doorward::domain::jobs::{self, Claimed, Failed, Job, WorkerId};
use doorward::domain::lifecycle::{self, TellOfLogout};
use doorward::domain::signin::{self, EndReason, SessionsEnded};
use doorward::foundation::crypto::jose::{DecryptionKey, Encrypted, KeyKind, KeyManagement};
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::outbound::Rules;
use serde_json::{Value, json};

use crate::application::{Application, Browser, metadata, person, serve, signed_in};
use crate::on_both_engines;
use crate::support::{World, outbound};

/// An application's server that takes logout tokens.
struct Receiver {
    address: String,
    status: Arc<AtomicU16>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    async fn start() -> Self {
        let status = Arc::new(AtomicU16::new(200));
        let taken = Arc::new(Mutex::new(Vec::new()));
        let (answer, tokens) = (status.clone(), taken.clone());
        let take = async move |body: String| {
            let mut fields = form_urlencoded::parse(body.as_bytes()).into_owned();
            let (name, token) = fields.next().unwrap();
            assert!(fields.next().is_none());
            assert_eq!(name, "logout_token");
            tokens.lock().unwrap().push(token);
            StatusCode::from_u16(answer.load(Ordering::SeqCst)).unwrap()
        };
        let router = axum::Router::new().route("/backchannel", post(take));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address: format!("http://127.0.0.1:{port}/backchannel"),
            status,
            taken,
        }
    }

    fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.taken.lock().unwrap())
    }
}

async fn reaching_loopback(world: World) -> World {
    let rules = Rules {
        allowed: Arc::new(|address: IpAddr| address.is_loopback()),
        ..Rules::strict()
    };
    world.with(|basics| basics.outbound = outbound(rules)).await
}

fn told_at(receiver: &Receiver) -> Metadata {
    Metadata {
        backchannel_logout_uri: Some(receiver.address.clone()),
        backchannel_logout_session_required: true,
        ..metadata()
    }
}

async fn claimed(world: &World) -> Vec<Claimed> {
    let mut change = Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap();
    let worker = WorkerId::new(world.now());
    let jobs = jobs::claim(&mut change, worker, 50).await.unwrap();
    change.commit().await.unwrap();
    jobs
}

/// Does what is due, as the background worker does; what became of it.
async fn work(world: &World) -> Vec<Result<(), (String, Failed)>> {
    let mut done = Vec::new();
    for job in claimed(world).await {
        let (state, payload) = (world.state.clone(), job.payload.clone());
        let result = match job.kind.as_str() {
            TellOfLogout::KIND => {
                logouts::tell(state, serde_json::from_value(payload).unwrap()).await
            }
            SessionsEnded::KIND => {
                logouts::follow(state, serde_json::from_value(payload).unwrap()).await
            }
            other => panic!("a job {other}"),
        };
        let mut change = Change::begin(&world.db, Actor::System, world.now())
            .await
            .unwrap();
        done.push(match result {
            Ok(()) => {
                jobs::complete(&mut change, &job).await.unwrap();
                Ok(())
            }
            Err(why) => Err((
                why.clone(),
                jobs::fail(&mut change, &job, &why).await.unwrap(),
            )),
        });
        change.commit().await.unwrap();
    }
    done
}

/// What an application knows of a session that it signed in to.
async fn sid(app: &Application<'_>, browser: &Browser) -> Value {
    let tokens = app.tokens(browser).await;
    app.checked(tokens.text("id_token")).await["sid"].clone()
}

async fn end(world: &World, user: UserId, way: &str) {
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    match way {
        "end-sessions" => {
            let reason = EndReason::Administrator;
            lifecycle::end_sessions(&mut change, user, reason)
                .await
                .map(drop)
                .unwrap();
        }
        "new password" => {
            let reason = EndReason::PasswordChanged;
            lifecycle::end_sessions(&mut change, user, reason)
                .await
                .map(drop)
                .unwrap();
        }
        "block" => lifecycle::block(&mut change, user, "lost", None)
            .await
            .map(drop)
            .unwrap(),
        "deactivate" => lifecycle::deactivate(&mut change, user)
            .await
            .map(drop)
            .unwrap(),
        "delete" => {
            let user = directory::find_user(&mut change, user)
                .await
                .unwrap()
                .unwrap();
            lifecycle::delete(&mut change, &user)
                .await
                .map(drop)
                .unwrap();
        }
        other => panic!("{other}"),
    }
    change.commit().await.unwrap();
}

on_both_engines! {
    async fn a_logout_token_says_who_and_which_session_and_is_no_id_token(world: World) {
        let world = reaching_loopback(world).await;
        let receiver = Receiver::start().await;
        let app = serve(&world, true, told_at(&receiver)).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let query = [("id_token_hint", tokens.text("id_token").to_owned())];
        app.get("/oauth2/logout", &browser.cookies, &query).await;
        assert_eq!(work(&world).await, [Ok(())]);
        let taken = receiver.take();
        let [token] = taken.as_slice() else { panic!("{taken:?}") };
        assert_eq!(jsonwebtoken::decode_header(token).unwrap().typ.as_deref(), Some("logout+jwt"));
        let claims = app.checked(token).await;
        assert_eq!(claims["iss"], world.base);
        assert_eq!(claims["aud"], app.client_id);
        assert_eq!(claims["sub"], browser.user.to_string());
        assert_eq!(claims["sid"], browser.session.to_string());
        assert_eq!(claims["iat"], world.now().seconds());
        assert_eq!(claims["exp"], world.now().seconds() + 120);
        assert_eq!(claims["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
        assert!(claims["jti"].is_string());
        assert!(claims.get("nonce").is_none());
        // It opens nothing here.
        assert_eq!(app.userinfo(token).await.status, 401);
        let query = [("id_token_hint", token.clone())];
        let refused = app.get("/oauth2/logout", &browser.cookies, &query).await;
        assert_eq!(refused.status(), 400);
    }

    async fn a_logout_token_is_encrypted_where_id_tokens_are(world: World) {
        let world = reaching_loopback(world).await;
        let receiver = Receiver::start().await;
        let kind = KeyKind::P256;
        let own = DecryptionKey::read(kind, &DecryptionKey::generate(kind).unwrap()).unwrap();
        let mut metadata = told_at(&receiver);
        metadata.jwks = Some(json!({ "keys": [own.public_jwk()] }));
        metadata.id_token_encrypted_response_alg = Some(KeyManagement::EcdhEsA128kw);
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        app.tokens(&browser).await;
        end(&world, browser.user, "end-sessions").await;
        assert_eq!(work(&world).await, [Ok(())]);
        let token = receiver.take().remove(0);
        let header = token.split('.').next().unwrap();
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        // Back-Channel Logout §2.4: the issuer in sight, for whoever has keys with several.
        assert_eq!((&header["iss"], &header["cty"]), (&json!(world.base), &json!("JWT")));
        let signed = own.open(Encrypted::parse(&token).unwrap()).unwrap();
        let signed = String::from_utf8(signed.to_vec()).unwrap();
        assert_eq!(jsonwebtoken::decode_header(&signed).unwrap().typ.as_deref(), Some("logout+jwt"));
        let claims = app.checked(&signed).await;
        assert_eq!((&claims["aud"], &claims["sid"]), (&json!(app.client_id), &json!(browser.session.to_string())));
    }

    async fn every_way_of_ending_a_session_tells_every_application_of_it(world: World) {
        let world = reaching_loopback(world).await;
        let (first, second) = (Receiver::start().await, Receiver::start().await);
        let app = serve(&world, true, told_at(&first)).await;
        let other = crate::application::register(&world, true, told_at(&second)).await;
        let other = Application {
            world: &world,
            server: doorward_server(&app),
            client_id: other.id.to_string(),
            secret: other.secret.map(|secret| secret.reveal().to_owned()),
            redirect_uri: app.redirect_uri.clone(),
        };
        for way in ["end-sessions", "new password", "block", "deactivate", "delete"] {
            let user = person(&world, &way.replace(' ', "-")).await;
            app.consented(user).await;
            other.consented(user).await;
            let browser = signed_in(&world, user).await;
            // Twice: a second sign-in at the same application is no second session.
            sid(&app, &browser).await;
            let sid = sid(&app, &browser).await;
            other.tokens(&browser).await;
            end(&world, user, way).await;
            assert_eq!(work(&world).await, [Ok(()), Ok(())], "{way}");
            for receiver in [&first, &second] {
                let taken = receiver.take();
                let [token] = taken.as_slice() else { panic!("{way}: {taken:?}") };
                let claims = app.checked(token).await;
                assert_eq!(claims["sid"], sid, "{way}");
                assert_eq!(claims["sub"], user.to_string(), "{way}");
            }
        }
    }

    async fn an_application_that_does_not_take_it_is_told_again_until_the_last_try(world: World) {
        let world = reaching_loopback(world).await;
        let receiver = Receiver::start().await;
        let app = serve(&world, true, told_at(&receiver)).await;
        let browser = app.visitor().await;
        app.tokens(&browser).await;
        end(&world, browser.user, "end-sessions").await;
        receiver.answers(503);
        let mut names = std::collections::BTreeSet::new();
        for attempt in 1..=jobs::MOST_ATTEMPTS {
            let done = work(&world).await;
            let [Err((why, failed))] = done.as_slice() else { panic!("{attempt}: {done:?}") };
            assert!(why.contains("503") && why.contains(&app.client_id), "{why}");
            assert_eq!(*failed == Failed::GivenUp, attempt == jobs::MOST_ATTEMPTS);
            let claims = app.checked(&receiver.take()[0]).await;
            assert!(names.insert(claims["jti"].to_string()), "a new name each time");
            assert!(work(&world).await.is_empty(), "not before the pause is over");
            app.pass(6 * 3600);
        }
        assert!(work(&world).await.is_empty(), "given up");
        let listed = jobs::list(&world.db, 10).await.unwrap();
        let [job] = listed.as_slice() else { panic!("{listed:?}") };
        assert!(job.given_up_at.is_some() && job.last_error.as_ref().unwrap().contains("503"));
        // An administrator has it tried again.
        receiver.answers(204);
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        assert!(jobs::retry(&mut change, job.id).await.unwrap());
        change.commit().await.unwrap();
        assert_eq!(work(&world).await, [Ok(())]);
        assert!(jobs::list(&world.db, 10).await.unwrap().is_empty());
    }

    async fn what_was_not_committed_is_not_told(world: World) {
        let world = reaching_loopback(world).await;
        let receiver = Receiver::start().await;
        let app = serve(&world, true, told_at(&receiver)).await;
        let browser = app.visitor().await;
        app.tokens(&browser).await;
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        lifecycle::end_session(&mut change, browser.session, EndReason::Administrator).await.unwrap();
        drop(change);
        assert!(work(&world).await.is_empty());
    }

    async fn the_same_person_signing_in_again_stays_signed_in_everywhere_until_the_end(world: World) {
        let world = reaching_loopback(world).await;
        let receiver = Receiver::start().await;
        let app = serve(&world, true, told_at(&receiver)).await;
        let browser = app.visitor().await;
        let earlier = sid(&app, &browser).await;
        let again = taken_over(&world, &browser, browser.user).await;
        assert!(work(&world).await.is_empty());
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        lifecycle::end_session(&mut change, again, EndReason::SignedOut).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(work(&world).await, [Ok(())]);
        let claims = app.checked(&receiver.take()[0]).await;
        assert_eq!(claims["sid"], earlier);
    }

    async fn another_person_in_the_same_browser_ends_what_the_first_had(world: World) {
        let world = reaching_loopback(world).await;
        let receiver = Receiver::start().await;
        let app = serve(&world, true, told_at(&receiver)).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("scope", "openid")]);
        let tokens = app.redeem(&app.code_for(&browser, &request).await).await;
        taken_over(&world, &browser, person(&world, "jim").await).await;
        // First it is found out whom to tell, then they are told.
        assert_eq!(work(&world).await, [Ok(())]);
        assert_eq!(work(&world).await, [Ok(())]);
        let claims = app.checked(&receiver.take()[0]).await;
        assert_eq!(claims["sid"], browser.session.to_string());
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
    }

    async fn an_application_that_does_not_want_to_know_is_not_called(world: World) {
        let world = reaching_loopback(world).await;
        let app = serve(&world, true, metadata()).await;
        let browser = app.visitor().await;
        app.tokens(&browser).await;
        end(&world, browser.user, "end-sessions").await;
        assert!(work(&world).await.is_empty());
    }

    async fn item_56_a_logout_address_within_our_network_is_not_reached(world: World) {
        let receiver = Receiver::start().await;
        let app = serve(&world, true, told_at(&receiver)).await;
        let browser = app.visitor().await;
        app.tokens(&browser).await;
        end(&world, browser.user, "end-sessions").await;
        let done = work(&world).await;
        assert!(matches!(done.as_slice(), [Err((why, _))] if why.contains("outbound.allow")), "{done:?}");
        assert!(receiver.take().is_empty());
    }

    async fn jobs_that_were_given_up_are_kept_for_a_month(world: World) {
        let receiver = Receiver::start().await;
        let app = serve(&world, true, told_at(&receiver)).await;
        let browser = app.visitor().await;
        app.tokens(&browser).await;
        end(&world, browser.user, "end-sessions").await;
        for _ in 0..jobs::MOST_ATTEMPTS {
            work(&world).await;
            app.pass(6 * 3600);
        }
        for (days, swept) in [(28, 0), (3, 1)] {
            world.clock.advance(Duration::from_secs(days * 24 * 3600));
            let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
            assert_eq!(jobs::sweep(&mut change, 10).await.unwrap(), swept, "{days}");
            change.commit().await.unwrap();
        }
    }
}

/// Somebody signs in where a browser is signed in already; the new session.
async fn taken_over(world: &World, browser: &Browser, user: UserId) -> signin::SessionId {
    let secret = |name: &str| {
        let mut cookies = browser.cookies.split("; ");
        let pair = cookies.find(|cookie| cookie.starts_with(name)).unwrap();
        Secret::from(pair.split_once('=').unwrap().1)
    };
    let mut change = Change::begin(&world.db, Actor::Anonymous, world.now())
        .await
        .unwrap();
    let of = secret("doorward-browser=").digest();
    let new = signin::NewSignIn {
        browser: of.clone(),
        destination: signin::Destination::ACCOUNT,
        application: None,
        login_hint: None,
        demand: signin::Demand::NONE,
        session: None,
    };
    let lifetimes = world.state.lifetimes;
    let handle = signin::begin(&mut change, &new, lifetimes).await.unwrap();
    let proven = signin::Proven {
        user,
        methods: vec![signin::Method::Password],
        place: signin::Place::default(),
        previous: Some(secret("doorward-session=")),
    };
    let completed = signin::complete(&mut change, &handle, &of, &proven, lifetimes).await;
    change.commit().await.unwrap();
    completed.unwrap().unwrap().session
}

fn doorward_server(app: &Application<'_>) -> crate::support::Server {
    crate::support::Server {
        base: app.server.base.clone(),
        http: app.server.http.clone(),
    }
}
