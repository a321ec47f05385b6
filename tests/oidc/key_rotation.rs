//! Keys by the schedule, keys in wrong hands, and keys of a kind that came later.

use std::time::Duration;

use doorward::domain::audit::{Actor, Change};
use doorward::domain::signing_keys::{self, KeyRing, Phase, Rotation, Rules};
use doorward::foundation::crypto::jose::Algorithm;
use doorward::foundation::db::sql;
use serde_json::Value;

use crate::application::{Application, confidential, metadata, serve, signed_in};
use crate::on_both_engines;
use crate::support::World;

const DAY: u64 = 24 * 3600;

fn quarterly() -> Rules {
    Rules {
        rotate_every: Some(Duration::from_secs(90 * DAY)),
        ..Rules::default()
    }
}

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

async fn published(app: &Application<'_>) -> Vec<Value> {
    let keys: Value = app.get("/oauth2/jwks", "", &[]).await.json().await.unwrap();
    keys["keys"].as_array().unwrap().clone()
}

async fn delete_keys(world: &World, which: &'static str) {
    let now = world.now();
    let mut change = Change::begin(&world.db, Actor::System, now).await.unwrap();
    change.execute(sql(which)).await.unwrap();
    change.unrecorded("a test");
    change.commit().await.unwrap();
}

on_both_engines! {
    async fn the_schedule_makes_keys_early_and_lets_them_sign_in_time(world: World) {
        let world = world.with(|basics| basics.keys = quarterly()).await;
        let app = confidential(&world).await;
        let user = app.visitor().await.user;
        let id_token = async || {
            let tokens = app.tokens(&signed_in(&world, user).await).await;
            kid(tokens.text("id_token"))
        };
        let old = id_token().await;
        app.pass(88 * DAY - 1);
        assert!(!world.state.rotate_keys_when_due().await.unwrap());
        app.pass(1);
        assert!(world.state.rotate_keys_when_due().await.unwrap());
        assert!(!world.state.rotate_keys_when_due().await.unwrap());
        app.pass(2 * DAY - 1);
        assert_eq!(id_token().await, old);
        app.pass(1);
        assert_ne!(id_token().await, old);
    }

    async fn of_32_nodes_that_find_keys_due_at_once_one_makes_them(world: World) {
        let (db, master) = (&world.db, &world.state.master_key);
        let mut nodes = Vec::new();
        for _ in 0..32 {
            nodes.push(KeyRing::load(db, master, quarterly(), world.now()).await.unwrap());
        }
        world.clock.advance(Duration::from_secs(89 * DAY));
        let now = world.now();
        let rotations = nodes.iter().map(|node| node.rotate_when_due(db, master, now));
        let made = futures_util::future::join_all(rotations).await;
        let winners = made.into_iter().filter(|made| *made.as_ref().unwrap()).count();
        assert_eq!(winners, 1);
        assert_eq!(signing_keys::list(db).await.unwrap().len(), 6);
        // Every node publishes the same set, byte by byte, and none makes keys again.
        for node in &nodes {
            node.refresh(db, master, now).await.unwrap();
            assert_eq!(node.published().body, nodes[0].published().body);
            assert!(!node.rotate_when_due(db, master, now).await.unwrap());
        }
    }

    async fn a_withdrawn_key_is_published_no_more_and_what_it_signed_counts_for_nothing(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let stolen = app.tokens(&browser).await;
        let how = Rotation { withdraw: true, ..Rotation::ahead(Duration::ZERO) };
        let (db, master) = (&world.db, &world.state.master_key);
        signing_keys::rotate(db, Actor::CommandLine, master, &how, world.now()).await.unwrap();
        world.state.refresh().await.unwrap();
        assert_eq!(app.userinfo(stolen.text("access_token")).await.status, 401);
        let old = kid(stolen.text("id_token"));
        assert!(published(&app).await.iter().all(|key| key["kid"] != old.as_str()));
        let fresh = app.tokens(&browser).await;
        assert_eq!(app.userinfo(fresh.text("access_token")).await.status, 200);
    }

    async fn a_database_from_before_ed25519_gets_a_key_that_is_staged(world: World) {
        delete_keys(&world, "delete from signing_keys where algorithm = 'EdDSA'").await;
        let (db, master, now) = (&world.db, &world.state.master_key, world.now());
        let ring = KeyRing::load(db, master, Rules::default(), now).await.unwrap();
        let keys = signing_keys::list(db).await.unwrap();
        let new = keys.iter().find(|key| key.algorithm == Algorithm::EdDsa).unwrap();
        assert_eq!(new.phase(now), Phase::Staged);
        // It is the only one of its kind, and published: better than to fail.
        let token = ring.sign(Algorithm::EdDsa, "JWT", &serde_json::json!({}), now).unwrap();
        assert_eq!(kid(&token), new.kid);
        let other = keys.iter().find(|key| key.algorithm == Algorithm::Rs256).unwrap();
        assert_eq!(other.phase(now), Phase::Signing);
    }

    async fn a_client_gets_its_tokens_signed_as_it_registered(world: World) {
        let user = confidential(&world).await.visitor().await.user;
        for algorithm in Algorithm::ALL {
            let mut metadata = metadata();
            metadata.id_token_signed_response_alg = algorithm;
            let app = serve(&world, true, metadata).await;
            app.consented(user).await;
            let tokens = app.tokens(&signed_in(&world, user).await).await;
            let header = jsonwebtoken::decode_header(tokens.text("id_token")).unwrap();
            assert_eq!(header.alg, algorithm.into());
            let keys = published(&app).await;
            let named: Vec<_> = keys.iter().filter(|key| key["kid"] == *header.kid.as_ref().unwrap()).collect();
            assert_eq!(named.len(), 1, "a name is the name of one key");
            assert_eq!(named[0]["alg"], algorithm.as_str());
        }
    }

    async fn item_35_names_of_keys_are_unique(world: World) {
        let app = confidential(&world).await;
        let keys = published(&app).await;
        let names: std::collections::HashSet<_> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
        assert_eq!(names.len(), keys.len());
    }

    async fn a_key_that_is_long_gone_is_swept_with_its_private_half(world: World) {
        let (db, master) = (&world.db, &world.state.master_key);
        let how = Rotation::ahead(Duration::ZERO);
        signing_keys::rotate(db, Actor::CommandLine, master, &how, world.now()).await.unwrap();
        let sweep = async || {
            let mut change = Change::begin(db, Actor::System, world.now()).await.unwrap();
            change.unrecorded("a test");
            let swept = signing_keys::sweep(&mut change, 500).await.unwrap();
            change.commit().await.unwrap();
            swept
        };
        world.clock.advance(Duration::from_secs(8 * DAY));
        assert_eq!(sweep().await, 0);
        world.clock.advance(Duration::from_secs(2 * 3600));
        assert_eq!(sweep().await, 3);
        assert_eq!(signing_keys::list(db).await.unwrap().len(), 3);
    }
}
