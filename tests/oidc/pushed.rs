//! Checklist 13: pushed authorization requests (RFC 9126).

use doorward::domain::audit::{Actor, Change};
use doorward::domain::grants;
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::db::{Fetch, sql};
use reqwest::StatusCode;

use crate::application::{
    Answer, Application, Browser, answer, assert_error_page, confidential, location, metadata,
    person, public, redirected, register, serve, signed_in,
};
use crate::on_both_engines;
use crate::proof::Key as ProofKey;
use crate::sign_in_again::kept_handle;

type Form = Vec<(&'static str, String)>;

pub async fn push_as(app: &Application<'_>, secret: Option<&str>, form: &Form) -> Answer {
    let url = format!("{}/oauth2/par", app.server.base);
    let request = app.server.http.post(url);
    let request = match secret {
        Some(secret) => request.basic_auth(&app.client_id, Some(secret)).form(form),
        None => request.form(form),
    };
    answer(request.send().await.unwrap()).await
}

pub async fn push(app: &Application<'_>, form: &Form) -> Answer {
    push_as(app, app.secret.as_deref(), form).await
}

/// What the browser brings: the client's name and the reference.
pub fn brought(app: &Application<'_>, pushed: &Answer) -> Form {
    vec![
        ("client_id", app.client_id.clone()),
        ("request_uri", pushed.text("request_uri").to_owned()),
    ]
}

async fn pushed(app: &Application<'_>) -> Form {
    let answer = push(app, &app.request()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    brought(app, &answer)
}

async fn gone(app: &Application<'_>, browser: &Browser, request: &Form) {
    let response = app.authorize(&browser.cookies, request).await;
    assert_error_page(response, "invalid_request_uri").await;
}

on_both_engines! {
    async fn item_13_a_pushed_request_is_answered_and_used_up(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let answer = push(&app, &app.request()).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert_eq!(answer.headers["cache-control"], "no-store");
        let reference = answer.text("request_uri");
        assert!(reference.starts_with("urn:ietf:params:oauth:request_uri:") && reference.len() > 60);
        assert_eq!(answer.body["expires_in"], 90);
        let request = brought(&app, &answer);
        let given = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(given["state"], "the state");
        assert_eq!(given["iss"], world.base);
        let tokens = app.redeem(&given["code"]).await;
        assert_eq!(tokens.status, StatusCode::OK);
        assert_eq!(app.checked(tokens.text("id_token")).await["nonce"], "the nonce");
        gone(&app, &browser, &request).await;
    }

    async fn item_13_a_reference_is_used_up_when_it_is_answered_and_not_before(world: World) {
        let app = confidential(&world).await;
        let user = person(&world, "babs").await;
        app.consented(user).await;
        let request = pushed(&app).await;
        let one = Secret::generate("");
        let own = format!("doorward-browser={}", one.reveal());
        // Two browsers get as far as the sign-in; a reload finds the request, too.
        let first = app.authorize(&own, &request).await;
        let sign_in = location(&first);
        assert!(sign_in.path().starts_with("/login/"));
        let again = app.authorize(&own, &request).await;
        assert!(location(&again).path().starts_with("/login/"));
        let browser = signed_in(&world, user).await;
        let response = app.authorize(&browser.cookies, &request).await;
        assert!(redirected(&response).contains_key("code"));
        gone(&app, &browser, &request).await;
        // The one that came first, and was slower.
        let handle = kept_handle(&world, one.reveal(), &sign_in).await;
        let (_, session) = browser.cookies.split_once("; ").unwrap();
        let cookies = format!("{own}; {session}");
        let path = format!("/oauth2/authorize/resume/{handle}");
        let response = app.get(&path, &cookies, &[]).await;
        assert_error_page(response, "invalid_request").await;
    }

    async fn item_13_a_reference_expires_but_a_person_may_take_their_time(world: World) {
        let app = confidential(&world).await;
        let user = person(&world, "babs").await;
        app.consented(user).await;
        let request = pushed(&app).await;
        let one = Secret::generate("");
        let own = format!("doorward-browser={}", one.reveal());
        let sign_in = location(&app.authorize(&own, &request).await);
        app.pass(91);
        let browser = signed_in(&world, user).await;
        gone(&app, &browser, &request).await;
        let handle = kept_handle(&world, one.reveal(), &sign_in).await;
        let (_, session) = browser.cookies.split_once("; ").unwrap();
        let cookies = format!("{own}; {session}");
        let path = format!("/oauth2/authorize/resume/{handle}");
        let response = app.get(&path, &cookies, &[]).await;
        assert!(redirected(&response).contains_key("code"));
    }

    async fn item_13_a_reference_is_bound_to_its_client(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let other = register(&world, true, metadata()).await;
        let mut request = pushed(&app).await;
        request[0].1 = other.id.to_string();
        gone(&app, &browser, &request).await;
        // It is not used up by that.
        request[0].1 = app.client_id.clone();
        let response = app.authorize(&browser.cookies, &request).await;
        assert!(redirected(&response).contains_key("code"));
    }

    async fn item_13_the_client_proves_itself_as_at_the_token_endpoint(world: World) {
        let app = confidential(&world).await;
        for (secret, error) in [(Some("wrong"), (401, "invalid_client")), (None, (401, "invalid_client"))] {
            let answer = push_as(&app, secret, &app.request()).await;
            assert_eq!(answer.error(), error, "{}", answer.body);
        }
        let mut other = app.request();
        other[0].1 = register(&world, true, metadata()).await.id.to_string();
        assert_eq!(push(&app, &other).await.error(), (400, "invalid_request"));
        let url = format!("{}/oauth2/par", world.base);
        let response = app.server.http.get(&url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    }

    async fn item_13_a_public_client_pushes_with_its_name_alone(world: World) {
        let app = public(&world).await;
        let browser = app.visitor().await;
        let request = pushed(&app).await;
        let response = app.authorize(&browser.cookies, &request).await;
        assert!(redirected(&response).contains_key("code"));
    }

    async fn item_13_what_could_not_be_asked_for_cannot_be_pushed(world: World) {
        let app = confidential(&world).await;
        for (changes, error) in [
            (&[("request_uri", "urn:ietf:params:oauth:request_uri:x")], "invalid_request"),
            (&[("redirect_uri", "https://evil.test/cb")], "invalid_request"),
            (&[("redirect_uri", "")], "invalid_request"),
            (&[("response_type", "token")], "unsupported_response_type"),
            (&[("scope", "unknown")], "invalid_scope"),
            (&[("code_challenge_method", "plain")], "invalid_request"),
            (&[("resource", "https://api.example.com/")], "invalid_target"),
            (&[("id_token_hint", "e30.e30.")], "invalid_request"),
            (&[("request", "e30.e30.")], "invalid_request_object"),
        ] {
            let answer = push(&app, &app.request_with(changes)).await;
            assert_eq!(answer.error(), (400, error), "{changes:?}");
            assert_eq!(answer.headers["cache-control"], "no-store");
        }
        let mut twice = app.request();
        twice.push(("scope", "openid".to_owned()));
        assert_eq!(push(&app, &twice).await.error(), (400, "invalid_request"));
    }

    async fn item_13_nothing_beside_the_reference_counts(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let mut request = pushed(&app).await;
        request.push(("state", "forged".to_owned()));
        request.push(("scope", "openid".to_owned()));
        request.push(("redirect_uri", "https://evil.test/cb".to_owned()));
        let given = redirected(&app.authorize(&browser.cookies, &request).await);
        assert_eq!(given["state"], "the state");
        let tokens = app.redeem(&given["code"]).await;
        assert!(tokens.text("scope").contains("email"));
        // Nor is there a choice between two.
        let mut both = pushed(&app).await;
        both.push(("request", "e30.e30.".to_owned()));
        both.push(("redirect_uri", app.redirect_uri.clone()));
        let given = redirected(&app.authorize(&browser.cookies, &both).await);
        assert_eq!(given["error"], "invalid_request");
    }

    async fn item_13_a_client_may_be_registered_to_push(world: World) {
        let mut metadata = metadata();
        metadata.require_pushed_authorization_requests = true;
        let app = serve(&world, true, metadata).await;
        let browser = app.visitor().await;
        let given = redirected(&app.authorize(&browser.cookies, &app.request()).await);
        assert_eq!(given["error"], "invalid_request");
        let request = pushed(&app).await;
        let response = app.authorize(&browser.cookies, &request).await;
        assert!(redirected(&response).contains_key("code"));
    }

    async fn item_13_a_denial_uses_the_reference_up(world: World) {
        let app = confidential(&world).await;
        let browser = signed_in(&world, person(&world, "babs").await).await;
        let request = pushed(&app).await;
        let consent = location(&app.authorize(&browser.cookies, &request).await);
        let form = [("decision", "deny".to_owned()), ("session", browser.session.to_string())];
        let response = app.post(consent.path(), &browser.cookies, &form).await;
        assert_eq!(redirected(&response)["error"], "access_denied");
        gone(&app, &browser, &request).await;
    }

    async fn item_13_of_32_browsers_with_one_reference_one_wins(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        for _ in 0..3 {
            let request = pushed(&app).await;
            let all = (0..32).map(|_| app.authorize(&browser.cookies, &request));
            let answers = futures_util::future::join_all(all).await;
            let codes = answers.iter().filter(|answer| answer.status() == StatusCode::SEE_OTHER);
            assert_eq!(codes.count(), 1);
            assert!(answers.iter().all(|answer| !answer.status().is_server_error()));
        }
    }

    async fn pushed_requests_are_kept_as_digests_and_swept_away(world: World) {
        let app = confidential(&world).await;
        let request = pushed(&app).await;
        let handle = request[1].1.rsplit(':').next().unwrap().to_owned();
        let count = sql("select count(*) as number from pushed_requests where digest <> $1").bind(&handle);
        let row = (&world.db).fetch_one(count).await.unwrap();
        assert_eq!(row.get::<i64>("number").unwrap(), 1);
        app.pass(25 * 3600);
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        grants::sweep(&mut change).await.unwrap();
        change.commit().await.unwrap();
        let left = sql("select count(*) as number from pushed_requests");
        let row = (&world.db).fetch_one(left).await.unwrap();
        assert_eq!(row.get::<i64>("number").unwrap(), 0);
    }

    async fn rfc_9449_a_proof_at_the_push_binds_the_code_to_its_key(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let key = ProofKey::new();
        let url = format!("{}/oauth2/par", world.base);
        let proven = |proof: String, form: Form| {
            let request = app.server.http.post(&url).header("dpop", proof).form(&form);
            let request = request.basic_auth(&app.client_id, app.secret.as_deref());
            async move { answer(request.send().await.unwrap()).await }
        };
        let proof = || key.proof(&proof_claims(&app, &url));
        let same = proof();
        let pushed = proven(same.clone(), app.request()).await;
        assert_eq!(pushed.status, StatusCode::CREATED, "{}", pushed.body);
        assert!(pushed.headers.contains_key("dpop-nonce"));
        assert_eq!(proven(same, app.request()).await.error(), (400, "invalid_dpop_proof"), "a replay");
        let other = app.request_with(&[("dpop_jkt", &ProofKey::new().thumbprint())]);
        assert_eq!(proven(proof(), other).await.error(), (400, "invalid_dpop_proof"), "another key");
        let request = brought(&app, &pushed);
        let code = redirected(&app.authorize(&browser.cookies, &request).await)["code"].clone();
        let without = app.redeem(&code).await;
        assert_eq!(without.status, StatusCode::BAD_REQUEST, "{}", without.body);
    }
}

fn proof_claims(app: &Application<'_>, url: &str) -> serde_json::Value {
    let mut claims = crate::proof::claims("POST", url, app.world.now());
    claims["nonce"] = app.nonce().into();
    claims
}
