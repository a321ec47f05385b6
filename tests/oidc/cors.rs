//! Checklist C, 39: which pages may read our answers.

use reqwest::{Method, Response};

use crate::application::{Application, confidential, public};
use crate::on_both_engines;

async fn from(app: &Application<'_>, method: Method, path: &str, origin: &str) -> Response {
    let url = format!("{}{path}", app.server.base);
    let request = app
        .server
        .http
        .request(method.clone(), url)
        .header("origin", origin);
    let request = match method {
        Method::OPTIONS => request
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization"),
        _ => request,
    };
    request.send().await.unwrap()
}

fn allowed(response: &Response) -> Option<&str> {
    assert!(
        !response
            .headers()
            .contains_key("access-control-allow-credentials")
    );
    let allowed = response.headers().get("access-control-allow-origin");
    allowed.map(|origin| origin.to_str().unwrap())
}

on_both_engines! {
    async fn checklist_39_what_is_published_may_be_read_by_every_page(world: World) {
        let app = confidential(&world).await;
        for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth2/jwks"] {
            for method in [Method::GET, Method::OPTIONS] {
                let response = from(&app, method, path, "https://any.example").await;
                assert!(response.status().is_success());
                assert_eq!(allowed(&response), Some("*"), "{path}");
            }
        }
    }

    async fn checklist_39_tokens_may_be_read_by_pages_of_registered_public_clients(world: World) {
        let app = public(&world).await;
        for path in ["/oauth2/token", "/oauth2/userinfo"] {
            let response = from(&app, Method::OPTIONS, path, "https://app.example.com").await;
            assert_eq!(response.status(), 204);
            assert_eq!(allowed(&response), Some("https://app.example.com"), "{path}");
            let headers = response.headers()["access-control-allow-headers"].to_str().unwrap();
            assert!(headers.contains("authorization"));
            let response = from(&app, Method::POST, path, "https://app.example.com").await;
            assert_eq!(allowed(&response), Some("https://app.example.com"), "{path}");
            assert_eq!(response.headers()["vary"], "origin");
        }
    }

    async fn checklist_39_casdoor_cve_2024_41657_no_other_origin_is_reflected(world: World) {
        let app = public(&world).await;
        for origin in [
            "https://evil.test",
            "null",
            "https://app.example.com.evil.test",
            "http://app.example.com",
            "https://app.example.com:8443",
            "https://APP.example.com",
        ] {
            for method in [Method::POST, Method::OPTIONS] {
                let response = from(&app, method, "/oauth2/token", origin).await;
                assert_eq!(allowed(&response), None, "{origin}");
            }
        }
    }

    async fn checklist_39_a_confidential_client_has_no_pages_that_call(world: World) {
        let app = confidential(&world).await;
        let response = from(&app, Method::POST, "/oauth2/token", "https://app.example.com").await;
        assert_eq!(allowed(&response), None);
    }

    async fn checklist_39_what_belongs_to_a_persons_browser_is_read_by_none(world: World) {
        let app = public(&world).await;
        for path in ["/oauth2/authorize", "/oauth2/logout", "/oauth2/consent/x"] {
            for method in [Method::GET, Method::OPTIONS] {
                let response = from(&app, method, path, "https://app.example.com").await;
                assert_eq!(allowed(&response), None, "{path}");
            }
        }
    }
}
