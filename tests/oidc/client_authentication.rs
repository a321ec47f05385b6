//! Checklist B, 21, 22 and 31: who is calling the token endpoint, and how.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use doorward::domain::clients::AuthenticationMethod;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};

use crate::application::{
    Answer, Application, answer, confidential, metadata, public, renewal, serve,
};
use crate::on_both_engines;

async fn send(
    app: &Application<'_>,
    authorization: &[&str],
    form: &[(&'static str, String)],
) -> Answer {
    let mut request = app
        .server
        .http
        .post(format!("{}/oauth2/token", app.server.base));
    for value in authorization {
        request = request.header(AUTHORIZATION, *value);
    }
    answer(request.form(form).send().await.unwrap()).await
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

fn with(changes: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut form = renewal("dwr_nothing");
    form.extend(
        changes
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    form
}

/// The client got past authentication: what it brought is judged.
const PASSED: (u16, &str) = (400, "invalid_grant");
const REFUSED: (u16, &str) = (401, "invalid_client");
const CONFUSED: (u16, &str) = (400, "invalid_request");

on_both_engines! {
    async fn a_secret_may_stand_in_the_header_or_in_the_form(world: World) {
        let app = confidential(&world).await;
        let (id, secret) = (app.client_id.clone(), app.secret.clone().unwrap());
        let answer = send(&app, &[&basic(&id, &secret)], &with(&[])).await;
        assert_eq!(answer.error(), PASSED);
        let answer = send(&app, &[&basic(&id, &secret)], &with(&[("client_id", &id)])).await;
        assert_eq!(answer.error(), PASSED);
        let form = with(&[("client_id", &id), ("client_secret", &secret)]);
        assert_eq!(send(&app, &[], &form).await.error(), PASSED);
    }

    async fn checklist_21_two_ways_at_once_are_refused(world: World) {
        let app = confidential(&world).await;
        let (id, secret) = (app.client_id.clone(), app.secret.clone().unwrap());
        let header = basic(&id, &secret);
        for form in [
            with(&[("client_id", &id), ("client_secret", &secret)]),
            with(&[("client_secret", "")]),
            with(&[("client_id", "another")]),
        ] {
            assert_eq!(send(&app, &[&header], &form).await.error(), CONFUSED);
        }
        let answer = send(&app, &[&header, &header], &with(&[])).await;
        assert_eq!(answer.error(), CONFUSED);
    }

    async fn checklist_21_a_secret_that_is_wrong_empty_or_missing_is_refused(world: World) {
        let app = confidential(&world).await;
        let (id, secret) = (app.client_id.clone(), app.secret.clone().unwrap());
        let half = &secret[..secret.len() - 1];
        for answer in [
            send(&app, &[&basic(&id, "")], &with(&[])).await,
            send(&app, &[&basic(&id, half)], &with(&[])).await,
            send(&app, &[&basic(&id, &secret.to_uppercase())], &with(&[])).await,
            send(&app, &[&basic("nobody", &secret)], &with(&[])).await,
            send(&app, &[], &with(&[("client_id", &id)])).await,
            send(&app, &[], &with(&[("client_id", &id), ("client_secret", "")])).await,
            send(&app, &[], &with(&[("client_id", &id), ("client_secret", "x")])).await,
            send(&app, &[], &with(&[])).await,
            send(&app, &[], &with(&[("client_assertion", "e30.e30."), ("client_id", &id)])).await,
        ] {
            assert_eq!(answer.error(), REFUSED);
            assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Basic "));
            assert_eq!(answer.headers["cache-control"], "no-store");
        }
    }

    async fn checklist_21_a_public_client_with_a_secret_is_refused(world: World) {
        let app = public(&world).await;
        let id = app.client_id.clone();
        assert_eq!(send(&app, &[], &with(&[("client_id", &id)])).await.error(), PASSED);
        for form in [with(&[("client_id", &id), ("client_secret", "x")]), with(&[("client_id", &id), ("client_secret", "")])] {
            assert_eq!(send(&app, &[], &form).await.error(), REFUSED);
        }
        assert_eq!(send(&app, &[&basic(&id, "")], &with(&[])).await.error(), REFUSED);
    }

    async fn checklist_21_a_registered_method_excludes_the_others(world: World) {
        let mut post = metadata();
        post.token_endpoint_auth_method = Some(AuthenticationMethod::SecretPost);
        let app = serve(&world, true, post).await;
        let (id, secret) = (app.client_id.clone(), app.secret.clone().unwrap());
        let answer = send(&app, &[&basic(&id, &secret)], &with(&[])).await;
        assert_eq!(answer.error(), REFUSED);
        let form = with(&[("client_id", &id), ("client_secret", &secret)]);
        assert_eq!(send(&app, &[], &form).await.error(), PASSED);
    }

    async fn checklist_21_parameters_in_the_address_are_refused(world: World) {
        let app = confidential(&world).await;
        let secret = app.secret.clone().unwrap();
        for name in ["client_secret", "code", "refresh_token", "grant_type"] {
            let url = format!("{}/oauth2/token?{name}={secret}", world.base);
            let request = app.server.http.post(url).basic_auth(&app.client_id, Some(&secret));
            let answer = answer(request.form(&with(&[])).send().await.unwrap()).await;
            assert_eq!(answer.error(), CONFUSED, "{name}");
        }
    }

    async fn checklist_21_keycloak_cve_2026_9803_a_malformed_header_is_no_server_error(world: World) {
        let app = confidential(&world).await;
        for value in [
            "Basic", "Basic ", "Basic ====", "Basic YQ", "Basic YWJj", "Bearer x", "Negotiate x",
            "basic", ",", "Basic \u{e4}", &format!("Basic {}", STANDARD.encode([0xff, 0xfe, b':'])),
        ] {
            let answer = send(&app, &[value], &with(&[("client_id", &app.client_id)])).await;
            assert_eq!(answer.error(), REFUSED, "{value}");
        }
    }

    async fn checklist_22_both_halves_of_the_header_are_form_decoded(world: World) {
        let app = confidential(&world).await;
        let secret = app.secret.clone().unwrap();
        let encoded: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let id = app.client_id.replace('-', "%2d");
        let answer = send(&app, &[&basic(&id, &encoded)], &with(&[])).await;
        assert_eq!(answer.error(), PASSED);
    }

    async fn checklist_22_each_live_secret_is_accepted_until_it_expires(world: World) {
        let app = confidential(&world).await;
        let id = app.client_id.clone();
        let until = world.now().plus(Duration::from_secs(60));
        let second = crate::registry::second_secret(&world, &id, until).await;
        world.state.refresh().await.unwrap();
        for secret in [&second, app.secret.as_ref().unwrap()] {
            let answer = send(&app, &[&basic(&id, secret)], &with(&[])).await;
            assert_eq!(answer.error(), PASSED);
        }
        app.pass(60);
        assert_eq!(send(&app, &[&basic(&id, &second)], &with(&[])).await.error(), REFUSED);
    }

    async fn checklist_31_only_a_form_is_read(world: World) {
        let app = confidential(&world).await;
        let url = format!("{}/oauth2/token", world.base);
        let body = r#"{"grant_type":"refresh_token","refresh_token":"x"}"#;
        for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", ""] {
            let secret = app.secret.as_deref();
            let request = app.server.http.post(&url).basic_auth(&app.client_id, secret);
            let request = request.header(CONTENT_TYPE, kind).body(body);
            assert_eq!(answer(request.send().await.unwrap()).await.error(), CONFUSED, "{kind}");
        }
        let secret = app.secret.as_deref();
        let request = app.server.http.post(&url).basic_auth(&app.client_id, secret);
        let kind = "Application/X-WWW-Form-Urlencoded; charset=UTF-8";
        let request = request.header(CONTENT_TYPE, kind).body("grant_type=refresh_token&refresh_token=x");
        assert_eq!(answer(request.send().await.unwrap()).await.error(), PASSED);
    }

    async fn checklist_31_duplicates_and_huge_bodies_are_refused(world: World) {
        let app = confidential(&world).await;
        for form in [
            with(&[("refresh_token", "y")]),
            with(&[("grant_type", "refresh_token")]),
            with(&[("made_up", "a"), ("made_up", "b")]),
            with(&[("made_up", &"x".repeat(70_000))]),
        ] {
            assert_eq!(app.token(&form).await.error(), CONFUSED);
        }
    }

    async fn checklist_31_a_grant_is_needed_known_and_registered(world: World) {
        let mut code_only = metadata();
        code_only.grant_types = vec![doorward::domain::clients::GrantType::AuthorizationCode];
        let app = serve(&world, true, code_only).await;
        for (grant, error) in [
            ("", "invalid_request"),
            ("password", "unsupported_grant_type"),
            ("client_credentials", "unauthorized_client"),
            ("urn:ietf:params:oauth:grant-type:token-exchange", "unauthorized_client"),
            ("refresh_token", "unauthorized_client"),
        ] {
            let form = [("grant_type", grant.to_owned())];
            assert_eq!(app.token(&form).await.error(), (400, error), "{grant}");
        }
    }

    async fn checklist_20_other_methods_are_not_allowed(world: World) {
        let app = confidential(&world).await;
        for (method, path) in [
            ("GET", "/oauth2/token"),
            ("PUT", "/oauth2/token"),
            ("DELETE", "/oauth2/userinfo"),
            ("POST", "/oauth2/jwks"),
            ("POST", "/.well-known/openid-configuration"),
            ("PUT", "/oauth2/authorize"),
            ("GET", "/oauth2/logout/confirm"),
            ("PUT", "/device"),
            ("GET", "/device/decide"),
        ] {
            let url = format!("{}{path}", world.base);
            let request = app.server.http.request(method.parse().unwrap(), url);
            assert_eq!(request.send().await.unwrap().status(), 405, "{method} {path}");
        }
    }
}
