use std::time::Duration;

use doorward::app::config::Settings;
use doorward::app::retention;
use doorward::domain::api_keys::{self, NewApiKey, Scope};
use doorward::domain::audit::{self, Actor, Change, Event};
use doorward::foundation::db::{Fetch as _, sql};

use crate::on_both_engines;
use crate::support::World;

const DAY: Duration = Duration::from_secs(86_400);

async fn key(world: &World, lifetime: Duration) {
    let mut change = Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap();
    let wanted = NewApiKey {
        name: "k".into(),
        owner: None,
        scopes: [Scope::Scim].into_iter().collect(),
        lifetime,
    };
    api_keys::create(&mut change, wanted).await.unwrap();
    change.commit().await.unwrap();
}

async fn audit_events(world: &World) -> i64 {
    let mut from = &world.db;
    from.fetch_one(sql("select count(*) as n from audit_events"))
        .await
        .unwrap()
        .get("n")
        .unwrap()
}

async fn one_round(world: &World) {
    let settings = Settings::defaults().unwrap();
    retention::sweep(&world.db, &world.clock, &settings).await;
}

on_both_engines! {
    async fn a_key_that_ended_is_listed_for_a_month_and_then_swept(world: World) {
        key(&world, DAY).await;
        key(&world, DAY * 365).await;
        world.clock.advance(DAY * 30);
        one_round(&world).await;
        assert_eq!(api_keys::list(&world.db, world.now()).await.unwrap().len(), 2);
        world.clock.advance(DAY * 2);
        one_round(&world).await;
        assert_eq!(api_keys::list(&world.db, world.now()).await.unwrap().len(), 1);
    }

    async fn audit_events_are_kept_as_long_as_the_setting_says(world: World) {
        let before = audit_events(&world).await;
        for _ in 0..1200 {
            let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
            change.record(Event::new("test.happened"));
            change.commit().await.unwrap();
        }
        world.clock.advance(DAY * 399);
        one_round(&world).await;
        assert_eq!(audit_events(&world).await, before + 1200);
        world.clock.advance(DAY * 2);
        one_round(&world).await;
        assert_eq!(audit_events(&world).await, 0, "in batches, until nothing is left");
    }

    async fn a_sweep_removes_no_more_than_a_batch_at_a_time(world: World) {
        for _ in 0..20 {
            let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
            change.record(Event::new("test.happened"));
            change.commit().await.unwrap();
        }
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        let now = change.now();
        assert_eq!(audit::sweep(&mut change, now, 7).await.unwrap(), 7);
    }
}
