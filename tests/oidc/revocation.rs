//! Checklist C, 37: revocation (RFC 7009).

use doorward::foundation::db::sql;

use crate::application::{Answer, Application, answer, confidential, metadata, public, register};
use crate::on_both_engines;

pub async fn revoke(app: &Application<'_>, token: &str) -> Answer {
    revoke_with(app, &[("token", token)]).await
}

async fn revoke_with(app: &Application<'_>, form: &[(&str, &str)]) -> Answer {
    let url = format!("{}/oauth2/revoke", app.server.base);
    let request = app.server.http.post(url);
    let request = match &app.secret {
        Some(secret) => request.basic_auth(&app.client_id, Some(secret)).form(form),
        None => {
            let mut form = form.to_vec();
            form.push(("client_id", &app.client_id));
            request.form(&form)
        }
    };
    answer(request.send().await.unwrap()).await
}

const REFUSED: (u16, &str) = (400, "invalid_grant");

on_both_engines! {
    async fn checklist_37_a_refresh_token_takes_the_family_and_its_access_tokens_along(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        let second = app.refresh(first.text("refresh_token")).await;
        let other = app.tokens(&browser).await;
        let done = revoke(&app, second.text("refresh_token")).await;
        assert_eq!(done.status, 200);
        assert_eq!(done.headers["cache-control"], "no-store");
        for tokens in [&first, &second] {
            assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), REFUSED);
            assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 401);
        }
        // Another grant of the same person at the same client is another matter.
        assert_eq!(app.userinfo(other.text("access_token")).await.status, 200);
        assert_eq!(app.refresh(other.text("refresh_token")).await.status, 200);
    }

    async fn checklist_37_an_access_token_goes_alone(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        assert_eq!(revoke(&app, tokens.text("access_token")).await.status, 200);
        assert_eq!(app.userinfo(tokens.text("access_token")).await.error(), (401, "invalid_token"));
        let renewed = app.refresh(tokens.text("refresh_token")).await;
        assert_eq!(app.userinfo(renewed.text("access_token")).await.status, 200);
    }

    async fn checklist_37_a_renewed_token_that_comes_late_still_ends_the_family(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let first = app.tokens(&browser).await;
        let second = app.refresh(first.text("refresh_token")).await;
        assert_eq!(revoke(&app, first.text("refresh_token")).await.status, 200);
        assert_eq!(app.refresh(second.text("refresh_token")).await.error(), REFUSED);
    }

    async fn checklist_37_a_token_that_is_unknown_or_over_is_revoked_already(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        for token in ["x", "dwr_x", "a.b.c", tokens.text("id_token"), "dwc_nothing"] {
            assert_eq!(revoke(&app, token).await.status, 200, "{token}");
        }
        assert_eq!(revoke(&app, tokens.text("refresh_token")).await.status, 200);
        assert_eq!(revoke(&app, tokens.text("refresh_token")).await.status, 200, "twice");
        app.pass(600);
        assert_eq!(revoke(&app, tokens.text("access_token")).await.status, 200);
    }

    async fn checklist_37_the_hint_is_a_hint(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for hint in ["access_token", "refresh_token", "made_up", ""] {
            let tokens = app.tokens(&browser).await;
            let form = [("token", tokens.text("refresh_token")), ("token_type_hint", hint)];
            assert_eq!(revoke_with(&app, &form).await.status, 200);
            assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), REFUSED, "{hint}");
        }
    }

    async fn checklist_37_a_token_is_revoked_by_its_own_client_only(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let other = register(&world, false, metadata()).await;
        let url = format!("{}/oauth2/revoke", world.base);
        for name in ["refresh_token", "access_token"] {
            let form = [("token", tokens.text(name)), ("client_id", other.id.as_str())];
            let refused = app.server.http.post(&url).form(&form).send().await.unwrap();
            assert_eq!(answer(refused).await.error(), REFUSED, "{name}");
        }
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 200);
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.status, 200);
    }

    async fn checklist_37_a_client_that_does_not_prove_itself_revokes_nothing(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let url = format!("{}/oauth2/revoke", world.base);
        let (http, token) = (&app.server.http, tokens.text("refresh_token"));
        for request in [
            http.post(&url).form(&[("token", token)]),
            http.post(&url).form(&[("token", token), ("client_id", &app.client_id)]),
            http.post(&url).form(&[("token", token)]).basic_auth(&app.client_id, Some("wrong")),
        ] {
            let refused = answer(request.send().await.unwrap()).await;
            assert_eq!(refused.error(), (401, "invalid_client"));
            assert!(refused.headers.contains_key("www-authenticate"));
            assert_eq!(refused.headers["cache-control"], "no-store");
        }
        assert_eq!(app.refresh(token).await.status, 200);
    }

    async fn checklist_37_fosite_cve_2020_15223_a_storage_error_is_not_told_as_revoked(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let mut tx = world.db.begin().await.unwrap();
        for statement in [
            sql("alter table revoked_access_tokens rename to elsewhere"),
            sql("alter table grants rename to gone"),
        ] {
            tx.execute(statement).await.unwrap();
        }
        tx.commit().await.unwrap();
        for name in ["refresh_token", "access_token"] {
            let failed = revoke(&app, tokens.text(name)).await;
            assert_eq!(failed.error(), (500, "server_error"), "{name}");
        }
    }

    async fn checklist_31_the_revocation_endpoint_reads_a_form_with_each_field_once(world: World) {
        let app = confidential(&world).await;
        let url = format!("{}/oauth2/revoke", world.base);
        let own = |request: reqwest::RequestBuilder| request.basic_auth(&app.client_id, app.secret.as_deref());
        let http = &app.server.http;
        for request in [
            http.post(&url).header("content-type", "application/json").body(r#"{"token":"x"}"#),
            http.post(&url),
            http.post(&url).form(&[("token", "x"), ("token", "y")]),
            http.post(&url).form(&[("token", "")]),
            http.post(&url).form(&[("token_type_hint", "access_token")]),
            http.post(format!("{url}?token=x")).form(&[("token", "x")]),
            http.post(&url).form(&[("token", "x".repeat(70_000))]),
        ] {
            let refused = answer(own(request).send().await.unwrap()).await;
            assert_eq!(refused.error(), (400, "invalid_request"));
        }
        let read = own(http.get(&url)).send().await.unwrap();
        assert_eq!(read.status(), 405);
    }
}
