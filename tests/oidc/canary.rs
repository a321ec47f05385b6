//! Checklist C, 40: a day of flows is played, everything secret in it is remembered, and then
//! looked for: in the log, in pages and refusals with their headers, and in every column of every
//! table. Each flow fails once, too: failures are what talks most.

use doorward::domain::api_keys::EVERY_AUDIENCE;
use doorward::domain::clients::{
    AuthenticationMethod, DocumentPolicy, GrantType, MayExchange, MayRegister, Metadata,
    RegistrationPolicy,
};
use doorward::foundation::crypto::jose::{Algorithm, SigningKey};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::application::{
    Answer, Application, Browser, REDIRECT_URI, VERIFIER, answer, metadata, redirected, renewal,
    serve, signed_in,
};
use crate::introspection::{api_key, seeing};
use crate::on_both_engines;
use crate::proof::Key;
use crate::publisher::Publisher;
use crate::registration::{managed, registered};
use crate::support::everything::everything;
use crate::support::{World, outbound};

const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What is secret, and what anybody could have seen.
#[derive(Default)]
struct Day {
    secrets: Vec<String>,
    /// What a person reads and types: a page may show it, nothing may keep it.
    typed: Vec<String>,
    seen: String,
}

impl Day {
    fn keep(&mut self, secret: &str) {
        assert!(secret.len() > 15, "{secret} is a secret");
        self.secrets.push(secret.to_owned());
    }

    fn keep_of(&mut self, answer: &Answer, names: &[&str]) {
        for name in names {
            self.keep(answer.text(name));
        }
    }

    fn tokens(&mut self, answer: &Answer) {
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.keep_of(answer, &["access_token", "refresh_token", "id_token"]);
        self.headers(&answer.headers);
    }

    fn headers(&mut self, headers: &reqwest::header::HeaderMap) {
        for (name, value) in headers {
            // The two that bring something to the one whose it is.
            if name != "set-cookie" && name != "location" {
                self.seen.push_str(&format!("{name}: {value:?}\n"));
            }
        }
    }

    fn refusal(&mut self, answer: &Answer) {
        assert!(answer.status.is_client_error(), "{}", answer.body);
        self.headers(&answer.headers);
        self.seen.push_str(&answer.body.to_string());
    }

    async fn page(&mut self, response: Response) {
        self.headers(response.headers());
        self.seen.push_str(&response.text().await.unwrap());
    }

    fn browser(&mut self, browser: &Browser) {
        for pair in browser.cookies.split("; ") {
            self.keep(pair.split_once('=').unwrap().1);
        }
    }
}

fn of_everything(key: &SigningKey) -> Metadata {
    let mut metadata = metadata();
    metadata
        .grant_types
        .push(DEVICE.parse::<GrantType>().unwrap());
    metadata.grant_types.push(GrantType::TokenExchange);
    metadata.may_exchange = MayExchange::Any(true);
    metadata.jwks = Some(json!({ "keys": [key.public_jwk()] }));
    metadata.authorization_signed_response_alg = Some(Algorithm::Es256);
    metadata
}

async fn codes_and_tokens(day: &mut Day, app: &Application<'_>, browser: &Browser) {
    day.page(app.authorize("", &app.request()).await).await;
    let code = app.code(browser).await;
    day.keep(&code);
    let tokens = app.redeem(&code).await;
    day.tokens(&tokens);
    let renewed = app.refresh(tokens.text("refresh_token")).await;
    day.tokens(&renewed);
    assert_eq!(app.userinfo(renewed.text("access_token")).await.status, 200);
    let form = app.redemption(&code);
    let wrong = app.token_as(Some("a-wrong-canary-secret"), &form).await;
    day.refusal(&wrong);
    day.refusal(&app.redeem(&code).await);
    day.refusal(&app.refresh(tokens.text("refresh_token")).await);
    day.refusal(&app.userinfo(renewed.text("access_token")).await);
    let hint = [("id_token_hint", tokens.text("id_token").to_owned())];
    day.page(app.get("/oauth2/logout", "", &hint).await).await;
}

async fn pushed_and_signed(
    day: &mut Day,
    app: &Application<'_>,
    browser: &Browser,
    key: &SigningKey,
) {
    let mut claims = json!({
        "iss": app.client_id, "aud": app.world.base, "client_id": app.client_id,
        "exp": app.world.now().seconds() + 300,
    });
    for (name, value) in app.request_with(&[
        ("response_mode", "jwt"),
        ("state", "a-planted-state-of-the-object"),
    ]) {
        claims[name] = json!(value);
    }
    let object = key.sign("oauth-authz-req+jwt", &claims).unwrap();
    day.keep(&object);
    let pushed = crate::pushed::push(app, &vec![("request", object.clone())]).await;
    let reference = pushed.text("request_uri");
    day.keep(reference.rsplit(':').next().unwrap());
    let request = crate::pushed::brought(app, &pushed);
    let given = redirected(&app.authorize(&browser.cookies, &request).await);
    day.keep(&given["response"]);
    let signed = app.checked(&given["response"]).await;
    day.keep(signed["code"].as_str().unwrap());
    day.page(app.authorize(&browser.cookies, &request).await)
        .await;
    let broken = format!("{object}x");
    day.keep(&broken);
    day.refusal(&crate::pushed::push(app, &vec![("request", broken)]).await);
}

async fn bound(day: &mut Day, app: &Application<'_>, browser: &Browser) {
    let (key, claims) = (Key::new(), app.proof_claims());
    let proof = key.proof(&claims);
    day.keep(&proof);
    let code = app.code(browser).await;
    day.keep(&code);
    let tokens = app
        .token_with_proofs(&[&proof], &app.redemption(&code))
        .await;
    day.tokens(&tokens);
    let form = renewal(tokens.text("refresh_token"));
    day.refusal(&app.token_with_proofs(&[&proof], &form).await);
    day.refusal(&app.userinfo(tokens.text("access_token")).await);
}

async fn on_a_device(day: &mut Day, app: &Application<'_>, browser: &Browser) {
    let url = format!("{}/oauth2/device", app.server.base);
    let asked = app
        .server
        .http
        .post(url)
        .basic_auth(&app.client_id, app.secret.as_deref());
    let asked = answer(
        asked
            .form(&[("scope", "openid offline_access")])
            .send()
            .await
            .unwrap(),
    )
    .await;
    day.keep(asked.text("device_code"));
    let user_code = asked.text("user_code").to_owned();
    day.typed.push(user_code.clone());
    let form = [
        ("grant_type", DEVICE.to_owned()),
        ("device_code", asked.text("device_code").to_owned()),
    ];
    day.refusal(&app.token(&form).await);
    let typed = [("user_code", user_code.clone())];
    day.page(app.post("/device", &browser.cookies, &typed).await)
        .await;
    let decision = [
        ("user_code", user_code),
        ("session", browser.session.to_string()),
        ("decision", "allow".to_owned()),
    ];
    day.page(
        app.post("/device/decide", &browser.cookies, &decision)
            .await,
    )
    .await;
    app.pass(10);
    day.tokens(&app.token(&form).await);
    day.refusal(&app.token(&form).await);
}

async fn exchanged(day: &mut Day, app: &Application<'_>, browser: &Browser) {
    let tokens = app.tokens(browser).await;
    day.tokens(&tokens);
    for kind in ["access_token", "id_token"] {
        let form = |token: &str| {
            [
                ("grant_type", EXCHANGE.to_owned()),
                ("subject_token", token.to_owned()),
                (
                    "subject_token_type",
                    format!("urn:ietf:params:oauth:token-type:{kind}"),
                ),
            ]
        };
        let token = tokens.text(kind);
        let got = app.token(&form(token)).await;
        day.keep_of(&got, &["access_token"]);
        day.refusal(&app.token(&form(&format!("{token}x"))).await);
    }
}

async fn looked_at(day: &mut Day, app: &Application<'_>, browser: &Browser) {
    let key = api_key(app.world, seeing(EVERY_AUDIENCE)).await;
    day.keep(&key);
    let tokens = app.tokens(browser).await;
    day.tokens(&tokens);
    let told = crate::introspection::by_key(app, &key, tokens.text("access_token")).await;
    day.headers(&told.headers);
    day.seen.push_str(&told.body.to_string());
    crate::revocation::revoke(app, tokens.text("refresh_token")).await;
    let told = crate::introspection::by_key(app, &key, tokens.text("access_token")).await;
    day.seen.push_str(&told.body.to_string());
    day.refusal(&crate::introspection::by_key(app, &format!("{key}x"), "token-of-nobody").await);
}

async fn by_assertion(day: &mut Day, world: &World, key: &SigningKey) {
    let mut own = of_everything(key);
    own.token_endpoint_auth_method = Some(AuthenticationMethod::PrivateKeyJwt);
    let app = serve(world, true, own).await;
    let now = world.now().seconds();
    let claims = json!({
        "iss": app.client_id, "sub": app.client_id, "aud": world.base, "iat": now, "exp": now + 60,
        "jti": "a-planted-name-of-an-assertion",
    });
    let assertion = key.sign("JWT", &claims).unwrap();
    day.keep(&assertion);
    day.keep("a-planted-name-of-an-assertion");
    for _ in 0..2 {
        let mut form = renewal("dwr_a-canary-that-is-no-token");
        form.push(("client_assertion_type", JWT_BEARER.to_owned()));
        form.push(("client_assertion", assertion.clone()));
        let url = format!("{}/oauth2/token", app.server.base);
        let response = app.server.http.post(url).form(&form).send().await.unwrap();
        day.refusal(&answer(response).await);
    }
    day.keep("dwr_a-canary-that-is-no-token");
}

async fn self_registered(day: &mut Day, app: &Application<'_>) {
    let body = json!({ "client_name": "Own", "redirect_uris": [REDIRECT_URI] });
    let told = registered(&app.server, &body).await;
    let both = ["client_secret", "registration_access_token"];
    day.keep_of(&told, &both);
    let mut body = body;
    body["client_id"] = told.body["client_id"].clone();
    let changed = managed(&app.server, Method::PUT, &told, &body).await;
    day.keep_of(&changed, &["registration_access_token"]);
    day.refusal(&managed(&app.server, Method::GET, &told, &Value::Null).await);
}

async fn by_document(day: &mut Day, world: &World, publisher: &Publisher, browser: &Browser) {
    publisher.publish(
        &json!({
            "client_id": publisher.url("/client.json"), "client_name": "By Document",
            "redirect_uris": [REDIRECT_URI], "grant_types": ["authorization_code", "refresh_token"],
        }),
        "",
    );
    let mut app = serve(world, true, metadata()).await;
    (app.client_id, app.secret) = (publisher.url("/client.json"), None);
    day.page(app.authorize(&browser.cookies, &app.request()).await)
        .await;
    app.consented(browser.user).await;
    let code = app.code(browser).await;
    day.keep(&code);
    day.tokens(&app.redeem(&code).await);
    day.refusal(&app.redeem(&code).await);
}

on_both_engines! {
    async fn checklist_40_nothing_secret_of_a_days_flows_is_logged_shown_or_kept(world: World) {
        let log = crate::logs::log();
        let publisher = Publisher::new().await;
        let rules = publisher.rules();
        let world = world.with(|basics| {
            basics.outbound = outbound(rules);
            basics.offer.registration = RegistrationPolicy { who: MayRegister::Anybody, quota: 10 };
            basics.offer.documents = DocumentPolicy { on: true, resources: Vec::new(), quota: 10 };
        }).await;
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let app = serve(&world, true, of_everything(&key)).await;
        let mut day = Day::default();
        day.keep(app.secret.as_deref().unwrap());
        day.keep("a-wrong-canary-secret");
        day.keep(VERIFIER);
        let browser = app.visitor().await;
        day.browser(&browser);
        codes_and_tokens(&mut day, &app, &browser).await;
        let browser = signed_in(&world, browser.user).await;
        day.browser(&browser);
        pushed_and_signed(&mut day, &app, &browser, &key).await;
        bound(&mut day, &app, &browser).await;
        on_a_device(&mut day, &app, &browser).await;
        exchanged(&mut day, &app, &browser).await;
        looked_at(&mut day, &app, &browser).await;
        by_assertion(&mut day, &world, &key).await;
        self_registered(&mut day, &app).await;
        by_document(&mut day, &world, &publisher, &browser).await;

        let held = everything(&world.db, world.engine).await;
        let said = log.said();
        assert!(held.contains("babs@example.com"), "the tables are read");
        assert!(said.contains("/oauth2/token"), "the log is read");
        assert!(day.seen.contains("no-store"), "what was answered is read");
        assert!(day.secrets.len() > 40, "{}", day.secrets.len());
        for secret in &day.secrets {
            assert!(!held.contains(secret), "a table holds {secret}");
            assert!(!said.contains(secret), "{secret} was logged");
            assert!(!day.seen.contains(secret), "{secret} was shown");
        }
        for typed in &day.typed {
            let plain = typed.replace('-', "");
            for text in [typed, &plain] {
                assert!(!held.contains(text.as_str()) && !said.contains(text.as_str()), "{text}");
            }
        }
    }
}
