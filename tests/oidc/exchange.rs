//! Token exchange (RFC 8693): checklist B 28.

use doorward::domain::clients::{GrantType, MayExchange, Metadata, RequiredMfa};
use doorward::domain::grants::{AccessToken, NewAccessToken, VerifiedAccessToken};
use doorward::domain::signin::Method;
use doorward::foundation::crypto::jose::Algorithm;
use doorward::foundation::crypto::token::Secret;
use serde_json::{Value, json};

use crate::application::{Answer, Application, metadata, serve, sign_in_with, signed_in};
use crate::deactivation::block;
use crate::on_both_engines;
use crate::registry::disable;
use crate::support::World;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const NEXT: &str = "https://next.example.com";

/// A program behind an interface: it asks no people.
fn backend(may: MayExchange) -> Metadata {
    let mut metadata = metadata();
    metadata.grant_types = vec![GrantType::TokenExchange];
    metadata.redirect_uris.clear();
    metadata.post_logout_redirect_uris.clear();
    metadata.may_exchange = may;
    metadata
}

fn for_next() -> Metadata {
    backend(MayExchange::For(vec![NEXT.to_owned()]))
}

async fn client(world: &World, mut metadata: Metadata) -> Application<'_> {
    // What serves wants a redirect URI.
    if metadata.redirect_uris.is_empty() {
        metadata.redirect_uris = vec![crate::application::REDIRECT_URI.to_owned()];
    }
    serve(world, true, metadata).await
}

async fn exchange(app: &Application<'_>, token: &str, more: &[(&'static str, &str)]) -> Answer {
    let mut form = vec![
        ("grant_type", GRANT.to_owned()),
        ("subject_token", token.to_owned()),
        ("subject_token_type", ACCESS_TOKEN.to_owned()),
    ];
    for (name, value) in more {
        form.retain(|(known, _)| known != name);
        if !value.is_empty() {
            form.push((name, (*value).to_owned()));
        }
    }
    app.token(&form).await
}

fn claims(world: &World, token: &str) -> Value {
    let keys = &world.state.signing_keys;
    keys.verify(token, "at+jwt", world.now())
        .expect("an access token of ours")
}

/// A token with other claims than the server mints, signed by it.
fn changed(world: &World, token: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = claims(world, token);
    change(&mut claims);
    let keys = &world.state.signing_keys;
    keys.sign(Algorithm::Es256, "at+jwt", &claims, world.now())
        .unwrap()
}

on_both_engines! {
    async fn what_a_client_requires_of_a_sign_in_is_required_of_a_token_that_it_is_handed(world: World) {
        let front = serve(&world, true, metadata()).await;
        let mut strict = for_next();
        strict.require_mfa = RequiredMfa::MultiFactor;
        let back = client(&world, strict).await;
        let weak = front.visitor().await;
        let token = front.tokens(&weak).await.text("access_token").to_owned();
        let refused = exchange(&back, &token, &[("audience", NEXT)]).await;
        assert_eq!(refused.error(), (400, "invalid_request"));
        let methods = [Method::Password, Method::Totp];
        let strong = sign_in_with(&world, weak.user, Secret::generate(""), &methods).await;
        let token = front.tokens(&strong).await.text("access_token").to_owned();
        let answer = exchange(&back, &token, &[("audience", NEXT)]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(claims(&world, answer.text("access_token"))["acr"], "urn:doorward:acr:multi-factor");
    }

    async fn a_client_gets_a_token_for_the_next_server_about_the_same_person(world: World) {
        let front = serve(&world, true, metadata()).await;
        let back = client(&world, for_next()).await;
        let browser = front.visitor().await;
        let token = front.tokens(&browser).await.text("access_token").to_owned();
        let answer = exchange(&back, &token, &[("audience", NEXT), ("scope", "openid email")]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.text("issued_token_type"), ACCESS_TOKEN);
        assert_eq!(answer.text("token_type"), "Bearer");
        for never in ["refresh_token", "id_token"] {
            assert!(answer.body.get(never).is_none(), "{never}");
        }
        let (old, new) = (claims(&world, &token), claims(&world, answer.text("access_token")));
        for same in ["sub", "sid", "grant", "acr", "auth_time"] {
            assert_eq!(new[same], old[same], "{same}");
        }
        assert_eq!(new["client_id"], back.client_id.as_str());
        assert_eq!(new["scope"], "openid email");
        assert_eq!(new["aud"], NEXT);
        assert!(new["exp"].as_i64() <= old["exp"].as_i64());
        assert!(new.get("act").is_none());
    }

    async fn item_28_what_comes_out_never_says_more_than_what_went_in(world: World) {
        let front = serve(&world, true, metadata()).await;
        let back = client(&world, for_next()).await;
        let browser = front.visitor().await;
        let form = front.request_with(&[("scope", "openid email")]);
        let code = front.code_for(&browser, &form).await;
        let token = front.redeem(&code).await.text("access_token").to_owned();
        for (more, refused) in [
            (("scope", "openid groups"), "invalid_scope"),
            (("scope", "scim"), "invalid_scope"),
            (("audience", "https://other.example.com"), "invalid_target"),
            (("resource", "https://other.example.com"), "invalid_target"),
            (("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token"), "invalid_request"),
            (("requested_token_type", "urn:ietf:params:oauth:token-type:id_token"), "invalid_request"),
            (("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"), "invalid_request"),
        ] {
            assert_eq!(exchange(&back, &token, &[more]).await.error(), (400, refused), "{more:?}");
        }
        let both = [("audience", NEXT), ("resource", "https://other.example.com")];
        assert_eq!(exchange(&back, &token, &both).await.error(), (400, "invalid_target"));
        // Nor does it live longer, however often it is exchanged.
        front.pass(300);
        let answer = exchange(&back, &token, &[]).await;
        assert_eq!(answer.body["expires_in"], 300);
        let again = exchange(&back, answer.text("access_token"), &[]).await;
        assert_eq!(claims(&world, again.text("access_token"))["exp"], claims(&world, &token)["exp"]);
        assert_eq!(claims(&world, again.text("access_token"))["scope"], "openid email");
    }

    async fn keycloak_cve_2026_9704_without_a_subject_token_there_is_nothing_to_exchange(world: World) {
        let mut metadata = for_next();
        metadata.grant_types.push(GrantType::ClientCredentials);
        let back = client(&world, metadata).await;
        for left_out in ["subject_token", "subject_token_type"] {
            let answer = exchange(&back, "x", &[(left_out, "")]).await;
            assert_eq!(answer.error(), (400, "invalid_request"), "{left_out}");
        }
    }

    async fn casdoor_cve_2026_9094_a_token_that_another_signed_is_worth_nothing(world: World) {
        let front = serve(&world, true, metadata()).await;
        let back = client(&world, for_next()).await;
        let token = front.tokens(&front.visitor().await).await;
        let forger = doorward::foundation::crypto::jose::SigningKey::generate(Algorithm::Es256).unwrap();
        let claims = claims(&world, token.text("access_token"));
        let forged = forger.sign("at+jwt", &claims).unwrap();
        for text in [forged.as_str(), token.text("id_token"), token.text("refresh_token"), "a.b.c"] {
            assert_eq!(exchange(&back, text, &[]).await.error(), (400, "invalid_request"));
        }
        let foreign = changed(&world, token.text("access_token"), |claims| claims["iss"] = json!("https://other.example"));
        assert_eq!(exchange(&back, &foreign, &[]).await.error(), (400, "invalid_request"));
    }

    async fn casdoor_cve_2026_9097_a_token_that_ended_or_was_revoked_is_worth_nothing(world: World) {
        let front = serve(&world, true, metadata()).await;
        let back = client(&world, for_next()).await;
        let browser = front.visitor().await;
        let tokens = front.tokens(&browser).await;
        let url = format!("{}/oauth2/revoke", world.base);
        let form = [("token", tokens.text("refresh_token"))];
        let request = front.server.http.post(url).basic_auth(&front.client_id, front.secret.as_deref());
        assert_eq!(request.form(&form).send().await.unwrap().status(), 200);
        assert_eq!(exchange(&back, tokens.text("access_token"), &[]).await.error(), (400, "invalid_request"));
        let late = front.tokens(&browser).await;
        front.pass(601);
        assert_eq!(exchange(&back, late.text("access_token"), &[]).await.error(), (400, "invalid_request"));
    }

    async fn keycloak_cve_2026_1609_a_user_who_lost_access_is_not_impersonated(world: World) {
        let front = serve(&world, true, metadata()).await;
        let back = client(&world, for_next()).await;
        let browser = front.visitor().await;
        let token = front.tokens(&browser).await.text("access_token").to_owned();
        let exchanged = exchange(&back, &token, &[]).await.text("access_token").to_owned();
        assert_eq!(front.userinfo(&exchanged).await.status, 200);
        block(&world, browser.user, true).await;
        assert_eq!(exchange(&back, &token, &[]).await.error(), (400, "invalid_request"));
        // And what had been exchanged before has ended with the grant.
        assert_eq!(front.userinfo(&exchanged).await.status, 401);
    }

    async fn keycloak_cve_2026_1486_the_token_of_a_disabled_client_is_worth_nothing(world: World) {
        let front = serve(&world, true, metadata()).await;
        let back = client(&world, for_next()).await;
        let token = front.tokens(&front.visitor().await).await.text("access_token").to_owned();
        disable(&world, &front.client_id).await;
        world.state.refresh().await.unwrap();
        assert_eq!(exchange(&back, &token, &[]).await.error(), (400, "invalid_request"));
    }

    async fn keycloak_cve_2026_79652_a_client_that_asks_people_must_have_asked_this_one(world: World) {
        let front = serve(&world, true, metadata()).await;
        let mut asks = for_next();
        asks.grant_types.push(GrantType::AuthorizationCode);
        let back = client(&world, asks).await;
        let browser = front.visitor().await;
        let token = front.tokens(&browser).await.text("access_token").to_owned();
        assert_eq!(exchange(&back, &token, &[]).await.error(), (400, "invalid_request"));
        back.consented(browser.user).await;
        assert_eq!(exchange(&back, &token, &[]).await.status, 200);
    }

    async fn only_a_client_that_is_registered_for_it_and_proves_itself_exchanges(world: World) {
        let front = serve(&world, true, metadata()).await;
        let token = front.tokens(&front.visitor().await).await.text("access_token").to_owned();
        assert_eq!(exchange(&front, &token, &[]).await.error(), (400, "unauthorized_client"));
        let not_allowed = client(&world, backend(MayExchange::Any(false))).await;
        assert_eq!(exchange(&not_allowed, &token, &[]).await.error(), (400, "unauthorized_client"));
    }

    async fn dex_ghsa_7qjx_a_token_that_is_for_somebody_else_alone_is_not_exchanged(world: World) {
        let front = serve(&world, true, metadata()).await;
        let back = client(&world, for_next()).await;
        let token = front.tokens(&front.visitor().await).await.text("access_token").to_owned();
        let elsewhere = changed(&world, &token, |claims| claims["aud"] = json!("https://api.example.com"));
        assert_eq!(exchange(&back, &elsewhere, &[]).await.error(), (400, "invalid_request"));
        let for_it = changed(&world, &token, |claims| claims["aud"] = json!(["https://api.example.com", back.client_id]));
        assert_eq!(exchange(&back, &for_it, &[("audience", NEXT)]).await.status, 200);
        // Its own it may narrow, wherever it is for.
        let own = changed(&world, &token, |claims| claims["aud"] = json!("https://api.example.com"));
        let read = VerifiedAccessToken::read(&own, &world.base, &world.state.signing_keys, world.now());
        assert!(read.is_some_and(|token| token.client() == front.client_id));
    }

    async fn keycloak_50963_the_key_that_a_token_is_bound_to_stays(world: World) {
        let front = serve(&world, true, metadata()).await;
        let back = client(&world, for_next()).await;
        let token = front.tokens(&front.visitor().await).await.text("access_token").to_owned();
        let bound = changed(&world, &token, |claims| claims["cnf"] = json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }));
        let answer = exchange(&back, &bound, &[("audience", NEXT)]).await;
        assert_eq!(answer.status, 400, "a bound token becomes no plain one");
        assert!(answer.body.get("access_token").is_none());
    }

    async fn delegation_names_who_acts_and_may_act_decides_who_may(world: World) {
        let back = client(&world, for_next()).await;
        let mut own = metadata();
        own.grant_types.push(GrantType::TokenExchange);
        own.may_exchange = MayExchange::For(vec![NEXT.to_owned()]);
        let front = serve(&world, true, own).await;
        let babs = front.visitor().await;
        let subject = front.tokens(&babs).await.text("access_token").to_owned();
        let ann = crate::application::person(&world, "ann").await;
        front.consented(ann).await;
        let actor = front.tokens(&signed_in(&world, ann).await).await.text("access_token").to_owned();
        let by = [("actor_token", actor.as_str()), ("actor_token_type", ACCESS_TOKEN)];
        let answer = exchange(&front, &subject, &by).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let first = answer.text("access_token").to_owned();
        assert_eq!(claims(&world, &first)["act"], json!({ "sub": ann.to_string() }));
        assert_eq!(claims(&world, &first)["sub"], babs.user.to_string());
        // Who acted before stays in the chain; an exchange without an actor keeps it.
        let second = exchange(&front, &first, &by).await;
        let act = claims(&world, second.text("access_token"))["act"].clone();
        assert_eq!(act, json!({ "sub": ann.to_string(), "act": { "sub": ann.to_string() } }));
        let kept = exchange(&front, &first, &[]).await;
        assert_eq!(claims(&world, kept.text("access_token"))["act"]["sub"], ann.to_string());
        // The other client was not given the actor's token.
        assert_eq!(exchange(&back, &subject, &by).await.error(), (400, "invalid_request"));
        assert_eq!(exchange(&front, &subject, &by[..1]).await.error(), (400, "invalid_request"));
        let only = |who: String| changed(&world, &subject, |claims| claims["may_act"] = json!({ "sub": who }));
        assert_eq!(exchange(&front, &only(ann.to_string()), &by).await.status, 200);
        assert_eq!(exchange(&front, &only(babs.user.to_string()), &by).await.error(), (400, "invalid_request"));
        assert_eq!(exchange(&front, &only(ann.to_string()), &[]).await.error(), (400, "invalid_request"));
        block(&world, ann, true).await;
        assert_eq!(exchange(&front, &subject, &by).await.error(), (400, "invalid_request"));
    }

    async fn zitadel_cve_2026_55669_a_token_about_no_person_is_not_exchanged(world: World) {
        let back = client(&world, for_next()).await;
        let id = doorward::domain::clients::ClientId::from_stored(back.client_id.clone());
        let scope = "openid".parse().unwrap();
        let token: AccessToken = NewAccessToken {
            subject: back.client_id.clone(),
            client: &id,
            audience: vec![world.base.clone()],
            scope: &scope,
            grant: None,
            confirmation: None,
            authorization_details: Vec::new(),
            lifetime: std::time::Duration::from_secs(600),
        }
        .mint(&world.base, &world.state.signing_keys, world.now())
        .unwrap();
        assert_eq!(exchange(&back, &token.text, &[]).await.error(), (400, "invalid_request"));
    }
}
