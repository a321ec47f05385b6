//! An issuer with a path: everything lies under it, and every address that a page, a redirect or
//! a document names leads there.

use std::collections::BTreeSet;

use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, GrantType, Metadata, NewClient};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::application::Application;
use crate::browser::{Arrival, Browser};
use crate::on_both_engines;
use crate::source::{PASSWORD, Stage};
use crate::support::World;

const PATH: &str = "/a/tenant";
const ANN: &str = "ann@example.com";

/// A served world under a path, and the address of its host.
async fn tenant(mut world: World) -> (Stage, String) {
    let host = world.base.clone();
    world.base.push_str(PATH);
    let stage = Stage::set(world.with(|_| ()).await).await;
    (stage, host)
}

/// The addresses that a page names, as it writes them.
fn named(html: &str) -> BTreeSet<String> {
    ["href=\"", "src=\"", "action=\"", "url="]
        .iter()
        .flat_map(|name| html.split(name).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .map(|address| address.replace("&amp;", "&"))
        .collect()
}

/// Every page that the browser saw names addresses of the tenant only, and there is something.
async fn assert_all_lead_somewhere(stage: &Stage, host: &str, browser: &Browser) {
    let addresses = named(&browser.seen);
    assert!(addresses.len() > 5, "{addresses:?}");
    for address in addresses {
        if address.starts_with("https://") || address.starts_with('#') {
            continue;
        }
        assert!(address.starts_with(&format!("{PATH}/")), "{address}");
        let request = stage.server.http.get(format!("{host}{address}"));
        let request = request.header(header::COOKIE, browser.cookie_line());
        let status = request.send().await.unwrap().status();
        // A form that only takes POST says so; what was used up says so, too.
        assert_ne!(status, StatusCode::NOT_FOUND, "{address}");
        assert!(!status.is_server_error(), "{address}");
    }
}

async fn get(stage: &Stage, url: &str) -> (StatusCode, Value) {
    let answer = stage.server.http.get(url).send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_default())
}

async fn device_client(world: &World) -> String {
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    let mut metadata = Metadata::new(vec!["https://telly.example/cb".into()]);
    metadata.grant_types.push(GrantType::DeviceCode);
    let client = NewClient {
        name: "Telly".into(),
        confidential: false,
        metadata,
        scope: "openid profile".parse().unwrap(),
    };
    let registered = clients::register(&mut change, client).await.unwrap();
    change.commit().await.unwrap();
    world.state.refresh().await.unwrap();
    registered.id.to_string()
}

/// A device asks, and the person is led from its address to the page that confirms.
async fn pass_the_device_pages(stage: &Stage, browser: &mut Browser) -> Arrival {
    let client_id = device_client(&stage.world).await;
    let form = [("client_id", client_id.as_str()), ("scope", "openid")];
    let url = format!("{}/oauth2/device", stage.server.base);
    let answer = stage.server.http.post(url).form(&form).send();
    let answer: Value = answer.await.unwrap().json().await.unwrap();
    let address = answer["verification_uri"].as_str().unwrap();
    assert_eq!(address, format!("{}/device", stage.server.base));
    let page = browser.open(address).await;
    assert!(page.html.contains("device-submit"), "{}", page.html);
    let code = answer["user_code"].as_str().unwrap();
    let confirm = browser.submit(&page, &[("user_code", code)]).await;
    assert!(confirm.html.contains("consent-allow"), "{}", confirm.html);
    browser.submit(&confirm, &[("decision", "allow")]).await
}

on_both_engines! {
    async fn every_link_and_form_of_every_page_leads_below_the_path(world: World) {
        let (stage, host) = tenant(world).await;
        stage.create_user(ANN).await;
        let application = Application::register(&stage).await;
        let mut browser = Browser::new(&stage.server.http, &stage.server.base);
        // Sign-in, a mistake in it, consent, and back to the application.
        let page = browser.open(&application.authorize_url(&stage, &[])).await;
        assert!(page.url.path().starts_with(&format!("{PATH}/login/")), "{}", page.url);
        browser.submit(&page, &[("username", ANN), ("password", "wrong")]).await;
        let consent = browser.submit(&page, &[("username", ANN), ("password", PASSWORD)]).await;
        assert!(consent.html.contains("consent-allow"), "{}", consent.html);
        let arrival = browser.submit(&consent, &[("decision", "allow"), ("remember", "yes")]).await;
        assert_eq!(arrival.url.host_str(), Some("app.example"));
        let iss = arrival.url.query_pairs().find(|(name, _)| name == "iss").unwrap().1.into_owned();
        assert_eq!(iss, stage.server.base);
        let tokens = application.tokens(&stage, &arrival).await;
        let (status, _) = application.userinfo(&stage, &tokens.access).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(application.refresh(&stage, &tokens.refresh).await.0, StatusCode::OK);
        // The sign-in is over: its page says so and leads on.
        browser.open(page.url.as_str()).await;
        let by_form = application.authorize_url(&stage, &[("response_mode", "form_post")]);
        let by_form = browser.open(&by_form).await;
        assert!(by_form.html.contains("form-post-submit"), "{}", by_form.html);
        pass_the_device_pages(&stage, &mut browser).await;
        browser.open(&format!("{}/login", stage.server.base)).await;
        browser.open(&format!("{}/login/unknown", stage.server.base)).await;
        for page in ["/account", "/account/security"] {
            let shown = browser.open(&format!("{}{page}", stage.server.base)).await;
            assert_eq!(shown.status, StatusCode::OK, "{page}");
        }
        let leave = browser.open(&format!("{}/oauth2/logout", stage.server.base)).await;
        assert!(leave.html.contains("logout-confirm"), "{}", leave.html);
        let gone = browser.submit(&leave, &[("decision", "sign_out")]).await;
        assert_eq!(gone.status, StatusCode::OK);
        assert_all_lead_somewhere(&stage, &host, &browser).await;
    }

    async fn a_page_that_is_not_there_is_shown_below_the_path_and_beside_it(world: World) {
        let (stage, host) = tenant(world).await;
        for address in [
            format!("{host}/login"), format!("{host}/oauth2/jwks"), format!("{host}/"),
            format!("{host}{PATH}s/login"), format!("{host}{PATH}/nothing"),
        ] {
            let request = stage.server.http.get(&address).header("accept", "text/html");
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{address}");
            assert!(answer.headers().contains_key("x-request-id"), "{address}");
            let html = answer.text().await.unwrap();
            for named in named(&html) {
                assert!(named.starts_with(PATH), "{named}");
            }
        }
    }

    async fn discovery_is_at_all_four_addresses_and_at_the_two_of_openid(world: World) {
        let (stage, host) = tenant(world).await;
        let issuer = &stage.server.base;
        for name in ["openid-configuration", "oauth-authorization-server"] {
            for url in [
                format!("{host}/.well-known/{name}{PATH}"),
                format!("{host}{PATH}/.well-known/{name}"),
            ] {
                let (status, document) = get(&stage, &url).await;
                assert_eq!(status, StatusCode::OK, "{url}");
                assert_eq!(document["issuer"], json!(issuer));
                for (name, value) in document.as_object().unwrap() {
                    if name.ends_with("_endpoint") || name == "jwks_uri" {
                        let url = value.as_str().unwrap();
                        assert!(url.starts_with(&format!("{issuer}/")), "{url}");
                        assert_ne!(get(&stage, url).await.0, StatusCode::NOT_FOUND, "{url}");
                    }
                }
            }
            // The host is somebody else's issuer.
            let (status, _) = get(&stage, &format!("{host}/.well-known/{name}")).await;
            assert_eq!(status, StatusCode::NOT_FOUND);
        }
    }

    async fn rfc_9728_the_resources_tell_their_metadata_between_host_and_path(world: World) {
        let (stage, host) = tenant(world).await;
        let name = ".well-known/oauth-protected-resource";
        for (path, resource) in [
            (PATH.to_owned(), stage.server.base.clone()),
            (format!("{PATH}/scim/v2"), format!("{}/scim/v2", stage.server.base)),
        ] {
            let (status, document) = get(&stage, &format!("{host}/{name}{path}")).await;
            assert_eq!(status, StatusCode::OK);
            assert_eq!(document["resource"], json!(resource));
            assert_eq!(document["authorization_servers"], json!([stage.server.base]));
        }
        let userinfo = stage.server.http.get(format!("{}/oauth2/userinfo", stage.server.base));
        let refused = userinfo.send().await.unwrap();
        let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
        let address = format!("resource_metadata=\"{host}/{name}{PATH}\"");
        assert!(challenge.contains(&address), "{challenge}");
    }

    async fn scim_locations_begin_with_the_issuer(world: World) {
        let (stage, host) = tenant(world).await;
        let user = stage.create_user(ANN).await;
        let (_, shown) = stage.scim(Method::GET, &format!("/Users/{user}"), None).await;
        let location = shown["meta"]["location"].as_str().unwrap();
        assert_eq!(location, format!("{host}{PATH}/scim/v2/Users/{user}"));
        let request = stage.server.http.get(location).bearer_auth(&stage.bearer);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
        // What is not there is answered as SCIM answers.
        let (status, refusal) = stage.scim(Method::GET, "/Nothing", None).await;
        assert_eq!((status, &refusal["status"]), (StatusCode::NOT_FOUND, &json!("404")));
    }

    async fn probes_answer_with_the_path_and_without(world: World) {
        let (stage, host) = tenant(world).await;
        for path in ["/healthz", "/readyz"] {
            for url in [format!("{host}{path}"), format!("{host}{PATH}{path}")] {
                assert_eq!(get(&stage, &url).await.0, StatusCode::OK, "{url}");
            }
        }
    }

    async fn cookies_of_neighbours_on_one_host_are_told_apart_by_their_names(world: World) {
        let host = world.base.clone();
        let world = world.with(|basics| {
            basics.public_url = "https://id.example.com/a/tenant".parse().unwrap();
        }).await;
        let stage = Stage::set(world).await;
        let application = Application::register(&stage).await;
        let url = application.authorize_url(&stage, &[]);
        let url = url.replace(&host, &format!("{host}{PATH}"));
        let answer = stage.server.http.get(url).send().await.unwrap();
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.starts_with("__Host-doorward-browser+a+tenant="), "{cookie}");
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/"), "{cookie}");
    }
}
