//! For whom tokens are (RFC 8707), what else they carry (RFC 9396, RFC 9470), and what the
//! resources of this server say of themselves (RFC 9728).

use doorward::domain::clients::Metadata;
use serde_json::{Value, json};

use crate::application::{Application, Browser, location, metadata, redirected, renewal, serve};
use crate::introspection::{api_key, by_key, introspect, seeing};
use crate::on_both_engines;
use crate::support::World;

const ORDERS: &str = "https://orders.example";
const STOCK: &str = "https://stock.example";

fn of_resources() -> Metadata {
    let mut metadata = metadata();
    metadata.resources = [ORDERS, STOCK].map(str::to_owned).to_vec();
    metadata.authorization_details_types = vec!["payment".to_owned()];
    metadata
}

async fn app(world: &World) -> Application<'_> {
    serve(world, true, of_resources()).await
}

/// A code for these resources, with everything allowed.
async fn code(app: &Application<'_>, browser: &Browser, more: &[(&'static str, &str)]) -> String {
    let mut request = app.request();
    request.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    let response = app.authorize(&browser.cookies, &request).await;
    let url = location(&response);
    let response = match url.path().starts_with("/oauth2/consent/") {
        true => {
            let allow = [
                ("decision", "allow".to_owned()),
                ("session", browser.session.to_string()),
                ("remember", "yes".to_owned()),
            ];
            app.post(url.path(), &browser.cookies, &allow).await
        }
        false => response,
    };
    redirected(&response)["code"].clone()
}

async fn audience(app: &Application<'_>, token: &str) -> Value {
    app.checked(token).await["aud"].clone()
}

on_both_engines! {
    async fn rfc_8707_a_token_is_for_the_resources_that_were_granted(world: World) {
        let app = app(&world).await;
        let browser = app.visitor().await;
        let both = [("resource", ORDERS), ("resource", STOCK)];
        let tokens = app.redeem(&code(&app, &browser, &both).await).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        assert_eq!(audience(&app, tokens.text("access_token")).await, json!([ORDERS, STOCK]));
        // What a resource server is given opens nothing here.
        let told = app.userinfo(tokens.text("access_token")).await;
        assert_eq!(told.error(), (401, "invalid_token"));
        let mut one = renewal(tokens.text("refresh_token"));
        one.push(("resource", STOCK.to_owned()));
        let renewed = app.token(&one).await;
        assert_eq!(audience(&app, renewed.text("access_token")).await, json!(STOCK));
        let mut own = renewal(renewed.text("refresh_token"));
        own.push(("resource", world.base.clone()));
        let renewed = app.token(&own).await;
        assert_eq!(app.userinfo(renewed.text("access_token")).await.status, 200);
    }

    async fn rfc_8707_a_token_for_more_than_was_granted_is_refused(world: World) {
        let app = app(&world).await;
        let browser = app.visitor().await;
        let code = code(&app, &browser, &[("resource", ORDERS)]).await;
        for resource in [STOCK, "https://other.example", "https://orders.example/", "x"] {
            let mut form = app.redemption(&code);
            form.push(("resource", resource.to_owned()));
            assert_eq!(app.token(&form).await.error(), (400, "invalid_target"), "{resource}");
        }
        // What was refused has used nothing up.
        let tokens = app.redeem(&code).await;
        assert_eq!(audience(&app, tokens.text("access_token")).await, json!(ORDERS));
        let mut wider = renewal(tokens.text("refresh_token"));
        wider.push(("resource", STOCK.to_owned()));
        assert_eq!(app.token(&wider).await.error(), (400, "invalid_target"));
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.status, 200);
    }

    async fn checklist_36_keycloak_cve_2026_37979_whoever_may_ask_for_a_resource_is_not_it(world: World) {
        let app = app(&world).await;
        let browser = app.visitor().await;
        let tokens = app.redeem(&code(&app, &browser, &[("resource", ORDERS)]).await).await;
        let other = crate::application::register(&world, true, of_resources()).await;
        let url = format!("{}/oauth2/introspect", world.base);
        let asked = app.server.http.post(&url).form(&[("token", tokens.text("access_token"))]);
        let asked = asked.basic_auth(other.id.as_str(), other.secret.as_ref().map(|secret| secret.reveal()));
        let told: Value = asked.send().await.unwrap().json().await.unwrap();
        assert_eq!(told, json!({ "active": false }));
        let key = api_key(&world, seeing(ORDERS)).await;
        let asked = app.server.http.post(&url).form(&[("token", tokens.text("access_token"))]);
        let told: Value = asked.bearer_auth(key).send().await.unwrap().json().await.unwrap();
        assert_eq!((&told["active"], &told["aud"]), (&json!(true), &json!(ORDERS)));
        let key = api_key(&world, seeing("https://other.example.com")).await;
        let told = by_key(&app, &key, tokens.text("access_token")).await;
        assert_eq!(told.body, json!({ "active": false }));
    }

    async fn rfc_9396_what_was_allowed_beyond_the_scope_is_in_the_token(world: World) {
        let app = app(&world).await;
        let browser = app.visitor().await;
        let details = json!([{ "type": "payment", "amount": "12.00" }]);
        let code = code(&app, &browser, &[("authorization_details", &details.to_string())]).await;
        let tokens = app.redeem(&code).await;
        assert_eq!(tokens.body["authorization_details"], details, "RFC 9396 section 7");
        assert_eq!(app.checked(tokens.text("access_token")).await["authorization_details"], details);
        assert_eq!(introspect(&app, tokens.text("access_token")).await.body["authorization_details"], details);
        let renewed = app.refresh(tokens.text("refresh_token")).await;
        assert_eq!(app.checked(renewed.text("access_token")).await["authorization_details"], details);
    }

    async fn rfc_9470_a_resource_can_tell_how_long_ago_and_how_somebody_signed_in(world: World) {
        let app = app(&world).await;
        let browser = app.visitor().await;
        let signed_in = world.now().seconds();
        app.pass(300);
        let tokens = app.tokens(&browser).await;
        app.pass(300);
        let renewed = app.refresh(tokens.text("refresh_token")).await;
        for token in [tokens.text("access_token"), renewed.text("access_token")] {
            let claims = app.checked(token).await;
            assert_eq!(claims["auth_time"], json!(signed_in), "a renewal is no sign-in");
            assert_eq!(claims["acr"], "urn:doorward:acr:single-factor");
            let told = introspect(&app, token).await.body;
            assert_eq!((&told["auth_time"], &told["acr"]), (&claims["auth_time"], &claims["acr"]));
        }
    }

    async fn rfc_9728_each_resource_says_which_server_its_tokens_come_from(world: World) {
        let app = app(&world).await;
        let base = &world.base;
        for (path, resource) in [
            ("/.well-known/oauth-protected-resource", base.clone()),
            ("/.well-known/oauth-protected-resource/scim/v2", format!("{base}/scim/v2")),
        ] {
            let response = app.get(path, "", &[]).await;
            assert_eq!(response.status(), 200, "{path}");
            assert_eq!(response.headers()["content-type"], "application/json");
            assert_eq!(response.headers()["access-control-allow-origin"], "*");
            assert!(response.headers().contains_key("etag"));
            let told: Value = response.json().await.unwrap();
            assert_eq!(told["resource"], json!(resource));
            assert_eq!(told["authorization_servers"], json!([base]));
            assert!(told["bearer_methods_supported"].as_array().unwrap().contains(&json!("header")));
        }
        let refused = app.userinfo("x").await;
        let challenge = refused.headers["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains(&format!("resource_metadata=\"{base}/.well-known/oauth-protected-resource\"")), "{challenge}");
    }
}
