//! An application, a person and their browser, before a running server.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, Metadata, NewClient, Registered, Scope};
use doorward::domain::directory::{self, NewUser, Profile, UserId};
use doorward::domain::grants;
use doorward::domain::signin::{self, Destination, Method, NewSignIn, Place, Proven};
use doorward::foundation::crypto::token::Secret;
use doorward::http::oidc;
use doorward::http::web::around;
use jsonwebtoken::jwk::JwkSet;
use reqwest::{Response, StatusCode};
use serde_json::Value;
use url::Url;

use crate::support::{Server, World};

pub const REDIRECT_URI: &str = "https://app.example.com/cb";
pub const AFTER_LOGOUT: &str = "https://app.example.com/bye";
pub const SCOPE: &str = "openid profile email groups offline_access";
pub const VERIFIER: &str = "a-verifier.with~unreserved_characters-0123456789";

/// A client that is registered, and what it sends.
pub struct Application<'w> {
    pub world: &'w World,
    pub server: Server,
    pub client_id: String,
    pub secret: Option<String>,
    pub redirect_uri: String,
}

/// A person's browser: its two cookies.
#[derive(Clone)]
pub struct Browser {
    pub user: UserId,
    pub session: signin::SessionId,
    pub cookies: String,
}

/// What the token endpoint answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

pub fn challenge() -> String {
    challenge_of(VERIFIER)
}

pub fn challenge_of(verifier: &str) -> String {
    let digest = doorward::foundation::crypto::digest::sha256(verifier.as_bytes());
    URL_SAFE_NO_PAD.encode(digest)
}

pub fn metadata() -> Metadata {
    let mut metadata = Metadata::new(vec![REDIRECT_URI.to_owned()]);
    metadata.post_logout_redirect_uris = vec![AFTER_LOGOUT.to_owned()];
    metadata
}

pub async fn register(world: &World, confidential: bool, metadata: Metadata) -> Registered {
    let registered = register_elsewhere(world, confidential, metadata).await;
    world.state.refresh().await.unwrap();
    registered
}

/// As another process would: the server is not told.
pub async fn register_elsewhere(
    world: &World,
    confidential: bool,
    metadata: Metadata,
) -> Registered {
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    let new = NewClient {
        name: "The Application".to_owned(),
        confidential,
        metadata,
        scope: SCOPE.parse::<Scope>().unwrap(),
    };
    let master = &world.state.master_key;
    let registered = clients::register_with(&mut change, master, new, None);
    let registered = registered.await.unwrap();
    change.commit().await.unwrap();
    registered
}

/// Serves, with a confidential client.
pub async fn confidential(world: &World) -> Application<'_> {
    serve(world, true, metadata()).await
}

/// Serves, with a public client.
pub async fn public(world: &World) -> Application<'_> {
    serve(world, false, metadata()).await
}

pub async fn serve(world: &World, confidential: bool, metadata: Metadata) -> Application<'_> {
    let redirect_uri = metadata.redirect_uris[0].clone();
    let registered = register(world, confidential, metadata).await;
    let router = around(oidc::routes(&world.state), world.state.clone());
    Application {
        world,
        server: world.serve(router),
        client_id: registered.id.to_string(),
        secret: registered.secret.map(|secret| secret.reveal().to_owned()),
        redirect_uri,
    }
}

pub async fn person(world: &World, user_name: &str) -> UserId {
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    let mut profile = Profile::named(user_name).with_email(&format!("{user_name}@example.com"));
    profile.display_name = Some("Barbara Jensen".to_owned());
    profile.attributes.insert(
        "name".to_owned(),
        serde_json::json!({ "givenName": "Barbara", "familyName": "Jensen" }),
    );
    let new = NewUser {
        profile,
        active: true,
        administrator: false,
    };
    let user = directory::create_user(&mut change, new).await.unwrap();
    change.commit().await.unwrap();
    user.id
}

/// Signs a person in, in a new browser.
pub async fn signed_in(world: &World, user: UserId) -> Browser {
    sign_in_as(world, user, Secret::generate("")).await
}

pub async fn sign_in_as(world: &World, user: UserId, browser: Secret) -> Browser {
    sign_in_with(world, user, browser, &[Method::Password]).await
}

/// The same with what the person has proven themself with.
pub async fn sign_in_with(
    world: &World,
    user: UserId,
    browser: Secret,
    methods: &[Method],
) -> Browser {
    let mut change = Change::begin(&world.db, Actor::Anonymous, world.now())
        .await
        .unwrap();
    let new = NewSignIn {
        browser: browser.digest(),
        destination: Destination::ACCOUNT,
        application: None,
        login_hint: None,
        demand: signin::Demand::NONE,
        session: None,
    };
    let lifetimes = world.state.lifetimes;
    let handle = signin::begin(&mut change, &new, lifetimes).await.unwrap();
    let proven = Proven {
        user,
        methods: methods.to_vec(),
        place: Place::default(),
        previous: None,
    };
    let completed = signin::complete(&mut change, &handle, &browser.digest(), &proven, lifetimes)
        .await
        .unwrap()
        .unwrap();
    change.commit().await.unwrap();
    Browser {
        user,
        session: completed.session,
        cookies: format!(
            "doorward-browser={}; doorward-session={}",
            browser.reveal(),
            completed.secret.reveal()
        ),
    }
}

impl Application<'_> {
    /// The parameters of a good request.
    pub fn request(&self) -> Vec<(&'static str, String)> {
        vec![
            ("client_id", self.client_id.clone()),
            ("redirect_uri", self.redirect_uri.clone()),
            ("response_type", "code".to_owned()),
            ("scope", SCOPE.to_owned()),
            ("state", "the state".to_owned()),
            ("nonce", "the nonce".to_owned()),
            ("code_challenge", challenge()),
            ("code_challenge_method", "S256".to_owned()),
        ]
    }

    /// The same with some parameters replaced, added, or (by an empty text) left out.
    pub fn request_with(&self, changes: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
        let mut request = self.request();
        for (name, value) in changes {
            request.retain(|(known, _)| known != name);
            if !value.is_empty() {
                request.push((name, (*value).to_owned()));
            }
        }
        request
    }

    pub async fn authorize(&self, browser: &str, request: &[(&str, String)]) -> Response {
        self.get("/oauth2/authorize", browser, request).await
    }

    pub async fn get(&self, path: &str, cookies: &str, query: &[(&str, String)]) -> Response {
        let url = format!("{}{path}", self.server.base);
        let request = self.server.http.get(url).query(query);
        request.header("cookie", cookies).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, cookies: &str, form: &[(&str, String)]) -> Response {
        let url = format!("{}{path}", self.server.base);
        let request = self.server.http.post(url).form(form);
        request.header("cookie", cookies).send().await.unwrap()
    }

    /// The person has allowed everything before.
    pub async fn consented(&self, user: UserId) {
        let now = self.world.now();
        let mut change = Change::begin(&self.world.db, Actor::System, now)
            .await
            .unwrap();
        let client = clients::ClientId::from_stored(self.client_id.clone());
        let scope: Scope = SCOPE.parse().unwrap();
        grants::give_consent(&mut change, user, &client, &scope)
            .await
            .unwrap();
        change.commit().await.unwrap();
    }

    /// A person who is signed in and has allowed everything.
    pub async fn visitor(&self) -> Browser {
        let user = person(self.world, "babs").await;
        self.consented(user).await;
        signed_in(self.world, user).await
    }

    /// A code for a good request.
    pub async fn code(&self, browser: &Browser) -> String {
        self.code_for(browser, &self.request()).await
    }

    pub async fn code_for(&self, browser: &Browser, request: &[(&str, String)]) -> String {
        let response = self.authorize(&browser.cookies, request).await;
        let answer = redirected(&response);
        answer
            .get("code")
            .unwrap_or_else(|| panic!("no code: {answer:?}"))
            .clone()
    }

    pub async fn token(&self, form: &[(&str, String)]) -> Answer {
        self.token_as(self.secret.as_deref(), form).await
    }

    /// Sends a form as the client, with its secret in the header or, without one, its name in
    /// the form.
    pub async fn token_as(&self, secret: Option<&str>, form: &[(&str, String)]) -> Answer {
        let url = format!("{}/oauth2/token", self.server.base);
        let request = self.server.http.post(url);
        let request = match secret {
            Some(secret) => request.basic_auth(&self.client_id, Some(secret)).form(form),
            None => {
                let mut form = form.to_vec();
                form.push(("client_id", self.client_id.clone()));
                request.form(&form)
            }
        };
        answer(request.send().await.unwrap()).await
    }

    pub fn redemption(&self, code: &str) -> Vec<(&'static str, String)> {
        vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", self.redirect_uri.clone()),
            ("code_verifier", VERIFIER.to_owned()),
        ]
    }

    pub async fn redeem(&self, code: &str) -> Answer {
        self.token(&self.redemption(code)).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.token(&renewal(token)).await
    }

    /// Tokens for a good request.
    pub async fn tokens(&self, browser: &Browser) -> Answer {
        let code = self.code(browser).await;
        let answer = self.redeem(&code).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer
    }

    pub async fn userinfo(&self, token: &str) -> Answer {
        let url = format!("{}/oauth2/userinfo", self.server.base);
        let request = self.server.http.get(url).bearer_auth(token);
        answer(request.send().await.unwrap()).await
    }

    /// The claims of a token, after its signature was checked with the published keys by
    /// another library.
    pub async fn checked(&self, token: &str) -> Value {
        let response = self.get("/oauth2/jwks", "", &[]).await;
        let keys: JwkSet = response.json().await.unwrap();
        let header = jsonwebtoken::decode_header(token).unwrap();
        let jwk = keys.find(header.kid.as_deref().unwrap()).unwrap();
        let key = jsonwebtoken::DecodingKey::from_jwk(jwk).unwrap();
        let mut validation = jsonwebtoken::Validation::new(header.alg);
        // The world has a clock of its own.
        validation.validate_exp = false;
        validation.validate_aud = false;
        // An answer that is signed has no end (RFC 9701 §5).
        validation.required_spec_claims.clear();
        jsonwebtoken::decode::<Value>(token, &key, &validation)
            .unwrap()
            .claims
    }

    pub fn pass(&self, seconds: u64) {
        self.world.clock.advance(Duration::from_secs(seconds));
    }
}

pub fn renewal(token: &str) -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "refresh_token".to_owned()),
        ("refresh_token", token.to_owned()),
    ]
}

pub async fn answer(response: Response) -> Answer {
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    Answer {
        status,
        headers,
        body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
    }
}

impl Answer {
    pub fn text(&self, name: &str) -> &str {
        let value = self.body[name].as_str();
        value.unwrap_or_else(|| panic!("no {name}: {}", self.body))
    }

    pub fn error(&self) -> (u16, &str) {
        (
            self.status.as_u16(),
            self.body["error"].as_str().unwrap_or(""),
        )
    }
}

/// The parameters of a redirect to the application.
pub fn redirected(response: &Response) -> HashMap<String, String> {
    let url = location(response);
    assert!(
        url.as_str().starts_with("https://app.example.com/")
            || url.scheme() != "https" && url.path() == "/cb",
        "not the application: {url}"
    );
    url.query_pairs().into_owned().collect()
}

pub fn location(response: &Response) -> Url {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let base = response.url().clone();
    let location = response.headers()["location"].to_str().unwrap();
    base.join(location).unwrap()
}

/// The answer is an error page, whatever was asked: nothing leads away from it.
pub async fn assert_error_page(response: Response, code: &str) {
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(!response.headers().contains_key("location"));
    let text = response.text().await.unwrap();
    assert!(text.contains(code), "{text}");
    assert!(!text.contains("http-equiv"), "{text}");
}
