//! Checklist C, 36: introspection (RFC 7662), and its signed answers (RFC 9701).

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward::domain::api_keys::{self, EVERY_AUDIENCE, NewApiKey, Scope};
use doorward::domain::audit::{Actor, Change};
use doorward::foundation::db::sql;
use serde_json::{Value, json};

use crate::application::{Answer, Application, SCOPE, answer, confidential, metadata, register};
use crate::on_both_engines;
use crate::support::World;

pub async fn introspect(app: &Application<'_>, token: &str) -> Answer {
    let url = format!("{}/oauth2/introspect", app.server.base);
    let request = app.server.http.post(url).form(&[("token", token)]);
    let request = request.basic_auth(&app.client_id, app.secret.as_deref());
    answer(request.send().await.unwrap()).await
}

/// The scope of a resource server that sees the tokens of one audience.
pub fn seeing(audience: &str) -> Scope {
    Scope::Introspection(Some(audience.to_owned()))
}

/// An API key of that scope.
pub async fn api_key(world: &World, scope: Scope) -> String {
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    let wanted = NewApiKey {
        name: "orders".to_owned(),
        owner: None,
        scopes: [scope].into_iter().collect(),
        lifetime: Duration::from_secs(86_400),
    };
    let issued = api_keys::create(&mut change, wanted).await.unwrap();
    change.commit().await.unwrap();
    issued.secret.reveal().to_owned()
}

pub async fn by_key(app: &Application<'_>, key: &str, token: &str) -> Answer {
    let url = format!("{}/oauth2/introspect", app.server.base);
    let request = app.server.http.post(url).form(&[("token", token)]);
    answer(request.bearer_auth(key).send().await.unwrap()).await
}

fn assert_inactive(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        answer.body,
        json!({ "active": false }),
        "and not a word more"
    );
}

pub async fn disable(world: &World, client: &str) {
    let mut tx = world.db.begin().await.unwrap();
    let now = world.now();
    tx.execute(
        sql("update clients set disabled_at = $1 where id = $2")
            .bind(now)
            .bind(client),
    )
    .await
    .unwrap();
    tx.execute(sql(
        "update revisions set number = number + 1 where topic = 'clients'",
    ))
    .await
    .unwrap();
    tx.commit().await.unwrap();
    world.state.refresh().await.unwrap();
}

on_both_engines! {
    async fn rfc_7662_an_access_token_is_told_of_to_its_client(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let told = introspect(&app, tokens.text("access_token")).await;
        assert_eq!(told.headers["cache-control"], "no-store");
        let claims = app.checked(tokens.text("access_token")).await;
        assert_eq!(told.body["active"], true);
        assert_eq!(told.body["token_type"], "Bearer");
        for claim in ["iss", "sub", "aud", "client_id", "exp", "iat", "jti", "scope", "auth_time", "acr", "sid"] {
            assert_eq!(told.body[claim], claims[claim], "{claim}");
        }
    }

    async fn rfc_7662_a_refresh_token_is_told_of_to_its_client(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let told = introspect(&app, tokens.text("refresh_token")).await;
        let fortnight = world.now().seconds() + 14 * 86_400;
        assert_eq!(told.body, json!({
            "active": true, "client_id": app.client_id, "scope": SCOPE, "sub": browser.user,
            "exp": fortnight, "iss": world.base,
        }));
        let renewed = app.refresh(tokens.text("refresh_token")).await;
        assert_inactive(&introspect(&app, tokens.text("refresh_token")).await);
        assert_eq!(introspect(&app, renewed.text("refresh_token")).await.body["active"], true);
        app.pass(14 * 86_400);
        assert_inactive(&introspect(&app, renewed.text("refresh_token")).await);
    }

    async fn checklist_36_whatever_is_no_live_token_is_inactive(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let code = app.code(&browser).await;
        let tokens = app.tokens(&browser).await;
        let access = tokens.text("access_token");
        let (cut, longer) = (&access[..access.len() - 1], format!("{access}A"));
        for token in ["x", "a.b.c", "dwr_x", &code, tokens.text("id_token"), cut, &longer, &"x".repeat(20_000)] {
            assert_inactive(&introspect(&app, token).await);
        }
        app.pass(600);
        assert_inactive(&introspect(&app, access).await);
    }

    async fn checklist_30_zitadel_cve_2026_27840_a_cut_or_changed_refresh_token_is_inactive(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let token = tokens.text("refresh_token");
        for length in [4, 80, token.len() - 1] {
            assert_inactive(&introspect(&app, &token[..length]).await);
        }
        for changed in [format!("{token}A"), token.to_uppercase(), format!("{token}=")] {
            assert_inactive(&introspect(&app, &changed).await);
        }
        assert_eq!(introspect(&app, token).await.body["active"], true);
    }

    async fn checklist_36_authentik_cve_2024_47077_another_client_sees_nothing(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let other = register(&world, true, metadata()).await;
        let secret = other.secret.as_ref().unwrap().reveal();
        let url = format!("{}/oauth2/introspect", world.base);
        for name in ["access_token", "refresh_token"] {
            let request = app.server.http.post(&url).form(&[("token", tokens.text(name))]);
            let request = request.basic_auth(other.id.as_str(), Some(secret));
            assert_inactive(&answer(request.send().await.unwrap()).await);
        }
    }

    async fn checklist_36_who_asks_proves_who_they_are(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let token = tokens.text("access_token");
        let open = register(&world, false, metadata()).await;
        let scim = api_key(&world, Scope::Scim).await;
        let url = format!("{}/oauth2/introspect", world.base);
        let post = |form: &[(&str, &str)]| app.server.http.post(&url).form(form);
        for request in [
            post(&[("token", token)]),
            post(&[("token", token), ("client_id", &app.client_id)]),
            // Its name is no secret.
            post(&[("token", token), ("client_id", open.id.as_str())]),
            post(&[("token", token)]).basic_auth(&app.client_id, Some("wrong")),
            post(&[("token", token)]).bearer_auth("wrong"),
            post(&[("token", token)]).bearer_auth(token),
            post(&[("token", token)]).bearer_auth(&scim),
        ] {
            let refused = answer(request.send().await.unwrap()).await;
            assert_eq!(refused.error(), (401, "invalid_client"));
            assert!(refused.headers.contains_key("www-authenticate"));
        }
        let key = api_key(&world, seeing(EVERY_AUDIENCE)).await;
        let both = post(&[("token", token), ("client_id", &app.client_id)]).bearer_auth(&key);
        assert_eq!(answer(both.send().await.unwrap()).await.error(), (400, "invalid_request"));
    }

    async fn a_resource_server_sees_access_tokens_and_no_refresh_tokens(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let key = api_key(&world, seeing(EVERY_AUDIENCE)).await;
        let told = by_key(&app, &key, tokens.text("access_token")).await;
        assert_eq!(told.body["sub"], json!(browser.user));
        assert_inactive(&by_key(&app, &key, tokens.text("refresh_token")).await);
    }

    async fn checklist_36_authentik_cve_2024_47077_a_resource_server_sees_the_audiences_it_was_let_see(world: World) {
        let app = confidential(&world).await;
        let other = register(&world, true, metadata()).await;
        let tokens = app.tokens(&app.visitor().await).await;
        let token = tokens.text("access_token");
        for (audience, sees) in [
            (world.base.as_str(), true),
            (app.client_id.as_str(), true),
            (EVERY_AUDIENCE, true),
            (other.id.as_str(), false),
            ("https://orders.example.com", false),
            (&world.base[..world.base.len() - 1], false),
        ] {
            let key = api_key(&world, seeing(audience)).await;
            let told = by_key(&app, &key, token).await;
            if sees {
                assert_eq!(told.body["active"], true, "{audience}");
            } else {
                assert_inactive(&told);
            }
        }
        // A key of before, whose scope names nobody, sees nothing.
        let key = api_key(&world, seeing(EVERY_AUDIENCE)).await;
        let mut tx = world.db.begin().await.unwrap();
        tx.execute(sql("update api_keys set scope = 'introspection'")).await.unwrap();
        tx.execute(sql("update revisions set number = number + 1 where topic = 'api_keys'")).await.unwrap();
        tx.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        assert_inactive(&by_key(&app, &key, token).await);
    }

    async fn checklist_36_keycloak_cve_2026_8922_what_has_ended_is_inactive_at_once(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let key = api_key(&world, seeing(EVERY_AUDIENCE)).await;
        // A session that ends.
        let request = app.request_with(&[("scope", "openid")]);
        let tokens = app.redeem(&app.code_for(&browser, &request).await).await;
        assert_eq!(by_key(&app, &key, tokens.text("access_token")).await.body["active"], true);
        crate::logout::end_session(&world, browser.session).await;
        assert_inactive(&by_key(&app, &key, tokens.text("access_token")).await);
        // A grant that is given back, and a token.
        let browser = crate::application::signed_in(&world, browser.user).await;
        let tokens = app.tokens(&browser).await;
        crate::revocation::revoke(&app, tokens.text("access_token")).await;
        assert_inactive(&by_key(&app, &key, tokens.text("access_token")).await);
        let tokens = app.tokens(&browser).await;
        crate::revocation::revoke(&app, tokens.text("refresh_token")).await;
        assert_inactive(&by_key(&app, &key, tokens.text("access_token")).await);
        // A person whose access ends.
        let tokens = app.tokens(&browser).await;
        crate::deactivation::set_active(&world, browser.user, false).await;
        assert_inactive(&by_key(&app, &key, tokens.text("access_token")).await);
        assert_inactive(&introspect(&app, tokens.text("refresh_token")).await);
    }

    async fn checklist_36_a_persons_validity_that_has_passed_is_respected(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        let end = world.now().plus(Duration::from_secs(60));
        doorward::domain::access::set_validity(&mut change, browser.user, None, Some(end), None).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(introspect(&app, tokens.text("access_token")).await.body["active"], true);
        app.pass(60);
        assert_inactive(&introspect(&app, tokens.text("access_token")).await);
    }

    async fn checklist_36_the_tokens_of_a_disabled_client_are_inactive(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let key = api_key(&world, seeing(EVERY_AUDIENCE)).await;
        disable(&world, &app.client_id).await;
        assert_inactive(&by_key(&app, &key, tokens.text("access_token")).await);
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
        assert_eq!(introspect(&app, tokens.text("access_token")).await.status, 401);
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.status, 401);
    }

    async fn rfc_9701_an_answer_is_signed_for_who_asks_so(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let url = format!("{}/oauth2/introspect", world.base);
        for (token, active) in [(tokens.text("access_token"), true), ("x", false)] {
            let request = app.server.http.post(&url).form(&[("token", token)]);
            let request = request.basic_auth(&app.client_id, app.secret.as_deref());
            let request = request.header("accept", "application/token-introspection+jwt");
            let response = request.send().await.unwrap();
            assert_eq!(response.headers()["content-type"], "application/token-introspection+jwt");
            assert_eq!(response.headers()["cache-control"], "no-store");
            let text = response.text().await.unwrap();
            let header = URL_SAFE_NO_PAD.decode(text.split('.').next().unwrap()).unwrap();
            let header: Value = serde_json::from_slice(&header).unwrap();
            assert_eq!((&header["typ"], &header["alg"]), (&json!("token-introspection+jwt"), &json!("RS256")));
            let claims = app.checked(&text).await;
            assert_eq!(claims["iss"], json!(world.base));
            assert_eq!(claims["aud"], json!(app.client_id));
            assert_eq!(claims["iat"], json!(world.now().seconds()));
            assert_eq!(claims["token_introspection"]["active"], active);
            for outer in ["sub", "exp", "scope", "client_id"] {
                assert!(claims.get(outer).is_none(), "{outer}: it could pass for the token");
            }
            // And it is no access token, nor the other way round.
            assert_eq!(app.userinfo(&text).await.status, 401);
            assert_inactive(&introspect(&app, &text).await);
        }
    }

    async fn checklist_31_the_introspection_endpoint_reads_a_form_with_each_field_once(world: World) {
        let app = confidential(&world).await;
        let url = format!("{}/oauth2/introspect", world.base);
        let own = |request: reqwest::RequestBuilder| request.basic_auth(&app.client_id, app.secret.as_deref());
        let http = &app.server.http;
        for request in [
            http.post(&url).header("content-type", "application/json").body(r#"{"token":"x"}"#),
            http.post(&url),
            http.post(&url).form(&[("token", "x"), ("token", "y")]),
            http.post(&url).form(&[("token", "")]),
            http.post(format!("{url}?token=x")).form(&[("token", "x")]),
        ] {
            let refused = answer(own(request).send().await.unwrap()).await;
            assert_eq!(refused.error(), (400, "invalid_request"));
            assert_eq!(refused.headers["cache-control"], "no-store");
        }
        assert_eq!(own(http.get(&url)).send().await.unwrap().status(), 405);
    }
}
