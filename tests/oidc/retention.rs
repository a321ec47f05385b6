//! No table of the issuer grows for ever: what has ended is kept for a while, and then swept by
//! the background worker's round.

use std::time::Duration;

use doorward::app::config::Settings;
use doorward::app::retention;
use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, ClientId, GrantType, Rotation};
use doorward::foundation::db::{Fetch as _, composed_sql, sql};

use crate::application::{Application, metadata, serve};
use crate::on_both_engines;
use crate::proof::Key;
use crate::support::World;

const DAY: Duration = Duration::from_secs(86_400);

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What an issuer keeps for a time; the test of the tables names this one for each of them.
const TABLES: [&str; 12] = [
    "authorization_requests",
    "sign_ins",
    "sessions",
    "authorization_codes",
    "grants",
    "pushed_requests",
    "revoked_access_tokens",
    "used_proofs",
    "used_assertions",
    "device_authorizations",
    "user_code_tries",
    "encryption_keys",
];

async fn rows(world: &World, table: &str) -> i64 {
    let mut from = &world.db;
    let count = composed_sql(format!("select count(*) as n from {table}"));
    from.fetch_one(count).await.unwrap().get("n").unwrap()
}

async fn one_round(world: &World) {
    let settings = Settings::defaults().unwrap();
    retention::sweep(&world.db, &world.clock, &settings).await;
}

/// A row in each of the tables.
async fn a_day(app: &Application<'_>) {
    let browser = app.visitor().await;
    app.authorize("", &app.request()).await;
    app.code(&browser).await;
    let tokens = app.tokens(&browser).await;
    crate::revocation::revoke(app, tokens.text("access_token")).await;
    crate::pushed::push(app, &app.request()).await;
    let code = app.code(&browser).await;
    app.token_with(&Key::new(), &app.redemption(&code)).await;
    let url = format!("{}/oauth2/device", app.server.base);
    let asked = app
        .server
        .http
        .post(url)
        .basic_auth(&app.client_id, app.secret.as_deref());
    let asked = asked.form(&[("scope", "openid")]).send().await.unwrap();
    assert_eq!(asked.status(), 200);
    let mut tx = app.world.db.begin().await.unwrap();
    let soon = app.world.now().plus(Duration::from_secs(60));
    for statement in [
        sql("insert into used_assertions (digest, expires_at) values ('d', $1)"),
        sql(
            "insert into encryption_keys (id, kind, sealed_private_key, created_at, opens_until)
             values ('k', 'P-256', 'x', 1, $1)",
        ),
        sql("insert into user_code_tries (typed_by, tries, counted_until) values ('t', 1, $1)"),
    ] {
        tx.execute(statement.bind(soon)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

on_both_engines! {
    async fn what_an_issuer_keeps_for_a_time_is_swept_after_it(world: World) {
        let mut metadata = metadata();
        metadata.grant_types.push(DEVICE_CODE.parse::<GrantType>().unwrap());
        let app = serve(&world, true, metadata).await;
        a_day(&app).await;
        one_round(&world).await;
        for table in TABLES {
            assert!(rows(&world, table).await > 0, "{table} is still of use");
        }
        world.clock.advance(DAY * 130);
        one_round(&world).await;
        for table in TABLES {
            assert_eq!(rows(&world, table).await, 0, "{table}");
        }
    }

    async fn a_secret_of_an_application_that_ended_is_swept_a_month_later(world: World) {
        let app = serve(&world, true, metadata()).await;
        let id = ClientId::from_stored(app.client_id.clone());
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        let rotation = Rotation { overlap: DAY, lifetime: None };
        let master = &world.state.master_key;
        let next = clients::rotate_own_secret(&mut change, master, &id, &rotation).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(rows(&world, "client_secrets").await, 2);
        world.clock.advance(DAY * 30);
        one_round(&world).await;
        assert_eq!(rows(&world, "client_secrets").await, 2, "people can look up what became of it");
        world.clock.advance(DAY * 2);
        one_round(&world).await;
        assert_eq!(rows(&world, "client_secrets").await, 1);
        // The one without an end stays, and is good.
        world.state.refresh().await.unwrap();
        let answer = app.token_as(Some(next.reveal()), &[("grant_type", "none".to_owned())]).await;
        assert_eq!(answer.error(), (400, "unsupported_grant_type"));
    }
}
