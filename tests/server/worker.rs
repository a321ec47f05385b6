use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use doorward::app::config::Settings;
use doorward::app::worker::Worker;
use doorward::domain::audit::{Actor, Change, Event};
use doorward::domain::clients::{Metadata, NewClient, register};
use doorward::domain::jobs::{self, Job, WorkerId};
use doorward::http::web::State;
use serde::{Deserialize, Serialize};

use crate::on_both_engines;
use crate::support::World;

/// A job that knows where to count, so that stories do not count each other's.
#[derive(Serialize, Deserialize)]
struct Count {
    story: usize,
    waits: bool,
}

impl Job for Count {
    const KIND: &'static str = "count";
}

static DONE: [AtomicU32; 8] = [const { AtomicU32::new(0) }; 8];

async fn count(_: State, job: Count) -> Result<(), String> {
    if job.waits {
        std::future::pending::<()>().await;
    }
    DONE[job.story].fetch_add(1, Ordering::SeqCst);
    Ok(())
}

async fn enqueue(world: &World, job: Count) {
    let mut change = Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap();
    let now = change.now();
    jobs::enqueue(&mut change, &job, now).await.unwrap();
    change.record(Event::new("test.enqueued"));
    change.commit().await.unwrap();
}

fn worker(world: &World) -> Worker {
    Worker::new(world.state.clone(), &Settings::defaults().unwrap()).with(count)
}

async fn until(mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never came to hold");
}

fn counter(world: &World, number: usize) -> usize {
    number * 2 + usize::from(world.engine == crate::support::Engine::Postgres)
}

on_both_engines! {
    async fn jobs_that_are_due_are_done_once(world: World) {
        let story = counter(&world, 0);
        for _ in 0..10 {
            enqueue(&world, Count { story, waits: false }).await;
        }
        let (one, other) = (worker(&world).start(), worker(&world).start());
        until(async || DONE[story].load(Ordering::SeqCst) >= 10).await;
        one.stop().await;
        other.stop().await;
        assert_eq!(DONE[story].load(Ordering::SeqCst), 10);
        assert!(!jobs::is_due(&world.db, world.now()).await.unwrap());
    }

    async fn a_stop_hands_back_what_does_not_end(world: World) {
        let story = counter(&world, 1);
        enqueue(&world, Count { story, waits: true }).await;
        let at_work = worker(&world).start();
        until(async || !jobs::is_due(&world.db, world.now()).await.unwrap()).await;
        at_work.stop().await;
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        let again = jobs::claim(&mut change, WorkerId::new(world.now()), 1).await.unwrap();
        assert_eq!(again.len(), 1, "another worker takes it at once");
        assert_eq!(again[0].attempts, 1);
    }

    async fn a_job_of_an_unknown_kind_is_kept_for_a_program_that_knows_it(world: World) {
        #[derive(Serialize, Deserialize)]
        struct OfTomorrow;
        impl Job for OfTomorrow {
            const KIND: &'static str = "of_tomorrow";
        }
        let mut change = Change::begin(&world.db, Actor::System, world.now()).await.unwrap();
        let now = change.now();
        jobs::enqueue(&mut change, &OfTomorrow, now).await.unwrap();
        change.record(Event::new("test.enqueued"));
        change.commit().await.unwrap();
        let at_work = worker(&world).start();
        until(async || !jobs::is_due(&world.db, world.now()).await.unwrap()).await;
        at_work.stop().await;
        world.clock.advance(Duration::from_secs(11));
        assert!(jobs::is_due(&world.db, world.now()).await.unwrap());
    }

    async fn what_another_process_registered_is_known_within_a_second(world: World) {
        let at_work = worker(&world).start();
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        let wanted = NewClient {
            name: "Files".into(),
            confidential: true,
            metadata: Metadata::new(vec!["https://files.example/cb".into()]),
            scope: "openid".parse().unwrap(),
        };
        let made = register(&mut change, wanted).await.unwrap();
        change.commit().await.unwrap();
        until(async || world.state.clients.get(made.id.as_str()).is_some()).await;
        at_work.stop().await;
    }
}
