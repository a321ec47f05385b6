//! An application: registered, sends browsers to sign in, and redeems what they bring back.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, Metadata, NewClient};
use doorward::foundation::crypto::digest::sha256;
use reqwest::StatusCode;
use serde_json::Value;

use crate::browser::{Arrival, Browser};
use crate::source::{PASSWORD, Stage};

const REDIRECT_URI: &str = "https://app.example/callback";
const VERIFIER: &str = "a-verifier-of-forty-three-characters-at-least-1234";

pub struct Application {
    pub id: String,
    pub secret: String,
}

pub struct Tokens {
    pub access: String,
    pub refresh: String,
    pub id_token: String,
}

impl Application {
    pub async fn register(stage: &Stage) -> Self {
        let world = &stage.world;
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
            .await
            .unwrap();
        let client = NewClient {
            name: "Wiki".into(),
            confidential: true,
            metadata: Metadata::new(vec![REDIRECT_URI.into()]),
            scope: "openid profile email groups".parse().unwrap(),
        };
        let registered = clients::register(&mut change, client).await.unwrap();
        change.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        Self {
            id: registered.id.to_string(),
            secret: registered.secret.unwrap().reveal().to_owned(),
        }
    }

    pub fn authorize_url(&self, stage: &Stage, more: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(sha256(VERIFIER.as_bytes()));
        let mut url = url::Url::parse(&format!("{}/oauth2/authorize", stage.server.base)).unwrap();
        url.query_pairs_mut()
            .extend_pairs([
                ("response_type", "code"),
                ("client_id", self.id.as_str()),
                ("redirect_uri", REDIRECT_URI),
                ("scope", "openid profile email groups"),
                ("state", "state-of-the-test"),
                ("nonce", "nonce-of-the-test"),
                ("code_challenge", challenge.as_str()),
                ("code_challenge_method", "S256"),
            ])
            .extend_pairs(more);
        url.into()
    }

    /// Signs a person in and lets them consent: the browser's way to the application.
    pub async fn sign_in(&self, stage: &Stage, browser: &mut Browser, user_name: &str) -> Arrival {
        let page = browser.open(&self.authorize_url(stage, &[])).await;
        let fields = [("username", user_name), ("password", PASSWORD)];
        let next = browser.submit(&page, &fields).await;
        if next.html.contains("consent-allow") {
            return browser
                .submit(&next, &[("decision", "allow"), ("remember", "yes")])
                .await;
        }
        next
    }

    pub async fn redeem(&self, stage: &Stage, arrival: &Arrival) -> (StatusCode, Value) {
        let answer: HashMap<_, _> = arrival.url.query_pairs().collect();
        let code = answer
            .get("code")
            .unwrap_or_else(|| panic!("no code in {}", arrival.url));
        self.token(
            stage,
            &[
                ("grant_type", "authorization_code"),
                ("code", code.as_ref()),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", VERIFIER),
            ],
        )
        .await
    }

    pub async fn tokens(&self, stage: &Stage, arrival: &Arrival) -> Tokens {
        let (status, answer) = self.redeem(stage, arrival).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        Tokens {
            access: text("access_token"),
            refresh: text("refresh_token"),
            id_token: text("id_token"),
        }
    }

    pub async fn refresh(&self, stage: &Stage, token: &str) -> (StatusCode, Value) {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.token(stage, &form).await
    }

    pub async fn token(&self, stage: &Stage, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let answer = stage
            .server
            .http
            .post(format!("{}/oauth2/token", stage.server.base))
            .basic_auth(&self.id, Some(&self.secret))
            .form(form)
            .send()
            .await
            .unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    pub async fn userinfo(&self, stage: &Stage, access_token: &str) -> (StatusCode, String) {
        let answer = stage
            .server
            .http
            .get(format!("{}/oauth2/userinfo", stage.server.base))
            .bearer_auth(access_token)
            .send()
            .await
            .unwrap();
        (answer.status(), answer.text().await.unwrap())
    }
}
