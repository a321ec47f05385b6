//! What an administrator does to an application holds for what it was given before.

use std::time::Duration;

use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, AuthenticationMethod, ClientId, Refused, Revised, Rotation};
use doorward::foundation::db::{Fetch, sql};

use crate::application::{Application, confidential, metadata};
use crate::on_both_engines;
use crate::support::World;

async fn change(world: &World) -> Change {
    Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap()
}

async fn commit(world: &World, change: Change) {
    change.commit().await.unwrap();
    world.state.refresh().await.unwrap();
}

fn id(app: &Application<'_>) -> ClientId {
    ClientId::from_stored(app.client_id.clone())
}

async fn set_enabled(app: &Application<'_>, enabled: bool) {
    let mut change = change(app.world).await;
    clients::set_enabled(&mut change, &id(app), enabled)
        .await
        .unwrap();
    commit(app.world, change).await;
}

pub async fn rotated(app: &Application<'_>, overlap: u64) -> Result<String, Refused> {
    let mut change = change(app.world).await;
    let rotation = Rotation {
        overlap: Duration::from_secs(overlap),
        lifetime: None,
    };
    let key = &app.world.state.master_key;
    let secret = clients::rotate_own_secret(&mut change, key, &id(app), &rotation).await?;
    commit(app.world, change).await;
    Ok(secret.reveal().to_owned())
}

async fn rows(world: &World, table: &str) -> i64 {
    let mut db = &world.db;
    let text: &'static str = format!("select count(*) as n from {table}").leak();
    let row = db.fetch_one(sql(text)).await.unwrap();
    row.get("n").unwrap()
}

async fn events(world: &World, action: &str) -> i64 {
    let mut db = &world.db;
    let statement = sql("select count(*) as n from audit_events where action = $1").bind(action);
    db.fetch_one(statement).await.unwrap().get("n").unwrap()
}

on_both_engines! {
    async fn a_disabled_client_can_use_nothing_that_it_was_given(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let code = app.code(&browser).await;
        set_enabled(&app, false).await;
        assert_eq!(app.redeem(&code).await.error(), (401, "invalid_client"));
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), (401, "invalid_client"));
        assert_eq!(app.userinfo(tokens.text("access_token")).await.error(), (401, "invalid_token"));
        set_enabled(&app, true).await;
        assert_eq!(app.userinfo(tokens.text("access_token")).await.status, 200);
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.status, 200);
        assert_eq!(events(&world, "client.disabled").await, 1);
        assert_eq!(events(&world, "client.enabled").await, 1);
    }

    async fn with_a_client_goes_all_that_it_was_given(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        app.code(&browser).await;
        let mut change = change(&world).await;
        clients::delete(&mut change, &id(&app)).await.unwrap();
        commit(&world, change).await;
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), (401, "invalid_client"));
        assert_eq!(app.userinfo(tokens.text("access_token")).await.error(), (401, "invalid_token"));
        for table in ["clients", "client_secrets", "grants", "authorization_codes", "consents"] {
            assert_eq!(rows(&world, table).await, 0, "{table}");
        }
        assert_eq!(events(&world, "client.deleted").await, 1);
    }

    async fn two_secrets_are_good_until_the_overlap_ends(world: World) {
        let mut app = confidential(&world).await;
        let browser = app.visitor().await;
        let first = app.secret.clone();
        let second = rotated(&app, 60).await.unwrap();
        assert!(matches!(rotated(&app, 60).await, Err(Refused::RotationUnderWay { .. })));
        assert_eq!(app.tokens(&browser).await.status, 200);
        app.secret = Some(second);
        assert_eq!(app.tokens(&browser).await.status, 200);
        app.pass(61);
        assert_eq!(app.tokens(&browser).await.status, 200);
        let newest = app.secret.clone();
        app.secret = first;
        let code = app.code(&browser).await;
        assert_eq!(app.redeem(&code).await.error(), (401, "invalid_client"));
        app.secret = newest;
        app.secret = Some(rotated(&app, 0).await.unwrap());
        assert_eq!(app.tokens(&browser).await.status, 200);
        rotated(&app, 60).await.unwrap();
        assert_eq!(rows(&world, "client_secrets").await, 2, "ended secrets are not kept");
    }

    async fn of_32_rotations_at_once_one_makes_a_second_secret(world: World) {
        let app = confidential(&world).await;
        let all = (0..32).map(|_| rotated(&app, 60));
        let all = futures_util::future::join_all(all).await;
        assert_eq!(all.iter().filter(|made| made.is_ok()).count(), 1);
        let refused = |made: &&Result<String, Refused>| matches!(made, Err(Refused::RotationUnderWay { .. }));
        assert_eq!(all.iter().filter(refused).count(), 31);
        assert_eq!(rows(&world, "client_secrets").await, 2);
        let ended = (0..32).map(|_| rotated(&app, 0));
        let ended = futures_util::future::join_all(ended).await;
        assert!(ended.iter().all(Result::is_ok), "without overlap each ends those before");
        let client = app.world.state.clients.get(&app.client_id).unwrap();
        assert_eq!(client.secret_ends(world.now()), [None]);
    }

    async fn of_32_deletions_at_once_one_is_done(world: World) {
        let app = confidential(&world).await;
        let deletion = async |_: usize| {
            let mut change = change(&world).await;
            clients::delete(&mut change, &id(&app)).await?;
            change.commit().await.map_err(Refused::from)
        };
        let all = futures_util::future::join_all((0..32).map(deletion)).await;
        assert_eq!(all.iter().filter(|done| done.is_ok()).count(), 1);
        assert!(all.iter().flat_map(|done| done.as_ref().err()).all(|why| matches!(why, Refused::NoSuchClient(_))));
        assert_eq!(events(&world, "client.deleted").await, 1);
        assert!(matches!(rotated(&app, 0).await, Err(Refused::NoSuchClient(_))));
        assert_eq!(rows(&world, "client_secrets").await, 0);
    }

    async fn a_revised_client_lives_by_its_new_rules(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let tokens = app.tokens(&browser).await;
        let mut stricter = metadata();
        stricter.token_endpoint_auth_method = Some(AuthenticationMethod::SecretPost);
        for _ in 0..2 {
            let revised = Revised {
                name: " The Application ".to_owned(),
                scope: crate::application::SCOPE.parse().unwrap(),
                metadata: stricter.clone(),
            };
            let mut change = change(&world).await;
            clients::revise(&mut change, &id(&app), revised).await.unwrap();
            commit(&world, change).await;
        }
        assert_eq!(app.refresh(tokens.text("refresh_token")).await.error(), (401, "invalid_client"));
        assert_eq!(events(&world, "client.updated").await, 1);
    }
}
