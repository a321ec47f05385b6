//! Pairwise subjects (Core §8): one name in a sector, in every token and answer.

use doorward::domain::clients::{GrantType, MayExchange, Metadata, SubjectType};
use doorward::domain::grants::IdTokenHint;
use serde_json::Value;

use crate::application::{Answer, Application, metadata, redirected, serve, signed_in};
use crate::on_both_engines;
use crate::support::World;

fn pairwise() -> Metadata {
    let mut metadata = metadata();
    metadata.subject_type = SubjectType::Pairwise;
    metadata
}

fn claims_of(world: &World, token: &str, typ: &str) -> Value {
    let keys = &world.state.signing_keys;
    keys.verify(token, typ, world.now())
        .expect("a token of ours")
}

async fn introspected(app: &Application<'_>, token: &str) -> Value {
    let url = format!("{}/oauth2/introspect", app.server.base);
    let request = app
        .server
        .http
        .post(url)
        .basic_auth(&app.client_id, app.secret.as_deref());
    request
        .form(&[("token", token)])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}

async fn every_subject(world: &World, app: &Application<'_>, tokens: &Answer) -> Vec<Value> {
    let access = tokens.text("access_token");
    vec![
        app.checked(tokens.text("id_token")).await["sub"].clone(),
        claims_of(world, access, "at+jwt")["sub"].clone(),
        app.userinfo(access).await.body["sub"].clone(),
        introspected(app, access).await["sub"].clone(),
        introspected(app, tokens.text("refresh_token")).await["sub"].clone(),
    ]
}

on_both_engines! {
    async fn a_person_has_one_name_wherever_a_client_meets_them_and_another_in_the_next_sector(world: World) {
        let app = serve(&world, true, pairwise()).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let subjects = every_subject(&world, &app, &tokens).await;
        assert!(subjects.iter().all(|one| one.is_string() && *one == subjects[0]), "{subjects:?}");
        assert_ne!(subjects[0], browser.user.to_string());
        let refreshed = app.refresh(tokens.text("refresh_token")).await;
        let again = every_subject(&world, &app, &refreshed).await;
        assert!(again.iter().all(|one| *one == subjects[0]));
        // The same host is the same sector, another is another.
        let mut elsewhere = pairwise();
        elsewhere.redirect_uris = vec!["https://other.example.net/cb".to_owned()];
        elsewhere.sector_identifier_uri = Some("https://other.example.net/uris".to_owned());
        elsewhere.redirect_uris = vec![crate::application::REDIRECT_URI.to_owned()];
        for (metadata, same) in [(pairwise(), true), (elsewhere, false)] {
            let other = serve(&world, true, metadata).await;
            other.consented(browser.user).await;
            let tokens = other.tokens(&signed_in(&world, browser.user).await).await;
            let named = other.checked(tokens.text("id_token")).await["sub"].clone();
            assert_eq!(named == subjects[0], same);
        }
        let text = tokens.body.to_string() + &app.checked(tokens.text("id_token")).await.to_string()
            + &claims_of(&world, tokens.text("access_token"), "at+jwt").to_string();
        assert!(!text.contains(&browser.user.to_string()), "the name of everywhere is nowhere");
    }

    async fn a_pairwise_id_token_comes_back_as_a_hint(world: World) {
        let app = serve(&world, true, pairwise()).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let hint = tokens.text("id_token");
        let request = app.request_with(&[("prompt", "none"), ("id_token_hint", hint)]);
        let answer = redirected(&app.authorize(&browser.cookies, &request).await);
        assert!(answer.contains_key("code"), "{answer:?}");
        // Of another person it is not.
        let ann = crate::application::person(&world, "ann").await;
        app.consented(ann).await;
        let other = signed_in(&world, ann).await;
        let answer = redirected(&app.authorize(&other.cookies, &request).await);
        assert_eq!(answer["error"], "login_required");
        let keys = (&world.state.signing_keys, &world.state.master_key);
        let read = IdTokenHint::read(hint, &world.base, keys, world.now()).unwrap();
        assert_eq!(read.user, browser.user);
    }

    async fn an_exchanged_token_names_the_person_as_the_client_that_gets_it_knows_them(world: World) {
        let front = serve(&world, true, pairwise()).await;
        let mut metadata = metadata();
        metadata.grant_types = vec![GrantType::TokenExchange];
        metadata.may_exchange = MayExchange::Any(true);
        let back = serve(&world, true, metadata).await;
        let browser = front.visitor().await;
        let token = front.tokens(&browser).await.text("access_token").to_owned();
        let answer = back.token(&[
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange".to_owned()),
            ("subject_token", token),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token".to_owned()),
        ]).await;
        let claims = claims_of(&world, answer.text("access_token"), "at+jwt");
        assert_eq!(claims["sub"], browser.user.to_string());
    }

    async fn discovery_names_both_kinds_of_subject(world: World) {
        let app = serve(&world, true, pairwise()).await;
        let metadata: Value = app.get("/.well-known/openid-configuration", "", &[]).await.json().await.unwrap();
        assert_eq!(metadata["subject_types_supported"], serde_json::json!(["public", "pairwise"]));
    }
}
