//! Checklist B, 26: tokens that are bound to a certificate (RFC 8705).

use doorward::http::web::{ClientCertificates, TrustedProxies};
use serde_json::json;

use crate::application::{Answer, Application, answer, metadata, renewal, serve};
use crate::introspection::introspect;
use crate::on_both_engines;
use crate::support::World;

const CLIENT: &str = include_str!("certificates/client.pem");
const OTHER: &str = include_str!("certificates/own_one.pem");

/// Behind a proxy that hands certificates on, or that nobody trusts.
async fn behind_a_proxy(world: World, trusted: bool) -> World {
    let change = |basics: &mut doorward::http::web::Basics| {
        basics.trusted_proxies = TrustedProxies::new(move |_| trusted);
        basics.offer.certificates = Some(ClientCertificates {
            header: Some("x-client-certificate".parse().unwrap()),
            authorities: None,
        });
    };
    world.with(change).await
}

async fn bound(world: &World) -> Application<'_> {
    let mut metadata = metadata();
    metadata.tls_client_certificate_bound_access_tokens = true;
    serve(world, true, metadata).await
}

async fn token(
    app: &Application<'_>,
    certificate: Option<&str>,
    form: &[(&str, String)],
) -> Answer {
    let request = app
        .server
        .http
        .post(format!("{}/oauth2/token", app.server.base));
    let request = request
        .basic_auth(&app.client_id, app.secret.as_deref())
        .form(form);
    answer(shown(request, certificate).send().await.unwrap()).await
}

async fn userinfo(app: &Application<'_>, certificate: Option<&str>, token: &str) -> Answer {
    let request = app
        .server
        .http
        .get(format!("{}/oauth2/userinfo", app.server.base));
    answer(
        shown(request.bearer_auth(token), certificate)
            .send()
            .await
            .unwrap(),
    )
    .await
}

fn shown(request: reqwest::RequestBuilder, certificate: Option<&str>) -> reqwest::RequestBuilder {
    match certificate {
        Some(pem) => request.header("x-client-certificate", pem.trim().replace('\n', "%0A")),
        None => request,
    }
}

on_both_engines! {
    async fn item_26_a_token_is_worth_something_with_its_certificate_only(world: World) {
        let world = behind_a_proxy(world, true).await;
        let app = bound(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let refused = token(&app, None, &app.redemption(&code)).await;
        assert_eq!(refused.error(), (400, "invalid_request"));
        let tokens = token(&app, Some(CLIENT), &app.redemption(&code)).await;
        assert_eq!(tokens.status, 200, "what was refused has used nothing up: {}", tokens.body);
        assert_eq!(tokens.body["token_type"], "Bearer");
        let access = tokens.text("access_token");
        let cnf = app.checked(access).await["cnf"].clone();
        assert!(cnf["x5t#S256"].is_string(), "{cnf}");
        assert_eq!(introspect(&app, access).await.body["cnf"], cnf);
        assert_eq!(userinfo(&app, Some(CLIENT), access).await.body["sub"], json!(browser.user));
        for certificate in [None, Some(OTHER), Some("x")] {
            let refused = userinfo(&app, certificate, access).await;
            assert_eq!(refused.error(), (401, "invalid_token"));
        }
        // A renewal makes no plain token of it; a new certificate is what its client proves.
        let form = renewal(tokens.text("refresh_token"));
        assert_eq!(token(&app, None, &form).await.error(), (400, "invalid_request"));
        let renewed = token(&app, Some(OTHER), &form).await;
        let other = app.checked(renewed.text("access_token")).await["cnf"].clone();
        assert!(other["x5t#S256"].is_string() && other != cnf);
    }

    async fn item_26_a_certificate_from_whoever_is_no_proxy_of_ours_is_nothing(world: World) {
        let world = behind_a_proxy(world, false).await;
        let app = bound(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let refused = token(&app, Some(CLIENT), &app.redemption(&code)).await;
        assert_eq!(refused.error(), (400, "invalid_request"));
    }
}
