use doorward::domain::audit::{Actor, Change, Event};
use doorward::foundation::db::{Db, Error, Fetch, sql};

use crate::on_both_engines;

async fn jobs(db: &Db) -> i64 {
    let mut from = db;
    from.fetch_one(sql("select count(*) as n from jobs"))
        .await
        .unwrap()
        .get("n")
        .unwrap()
}

async fn audited(db: &Db) -> Vec<String> {
    let mut from = db;
    let rows = from
        .fetch_all(sql(
            "select action from audit_events where action = 'job.made'",
        ))
        .await
        .unwrap();
    rows.iter().map(|row| row.get("action").unwrap()).collect()
}

async fn insert_job(change: &mut Change, id: &str) -> Result<u64, Error> {
    let now = change.now();
    change
        .execute(
            sql(
                "insert into jobs (id, kind, payload, run_at, attempts, created_at)
                 values ($1, 'test', '{}', $2, 0, $2)",
            )
            .bind(id)
            .bind(now),
        )
        .await
}

on_both_engines! {
    async fn a_change_and_its_audit_event_are_written_together(world: World) {
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        insert_job(&mut change, "a").await.unwrap();
        change.record(Event::new("job.made").subject("job", "a"));
        change.commit().await.unwrap();
        assert_eq!(jobs(&world.db).await, 1);
        assert_eq!(audited(&world.db).await, ["job.made"]);
    }

    async fn a_dropped_change_leaves_nothing_behind(world: World) {
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        insert_job(&mut change, "a").await.unwrap();
        change.record(Event::new("job.made"));
        drop(change);
        assert_eq!(jobs(&world.db).await, 0);
        assert!(audited(&world.db).await.is_empty());
    }

    async fn a_change_that_records_nothing_is_refused_and_undone(world: World) {
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        insert_job(&mut change, "a").await.unwrap();
        assert!(matches!(change.commit().await, Err(Error::Unrecorded)));
        assert_eq!(jobs(&world.db).await, 0);
    }

    async fn a_counter_may_say_that_it_needs_no_record(world: World) {
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        insert_job(&mut change, "a").await.unwrap();
        change.unrecorded("a test's counter");
        change.commit().await.unwrap();
        assert_eq!(jobs(&world.db).await, 1);
    }

    async fn sixty_four_changes_at_once_all_happen(world: World) {
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..64 {
            let (db, now) = (world.db.clone(), world.now());
            tasks.spawn(async move {
                let mut change = Change::begin(&db, Actor::System, now).await.unwrap();
                insert_job(&mut change, &number.to_string()).await.unwrap();
                change.unrecorded("a test");
                change.commit().await.unwrap();
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        assert_eq!(jobs(&world.db).await, 64);
    }
}
