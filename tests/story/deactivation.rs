use reqwest::{Method, StatusCode};

use crate::application::{Application, Tokens};
use crate::browser::Browser;
use crate::on_both_engines;
use crate::source::{Stage, api_key};
use doorward::domain::audit::{Actor, Change};
use doorward::domain::directory::UserId;
use doorward::domain::lifecycle;
use doorward::domain::signin::EndReason;

const ANN: &str = "ann@example.com";

/// Somebody who has everything that a deactivation has to end.
struct Inside {
    user: UserId,
    browser: Browser,
    application: Application,
    tokens: Tokens,
    own_key: String,
}

async fn come_in(stage: &Stage) -> Inside {
    let user = stage.create_user(ANN).await;
    let application = Application::register(stage).await;
    let mut browser = Browser::new(&stage.server.http, &stage.server.base);
    let arrival = application.sign_in(stage, &mut browser, ANN).await;
    let tokens = application.tokens(stage, &arrival).await;
    let own_key = api_key(&stage.world, Some(user)).await;
    let inside = Inside {
        user,
        browser,
        application,
        tokens,
        own_key,
    };
    assert!(inside.userinfo_answers(stage).await);
    assert!(inside.key_opens(stage).await);
    inside
}

impl Inside {
    async fn userinfo_answers(&self, stage: &Stage) -> bool {
        let (status, _) = self.application.userinfo(stage, &self.tokens.access).await;
        assert!(
            matches!(status, StatusCode::OK | StatusCode::UNAUTHORIZED),
            "{status}"
        );
        status == StatusCode::OK
    }

    async fn key_opens(&self, stage: &Stage) -> bool {
        let (status, _) = stage
            .scim_as(&self.own_key, Method::GET, "/Users?count=1", None)
            .await;
        assert!(
            matches!(status, StatusCode::OK | StatusCode::UNAUTHORIZED),
            "{status}"
        );
        status == StatusCode::OK
    }

    async fn refreshes(&self, stage: &Stage) -> bool {
        let (status, answer) = self.application.refresh(stage, &self.tokens.refresh).await;
        assert!(
            status == StatusCode::OK || answer["error"] == "invalid_grant",
            "{answer}"
        );
        status == StatusCode::OK
    }

    /// Whether the browser is still signed in: a request that may show nothing gets a code.
    async fn session_lives(&mut self, stage: &Stage) -> bool {
        let url = self.application.authorize_url(stage, &[("prompt", "none")]);
        let arrival = self.browser.open(&url).await;
        arrival.url.query_pairs().any(|(name, _)| name == "code")
    }

    async fn assert_nothing_lives(&mut self, stage: &Stage) {
        assert!(!self.userinfo_answers(stage).await, "userinfo");
        assert!(!self.key_opens(stage).await, "API key");
        assert!(!self.refreshes(stage).await, "refresh token");
        assert!(!self.session_lives(stage).await, "session");
    }
}

on_both_engines! {
    async fn entras_string_false_ends_session_tokens_and_keys_at_once(world: World) {
        let stage = Stage::set(world).await;
        let mut ann = come_in(&stage).await;
        assert!(ann.session_lives(&stage).await);
        assert_eq!(stage.set_active(ann.user, "False").await, StatusCode::OK);
        ann.assert_nothing_lives(&stage).await;
    }

    async fn reactivation_resurrects_nothing_and_lets_the_person_sign_in_anew(world: World) {
        let stage = Stage::set(world).await;
        let mut ann = come_in(&stage).await;
        stage.set_active(ann.user, "False").await;
        assert_eq!(stage.set_active(ann.user, "True").await, StatusCode::OK);
        ann.assert_nothing_lives(&stage).await;
        let arrival = ann.application.sign_in(&stage, &mut ann.browser, ANN).await;
        let tokens = ann.application.tokens(&stage, &arrival).await;
        let (status, _) = ann.application.userinfo(&stage, &tokens.access).await;
        assert_eq!(status, StatusCode::OK);
    }

    async fn an_inactive_person_cannot_sign_in_and_reads_what_everybody_reads(world: World) {
        let stage = Stage::set(world).await;
        let user = stage.create_user(ANN).await;
        let application = Application::register(&stage).await;
        stage.set_active(user, "False").await;
        let mut browser = Browser::new(&stage.server.http, &stage.server.base);
        let refused = application.sign_in(&stage, &mut browser, ANN).await;
        assert!(refused.html.contains("login-submit"), "{}", refused.html);
        let mut other = Browser::new(&stage.server.http, &stage.server.base);
        let unknown = application.sign_in(&stage, &mut other, "nobody@example.com").await;
        assert_eq!(refused.status, unknown.status);
        let same = unknown.html.replace("nobody@example.com", ANN);
        assert_eq!(without_addresses(&refused.html), without_addresses(&same));
    }

    async fn a_code_that_was_on_its_way_is_worth_nothing_after_a_deactivation(world: World) {
        let stage = Stage::set(world).await;
        let user = stage.create_user(ANN).await;
        let application = Application::register(&stage).await;
        let mut browser = Browser::new(&stage.server.http, &stage.server.base);
        let arrival = application.sign_in(&stage, &mut browser, ANN).await;
        stage.set_active(user, "False").await;
        stage.set_active(user, "True").await;
        let (status, answer) = application.redeem(&stage, &arrival).await;
        assert_eq!((status, &answer["error"]), (StatusCode::BAD_REQUEST, &"invalid_grant".into()));
    }

    async fn what_was_done_before_can_be_done_again_and_records_nothing(world: World) {
        let stage = Stage::set(world).await;
        let user = stage.create_user(ANN).await;
        let (db, now) = (&stage.world.db, stage.world.now());
        for (active, news) in [(true, false), (false, true), (false, false), (true, true)] {
            let mut change = Change::begin(db, Actor::CommandLine, now).await.unwrap();
            let done = if active {
                lifecycle::activate(&mut change, user).await.unwrap()
            } else {
                lifecycle::deactivate(&mut change, user).await.unwrap()
            };
            assert_eq!(done, news);
            change.commit().await.unwrap();
        }
        let mut change = Change::begin(db, Actor::CommandLine, now).await.unwrap();
        let ended = lifecycle::end_sessions(&mut change, user, EndReason::Administrator).await;
        assert_eq!(ended.unwrap(), 0);
        change.commit().await.unwrap();
    }

    async fn deleting_a_person_ends_everything_too(world: World) {
        let stage = Stage::set(world).await;
        let mut ann = come_in(&stage).await;
        let path = format!("/Users/{}", ann.user);
        assert_eq!(stage.scim(Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
        ann.assert_nothing_lives(&stage).await;
    }
}

/// The page less what differs from sign-in to sign-in: handles in addresses, request ids.
fn without_addresses(html: &str) -> String {
    html.split('"')
        .filter(|part| !part.starts_with("/login/"))
        .collect()
}
