//! Clients: their registration, and the snapshot of them in memory.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::clients::{self, Metadata, NewClient, Refused, Registry, Scope};
use doorward::foundation::clock::Timestamp;
use doorward::foundation::crypto::token::Secret;
use doorward::foundation::db::sql;

use crate::application::{confidential, metadata, redirected, register, register_elsewhere};
use crate::on_both_engines;
use crate::support::World;

/// As another process would.
async fn write(world: &World, statement: doorward::foundation::db::Statement) {
    let now = world.now();
    let mut change = Change::begin(&world.db, Actor::CommandLine, now)
        .await
        .unwrap();
    change.execute(statement).await.unwrap();
    let revision = sql("update revisions set number = number + 1 where topic = 'clients'");
    change.execute(revision).await.unwrap();
    change.unrecorded("a test");
    change.commit().await.unwrap();
}

pub async fn disable(world: &World, client: &str) {
    let disable = sql("update clients set disabled_at = $1 where id = $2");
    write(world, disable.bind(world.now()).bind(client)).await;
}

pub async fn second_secret(world: &World, client: &str, until: Timestamp) -> String {
    let secret = Secret::generate("dwcs_");
    let insert = sql(
        "insert into client_secrets (id, client_id, digest, created_at, expires_at)
         values ('second', $1, $2, $3, $4)",
    )
    .bind(client)
    .bind(secret.digest())
    .bind(world.now())
    .bind(until);
    write(world, insert).await;
    secret.reveal().to_owned()
}

async fn try_register(
    world: &World,
    name: &str,
    scope: &str,
    metadata: Metadata,
) -> Result<(), Refused> {
    let now = world.now();
    let mut change = Change::begin(&world.db, Actor::CommandLine, now)
        .await
        .unwrap();
    let new = NewClient {
        name: name.to_owned(),
        confidential: true,
        metadata,
        scope: scope.parse::<Scope>().unwrap(),
    };
    clients::register(&mut change, new).await.map(drop)
}

on_both_engines! {
    async fn a_client_is_registered_with_a_secret_that_is_shown_once(world: World) {
        let registered = register(&world, true, metadata()).await;
        assert!(registered.secret.unwrap().reveal().starts_with("dwcs_"));
        let registry = Registry::load(&world.db).await.unwrap();
        let client = registry.get(registered.id.as_str()).unwrap();
        assert_eq!(client.metadata, metadata());
        assert!(client.confidential && client.is_enabled());
        assert!(register(&world, false, metadata()).await.secret.is_none());
    }

    async fn what_cannot_be_registered_leaves_nothing(world: World) {
        use doorward::foundation::db::{Fetch, sql};
        assert!(matches!(try_register(&world, " ", "openid", metadata()).await, Err(Refused::Name)));
        assert!(matches!(try_register(&world, "a\nb", "openid", metadata()).await, Err(Refused::Name)));
        assert!(matches!(try_register(&world, "App", "admin", metadata()).await, Err(Refused::Scope(_))));
        let script = Metadata::new(vec!["javascript:alert(1)".to_owned()]);
        assert!(matches!(try_register(&world, "App", "openid", script).await, Err(Refused::Metadata(_))));
        let mut from = &world.db;
        let row = from.fetch_one(sql("select count(*) as n from clients")).await.unwrap();
        assert_eq!(row.get::<i64>("n").unwrap(), 0);
    }

    async fn a_client_of_another_process_is_found_at_its_first_request(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let other = register_elsewhere(&world, true, metadata()).await;
        app.pass(1);
        assert!(world.state.clients.get(other.id.as_str()).is_none());
        app.consented(browser.user).await;
        let request = app.request_with(&[("client_id", other.id.as_str())]);
        let response = app.authorize(&browser.cookies, &request).await;
        assert!(crate::application::location(&response).path().starts_with("/oauth2/consent/"));
    }

    async fn unknown_clients_cause_few_reads(world: World) {
        let registry = Registry::load(&world.db).await.unwrap();
        let now = world.now();
        assert!(registry.find(&world.db, "nobody", now).await.unwrap().is_none());
        // What another process adds within the same moment is not looked for again at once.
        let other = register_elsewhere(&world, true, metadata()).await;
        assert!(registry.find(&world.db, other.id.as_str(), now).await.unwrap().is_none());
        let later = now.plus(std::time::Duration::from_millis(250));
        assert!(registry.find(&world.db, other.id.as_str(), later).await.unwrap().is_some());
    }

    async fn a_change_by_another_process_is_seen_at_the_next_poll(world: World) {
        let app = confidential(&world).await;
        let browser = app.visitor().await;
        let response = app.authorize(&browser.cookies, &app.request()).await;
        assert!(redirected(&response).contains_key("code"));
        assert!(!world.state.clients.refresh(&world.db).await.unwrap(), "nothing changed");
        disable(&world, &app.client_id).await;
        assert!(world.state.clients.refresh(&world.db).await.unwrap());
        assert!(!world.state.clients.get(&app.client_id).unwrap().is_enabled());
    }
}
