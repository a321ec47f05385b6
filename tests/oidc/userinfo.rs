//! Checklist C, 38 and 32: userinfo.

use serde_json::json;

use crate::application::{answer, confidential};
use crate::on_both_engines;

on_both_engines! {
    async fn checklist_38_claims_come_by_get_and_by_post(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let token = tokens.text("access_token");
        let url = format!("{}/oauth2/userinfo", world.base);
        let http = &app.server.http;
        for request in [
            http.get(&url).bearer_auth(token),
            http.post(&url).bearer_auth(token),
            http.post(&url).form(&[("access_token", token)]),
            http.get(&url).header("authorization", format!("bEaReR {token}")),
        ] {
            let answer = answer(request.send().await.unwrap()).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(answer.body["sub"], json!(browser.user));
            assert_eq!(answer.body["name"], "Barbara Jensen");
            assert_eq!(answer.headers["cache-control"], "no-store");
            assert_eq!(answer.headers["content-type"], "application/json");
        }
    }

    async fn rfc_6750_a_request_without_token_gets_a_bare_challenge(world: World) {
        let app = confidential(&world).await;
        let url = format!("{}/oauth2/userinfo", world.base);
        let http = &app.server.http;
        for request in [
            http.get(&url),
            http.get(&url).header("authorization", "Negotiate x"),
            http.get(&url).header("authorization", "Bearer"),
            http.get(&url).basic_auth("x", Some("y")),
        ] {
            let answer = answer(request.send().await.unwrap()).await;
            assert_eq!(answer.status, 401);
            let challenges: Vec<_> = answer.headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect();
            assert!(challenges[0].starts_with("Bearer realm=\"doorward\""), "{challenges:?}");
            assert!(challenges[1].starts_with("DPoP realm=\"doorward\""), "{challenges:?}");
            let metadata = format!("resource_metadata=\"{}/.well-known/oauth-protected-resource\"", world.base);
            assert!(challenges.iter().all(|one| !one.contains("error=") && one.contains(&metadata)));
        }
    }

    async fn rfc_6750_two_tokens_or_one_in_the_address_are_refused(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let token = tokens.text("access_token");
        let url = format!("{}/oauth2/userinfo", world.base);
        let http = &app.server.http;
        for request in [
            http.get(format!("{url}?access_token={token}")),
            http.get(format!("{url}?access_token={token}")).bearer_auth(token),
            http.post(&url).bearer_auth(token).form(&[("access_token", token)]),
            http.get(&url).bearer_auth(token).bearer_auth(token),
            http.post(&url).header("content-type", "application/json").body("{}"),
        ] {
            let answer = answer(request.send().await.unwrap()).await;
            assert_eq!(answer.error(), (400, "invalid_request"));
        }
    }

    async fn checklist_38_a_token_without_openid_is_not_enough(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let request = app.request_with(&[("scope", "email profile")]);
        let tokens = app.redeem(&app.code_for(&browser, &request).await).await;
        let answer = app.userinfo(tokens.text("access_token")).await;
        assert_eq!(answer.error(), (403, "insufficient_scope"));
    }

    async fn a_changed_name_is_told_at_once(world: World) {
        use doorward::domain::{audit::{Actor, Change}, directory};
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        let user = directory::lock_user(&mut change, browser.user).await.unwrap().unwrap();
        let mut profile = user.profile.clone();
        profile.display_name = Some("Babs".to_owned());
        directory::change_profile(&mut change, user, profile).await.unwrap();
        change.commit().await.unwrap();
        let answer = app.userinfo(tokens.text("access_token")).await;
        assert_eq!(answer.body["name"], "Babs");
    }

    async fn an_uploaded_picture_is_told_by_its_address_unless_the_directory_has_a_photo(world: World) {
        use doorward::domain::{audit::{Actor, Change}, directory};
        use doorward::foundation::picture;
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let told = async || app.userinfo(tokens.text("access_token")).await.body["picture"].clone();
        assert_eq!(told().await, json!(null));
        let picture = picture::read(include_bytes!("../support/pictures/photo.png")).unwrap();
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        directory::set_picture(&mut change, browser.user, &picture).await.unwrap();
        change.commit().await.unwrap();
        let user = directory::find_user(&world.db, browser.user).await.unwrap().unwrap();
        let address = format!("{}/pictures/{}", world.base, user.picture.unwrap());
        assert_eq!(told().await, address.as_str());
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        let user = directory::lock_user(&mut change, browser.user).await.unwrap().unwrap();
        let mut profile = user.profile.clone();
        profile.attributes.insert("photos".to_owned(), json!([{ "value": "https://photos.test/b.jpg" }]));
        directory::change_profile(&mut change, user, profile).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(told().await, "https://photos.test/b.jpg");
    }
}
