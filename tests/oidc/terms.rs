//! What is asked for beyond the scope: claims, classes, resources, authorization details, and the
//! key of a code; and what a person has allowed of it before.

use doorward::domain::clients::{ClientId, Metadata, Profile};
use doorward::domain::grants;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::application::{
    Application, Browser, confidential, location, metadata, person, redirected, serve, signed_in,
};
use crate::on_both_engines;

const API: &str = "https://api.example.com/v1";
const SINGLE: &str = "urn:doorward:acr:single-factor";

fn asking() -> Metadata {
    let mut metadata = metadata();
    metadata.resources = vec![API.to_owned(), "https://other.example.com/".to_owned()];
    metadata.authorization_details_types = vec!["payment".to_owned()];
    metadata
}

fn payment(amount: &str) -> String {
    json!([{ "type": "payment", "actions": ["initiate"], "amount": amount }]).to_string()
}

/// Allows what the page asks for; the page's text, and what the application gets.
async fn allowed(
    app: &Application<'_>,
    browser: &Browser,
    request: &[(&str, String)],
) -> (String, std::collections::HashMap<String, String>) {
    let url = location(&app.authorize(&browser.cookies, request).await);
    assert!(url.path().starts_with("/oauth2/consent/"), "{url}");
    let page = app.get(url.path(), &browser.cookies, &[]).await;
    let text = page.text().await.unwrap();
    let form = [
        ("decision", "allow".to_owned()),
        ("session", browser.session.to_string()),
        ("remember", "yes".to_owned()),
    ];
    let response = app.post(url.path(), &browser.cookies, &form).await;
    (text, redirected(&response))
}

async fn error(
    app: &Application<'_>,
    browser: &Browser,
    changes: &[(&'static str, &str)],
) -> String {
    let request = app.request_with(changes);
    let given = redirected(&app.authorize(&browser.cookies, &request).await);
    assert!(!given.contains_key("code"), "{changes:?}");
    given["error"].clone()
}

on_both_engines! {
    async fn claims_that_are_asked_for_by_name_are_told_where_they_were_asked_for(world: World) {
        let app = confidential(&world).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let claims = json!({
            "id_token": { "given_name": { "essential": true }, "auth_time": null, "nonsense": null },
            "userinfo": { "email": null },
        });
        let request = app.request_with(&[("scope", "openid"), ("claims", &claims.to_string())]);
        let (page, given) = allowed(&app, &browser, &request).await;
        assert!(page.contains("e-mail address"), "what is asked for by name is shown: {page}");
        let tokens = app.redeem(&given["code"]).await;
        let said = app.checked(tokens.text("id_token")).await;
        assert_eq!(said["given_name"], "Barbara");
        assert!(said["email"].is_null() && said["family_name"].is_null(), "{said}");
        let told = app.userinfo(tokens.text("access_token")).await.body;
        assert_eq!(told["email"], "babs@example.com");
        assert!(told["given_name"].is_null(), "{told}");
    }

    async fn asking_by_name_is_no_way_around_the_registered_scope(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let id = ClientId::from_stored(app.client_id.clone());
        let mut change = doorward::domain::audit::Change::begin(
            &world.db, doorward::domain::audit::Actor::System, world.now()).await.unwrap();
        change.execute(doorward::foundation::db::sql("update clients set scope = 'openid' where id = $1").bind(&id)).await.unwrap();
        change.execute(doorward::foundation::db::sql("update revisions set number = number + 1 where topic = 'clients'")).await.unwrap();
        change.unrecorded("a test");
        change.commit().await.unwrap();
        world.state.refresh().await.unwrap();
        let claims = json!({ "userinfo": { "email": { "essential": true } } }).to_string();
        let request = app.request_with(&[("claims", &claims)]);
        let code = app.code_for(&browser, &request).await;
        let tokens = app.redeem(&code).await;
        let told = app.userinfo(tokens.text("access_token")).await.body;
        assert!(told["email"].is_null(), "{told}");
    }

    async fn malformed_wishes_are_refused(world: World) {
        let app = serve(&world, true, asking()).await;
        let browser = app.visitor().await;
        let huge = format!("{{\"userinfo\":{{\"{}\":null}}}}", "x".repeat(17_000));
        let deep = "[".repeat(10_000);
        for (name, value, expected) in [
            ("claims", "nonsense", "invalid_request"),
            ("claims", "[]", "invalid_request"),
            ("claims", r#"{"userinfo":[]}"#, "invalid_request"),
            ("claims", &huge, "invalid_request"),
            ("claims", &deep, "invalid_request"),
            ("prompt", "create", "invalid_request"),
            ("dpop_jkt", "short", "invalid_request"),
            ("resource", "https://api.example.com/v1#x", "invalid_target"),
            ("resource", "api", "invalid_target"),
            ("resource", "https://evil.example/", "invalid_target"),
            ("authorization_details", "{}", "invalid_authorization_details"),
            ("authorization_details", "[]", "invalid_authorization_details"),
            ("authorization_details", "[7]", "invalid_authorization_details"),
            ("authorization_details", r#"[{"type":"other"}]"#, "invalid_authorization_details"),
            ("authorization_details", r#"[{"type":7}]"#, "invalid_authorization_details"),
            ("authorization_details", r#"[{"amount":"1"}]"#, "invalid_authorization_details"),
            ("authorization_details", r#"[{"type":"payment","actions":"x"}]"#, "invalid_authorization_details"),
            ("authorization_details", &deep, "invalid_authorization_details"),
        ] {
            let value = &value[..value.len().min(20_000)];
            assert_eq!(error(&app, &browser, &[(name, value)]).await, expected, "{name} {value:.60}");
        }
    }

    async fn an_essential_class_that_cannot_be_reached_is_an_error(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let of = |essential: bool, values: Value| {
            json!({ "id_token": { "acr": { "essential": essential, "values": values } } }).to_string()
        };
        let unmet = of(true, json!(["urn:other:class"]));
        assert_eq!(error(&app, &browser, &[("claims", &unmet)]).await, "unmet_authentication_requirements");
        // Nobody has to sign in first to learn that.
        let request = app.request_with(&[("claims", &unmet)]);
        let given = redirected(&app.authorize("", &request).await);
        assert_eq!(given["error"], "unmet_authentication_requirements");
        for met in [of(true, json!(["urn:other:class", SINGLE])), of(false, json!(["urn:other:class"]))] {
            let code = app.code_for(&browser, &app.request_with(&[("claims", &met)])).await;
            let tokens = app.redeem(&code).await;
            assert_eq!(app.checked(tokens.text("id_token")).await["acr"], SINGLE);
        }
        let request = app.request_with(&[("acr_values", "urn:other:class"), ("prompt", "none")]);
        assert!(redirected(&app.authorize(&browser.cookies, &request).await).contains_key("code"), "a wish");
    }

    async fn the_default_max_age_of_a_client_is_in_force_when_the_request_names_none(world: World) {
        let mut metadata = metadata();
        metadata.default_max_age = Some(60);
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        app.pass(61);
        assert_eq!(error(&app, &browser, &[("prompt", "none")]).await, "login_required");
        let request = app.request_with(&[("prompt", "none"), ("max_age", "3600")]);
        assert!(redirected(&app.authorize(&browser.cookies, &request).await).contains_key("code"));
    }

    async fn resources_are_kept_with_the_grant_and_asked_for_once(world: World) {
        let app = serve(&world, true, asking()).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let mut request = app.request();
        request.push(("resource", API.to_owned()));
        request.push(("resource", world.base.clone()));
        request.push(("resource", API.to_owned()));
        let (page, given) = allowed(&app, &browser, &request).await;
        assert!(page.contains(API), "{page}");
        assert_eq!(app.redeem(&given["code"]).await.status, StatusCode::OK);
        let again = app.authorize(&browser.cookies, &request).await;
        assert!(redirected(&again).contains_key("code"));
        // Another resource is another question.
        request.push(("resource", "https://other.example.com/".to_owned()));
        let url = location(&app.authorize(&browser.cookies, &request).await);
        assert!(url.path().starts_with("/oauth2/consent/"), "{url}");
    }

    async fn item_14_details_are_allowed_to_the_last_member(world: World) {
        let app = serve(&world, true, asking()).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let twelve = app.request_with(&[("authorization_details", &payment("12"))]);
        let (page, given) = allowed(&app, &browser, &twelve).await;
        assert!(page.contains("payment") && page.contains("12"), "{page}");
        assert_eq!(app.redeem(&given["code"]).await.status, StatusCode::OK);
        let more = app.request_with(&[("authorization_details", &payment("12000"))]);
        let url = location(&app.authorize(&browser.cookies, &more).await);
        assert!(url.path().starts_with("/oauth2/consent/"), "{url}");
        let silent = app.request_with(&[("authorization_details", &payment("12000")), ("prompt", "none")]);
        let given = redirected(&app.authorize(&browser.cookies, &silent).await);
        assert_eq!(given["error"], "consent_required");
        // What was allowed to the scope alone does not cover it either, and the other way round.
        let plain = app.authorize(&browser.cookies, &app.request()).await;
        assert!(redirected(&plain).contains_key("code"));
        let same = app.authorize(&browser.cookies, &twelve).await;
        assert!(redirected(&same).contains_key("code"));
    }

    async fn details_can_stand_in_for_a_scope_and_their_text_cannot_write_the_page(world: World) {
        let app = serve(&world, true, asking()).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let details = json!([{ "type": "payment", "note": "<script>alert(1)</script>" }]).to_string();
        let request = app.request_with(&[("scope", ""), ("authorization_details", &details)]);
        let (page, given) = allowed(&app, &browser, &request).await;
        assert!(!page.contains("<script>alert"), "{page}");
        let tokens = app.redeem(&given["code"]).await;
        assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
        assert_eq!(tokens.body["id_token"], Value::Null);
    }

    async fn what_was_not_remembered_is_asked_again(world: World) {
        let app = serve(&world, true, asking()).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let url = location(&app.authorize(&browser.cookies, &app.request()).await);
        let form = [("decision", "deny".to_owned()), ("session", browser.session.to_string())];
        app.post(url.path(), &browser.cookies, &form).await;
        let user = browser.user;
        let client = ClientId::from_stored(app.client_id.clone());
        assert_eq!(grants::consented(&world.db, user, &client).await.unwrap(), None);
    }

    async fn profiles_differ_in_what_a_scope_may_be(world: World) {
        let mut metadata = asking();
        metadata.profile = Profile::OAuth21;
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("scope", "")]);
        let code = app.code_for(&browser, &request).await;
        let tokens = app.redeem(&code).await;
        let scope = tokens.text("scope");
        assert!(scope.contains("openid") && !scope.contains("offline_access"), "{scope}");
        assert_eq!(
            error(&app, &browser, &[("code_challenge", ""), ("code_challenge_method", "")]).await,
            "invalid_request",
            "OAuth 2.1 wants a challenge of everybody"
        );
    }
}
