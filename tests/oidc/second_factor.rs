//! What an application requires of those who sign in to it, and what it is told of that.

use doorward::domain::clients::{self, ClientId, RequiredMfa, Revised};
use doorward::domain::signin::{Acr, Method};
use doorward::foundation::crypto::token::Secret;
use reqwest::StatusCode;
use serde_json::json;

use crate::application::{
    Application, Browser, confidential, location, metadata, person, redirected, serve, sign_in_with,
};
use crate::on_both_engines;

const STRONG: &[Method] = &[Method::Password, Method::Totp];

/// A person who has allowed everything, and has proven themself so.
pub async fn proven(app: &Application<'_>, methods: &[Method]) -> Browser {
    let user = person(app.world, "babs").await;
    app.consented(user).await;
    sign_in_with(app.world, user, Secret::generate(""), methods).await
}

/// An administrator says what the application requires from now on.
pub async fn require(app: &Application<'_>, required: RequiredMfa) {
    let world = app.world;
    let id = ClientId::from_stored(app.client_id.clone());
    let client = world
        .state
        .clients
        .find(&world.db, &app.client_id, world.now());
    let client = client.await.unwrap().unwrap();
    let mut metadata = client.metadata.clone();
    metadata.require_mfa = required;
    let revised = Revised {
        name: client.name.clone(),
        scope: client.scope.clone(),
        metadata,
    };
    let actor = doorward::domain::audit::Actor::CommandLine;
    let mut change = doorward::domain::audit::Change::begin(&world.db, actor, world.now())
        .await
        .unwrap();
    clients::revise(&mut change, &id, revised).await.unwrap();
    change.commit().await.unwrap();
    world.state.refresh().await.unwrap();
}

fn essential(classes: &[Acr]) -> String {
    let values: Vec<_> = classes.iter().map(|class| class.as_str()).collect();
    json!({ "id_token": { "acr": { "essential": true, "values": values } } }).to_string()
}

on_both_engines! {
    async fn an_essential_class_is_answered_with_one_that_was_asked_for(world: World) {
        let app = confidential(&world).await;
        let browser = proven(&app, &[Method::Passkey]).await;
        let told = async |changes: &[(&'static str, &str)]| {
            let code = app.code_for(&browser, &app.request_with(changes)).await;
            let tokens = app.redeem(&code).await;
            let token = app.checked(tokens.text("id_token")).await;
            assert_eq!(token["amr"], json!(["pop", "user", "mfa"]));
            let acr = token["acr"].as_str().unwrap().to_owned();
            // What comes after it says the same.
            let renewed = app.refresh(tokens.text("refresh_token")).await;
            assert_eq!(app.checked(renewed.text("id_token")).await["acr"], json!(acr));
            acr
        };
        let [single, multi, bound] = Acr::ALL;
        assert_eq!(told(&[("claims", &essential(&[multi]))]).await, multi.as_str());
        assert_eq!(told(&[("claims", &essential(&[single, multi]))]).await, multi.as_str());
        assert_eq!(told(&[("claims", &essential(&[multi, bound]))]).await, bound.as_str());
        let one = json!({ "id_token": { "acr": { "essential": true, "value": multi.as_str() } } });
        assert_eq!(told(&[("claims", &one.to_string())]).await, multi.as_str());
        // Whoever only wishes for a class is told the truth.
        assert_eq!(told(&[("acr_values", multi.as_str())]).await, bound.as_str());
        assert_eq!(told(&[]).await, bound.as_str());
    }

    async fn an_essential_class_is_never_answered_by_a_session_that_has_not_come_so_far(world: World) {
        let app = confidential(&world).await;
        let browser = proven(&app, STRONG).await;
        let claims = essential(&[Acr::PhishingResistant]);
        let silent = app.request_with(&[("claims", &claims), ("prompt", "none")]);
        let given = redirected(&app.authorize(&browser.cookies, &silent).await);
        assert_eq!(given["error"], "login_required");
        let asked = app.request_with(&[("claims", &claims)]);
        let url = location(&app.authorize(&browser.cookies, &asked).await);
        assert!(url.path().starts_with("/login/"), "{url}");
    }

    async fn an_application_requires_more_than_the_last_one(world: World) {
        let app = confidential(&world).await;
        let browser = proven(&app, &[Method::Password]).await;
        app.code(&browser).await;
        require(&app, RequiredMfa::MultiFactor).await;
        let url = location(&app.authorize(&browser.cookies, &app.request()).await);
        assert!(url.path().starts_with("/login/"), "{url}");
        let strong = sign_in_with(&world, browser.user, Secret::generate(""), STRONG).await;
        app.code(&strong).await;
        require(&app, RequiredMfa::PhishingResistant).await;
        let url = location(&app.authorize(&strong.cookies, &app.request()).await);
        assert!(url.path().starts_with("/login/"), "{url}");
    }

    async fn a_refresh_token_ends_where_the_application_requires_more_than_its_sign_in(world: World) {
        let app = confidential(&world).await;
        let browser = proven(&app, &[Method::Password]).await;
        let weak = app.tokens(&browser).await;
        let strong = sign_in_with(&world, browser.user, Secret::generate(""), STRONG).await;
        let strong = app.tokens(&strong).await;
        require(&app, RequiredMfa::MultiFactor).await;
        let refused = app.refresh(weak.text("refresh_token")).await;
        assert_eq!(refused.error(), (400, "invalid_grant"));
        assert_eq!(app.refresh(strong.text("refresh_token")).await.status, StatusCode::OK);
        // It was not used up: what is taken back is as it was.
        require(&app, RequiredMfa::None).await;
        assert_eq!(app.refresh(weak.text("refresh_token")).await.status, StatusCode::OK);
    }

    async fn an_application_does_not_say_itself_what_it_requires(world: World) {
        let mut strict = metadata();
        strict.require_mfa = RequiredMfa::MultiFactor;
        strict.trusted_device_lifetime = Some(0);
        let app = serve(&world, true, strict).await;
        let demand = world.state.clients.find(&world.db, &app.client_id, world.now());
        let demand = demand.await.unwrap().unwrap().demand();
        assert_eq!(demand.at_least, Some(Acr::MultiFactor));
        assert_eq!(demand.trust, Some(std::time::Duration::ZERO));
        // A request can ask for more, and never for less.
        let browser = proven(&app, &[Method::Password]).await;
        let wish = app.request_with(&[("acr_values", Acr::SingleFactor.as_str())]);
        let url = location(&app.authorize(&browser.cookies, &wish).await);
        assert!(url.path().starts_with("/login/"), "{url}");
        let must = app.request_with(&[("claims", &essential(&[Acr::SingleFactor])), ("prompt", "none")]);
        let given = redirected(&app.authorize(&browser.cookies, &must).await);
        assert_eq!(given["error"], "interaction_required", "they have no factor");
    }
}
