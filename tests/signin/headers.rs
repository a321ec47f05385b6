//! What every page and every answer carries.

use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::routing::get;
use doorward::domain::access;
use doorward::http::login;
use doorward::http::web::{self, ClientAddress, Page, State, pages, paths};
use reqwest::{Response, StatusCode, header};

use crate::on_both_engines;
use crate::stage::{Browser, PASSWORD, Stage};
use crate::support::{Engine, World};

fn assert_page(answer: &Response) {
    let headers = answer.headers();
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    for part in [
        "default-src 'none'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
    assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
}

async fn explode() -> &'static str {
    std::hint::black_box(None).expect("a planted panic")
}

async fn who(Shared(state): Shared<State>, headers: HeaderMap) -> String {
    let session = web::session(&state, &headers).await.unwrap();
    session.map_or_else(|| "nobody".to_owned(), |session| session.user.to_string())
}

async fn from_where(ClientAddress(address): ClientAddress) -> String {
    address
        .map(|address| address.to_string())
        .unwrap_or_default()
}

async fn cookie(
    Shared(state): Shared<State>,
    browser: web::Browser,
) -> impl axum::response::IntoResponse {
    (browser.cookies(&state), "")
}

/// The door, and a few more rooms.
fn rooms(world: World) -> Stage {
    let doors = login::routes()
        .route("/explode", get(explode))
        .route("/oauth2/explode", get(explode))
        .route("/scim/v2/explode", get(explode))
        .route("/who", get(who))
        .route("/from-where", get(from_where))
        .route("/cookie", get(cookie));
    let server = world.serve(web::around(doors, world.state.clone()));
    Stage { world, server }
}

on_both_engines! {
    async fn every_page_refuses_frames_scripts_caches_and_referrers(world: World) {
        let stage = Stage::open(world);
        stage.user("ada").await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let form = stage.get(&browser, &paths::sign_in(&handle)).send().await.unwrap();
        assert_page(&form);
        let wrong = stage.submit(&browser, &handle, "ada", "wrong").await;
        assert_page(&wrong);
        for path in ["/login", "/login/nonsense"] {
            assert_page(&stage.get(&browser, path).send().await.unwrap());
        }
        let onward = stage.submit(&browser, &handle, "ada", PASSWORD).await;
        assert_eq!(onward.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(onward.headers()[header::REFERRER_POLICY], "no-referrer");
        assert_page(&stage.submit(&browser, &handle, "ada", PASSWORD).await);
    }

    async fn the_session_of_a_browser_is_its_user_until_access_is_cut(world: World) {
        let stage = rooms(world);
        let ada = stage.user("ada").await;
        let mut browser = Browser::new();
        let asked = async |browser: &Browser| stage.get(browser, "/who").send().await.unwrap().text().await.unwrap();
        assert_eq!(asked(&browser).await, "nobody");
        stage.sign_in(&mut browser, "ada").await;
        assert_eq!(asked(&browser).await, ada.to_string());
        let mut block = stage.change().await;
        // The fact alone: the session is still there, and is not enough.
        access::block(&mut block, ada, "x", None).await.unwrap();
        block.commit().await.unwrap();
        assert_eq!(asked(&browser).await, "nobody");
    }
}

async fn sqlite() -> World {
    World::new(Engine::Sqlite).await
}

#[tokio::test]
async fn a_panic_fails_one_request_and_says_nothing_of_itself() {
    let stage = rooms(sqlite().await);
    let browser = Browser::new();
    let page = stage
        .get(&browser, "/explode")
        .header(header::ACCEPT, "text/html,*/*");
    let page = page.send().await.unwrap();
    assert_eq!(page.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_page(&page);
    let id = page.headers()["x-request-id"].to_str().unwrap().to_owned();
    let text = page.text().await.unwrap();
    assert!(text.contains(&id) && !text.contains("planted"), "{text}");

    let json = stage.get(&browser, "/oauth2/explode").send().await.unwrap();
    assert_eq!(json.headers()[header::CONTENT_TYPE], "application/json");
    let body: serde_json::Value = json.json().await.unwrap();
    assert_eq!(body["error"], "server_error");

    let scim = stage
        .get(&browser, "/scim/v2/explode")
        .send()
        .await
        .unwrap();
    assert_eq!(
        scim.headers()[header::CONTENT_TYPE],
        "application/scim+json"
    );
    let body: serde_json::Value = scim.json().await.unwrap();
    assert_eq!(body["status"], "500");

    assert_eq!(
        stage.get(&browser, "/login").send().await.unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn what_is_not_there_and_what_cannot_be_done_is_said_in_the_callers_language() {
    let stage = rooms(sqlite().await);
    let browser = Browser::new();
    let html = |path: &str| {
        stage
            .get(&browser, path)
            .header(header::ACCEPT, "text/html")
    };
    let missing = html("/nothing/here").send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    assert_page(&missing);
    let missing = stage.get(&browser, "/nothing/here").send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    assert_eq!(missing.headers()[header::CONTENT_TYPE], "application/json");
    let missing = stage
        .get(&browser, "/scim/v2/Nothing")
        .send()
        .await
        .unwrap();
    assert_eq!(
        missing.headers()[header::CONTENT_TYPE],
        "application/scim+json"
    );
}

#[tokio::test]
async fn checklist_20_a_page_takes_the_methods_that_it_is_for() {
    let stage = Stage::open(sqlite().await);
    for (method, path, allowed) in [
        ("DELETE", "/login/x", "GET,HEAD,POST"),
        ("DELETE", "/login", "GET,HEAD"),
        ("POST", "/account", "GET,HEAD"),
        ("PUT", "/account/security", "GET,HEAD"),
        ("POST", "/account/activity", "GET,HEAD"),
        ("PATCH", "/account/sessions", "GET,HEAD"),
        ("DELETE", "/account/devices", "GET,HEAD"),
        ("POST", "/.well-known/change-password", "GET,HEAD"),
        ("POST", "/.well-known/passkey-endpoints", "GET,HEAD"),
    ] {
        let address = format!("{}{path}", stage.server.base);
        // As a form of the page itself would send it: nothing else stands in the way.
        let request = stage.server.http.request(method.parse().unwrap(), address);
        let request = request.header(header::ORIGIN, &stage.server.base);
        let refused = request.send().await.unwrap();
        assert_eq!(
            refused.status(),
            StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
        assert_eq!(refused.headers()[header::ALLOW], allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn a_request_id_from_outside_is_not_believed() {
    let stage = rooms(sqlite().await);
    let request = stage
        .get(&Browser::new(), "/login")
        .header("x-request-id", "chosen");
    let answer = request.send().await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap();
    assert_eq!(id.len(), 32);
}

#[tokio::test]
async fn checklist_43_a_forwarded_address_is_believed_from_a_trusted_proxy_only() {
    let asked = async |world: World| {
        let stage = rooms(world);
        let request = stage.get(&Browser::new(), "/from-where");
        let request = request.header("x-forwarded-for", "198.51.100.1");
        request.send().await.unwrap().text().await.unwrap()
    };
    assert_eq!(asked(sqlite().await).await, "127.0.0.1");
    let trusting = web::TrustedProxies::new(|address| address.is_loopback());
    let world = sqlite()
        .await
        .with(|basics| basics.trusted_proxies = trusting)
        .await;
    assert_eq!(asked(world).await, "198.51.100.1");
}

#[tokio::test]
async fn with_https_the_cookies_are_secure_and_of_this_host_alone() {
    let world = sqlite()
        .await
        .with(|basics| basics.public_url = "https://id.example".parse().unwrap())
        .await;
    let stage = rooms(world);
    let address = format!("{}/cookie", stage.server.base);
    let answer = stage.server.http.get(&address).send().await.unwrap();
    let cookie = answer.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(cookie.starts_with("__Host-doorward-browser="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let hsts = answer.headers()[header::STRICT_TRANSPORT_SECURITY]
        .to_str()
        .unwrap();
    assert!(hsts.starts_with("max-age="), "{hsts}");
    let pair = cookie.split(';').next().unwrap();
    let again = stage
        .server
        .http
        .get(&address)
        .header(header::COOKIE, pair)
        .send()
        .await
        .unwrap();
    assert!(
        !again.headers().contains_key(header::SET_COOKIE),
        "it has one already"
    );
}

#[tokio::test]
async fn the_style_sheet_has_its_digest_for_a_name_and_is_kept_for_a_year() {
    let stage = rooms(sqlite().await);
    let browser = Browser::new();
    let page = stage
        .get(&browser, "/login")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let brand = stage.world.state.brand.clone();
    let style = brand.style_path();
    assert!(page.contains(&format!(r#"href="{style}""#)), "{page}");
    let answer = stage.get(&browser, style).send().await.unwrap();
    assert_eq!(
        answer.headers()[header::CONTENT_TYPE],
        "text/css; charset=utf-8"
    );
    assert_eq!(
        answer.headers()[header::CACHE_CONTROL],
        "public, max-age=31536000, immutable"
    );
    let css = answer.text().await.unwrap();
    assert!(
        css.contains("prefers-color-scheme: dark") && !css.contains("http"),
        "nothing from elsewhere"
    );
    let icon = stage.get(&browser, brand.mark_path()).send().await.unwrap();
    assert_eq!(icon.headers()[header::CONTENT_TYPE], "image/svg+xml");
    let old = stage
        .get(&browser, "/assets/doorward-old.css")
        .send()
        .await
        .unwrap();
    assert_eq!(old.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one line for each page")]
async fn no_page_has_inline_script_or_style_and_everything_shown_is_escaped() {
    let hostile = r#""><script>alert('x')</script>"#.to_owned();
    let t = sqlite().await.state.frame(web::Language::French);
    let consent = pages::ConsentPage {
        t: t.clone(),
        action: "/x".to_owned(),
        application: hostile.clone(),
        host: hostile.clone(),
        user: hostile.clone(),
        on_this_device: true,
        publisher: Some(hostile.clone()),
        logo: Some(hostile.clone()),
        scopes: vec![hostile.clone()],
        authorization_details: vec![pages::AskedDetail {
            kind: hostile.clone(),
            text: hostile.clone(),
        }],
        facts: vec![("x", hostile.clone())],
        policy_uri: pages::web_link("https://app.example/privacy"),
        tos_uri: pages::web_link("javascript:alert(1)"),
        hidden: vec![("a".to_owned(), hostile.clone())],
    };
    let logout = pages::LogoutConfirmPage {
        t: t.clone(),
        action: "/x".to_owned(),
        application: Some(hostile.clone()),
        user: hostile.clone(),
        hidden: vec![("b".to_owned(), hostile.clone())],
    };
    let error = pages::ErrorPage {
        t: t.clone(),
        title: t.internal(),
        sentence: t.internal_sentence(),
        code: "server_error",
        request_id: Some(hostile.clone()),
        way_on: pages::WayOn {
            path: "/login".to_owned(),
            label: t.go_on(),
        },
    };
    let all = [
        Page::of(&consent),
        Page::of(&logout),
        Page::of(&error),
        Page::of(&pages::SignedOutPage {
            t,
            frames: vec![hostile.clone()],
            onward: Some(hostile.clone()),
            script: hostile.clone(),
        }),
    ];
    for page in all {
        let response = axum::response::IntoResponse::into_response(page);
        let body = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap();
        let html = String::from_utf8(body.to_vec()).unwrap();
        for bad in ["<script>", "javascript:", " style=", "<style", " onclick"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }
    let ids =
        askama::Template::render(&consent).unwrap() + &askama::Template::render(&logout).unwrap();
    for id in ["consent-allow", "consent-deny", "logout-confirm"] {
        assert!(ids.contains(&format!(r#"id="{id}""#)), "{id}");
    }
}
