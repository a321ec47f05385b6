//! ID tokens as subjects of a token exchange (RFC 8693 §3): checklist B 28.

use doorward::domain::clients::{GrantType, MayExchange, Metadata, Profile, SubjectType};
use doorward::foundation::crypto::jose::{Algorithm, SigningKey};
use serde_json::{Value, json};

use crate::application::{Answer, Application, metadata, person, serve, signed_in};
use crate::deactivation::block;
use crate::on_both_engines;
use crate::support::World;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const NEXT: &str = "https://next.example.com";

fn exchanging() -> Metadata {
    let mut metadata = metadata();
    metadata.grant_types.push(GrantType::TokenExchange);
    metadata.may_exchange = MayExchange::For(vec![NEXT.to_owned()]);
    metadata
}

async fn exchange(app: &Application<'_>, token: &str, more: &[(&'static str, &str)]) -> Answer {
    let mut form = vec![
        ("grant_type", GRANT.to_owned()),
        ("subject_token", token.to_owned()),
        ("subject_token_type", ID_TOKEN.to_owned()),
    ];
    form.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    app.token(&form).await
}

fn claims(world: &World, token: &str) -> Value {
    let keys = &world.state.signing_keys;
    let access = keys.verify(token, "at+jwt", world.now());
    access
        .or_else(|| keys.verify(token, "JWT", world.now()))
        .expect("a token of ours")
}

const REFUSED: (u16, &str) = (400, "invalid_request");

on_both_engines! {
    async fn an_id_token_becomes_an_access_token_about_the_same_sign_in(world: World) {
        let app = serve(&world, true, exchanging()).await;
        let tokens = app.tokens(&app.visitor().await).await;
        let answer = exchange(&app, tokens.text("id_token"), &[("audience", NEXT), ("scope", "openid email")]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        for never in ["refresh_token", "id_token"] {
            assert!(answer.body.get(never).is_none(), "{never}");
        }
        let (id, beside) = (claims(&world, tokens.text("id_token")), claims(&world, tokens.text("access_token")));
        let new = claims(&world, answer.text("access_token"));
        for same in ["sub", "sid", "acr", "auth_time"] {
            assert_eq!(new[same], id[same], "{same}");
        }
        assert_eq!(new["grant"], beside["grant"]);
        assert_eq!((&new["aud"], &new["scope"]), (&json!(NEXT), &json!("openid email")));
    }

    async fn checklist_28_an_id_token_never_widens_what_was_allowed_and_ends_at_its_own_end(world: World) {
        let app = serve(&world, true, exchanging()).await;
        let browser = app.visitor().await;
        let narrow = app.request_with(&[("scope", "openid email")]);
        let narrow = app.redeem(&app.code_for(&browser, &narrow).await).await;
        let token = narrow.text("id_token");
        assert_eq!(exchange(&app, token, &[("scope", "openid groups")]).await.error(), (400, "invalid_scope"));
        assert_eq!(exchange(&app, token, &[("audience", "https://other.example.com")]).await.error(), (400, "invalid_target"));
        // Another sign-in of the session allowed more; which one a token came of, it does not say.
        app.tokens(&browser).await;
        let answer = exchange(&app, token, &[]).await;
        assert_eq!(claims(&world, answer.text("access_token"))["scope"], "openid email");
        app.pass(3300);
        assert_eq!(exchange(&app, token, &[]).await.body["expires_in"], 300);
        app.pass(300);
        assert_eq!(exchange(&app, token, &[]).await.error(), REFUSED);
    }

    async fn checklist_28_dex_ghsa_7qjx_an_id_token_of_another_client_is_worth_nothing(world: World) {
        let app = serve(&world, true, exchanging()).await;
        let browser = app.visitor().await;
        let other = serve(&world, true, exchanging()).await;
        other.consented(browser.user).await;
        other.tokens(&browser).await;
        let tokens = app.tokens(&browser).await;
        let token = tokens.text("id_token");
        assert_eq!(exchange(&other, token, &[]).await.error(), REFUSED);
        // Nor is another kind of token, or one that another signed, an ID token.
        let forger = SigningKey::generate(Algorithm::Rs256).unwrap();
        let forged = forger.sign("JWT", &claims(&world, token)).unwrap();
        for text in [tokens.text("access_token"), tokens.text("refresh_token"), &forged, "a.b.c", ""] {
            assert_eq!(exchange(&app, text, &[]).await.error(), REFUSED, "{text}");
        }
        let keys = &world.state.signing_keys;
        let mut foreign = claims(&world, token);
        foreign["iss"] = json!("https://other.example");
        let foreign = keys.sign(Algorithm::Rs256, "JWT", &foreign, world.now()).unwrap();
        assert_eq!(exchange(&app, &foreign, &[]).await.error(), REFUSED);
        let mut timeless = claims(&world, token);
        timeless["exp"] = json!("9999999999");
        let timeless = keys.sign(Algorithm::Rs256, "JWT", &timeless, world.now()).unwrap();
        assert_eq!(exchange(&app, &timeless, &[]).await.error(), REFUSED);
    }

    async fn an_id_token_of_a_client_that_is_named_will_do_and_ends_with_that_client(world: World) {
        let front = serve(&world, true, metadata()).await;
        let mut back = exchanging();
        back.may_exchange_id_tokens_of = vec![front.client_id.clone()];
        back.grant_types = vec![GrantType::TokenExchange];
        let back = serve(&world, true, back).await;
        let browser = front.visitor().await;
        let tokens = front.tokens(&browser).await;
        let answer = exchange(&back, tokens.text("id_token"), &[("audience", NEXT), ("scope", "openid email")]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let (new, beside) = (claims(&world, answer.text("access_token")), claims(&world, tokens.text("access_token")));
        assert_eq!((&new["client_id"], &new["grant"]), (&json!(back.client_id), &beside["grant"]));
        // Only from the one to the other.
        let other = serve(&world, true, exchanging()).await;
        other.consented(browser.user).await;
        let foreign = other.tokens(&browser).await;
        assert_eq!(exchange(&back, foreign.text("id_token"), &[]).await.error(), REFUSED);
        crate::introspection::disable(&world, &front.client_id).await;
        assert_eq!(exchange(&back, tokens.text("id_token"), &[]).await.error(), REFUSED);
    }

    async fn checklist_28_keycloak_cve_2026_1609_an_id_token_ends_with_the_sign_in_and_the_access(world: World) {
        let app = serve(&world, true, exchanging()).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("scope", "openid")]);
        let ended = app.redeem(&app.code_for(&browser, &request).await).await;
        crate::logout::end_session(&world, browser.session).await;
        assert_eq!(exchange(&app, ended.text("id_token"), &[]).await.error(), REFUSED);
        let browser = signed_in(&world, browser.user).await;
        let token = app.tokens(&browser).await.text("id_token").to_owned();
        assert_eq!(exchange(&app, &token, &[]).await.status, 200);
        block(&world, browser.user, true).await;
        assert_eq!(exchange(&app, &token, &[]).await.error(), REFUSED);
    }

    async fn an_id_token_with_a_pairwise_subject_is_understood(world: World) {
        let mut metadata = exchanging();
        metadata.subject_type = SubjectType::Pairwise;
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let token = app.tokens(&browser).await.text("id_token").to_owned();
        let answer = exchange(&app, &token, &[]).await;
        let new = claims(&world, answer.text("access_token"));
        assert_eq!(new["sub"], claims(&world, &token)["sub"]);
        assert_ne!(new["sub"], browser.user.to_string());
    }

    async fn keycloak_50963_an_id_token_does_not_loosen_what_the_sign_in_was_bound_to(world: World) {
        let mut metadata = exchanging();
        metadata.profile = Profile::OAuth21;
        metadata.dpop_bound_access_tokens = true;
        let app = serve(&world, true, metadata).await;
        let ann = person(&world, "ann").await;
        app.consented(ann).await;
        let code = app.code(&signed_in(&world, ann).await).await;
        let key = crate::proof::Key::new();
        let tokens = app.token_with(&key, &app.redemption(&code)).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        let answer = exchange(&app, tokens.text("id_token"), &[]).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.get("access_token").is_none());
    }
}
