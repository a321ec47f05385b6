//! Checklist C, 35: signing keys, their rotation and their publication.

use std::time::Duration;

use doorward::domain::audit::Actor;
use doorward::domain::signing_keys::{self, PUBLISH_AHEAD, Phase, Rotation, Rules};
use serde_json::Value;

use crate::application::{Application, confidential};
use crate::on_both_engines;
use crate::support::World;

const DAY: u64 = 24 * 3600;

async fn rotate(world: &World, ahead: Duration) -> Vec<signing_keys::Rotated> {
    let (db, master, now) = (&world.db, &world.state.master_key, world.now());
    let rotated =
        signing_keys::rotate(db, Actor::CommandLine, master, &Rotation::ahead(ahead), now).await;
    let rotated = rotated.unwrap();
    world.state.refresh().await.unwrap();
    rotated
}

async fn published(app: &Application<'_>) -> Vec<String> {
    let keys: Value = app.get("/oauth2/jwks", "", &[]).await.json().await.unwrap();
    let keys = keys["keys"].as_array().unwrap();
    let kid = |key: &Value| key["kid"].as_str().unwrap().to_owned();
    keys.iter().map(kid).collect()
}

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

on_both_engines! {
    async fn a_fresh_server_has_one_key_of_each_kind_and_all_sign(world: World) {
        let keys = signing_keys::list(&world.db).await.unwrap();
        let algorithms: Vec<_> = keys.iter().map(|key| key.algorithm.as_str()).collect();
        assert!(algorithms.contains(&"RS256") && algorithms.contains(&"ES256"));
        assert!(algorithms.contains(&"EdDSA") && keys.len() == 3);
        assert!(keys.iter().all(|key| key.phase(world.now()) == Phase::Signing));
    }

    async fn checklist_35_no_private_member_and_no_shared_secret_is_published(world: World) {
        let app = confidential(&world).await;
        let keys: Value = app.get("/oauth2/jwks", "", &[]).await.json().await.unwrap();
        for key in keys["keys"].as_array().unwrap() {
            for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
                assert!(key.get(private).is_none(), "{private}");
            }
            assert!(["RSA", "EC", "OKP"].contains(&key["kty"].as_str().unwrap()));
            assert_eq!(key["use"], "sig");
        }
    }

    async fn checklist_35_a_new_key_is_published_two_days_before_it_signs(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let old = kid(app.tokens(&browser).await.text("id_token"));
        let rotated = rotate(&world, PUBLISH_AHEAD).await;
        assert_eq!(published(&app).await.len(), 8);
        assert_eq!(kid(app.tokens(&browser).await.text("id_token")), old);
        app.pass(2 * DAY - 1);
        world.state.refresh().await.unwrap();
        let browser = crate::application::signed_in(&world, browser.user).await;
        let last = app.tokens(&browser).await;
        assert_eq!(kid(last.text("id_token")), old);
        app.pass(1);
        let new = kid(app.tokens(&browser).await.text("id_token"));
        assert!(rotated.iter().any(|key| key.kid == new));
        // The last token of the old key can be checked until it has ended, and beyond.
        app.checked(last.text("id_token")).await;
        app.pass(25 * 3600);
        world.state.refresh().await.unwrap();
        let left = published(&app).await;
        assert_eq!(left.len(), 4);
        assert!(!left.contains(&old));
    }

    async fn a_key_that_is_no_longer_trusted_is_replaced_at_once(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let old = app.tokens(&browser).await;
        let rotated = rotate(&world, Duration::ZERO).await;
        let new = app.tokens(&browser).await;
        for name in ["id_token", "access_token"] {
            assert_ne!(kid(new.text(name)), kid(old.text(name)));
            assert!(rotated.iter().any(|key| key.kid == kid(new.text(name))));
        }
        assert_eq!(app.userinfo(old.text("access_token")).await.status, 200);
    }

    async fn a_staged_key_is_overtaken_by_one_that_signs_at_once(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let staged = rotate(&world, PUBLISH_AHEAD).await;
        let now = rotate(&world, Duration::ZERO).await;
        app.pass(3 * DAY);
        world.state.refresh().await.unwrap();
        let browser = crate::application::signed_in(&world, browser.user).await;
        let kid = kid(app.tokens(&browser).await.text("id_token"));
        assert!(now.iter().any(|key| key.kid == kid));
        assert!(staged.iter().all(|key| key.kid != kid));
    }

    async fn checklist_35_the_key_set_has_a_tag_and_may_be_kept(world: World) {
        let app = confidential(&world).await;
        let response = app.get("/oauth2/jwks", "", &[]).await;
        let etag = response.headers()["etag"].clone();
        assert!(response.headers()["cache-control"].to_str().unwrap().contains("max-age"));
        assert!(response.headers().contains_key("content-length"));
        let url = format!("{}/oauth2/jwks", world.base);
        let again = app.server.http.get(&url).header("if-none-match", &etag);
        assert_eq!(again.send().await.unwrap().status(), 304);
        rotate(&world, PUBLISH_AHEAD).await;
        let changed = app.server.http.get(&url).header("if-none-match", &etag);
        assert_eq!(changed.send().await.unwrap().status(), 200);
    }

    async fn two_processes_that_start_together_make_one_set_of_keys(world: World) {
        use doorward::foundation::db::sql;
        use doorward::domain::audit::Change;
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        change.execute(sql("delete from signing_keys")).await.unwrap();
        change.unrecorded("a test");
        change.commit().await.unwrap();
        let (db, master, now) = (&world.db, &world.state.master_key, world.now());
        let rules = Rules::default();
        let (one, two) = tokio::join!(
            signing_keys::create_missing(db, master, &rules, now),
            signing_keys::create_missing(db, master, &rules, now),
        );
        one.unwrap();
        two.unwrap();
        assert_eq!(signing_keys::list(db).await.unwrap().len(), 3);
    }

    async fn private_keys_are_sealed_at_rest(world: World) {
        use doorward::foundation::crypto::seal::MasterKey;
        use doorward::foundation::db::{Fetch, sql};
        let mut from = &world.db;
        let rows = from.fetch_all(sql("select sealed_private_key from signing_keys")).await.unwrap();
        assert_eq!(rows.len(), 3);
        for row in rows {
            let sealed: String = row.get("sealed_private_key").unwrap();
            assert!(world.state.master_key.open(&sealed, "signing key").is_ok());
            assert!(world.state.master_key.open(&sealed, "another purpose").is_err());
            assert!(MasterKey::generate().open(&sealed, "signing key").is_err());
        }
    }
}
