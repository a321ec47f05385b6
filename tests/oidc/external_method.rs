//! This server as Entra's external authentication method.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use doorward::domain::clients::{ExternalAuthentication, Metadata, ResponseMode, ResponseType};
use doorward::domain::directory::UserId;
use doorward::domain::signin::{self, Acr, Found, Method};
use doorward::foundation::crypto::jose::{Algorithm, SigningKey};
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::outbound::Rules;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::application::{
    Application, location, metadata, person, redirected, serve, sign_in_with,
};
use crate::on_both_engines;
use crate::sign_in_again::kept_handle;
use crate::support::{World, outbound};

const TENANT: &str = "7a3c6ac0-tenant";
const AUDIENCE: &str = "4c1e-application";

struct Entra {
    issuer: String,
    key: SigningKey,
}

impl Entra {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let issuer = format!("{base}/{TENANT}/v2.0");
        let key = SigningKey::generate(Algorithm::Rs256).unwrap();
        let keys = json!({ "keys": [key.public_jwk()] });
        let document = json!({ "issuer": issuer, "jwks_uri": format!("{base}/keys") });
        let shown = Arc::new(Mutex::new((document, keys)));
        let (one, two) = (shown.clone(), shown);
        let answer = |value: Value| ([("content-type", "application/json")], value.to_string());
        let router = Router::new()
            .route(
                &format!("/{TENANT}/v2.0/.well-known/openid-configuration"),
                get(move || {
                    let document = one.lock().unwrap().0.clone();
                    async move { answer(document) }
                }),
            )
            .route(
                "/keys",
                get(move || {
                    let keys = two.lock().unwrap().1.clone();
                    async move { answer(keys) }
                }),
            );
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, key }
    }

    fn trusted(&self) -> Metadata {
        let mut metadata = metadata();
        metadata.response_types = vec![ResponseType::IdToken];
        metadata.response_modes = vec![ResponseMode::FormPost];
        metadata.grant_types.clear();
        metadata.external_authentication = Some(ExternalAuthentication {
            issuer: self.issuer.clone(),
            audience: AUDIENCE.to_owned(),
            tenant: TENANT.to_owned(),
            user_name_claim: "preferred_username".to_owned(),
        });
        metadata
    }

    /// A hint that ended an hour ago, as they do.
    fn hint(&self, world: &World, changes: &[(&str, Value)]) -> String {
        let now = world.now().seconds();
        let mut claims = json!({
            "iss": self.issuer, "aud": AUDIENCE, "sub": "entras-name-of-babs", "tid": TENANT,
            "oid": "an-object-id", "preferred_username": "Babs", "iat": now - 7200, "exp": now - 3600,
        });
        for (name, value) in changes {
            claims[*name] = value.clone();
        }
        self.key.sign("JWT", &claims).unwrap()
    }
}

async fn reaching(world: World) -> World {
    world
        .with(|basics| {
            basics.outbound = outbound(Rules {
                allowed: Arc::new(|address| address.is_loopback()),
                ..Rules::strict()
            });
        })
        .await
}

fn wanting(acr: &[&str], amr: &[&str]) -> String {
    json!({ "id_token": {
        "acr": { "essential": true, "values": acr },
        "amr": { "essential": true, "values": amr },
    } })
    .to_string()
}

fn request(app: &Application<'_>, hint: &str, claims: &str) -> Vec<(&'static str, String)> {
    app.request_with(&[
        ("response_type", "id_token"),
        ("response_mode", "form_post"),
        ("scope", "openid"),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
        ("id_token_hint", hint),
        ("claims", claims),
    ])
}

async fn field(response: Response, name: &str) -> String {
    assert_eq!(response.status(), StatusCode::OK);
    let page = response.text().await.unwrap();
    let marked = format!("name=\"{name}\" value=\"");
    let rest = page
        .split_once(&marked)
        .unwrap_or_else(|| panic!("no {name}: {page}"))
        .1;
    rest.split('"').next().unwrap().to_owned()
}

/// The person signs in for this request, and the answer comes.
async fn answered(
    world: &World,
    app: &Application<'_>,
    (user, methods): (UserId, &[Method]),
    form: &[(&str, String)],
) -> Response {
    // Entra's form is another site's: the browser asks again by GET.
    let again = location(&app.post("/oauth2/authorize", "", form).await);
    let query: Vec<(String, String)> = again.query_pairs().into_owned().collect();
    let query: Vec<(&str, String)> = query.iter().map(|(a, b)| (a.as_str(), b.clone())).collect();
    let own = Secret::generate("");
    let cookie = format!("doorward-browser={}", own.reveal());
    let sign_in = location(&app.authorize(&cookie, &query).await);
    let handle = kept_handle(world, own.reveal(), &sign_in).await;
    let browser = sign_in_with(world, user, own, methods).await;
    let path = format!("/oauth2/authorize/resume/{handle}");
    app.get(&path, &browser.cookies, &[]).await
}

on_both_engines! {
    async fn entra_gets_one_class_one_method_and_its_own_name_of_the_person(world: World) {
        let world = reaching(world).await;
        let entra = Entra::start().await;
        let app = serve(&world, true, entra.trusted()).await;
        let user = person(&world, "babs").await;
        let claims = wanting(&["knowledge", "possessionorinherence"], &["face", "fido", "pwd", "otp", "sms"]);
        let form = request(&app, &entra.hint(&world, &[]), &claims);
        let given: [(&[Method], &str); 3] = [
            (&[Method::Password, Method::Totp], "otp"),
            (&[Method::Password, Method::SecurityKey], "fido"),
            (&[Method::Passkey], "fido"),
        ];
        for (methods, amr) in given {
            let response = answered(&world, &app, (user, methods), &form).await;
            let page = response.text().await.unwrap();
            let value = |name: &str| {
                let marked = format!("name=\"{name}\" value=\"");
                page.split_once(&marked).unwrap().1.split('"').next().unwrap().to_owned()
            };
            assert_eq!(value("state"), "the state");
            let said = app.checked(&value("id_token")).await;
            assert_eq!(said["sub"], "entras-name-of-babs");
            assert_eq!(said["aud"], app.client_id);
            assert_eq!(said["nonce"], "the nonce");
            assert_eq!(said["acr"], "possessionorinherence");
            assert_eq!(said["amr"], json!([amr]), "{methods:?}");
            assert!(said["email"].is_null() && said["sid"].is_null() && said["name"].is_null(), "{said}");
        }
    }

    async fn entra_is_not_told_of_a_proof_that_was_not_given(world: World) {
        let world = reaching(world).await;
        let entra = Entra::start().await;
        let app = serve(&world, true, entra.trusted()).await;
        let user = person(&world, "babs").await;
        let form = |amr: &[&str]| {
            let claims = wanting(&["possessionorinherence"], amr);
            request(&app, &entra.hint(&world, &[]), &claims)
        };
        // A passkey is no code; a password, or a code out of a mailbox, is nothing that a person has.
        for (methods, amr) in [
            (&[Method::Passkey][..], &["otp"][..]),
            (&[Method::Password], &["fido", "otp", "pwd"]),
            (&[Method::Password, Method::MailedCode], &["fido", "otp", "pwd"]),
        ] {
            let response = answered(&world, &app, (user, methods), &form(amr)).await;
            assert_eq!(field(response, "error").await, "unmet_authentication_requirements");
        }
        // Nor is a pass, whose `amr` is `otp`: it leads on to a factor of one's own.
        let pass = (user, &[Method::TemporaryPass, Method::Password][..]);
        let response = answered(&world, &app, pass, &form(&["fido", "otp", "pwd"])).await;
        assert!(location(&response).path().starts_with("/login/"));
    }

    async fn entra_sends_people_to_a_proof_that_it_takes_and_that_is_given_now(world: World) {
        let world = reaching(world).await;
        let entra = Entra::start().await;
        let app = serve(&world, true, entra.trusted()).await;
        let user = person(&world, "babs").await;
        for (amr, least) in [(&["otp", "fido"][..], Acr::MultiFactor), (&["fido"], Acr::PhishingResistant)] {
            let own = Secret::generate("");
            let browser = sign_in_with(&world, user, own.clone(), &[Method::Passkey]).await;
            let claims = wanting(&["possessionorinherence"], amr);
            let form = request(&app, &entra.hint(&world, &[]), &claims);
            // A session of before is no proof, however strong it is.
            let url = location(&app.authorize(&browser.cookies, &form).await);
            let handle = url.path().strip_prefix("/login/").unwrap();
            let found = signin::find(&world.db, &handle.into(), &own.digest(), world.now()).await;
            let Found::Open(sign_in) = found.unwrap() else { panic!("not open") };
            assert!(sign_in.demand.fresh && sign_in.proofs.is_empty());
            assert_eq!(sign_in.demand.at_least, Some(least));
        }
    }

    async fn entra_learns_at_once_that_nobody_here_can_give_what_it_wants(world: World) {
        let world = reaching(world).await;
        let entra = Entra::start().await;
        let app = serve(&world, true, entra.trusted()).await;
        person(&world, "babs").await;
        for (acr, amr) in [("knowledge", "pwd"), ("possessionorinherence", "face"), ("inherence", "fido")] {
            let form = request(&app, &entra.hint(&world, &[]), &wanting(&[acr], &[amr]));
            let response = app.authorize("", &form).await;
            assert_eq!(field(response, "error").await, "unmet_authentication_requirements", "{acr} {amr}");
        }
    }

    async fn a_hint_that_is_not_right_opens_nothing(world: World) {
        let world = reaching(world).await;
        let entra = Entra::start().await;
        let app = serve(&world, true, entra.trusted()).await;
        person(&world, "babs").await;
        let claims = wanting(&["knowledge"], &["pwd"]);
        let forger = SigningKey::generate(Algorithm::Rs256).unwrap();
        let forged = forger.sign("JWT", &json!({
            "iss": entra.issuer, "aud": AUDIENCE, "sub": "x", "tid": TENANT, "oid": "o",
            "preferred_username": "babs",
        })).unwrap();
        for hint in [
            entra.hint(&world, &[("tid", json!("another-tenant"))]),
            entra.hint(&world, &[("aud", json!("another-application"))]),
            entra.hint(&world, &[("aud", json!([AUDIENCE, "another"]))]),
            entra.hint(&world, &[("iss", json!("https://evil.example"))]),
            entra.hint(&world, &[("oid", json!(""))]),
            entra.hint(&world, &[("oid", json!(7))]),
            entra.hint(&world, &[("preferred_username", Value::Null)]),
            forged,
            "e30.e30.".to_owned(),
        ] {
            let response = app.authorize("", &request(&app, &hint, &claims)).await;
            assert_eq!(field(response, "error").await, "invalid_request");
        }
        let mut without = request(&app, "x", &claims);
        without.retain(|(name, _)| *name != "id_token_hint");
        let response = app.authorize("", &without).await;
        assert_eq!(field(response, "error").await, "invalid_request");
        let stranger = entra.hint(&world, &[("preferred_username", json!("nobody"))]);
        let response = app.authorize("", &request(&app, &stranger, &claims)).await;
        assert_eq!(field(response, "error").await, "access_denied");
    }

    async fn a_foreign_hint_is_good_for_no_other_client(world: World) {
        let world = reaching(world).await;
        let entra = Entra::start().await;
        let app = serve(&world, true, metadata()).await;
        let browser = app.visitor().await;
        let hint = entra.hint(&world, &[]);
        let request = app.request_with(&[("id_token_hint", &hint)]);
        let given = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(given["error"], "invalid_request");
    }
}
