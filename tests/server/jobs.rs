use std::collections::HashSet;
use std::time::Duration;

use doorward::domain::audit::{Actor, Change, Event};
use doorward::domain::jobs::{self, Claimed, Failed, Job, LEASE, MOST_ATTEMPTS, WorkerId};
use serde::{Deserialize, Serialize};

use crate::on_both_engines;
use crate::support::World;

#[derive(Serialize, Deserialize)]
struct Greeting {
    to: String,
}

impl Job for Greeting {
    const KIND: &'static str = "greeting";
}

async fn begin(world: &World) -> Change {
    Change::begin(&world.db, Actor::System, world.now())
        .await
        .unwrap()
}

async fn enqueue(world: &World, to: &str) {
    let mut change = begin(world).await;
    let now = change.now();
    jobs::enqueue(&mut change, &Greeting { to: to.to_owned() }, now)
        .await
        .unwrap();
    change.record(Event::new("test.enqueued"));
    change.commit().await.unwrap();
}

async fn claim(world: &World, worker: WorkerId, most: i64) -> Vec<Claimed> {
    let mut change = begin(world).await;
    let claimed = jobs::claim(&mut change, worker, most).await.unwrap();
    change.commit().await.unwrap();
    claimed
}

async fn fail(world: &World, job: &Claimed) -> Failed {
    let mut change = begin(world).await;
    let failed = jobs::fail(&mut change, job, "the other side is down")
        .await
        .unwrap();
    change.commit().await.unwrap();
    failed
}

async fn complete(world: &World, job: &Claimed) -> bool {
    let mut change = begin(world).await;
    let done = jobs::complete(&mut change, job).await.unwrap();
    change.commit().await.unwrap();
    done
}

on_both_engines! {
    async fn of_32_workers_at_once_each_job_goes_to_exactly_one(world: World) {
        for number in 0..40 {
            enqueue(&world, &number.to_string()).await;
        }
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..32 {
            let (db, now) = (world.db.clone(), world.now());
            workers.spawn(async move {
                let mut taken = Vec::new();
                let me = WorkerId::new(now);
                loop {
                    let mut change = Change::begin(&db, Actor::System, now).await.unwrap();
                    let claimed = jobs::claim(&mut change, me, 3).await.unwrap();
                    change.commit().await.unwrap();
                    if claimed.is_empty() {
                        return taken;
                    }
                    taken.extend(claimed);
                }
            });
        }
        let mut all = Vec::new();
        while let Some(taken) = workers.join_next().await {
            all.extend(taken.unwrap());
        }
        let different: HashSet<_> = all.iter().map(|job| job.id).collect();
        assert_eq!((all.len(), different.len()), (40, 40));
        assert!(all.iter().all(|job| job.attempts == 1));
    }

    async fn a_job_happens_only_if_the_change_does(world: World) {
        let mut change = begin(&world).await;
        let now = change.now();
        jobs::enqueue(&mut change, &Greeting { to: "nobody".into() }, now).await.unwrap();
        drop(change);
        assert!(!jobs::is_due(&world.db, world.now()).await.unwrap());
        assert!(claim(&world, WorkerId::new(world.now()), 9).await.is_empty());
    }

    async fn a_job_waits_for_its_time(world: World) {
        let mut change = begin(&world).await;
        let later = change.now().plus(Duration::from_secs(60));
        jobs::enqueue(&mut change, &Greeting { to: "later".into() }, later).await.unwrap();
        change.record(Event::new("test.enqueued"));
        change.commit().await.unwrap();
        let worker = WorkerId::new(world.now());
        assert!(claim(&world, worker, 9).await.is_empty());
        world.clock.advance(Duration::from_secs(60));
        assert!(jobs::is_due(&world.db, world.now()).await.unwrap());
        let claimed = claim(&world, worker, 9).await;
        assert_eq!(claimed[0].payload["to"], "later");
        assert!(complete(&world, &claimed[0]).await);
        assert!(!complete(&world, &claimed[0]).await, "done once");
    }

    async fn a_worker_that_died_loses_its_job_when_the_lease_ends(world: World) {
        enqueue(&world, "ada").await;
        let (dead, alive) = (WorkerId::new(world.now()), WorkerId::new(world.now()));
        let lost = claim(&world, dead, 1).await.remove(0);
        assert!(claim(&world, alive, 1).await.is_empty());
        world.clock.advance(LEASE);
        let taken = claim(&world, alive, 1).await.remove(0);
        assert_eq!(taken.attempts, 2);
        // The one thought dead comes back: what it says no longer counts.
        assert!(!complete(&world, &lost).await);
        assert_eq!(fail(&world, &lost).await, Failed::NotHeld);
        assert!(complete(&world, &taken).await);
    }

    async fn a_failed_job_is_put_off_longer_each_time_and_given_up_in_the_end(world: World) {
        enqueue(&world, "ada").await;
        let worker = WorkerId::new(world.now());
        let mut last = Duration::ZERO;
        for attempt in 1..=MOST_ATTEMPTS {
            let job = claim(&world, worker, 1).await.remove(0);
            assert_eq!(job.attempts, attempt);
            match fail(&world, &job).await {
                Failed::RetriedAt(again) => {
                    let pause = again.since(world.now());
                    assert!(pause >= last && attempt < MOST_ATTEMPTS);
                    assert!(claim(&world, worker, 1).await.is_empty());
                    last = pause;
                    world.clock.advance(pause);
                }
                Failed::GivenUp => assert_eq!(attempt, MOST_ATTEMPTS),
                Failed::NotHeld => panic!("it is held"),
            }
        }
        world.clock.advance(Duration::from_secs(365 * 86_400));
        assert!(!jobs::is_due(&world.db, world.now()).await.unwrap());
        assert!(claim(&world, worker, 1).await.is_empty());
    }

    async fn what_is_handed_back_is_taken_at_once_and_costs_no_attempt(world: World) {
        enqueue(&world, "ada").await;
        enqueue(&world, "bob").await;
        let (stopping, other) = (WorkerId::new(world.now()), WorkerId::new(world.now()));
        assert_eq!(claim(&world, stopping, 9).await.len(), 2);
        let mut change = begin(&world).await;
        assert_eq!(jobs::hand_back(&mut change, stopping).await.unwrap(), 2);
        change.commit().await.unwrap();
        let taken = claim(&world, other, 9).await;
        assert_eq!(taken.len(), 2);
        assert!(taken.iter().all(|job| job.attempts == 1));
    }
}
