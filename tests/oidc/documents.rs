//! The metadata.

use serde_json::{Value, json};

use crate::application::confidential;
use crate::on_both_engines;

on_both_engines! {
    async fn discovery_names_what_is_there_and_nothing_else(world: World) {
        let app = confidential(&world).await;
        for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
            let response = app.get(path, "", &[]).await;
            assert_eq!(response.headers()["content-type"], "application/json");
            assert!(response.headers().contains_key("content-length"));
            assert!(response.headers().contains_key("etag"));
            let document: Value = response.json().await.unwrap();
            let base = &world.base;
            for (name, value) in [
                ("issuer", json!(base)),
                ("authorization_endpoint", json!(format!("{base}/oauth2/authorize"))),
                ("token_endpoint", json!(format!("{base}/oauth2/token"))),
                ("userinfo_endpoint", json!(format!("{base}/oauth2/userinfo"))),
                ("jwks_uri", json!(format!("{base}/oauth2/jwks"))),
                ("end_session_endpoint", json!(format!("{base}/oauth2/logout"))),
                ("response_types_supported", json!([
                    "code", "id_token", "code id_token", "id_token token", "code token", "code id_token token",
                ])),
                ("pushed_authorization_request_endpoint", json!(format!("{base}/oauth2/par"))),
                ("require_request_uri_registration", json!(true)),
                ("code_challenge_methods_supported", json!(["S256"])),
                ("grant_types_supported", json!([
                    "authorization_code", "refresh_token", "client_credentials",
                    "urn:ietf:params:oauth:grant-type:device_code",
                    "urn:ietf:params:oauth:grant-type:token-exchange",
                ])),
                ("id_token_signing_alg_values_supported", json!(["RS256", "ES256", "PS256", "EdDSA"])),
                ("authorization_response_iss_parameter_supported", json!(true)),
            ] {
                assert_eq!(document[name], value, "{name}");
            }
        }
    }

    async fn every_endpoint_that_discovery_names_answers(world: World) {
        let app = confidential(&world).await;
        let response = app.get("/.well-known/openid-configuration", "", &[]).await;
        let document: Value = response.json().await.unwrap();
        for (name, value) in document.as_object().unwrap() {
            if !name.ends_with("_endpoint") && name != "jwks_uri" {
                continue;
            }
            let response = app.server.http.get(value.as_str().unwrap()).send().await.unwrap();
            assert_ne!(response.status(), 404, "{name}");
            assert!(!response.status().is_server_error(), "{name}");
        }
    }

    async fn checklist_29_neither_passwords_nor_implicit_tokens_are_offered(world: World) {
        let app = confidential(&world).await;
        let response = app.get("/.well-known/openid-configuration", "", &[]).await;
        let text = response.text().await.unwrap();
        for word in ["\"password\"", "\"token\"", "plain"] {
            assert!(!text.contains(word), "{word}");
        }
    }

    async fn a_known_document_is_not_sent_again(world: World) {
        let app = confidential(&world).await;
        let url = format!("{}/.well-known/openid-configuration", world.base);
        let first = app.server.http.get(&url).send().await.unwrap();
        let etag = first.headers()["etag"].to_str().unwrap().to_owned();
        for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
            let request = app.server.http.get(&url).header("if-none-match", &known);
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 304, "{known}");
            assert_eq!(response.headers()["etag"], etag.as_str());
        }
        let request = app.server.http.get(&url).header("if-none-match", "\"x\"");
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
}
