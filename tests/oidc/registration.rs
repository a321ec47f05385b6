//! Dynamic registration (RFC 7591, RFC 7592): what an application is told, and who may change
//! what is registered. What it may say of itself is in `registration_policy`.

use doorward::app::config::Settings;
use doorward::app::retention;
use doorward::domain::api_keys::{EVERY_AUDIENCE, Scope};
use doorward::domain::clients::{MayRegister, RegistrationPolicy};
use doorward::foundation::db::{Fetch as _, sql};
use doorward::http::oidc;
use doorward::http::web::around;
use reqwest::Method;
use serde_json::{Value, json};

use crate::application::{Answer, Application, REDIRECT_URI, answer};
use crate::introspection::{api_key, disable, seeing};
use crate::on_both_engines;
use crate::support::{Server, World};

pub const REGISTER: &str = "/oauth2/register";

/// A server at which applications register themselves.
pub async fn registering(world: World, who: MayRegister) -> (World, Server) {
    with_quota(world, who, 1000).await
}

pub async fn with_quota(world: World, who: MayRegister, quota: u32) -> (World, Server) {
    let world = world
        .with(|basics| basics.offer.registration = RegistrationPolicy { who, quota })
        .await;
    let router = around(oidc::routes(&world.state), world.state.clone());
    let server = world.serve(router);
    (world, server)
}

pub async fn send(
    server: &Server,
    method: Method,
    url: &str,
    token: Option<&str>,
    body: &Value,
) -> Answer {
    let request = server.http.request(method, url).json(body);
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    answer(request.send().await.unwrap()).await
}

pub async fn register(server: &Server, token: Option<&str>, body: &Value) -> Answer {
    let url = format!("{}{REGISTER}", server.base);
    send(server, Method::POST, &url, token, body).await
}

/// One that is told of its registration.
pub async fn registered(server: &Server, body: &Value) -> Answer {
    let told = register(server, None, body).await;
    assert_eq!(told.status, 201, "{}", told.body);
    told
}

pub fn app() -> Value {
    json!({ "redirect_uris": [REDIRECT_URI], "client_name": "The Application" })
}

/// Calls the management address that the answer names, with the token that it names.
pub async fn managed(server: &Server, method: Method, told: &Answer, body: &Value) -> Answer {
    let (url, token) = (
        told.text("registration_client_uri"),
        told.text("registration_access_token"),
    );
    send(server, method, url, Some(token), body).await
}

fn assert_unauthorized(answer: &Answer) {
    assert_eq!(answer.status, 401, "{}", answer.body);
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("Bearer"), "{challenge}");
}

async fn number(world: &World, statement: &'static str) -> i64 {
    let mut from = &world.db;
    let row = from.fetch_one(sql(statement)).await.unwrap();
    row.get("n").unwrap()
}

async fn clients(world: &World) -> i64 {
    number(world, "select count(*) as n from clients").await
}

fn with(told: &Answer, changes: Value) -> Value {
    let mut body = app();
    body["client_id"] = told.body["client_id"].clone();
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

on_both_engines! {
    async fn rfc_7591_whoever_registers_is_told_everything_that_is_registered(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let mut body = app();
        body["contacts"] = json!(["ops@example.com"]);
        body["client_name#de"] = json!("Die Anwendung");
        body["a_name_of_nobody"] = json!(7);
        let told = registered(&server, &body).await;
        assert_eq!(told.headers["cache-control"], "no-store");
        let id = told.text("client_id");
        assert_eq!(told.body["redirect_uris"], json!([REDIRECT_URI]));
        assert_eq!(told.body["client_name"], "The Application");
        assert_eq!(told.body["contacts"], json!(["ops@example.com"]));
        assert_eq!(told.body["grant_types"], json!(["authorization_code"]));
        assert_eq!(told.body["response_types"], json!(["code"]));
        assert_eq!(told.body["token_endpoint_auth_method"], "client_secret_basic");
        assert_eq!(told.body["client_id_issued_at"], world.now().seconds());
        assert_eq!(told.body["client_secret_expires_at"], 0);
        assert_eq!(told.body["application_type"], "web");
        let own = format!("{}{REGISTER}/{id}", world.base);
        assert_eq!(told.body["registration_client_uri"], own);
        for name in ["client_name#de", "a_name_of_nobody", "profile", "may_exchange"] {
            assert!(told.body.get(name).is_none(), "{name}");
        }
        let events = "select count(*) as n from audit_events where action = 'client.registered' and actor_kind = 'anonymous'";
        assert_eq!(number(&world, events).await, 1);
    }

    async fn an_application_that_registered_itself_can_sign_people_in_at_once(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app()).await;
        let app = Application {
            world: &world,
            server,
            client_id: told.text("client_id").to_owned(),
            secret: Some(told.text("client_secret").to_owned()),
            redirect_uri: REDIRECT_URI.to_owned(),
        };
        let browser = app.visitor().await;
        let code = app.code_for(&browser, &app.request_with(&[("scope", "openid email")])).await;
        assert_eq!(app.redeem(&code).await.status, 200);
        let access = app.redeem(&code).await;
        assert_eq!(access.status, 400, "a code is redeemed once");
        let ended = managed(&app.server, Method::DELETE, &told, &json!({})).await;
        assert_eq!(ended.status, 204);
        assert_eq!(number(&world, "select count(*) as n from grants").await, 0);
        assert_eq!(number(&world, "select count(*) as n from consents").await, 0);
        assert_eq!(app.redeem(&code).await.status, 401, "there is no such client any more");
    }

    async fn rfc_7591_tokens_and_secrets_are_kept_as_digests(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app()).await;
        let mut from = &world.db;
        let rows = sql("select s.token_digest as t, c.digest as c, c.sealed as k
            from self_registered_clients s join client_secrets c on c.client_id = s.client_id");
        let row = from.fetch_one(rows).await.unwrap();
        let kept: [String; 2] = [row.get("t").unwrap(), row.get("c").unwrap()];
        assert!(!kept.contains(&told.text("registration_access_token").to_owned()));
        assert!(!kept.contains(&told.text("client_secret").to_owned()));
        assert_eq!(row.get::<Option<String>>("k").unwrap(), None);
    }

    async fn rfc_7591_with_token_an_api_key_of_the_scope_is_needed(world: World) {
        let (world, server) = registering(world, MayRegister::WithToken).await;
        let right = api_key(&world, Scope::ClientRegistration).await;
        let other = api_key(&world, seeing(EVERY_AUDIENCE)).await;
        world.state.refresh().await.unwrap();
        for token in [None, Some("x"), Some(other.as_str())] {
            assert_unauthorized(&register(&server, token, &app()).await);
        }
        assert_eq!(clients(&world).await, 0);
        let told = register(&server, Some(&right), &app()).await;
        assert_eq!(told.status, 201, "{}", told.body);
        let url = told.text("registration_client_uri");
        assert_unauthorized(&send(&server, Method::GET, url, Some(&right), &json!({})).await);
    }

    async fn a_wrong_initial_access_token_is_refused_where_none_is_needed(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        assert_unauthorized(&register(&server, Some("x"), &app()).await);
        assert_eq!(clients(&world).await, 0);
    }

    async fn there_is_no_endpoint_unless_it_is_on_and_discovery_says_so(world: World) {
        for who in [MayRegister::Nobody, MayRegister::Anybody] {
            let state = State::of(&world, who).await;
            assert_eq!(state.0, (who == MayRegister::Anybody).then(|| format!("{}{REGISTER}", world.base)));
        }
        let (_world, server) = registering(world, MayRegister::Nobody).await;
        assert_eq!(register(&server, None, &app()).await.status, 404);
    }

    async fn rfc_7591_a_body_that_is_no_bounded_json_object_is_refused(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let url = format!("{}{REGISTER}", server.base);
        let long = json!({ "redirect_uris": [REDIRECT_URI], "client_name": "x".repeat(70_000) }).to_string();
        let right = app().to_string();
        let deep = "[".repeat(20_000);
        for (kind, body) in [
            ("text/plain", right.as_str()),
            ("application/x-www-form-urlencoded", "client_name=x"),
            ("application/json", "{"),
            ("application/json", "[]"),
            ("application/json", "null"),
            ("application/json", ""),
            ("application/json", &long),
            ("application/json", &deep),
        ] {
            let request = server.http.post(&url).header("content-type", kind).body(body.to_owned());
            let refused = answer(request.send().await.unwrap()).await;
            assert_eq!(refused.status, 400, "{kind}");
            assert_eq!(refused.body["error"], "invalid_client_metadata");
            assert_eq!(refused.headers["cache-control"], "no-store");
        }
        assert_eq!(clients(&world).await, 0);
    }

    async fn rfc_7592_a_client_reads_its_registration(world: World) {
        let (_world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app()).await;
        let read = managed(&server, Method::GET, &told, &json!({})).await;
        assert_eq!(read.status, 200, "{}", read.body);
        assert_eq!(read.headers["cache-control"], "no-store");
        for name in ["client_id", "redirect_uris", "client_id_issued_at", "registration_access_token", "registration_client_uri", "scope"] {
            assert_eq!(read.body[name], told.body[name], "{name}");
        }
        assert!(read.body.get("client_secret").is_none(), "it is not kept");
    }

    async fn item_58_the_registration_token_rotates_at_each_change(world: World) {
        let (_world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app()).await;
        let changed = managed(&server, Method::PUT, &told, &with(&told, json!({ "client_name": "Another" }))).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        assert_eq!(changed.body["client_name"], "Another");
        assert!(changed.body.get("client_secret").is_none(), "the secret stays");
        assert_ne!(changed.text("registration_access_token"), told.text("registration_access_token"));
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            assert_unauthorized(&managed(&server, method, &told, &with(&told, json!({}))).await);
        }
        assert_eq!(managed(&server, Method::GET, &changed, &json!({})).await.status, 200);
    }

    async fn item_58_of_many_changes_with_one_token_one_is_made(world: World) {
        let (_world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app()).await;
        let body = with(&told, json!({}));
        let calls = (0..32).map(|_| managed(&server, Method::PUT, &told, &body));
        let answers = futures_util::future::join_all(calls).await;
        assert_eq!(answers.iter().filter(|one| one.status == 200).count(), 1);
        assert!(answers.iter().all(|one| matches!(one.status.as_u16(), 200 | 401 | 503)));
    }

    async fn rfc_7592_what_a_change_leaves_out_falls_to_its_default(world: World) {
        let (_world, server) = registering(world, MayRegister::Anybody).await;
        let mut body = app();
        body["contacts"] = json!(["ops@example.com"]);
        body["scope"] = json!("openid");
        let told = registered(&server, &body).await;
        assert_eq!(told.body["scope"], "openid");
        let changed = managed(&server, Method::PUT, &told, &with(&told, json!({ "client_uri": null }))).await;
        assert!(changed.body.get("contacts").is_none());
        assert_eq!(changed.body["scope"], "openid profile email address phone offline_access");
    }

    async fn rfc_7592_a_change_names_the_client_and_no_other_secret(world: World) {
        let (_world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app()).await;
        let other = registered(&server, &app()).await;
        for body in [
            app(),
            with(&other, json!({})),
            with(&told, json!({ "client_secret": "chosen" })),
            with(&told, json!({ "client_secret": other.text("client_secret") })),
            with(&told, json!({ "client_secret": 7 })),
        ] {
            let refused = managed(&server, Method::PUT, &told, &body).await;
            assert_eq!((refused.status.as_u16(), &refused.body["error"]), (400, &json!("invalid_client_metadata")));
        }
        let own = with(&told, json!({ "client_secret": told.text("client_secret") }));
        assert_eq!(managed(&server, Method::PUT, &told, &own).await.status, 200, "the refused ones took no token");
    }

    async fn rfc_7592_a_client_that_becomes_public_has_no_secret_and_gets_a_new_one_back(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app()).await;
        let public = with(&told, json!({ "token_endpoint_auth_method": "none" }));
        let changed = managed(&server, Method::PUT, &told, &public).await;
        assert_eq!(changed.body["token_endpoint_auth_method"], "none");
        assert!(changed.body.get("client_secret").is_none());
        let again = managed(&server, Method::PUT, &changed, &with(&told, json!({}))).await;
        assert_ne!(again.text("client_secret"), told.text("client_secret"));
        let client = world.state.clients.get(told.text("client_id")).unwrap();
        assert!(client.confidential);
    }

    async fn rfc_7592_nobody_opens_another_clients_registration(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let (one, two) = (registered(&server, &app()).await, registered(&server, &app()).await);
        let unknown = format!("{}{REGISTER}/unknown", server.base);
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            for url in [one.text("registration_client_uri"), &unknown] {
                for token in [None, Some("x"), Some(two.text("registration_access_token"))] {
                    let refused = send(&server, method.clone(), url, token, &with(&one, json!({}))).await;
                    assert_unauthorized(&refused);
                }
            }
        }
        assert_eq!(clients(&world).await, 2);
    }

    async fn item_58_keycloak_cve_2026_9705_a_disabled_client_is_not_revived_or_edited(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app()).await;
        disable(&world, told.text("client_id")).await;
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            assert_unauthorized(&managed(&server, method, &told, &with(&told, json!({}))).await);
        }
        let client = world.state.clients.get(told.text("client_id")).unwrap();
        assert!(!client.is_enabled());
    }

    async fn item_58_keycloak_issue_53079_a_registration_cannot_take_the_name_of_another(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let told = registered(&server, &app()).await;
        disable(&world, told.text("client_id")).await;
        let again = registered(&server, &with(&told, json!({ "client_secret": "chosen" }))).await;
        assert_ne!(again.text("client_id"), told.text("client_id"));
        assert_ne!(again.text("client_secret"), "chosen");
        assert!(!world.state.clients.get(told.text("client_id")).unwrap().is_enabled());
    }

    async fn a_stranger_that_nobody_uses_is_swept_after_a_month(world: World) {
        let (world, server) = registering(world, MayRegister::Anybody).await;
        let key = api_key(&world, Scope::ClientRegistration).await;
        registered(&server, &app()).await;
        let disabled = registered(&server, &app()).await;
        disable(&world, disabled.text("client_id")).await;
        assert_eq!(register(&server, Some(&key), &app()).await.status, 201);
        let used = registered(&server, &app()).await;
        let used = Application {
            world: &world,
            server,
            client_id: used.text("client_id").to_owned(),
            secret: None,
            redirect_uri: REDIRECT_URI.to_owned(),
        };
        used.visitor().await;
        let settings = Settings::defaults().unwrap();
        for (days, left) in [(29, 4), (2, 3), (40, 3)] {
            world.clock.advance(std::time::Duration::from_secs(days * 86_400));
            retention::sweep(&world.db, &world.clock, &settings).await;
            assert_eq!(clients(&world).await, left, "after {days} days more");
        }
        let events = "select count(*) as n from audit_events where action = 'client.unused_removed'";
        assert_eq!(number(&world, events).await, 1);
    }

    async fn checklist_39_no_page_of_another_origin_reads_a_registration(world: World) {
        let (_world, server) = registering(world, MayRegister::Anybody).await;
        let mut body = app();
        body["token_endpoint_auth_method"] = json!("none");
        let told = registered(&server, &body).await;
        for url in [format!("{}{REGISTER}", server.base), told.text("registration_client_uri").to_owned()] {
            for method in [Method::OPTIONS, Method::POST, Method::GET] {
                let request = server.http.request(method, &url).header("origin", "https://app.example.com");
                let request = request.header("access-control-request-method", "POST");
                let response = request.send().await.unwrap();
                assert!(!response.headers().contains_key("access-control-allow-origin"));
            }
        }
    }
}

/// What discovery says of registration.
struct State(Option<String>);

impl State {
    async fn of(world: &World, who: MayRegister) -> Self {
        let fresh = World::new(world.engine).await;
        let (fresh, server) = registering(fresh, who).await;
        let url = format!("{}/.well-known/openid-configuration", server.base);
        let document: Value = server
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let named = document["registration_endpoint"].as_str();
        Self(named.map(|named| named.replace(&fresh.base, &world.base)))
    }
}
