//! What an operation costs the database: one transaction a grant, and nothing at all for what
//! can be answered without it.

use doorward::domain::clients::GrantType;
use serde_json::json;

use crate::application::{Answer, Application, answer, metadata, renewal, serve};
use crate::introspection::introspect;
use crate::on_both_engines;
use crate::proof::Key;

const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// How many transactions it took to get tokens.
async fn cost(app: &Application<'_>, form: &[(&'static str, String)]) -> (u64, Answer) {
    let before = app.world.db.begun();
    let answer = app.token(form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    (app.world.db.begun() - before, answer)
}

on_both_engines! {
    async fn a_grant_costs_one_transaction(world: World) {
        let mut metadata = metadata();
        metadata.grant_types.push(GrantType::ClientCredentials);
        metadata.grant_types.push(GrantType::TokenExchange);
        metadata.may_exchange = doorward::domain::clients::MayExchange::Any(true);
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let before = world.db.begun();
        let code = app.code(&browser).await;
        assert_eq!(world.db.begun() - before, 1, "a code");
        let (redeemed, tokens) = cost(&app, &app.redemption(&code)).await;
        assert_eq!(redeemed, 1, "a redemption");
        let (renewed, _) = cost(&app, &renewal(tokens.text("refresh_token"))).await;
        assert_eq!(renewed, 1, "a renewal");
        let exchange = [
            ("grant_type", EXCHANGE.to_owned()),
            ("subject_token", tokens.text("access_token").to_owned()),
            ("subject_token_type", ACCESS_TOKEN.to_owned()),
        ];
        assert_eq!(cost(&app, &exchange).await.0, 1, "an exchange");
        let itself = [("grant_type", "client_credentials".to_owned())];
        assert_eq!(cost(&app, &itself).await.0, 0, "a client's own token stands in no row");
        // With a proof of a key, which is good once, it is the same transaction.
        let code = app.code(&browser).await;
        let before = world.db.begun();
        let bound = app.token_with(&Key::new(), &app.redemption(&code)).await;
        assert_eq!((bound.status.as_u16(), world.db.begun() - before), (200, 1));
        // And looking costs none.
        let before = world.db.begun();
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 200);
        assert_eq!(introspect(&app, tokens.text("access_token")).await.body["active"], true);
        assert_eq!(world.db.begun(), before);
    }

    async fn what_a_signature_or_a_date_refuses_costs_no_query(world: World) {
        let app = serve(&world, true, metadata()).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let (token, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
        let code = app.code(&browser).await;
        let cut = |text: &str| text[..text.len() - 2].to_owned();
        // Whatever asks the database now fails.
        world.db.close().await;
        let discovery = app.get("/.well-known/openid-configuration", "", &[]).await;
        assert_eq!((discovery.status().as_u16(), app.get("/oauth2/jwks", "", &[]).await.status().as_u16()), (200, 200));
        let inactive = json!({ "active": false });
        let forged = cut(token);
        for text in [&forged, &cut(refresh), "garbage", tokens.text("id_token")] {
            let told = introspect(&app, text).await;
            assert_eq!((told.status.as_u16(), &told.body), (200, &inactive), "{text}");
            assert_eq!(app.userinfo(text).await.status, 401, "{text}");
        }
        assert_eq!(app.redeem(&cut(&code)).await.error(), (400, "invalid_grant"));
        assert_eq!(app.refresh(&cut(refresh)).await.error(), (400, "invalid_grant"));
        let url = format!("{}/oauth2/token", app.server.base);
        let wrong = app.server.http.post(url).basic_auth(&app.client_id, Some("wrong"));
        let wrong = answer(wrong.form(&renewal(refresh)).send().await.unwrap()).await;
        assert_eq!(wrong.error(), (401, "invalid_client"));
        app.pass(601);
        assert_eq!(introspect(&app, token).await.body, inactive, "it has ended");
        assert_eq!(app.userinfo(token).await.status, 401);
    }
}
