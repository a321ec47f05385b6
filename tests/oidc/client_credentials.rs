//! Checklist B, 27: clients that act for themselves.

use doorward::domain::clients::{GrantType, Metadata};
use serde_json::json;

use crate::application::{Answer, Application, metadata, serve};
use crate::introspection::introspect;
use crate::on_both_engines;
use crate::support::World;

fn itself(more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut form = vec![("grant_type", "client_credentials".to_owned())];
    form.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    form
}

fn acting() -> Metadata {
    let mut metadata = metadata();
    metadata.grant_types = vec![GrantType::AuthorizationCode, GrantType::ClientCredentials];
    metadata.resources = ["https://orders.example", "https://stock.example"]
        .map(str::to_owned)
        .to_vec();
    metadata
}

async fn app(world: &World) -> Application<'_> {
    serve(world, true, acting()).await
}

async fn ask(app: &Application<'_>, more: &[(&'static str, &str)]) -> Answer {
    app.token(&itself(more)).await
}

on_both_engines! {
    async fn a_client_that_acts_for_itself_is_its_own_subject(world: World) {
        let app = app(&world).await;
        let answer = ask(&app, &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.body["token_type"], "Bearer");
        assert!(answer.body.get("refresh_token").is_none() && answer.body.get("id_token").is_none());
        let token = answer.text("access_token");
        let claims = app.checked(token).await;
        assert_eq!(claims["sub"], json!(app.client_id));
        assert_eq!(claims["client_id"], json!(app.client_id));
        assert_eq!(claims["aud"], json!(["https://orders.example", "https://stock.example"]));
        for of_a_person in ["auth_time", "acr", "sid", "grant"] {
            assert!(claims.get(of_a_person).is_none(), "{of_a_person}");
        }
        let told = introspect(&app, token).await.body;
        assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!(app.client_id)));
    }

    async fn item_27_authentik_cve_2024_52287_a_scope_beyond_the_registered_one_is_refused(world: World) {
        let app = app(&world).await;
        for scope in ["admin", "orders", "openid admin", "scim", "x\"y"] {
            let refused = ask(&app, &[("scope", scope)]).await;
            assert_eq!(refused.error(), (400, "invalid_scope"), "{scope}");
        }
    }

    async fn item_27_what_speaks_of_a_person_is_not_for_a_client(world: World) {
        // The client registered these for the people who sign in at it.
        let app = app(&world).await;
        for scope in ["openid", "email", "offline_access"] {
            let refused = ask(&app, &[("scope", scope)]).await;
            assert_eq!(refused.error(), (400, "invalid_scope"), "{scope}");
        }
        let answer = ask(&app, &[]).await;
        assert_eq!(answer.body["scope"], "");
        let own = app.userinfo(answer.text("access_token")).await;
        assert_eq!(own.error(), (401, "invalid_token"));
    }

    async fn rfc_8707_a_client_gets_tokens_for_its_own_resources_only(world: World) {
        let app = app(&world).await;
        let answer = ask(&app, &[("resource", "https://stock.example")]).await;
        assert_eq!(app.checked(answer.text("access_token")).await["aud"], "https://stock.example");
        let both = [("resource", "https://stock.example"), ("resource", "https://orders.example")];
        let answer = ask(&app, &both).await;
        assert_eq!(answer.status, 200);
        for resource in ["https://other.example", "https://stock.example/", &world.base, "x"] {
            let refused = ask(&app, &[("resource", resource)]).await;
            assert_eq!(refused.error(), (400, "invalid_target"), "{resource}");
        }
    }

    async fn item_27_a_client_without_the_grant_or_without_a_secret_is_refused(world: World) {
        let app = serve(&world, true, metadata()).await;
        assert_eq!(ask(&app, &[]).await.error(), (400, "unauthorized_client"));
        let form = itself(&[]);
        assert_eq!(app.token_as(None, &form).await.error(), (401, "invalid_client"));
        assert_eq!(app.token_as(Some("wrong"), &form).await.error(), (401, "invalid_client"));
    }

    async fn checklist_37_a_client_gives_back_its_own_token(world: World) {
        let app = app(&world).await;
        let tokens = ask(&app, &[]).await;
        let token = tokens.text("access_token");
        assert_eq!(crate::revocation::revoke(&app, token).await.status, 200);
        assert_eq!(introspect(&app, token).await.body, json!({ "active": false }));
    }
}
