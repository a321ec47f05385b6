//! Checklist B, 21, 23 and 26: clients that prove themselves with a signature or a certificate.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, AuthenticationMethod, Metadata, NewClient, Profile};
use doorward::foundation::crypto::certificate::Authorities;
use doorward::foundation::crypto::jose::{Algorithm, SigningKey};
use doorward::http::oidc;
use doorward::http::web::{ClientCertificates, Offer, TrustedProxies, around};
use serde_json::{Value, json};

use crate::application::{Answer, Application, answer, metadata, renewal, serve};
use crate::on_both_engines;
use crate::support::World;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const HEADER: &str = "x-ssl-client-cert";
const CLIENT: &str = include_str!("certificates/client.pem");
const IMPOSTOR: &str = include_str!("certificates/impostor.pem");
const OWN_ONE: &str = include_str!("certificates/own_one.pem");
const OWN_TWO: &str = include_str!("certificates/own_two.pem");
const AUTHORITY: &[u8] = include_bytes!("certificates/authority.pem");

/// The client got past authentication: what it brought is judged.
const PASSED: (u16, &str) = (400, "invalid_grant");
const REFUSED: (u16, &str) = (401, "invalid_client");

async fn present(app: &Application<'_>, assertion: &str) -> Answer {
    let mut form = renewal("dwr_nothing");
    form.push(("client_assertion_type", JWT_BEARER.to_owned()));
    form.push(("client_assertion", assertion.to_owned()));
    let url = format!("{}/oauth2/token", app.server.base);
    answer(app.server.http.post(url).form(&form).send().await.unwrap()).await
}

async fn show(app: &Application<'_>, certificates: &[&str]) -> Answer {
    let mut form = renewal("dwr_nothing");
    form.push(("client_id", app.client_id.clone()));
    let url = format!("{}/oauth2/token", app.server.base);
    let mut request = app.server.http.post(url).form(&form);
    for certificate in certificates {
        request = request.header(HEADER, certificate.replace('\n', " "));
    }
    answer(request.send().await.unwrap()).await
}

fn claims(app: &Application<'_>, changes: &Value) -> Value {
    let now = app.world.now().seconds();
    let jti = format!("{:?}", doorward::foundation::crypto::random::bytes::<8>());
    let mut claims = json!({
        "iss": app.client_id, "sub": app.client_id, "aud": app.world.state.issuer,
        "iat": now, "exp": now + 60, "jti": jti,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

/// Signed with a secret, as `client_secret_jwt` wants it.
fn shared(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let encoded = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", encoded(header), encoded(claims));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
    let signature = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

fn by(method: AuthenticationMethod, more: impl FnOnce(&mut Metadata)) -> Metadata {
    let mut metadata = metadata();
    metadata.token_endpoint_auth_method = Some(method);
    more(&mut metadata);
    metadata
}

fn keyed(key: &SigningKey) -> Metadata {
    by(AuthenticationMethod::PrivateKeyJwt, |metadata| {
        metadata.jwks = Some(json!({ "keys": [key.public_jwk()] }));
    })
}

/// A client with a secret that has to be readable.
async fn with_shared_secret(world: &World) -> Application<'_> {
    let metadata = by(AuthenticationMethod::SecretJwt, |_| {});
    let redirect_uri = metadata.redirect_uris[0].clone();
    let new = NewClient {
        name: "App".to_owned(),
        confidential: true,
        metadata,
        scope: "openid".parse().unwrap(),
    };
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    let key = &world.state.master_key;
    let made = clients::register_with(&mut change, key, new, None)
        .await
        .unwrap();
    change.commit().await.unwrap();
    world.state.refresh().await.unwrap();
    let router = around(oidc::routes(&world.state), world.state.clone());
    Application {
        world,
        server: world.serve(router),
        client_id: made.id.to_string(),
        secret: made.secret.map(|secret| secret.reveal().to_owned()),
        redirect_uri,
    }
}

/// Behind a proxy on this machine, after the certificates' first day.
async fn behind_a_proxy(world: World, trusted: bool) -> World {
    world.clock.advance(Duration::from_secs(3 * 86_400));
    world
        .with(|basics| {
            basics.trusted_proxies = TrustedProxies::new(move |_| trusted);
            basics.offer = Offer {
                certificates: Some(ClientCertificates {
                    header: Some(HEADER.parse().unwrap()),
                    authorities: Authorities::from_pem(AUTHORITY),
                }),
                ..Offer::default()
            };
        })
        .await
}

fn named() -> Metadata {
    by(AuthenticationMethod::TlsClientAuth, |metadata| {
        metadata.tls_client_auth_san_dns = Some("client.example.com".to_owned());
    })
}

fn x5c(pem: &str) -> Value {
    let inner: String = pem
        .lines()
        .filter(|line| !line.starts_with("---"))
        .collect();
    assert!(STANDARD.decode(&inner).is_ok());
    json!({ "kty": "EC", "x5c": [inner] })
}

on_both_engines! {
    async fn rfc_8705_an_assertion_is_for_the_address_for_certificates_as_well(world: World) {
        let elsewhere = "https://certificates.example.com";
        let world = world.with(|basics| basics.offer.mtls_url = Some(elsewhere.to_owned())).await;
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let presented = async |metadata: Metadata, address: &str| {
            let app = serve(&world, true, metadata).await;
            let audience = json!({ "aud": format!("{address}/oauth2/token") });
            let token = key.sign("JWT", &claims(&app, &audience)).unwrap();
            present(&app, &token).await
        };
        assert_eq!(presented(keyed(&key), elsewhere).await.error(), PASSED);
        let other = "https://other.example.com";
        assert_eq!(presented(keyed(&key), other).await.error(), REFUSED, "that is somebody else's");
        // A profile that takes the issuer alone takes no address in its place.
        let mut strict = keyed(&key);
        strict.profile = Profile::Fapi2;
        strict.id_token_signed_response_alg = Algorithm::Es256;
        assert_eq!(presented(strict, elsewhere).await.error(), REFUSED);
    }

    async fn item_21_any_client_can_prove_itself_with_a_key_and_then_with_nothing_else(world: World) {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let app = serve(&world, true, keyed(&key)).await;
        let token = key.sign("JWT", &claims(&app, &json!({}))).unwrap();
        assert_eq!(present(&app, &token).await.error(), PASSED);
        assert_eq!(present(&app, &token).await.error(), REFUSED, "a second time");
        assert!(app.secret.is_none(), "a client with a key is given no secret");
        assert_eq!(show(&app, &[]).await.error(), REFUSED);
    }

    async fn item_23_another_kind_of_token_is_no_assertion(world: World) {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let app = serve(&world, true, keyed(&key)).await;
        for typ in ["at+jwt", "logout+jwt", "oauth-authz-req+jwt", "dpop+jwt"] {
            let token = key.sign(typ, &claims(&app, &json!({}))).unwrap();
            assert_eq!(present(&app, &token).await.error(), REFUSED, "{typ}");
        }
        for changes in [json!({ "sub": "x" }), json!({ "iss": "x" }), json!({ "aud": "x" })] {
            let token = key.sign("JWT", &claims(&app, &changes)).unwrap();
            assert_eq!(present(&app, &token).await.error(), REFUSED, "{changes}");
        }
    }

    async fn item_23_fosite_cve_2020_15222_an_assertion_is_good_once_also_when_many_bring_it(world: World) {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let app = serve(&world, true, keyed(&key)).await;
        let token = key.sign("JWT", &claims(&app, &json!({}))).unwrap();
        let all = (0..32).map(|_| present(&app, &token));
        let answers = futures_util::future::join_all(all).await;
        let passed = answers.iter().filter(|answer| answer.error() == PASSED).count();
        assert_eq!(passed, 1);
        assert!(answers.iter().all(|answer| [PASSED, REFUSED].contains(&answer.error())));
    }

    async fn item_63_keycloak_cve_2025_2559_an_assertion_for_years_is_refused_and_nothing_is_kept_of_it(world: World) {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let app = serve(&world, true, keyed(&key)).await;
        let now = world.now().seconds();
        for end in [now + 2 * 3600, now + 10 * 365 * 86_400, 253_402_300_799, i64::MAX] {
            let token = key.sign("JWT", &claims(&app, &json!({ "exp": end }))).unwrap();
            assert_eq!(present(&app, &token).await.error(), REFUSED, "{end}");
        }
        let mut from = &world.db;
        let kept = doorward::foundation::db::sql("select count(*) as n from used_assertions");
        let row = doorward::foundation::db::Fetch::fetch_one(&mut from, kept).await.unwrap();
        assert_eq!(row.get::<i64>("n").unwrap(), 0);
    }

    async fn item_23_fapi_takes_the_issuer_as_one_text_and_no_endpoint(world: World) {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let issuer = world.base.clone();
        let endpoint = format!("{issuer}/oauth2/token");
        for (profile, taken) in [(Profile::Oidc, [true, true, true]), (Profile::Fapi2, [true, false, false])] {
            let mut metadata = keyed(&key);
            metadata.profile = profile;
            metadata.id_token_signed_response_alg = Algorithm::Es256;
            let app = serve(&world, true, metadata).await;
            let audiences = [json!(issuer), json!([issuer]), json!(endpoint)];
            for (audience, taken) in audiences.into_iter().zip(taken) {
                let token = key.sign("JWT", &claims(&app, &json!({ "aud": audience }))).unwrap();
                let refused = present(&app, &token).await.error() == REFUSED;
                assert_eq!(refused, !taken, "{profile} {audience}");
            }
            let both = json!([issuer, "https://other.example"]);
            let token = key.sign("JWT", &claims(&app, &json!({ "aud": both }))).unwrap();
            assert_eq!(present(&app, &token).await.error(), REFUSED);
        }
    }

    async fn keycloak_cve_2026_11800_a_public_key_is_no_shared_secret(world: World) {
        let key = SigningKey::generate(Algorithm::Rs256).unwrap();
        let app = serve(&world, true, keyed(&key)).await;
        let public = serde_json::to_string(key.public_jwk()).unwrap();
        for header in [json!({ "alg": "HS256" }), json!({ "alg": "none" })] {
            let token = shared(&header, &claims(&app, &json!({})), public.as_bytes());
            assert_eq!(present(&app, &token).await.error(), REFUSED, "{header}");
        }
    }

    async fn a_secret_signs_where_that_is_registered_and_is_not_shown_there(world: World) {
        let app = with_shared_secret(&world).await;
        let secret = app.secret.clone().unwrap();
        let header = json!({ "alg": "HS256" });
        let token = shared(&header, &claims(&app, &json!({})), secret.as_bytes());
        assert_eq!(present(&app, &token).await.error(), PASSED);
        assert_eq!(present(&app, &token).await.error(), REFUSED, "a second time");
        let wrong = shared(&header, &claims(&app, &json!({})), b"another secret");
        assert_eq!(present(&app, &wrong).await.error(), REFUSED);
        let shown = app.token_as(Some(&secret), &renewal("x")).await;
        assert_eq!(shown.error(), REFUSED);
    }

    async fn a_rotated_secret_signs_beside_the_one_before(world: World) {
        let app = with_shared_secret(&world).await;
        let first = app.secret.clone().unwrap();
        let second = crate::client_administration::rotated(&app, 60).await.unwrap();
        let header = json!({ "alg": "HS256" });
        let signed = |secret: &str| shared(&header, &claims(&app, &json!({})), secret.as_bytes());
        assert_eq!(present(&app, &signed(&first)).await.error(), PASSED);
        assert_eq!(present(&app, &signed(&second)).await.error(), PASSED);
        app.pass(61);
        assert_eq!(present(&app, &signed(&first)).await.error(), REFUSED);
        assert_eq!(present(&app, &signed(&second)).await.error(), PASSED);
    }

    async fn item_26_a_certificate_is_recognised_by_its_name_and_its_authority(world: World) {
        let world = behind_a_proxy(world, true).await;
        let app = serve(&world, true, named()).await;
        assert_eq!(show(&app, &[CLIENT]).await.error(), PASSED);
        for shown in [&[][..], &[IMPOSTOR], &[OWN_ONE], &["nonsense"], &[CLIENT, CLIENT]] {
            assert_eq!(show(&app, shown).await.error(), REFUSED);
        }
    }

    async fn item_26_a_header_of_somebody_who_is_no_proxy_is_ignored(world: World) {
        let world = behind_a_proxy(world, false).await;
        let app = serve(&world, true, named()).await;
        assert_eq!(show(&app, &[CLIENT]).await.error(), REFUSED);
    }

    async fn item_26_certificates_of_ones_own_are_replaced_with_both_registered(world: World) {
        let world = behind_a_proxy(world, true).await;
        let both = by(AuthenticationMethod::SelfSignedTlsClientAuth, |metadata| {
            metadata.jwks = Some(json!({ "keys": [x5c(OWN_ONE), x5c(OWN_TWO)] }));
        });
        let app = serve(&world, true, both).await;
        assert_eq!(show(&app, &[OWN_ONE]).await.error(), PASSED);
        assert_eq!(show(&app, &[OWN_TWO]).await.error(), PASSED);
        assert_eq!(show(&app, &[CLIENT]).await.error(), REFUSED);
    }
}
