use std::time::Duration;

use doorward::domain::access::{self, Access, FactKind};
use doorward::domain::directory::UserId;
use doorward::domain::lifecycle;
use doorward::foundation::db;
use serde_json::json;

use crate::on_both_engines;
use crate::stage::{change, user};
use crate::support::World;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn asked(world: &World, user: UserId) -> Access {
    access::may_use(&world.db, user, world.now()).await.unwrap()
}

async fn block(world: &World, user: UserId, reason: &str, days: Option<u32>) {
    let mut change = change(world).await;
    let until = days.map(|days| world.now().plus(DAY * days));
    access::block(&mut change, user, reason, until)
        .await
        .unwrap();
    change.commit().await.unwrap();
}

on_both_engines! {
    async fn a_user_of_whom_nothing_is_known_may_use_access(world: World) {
        let ada = user(&world, "ada").await;
        let access = asked(&world, ada).await;
        assert!(access.is_allowed());
        assert_eq!(access.words(), "allowed");
    }

    async fn a_user_who_does_not_exist_may_not(world: World) {
        let nobody = UserId::new(world.now());
        let access = asked(&world, nobody).await;
        assert!(!access.is_allowed());
        assert!(access.fact(FactKind::NotGranted).is_some());
    }

    async fn a_block_says_since_when_by_whom_and_why_until_it_is_taken_back(world: World) {
        let ada = user(&world, "ada").await;
        block(&world, ada, "left the company", None).await;
        let since = world.now();
        world.clock.advance(DAY);
        let access = asked(&world, ada).await;
        let fact = access.fact(FactKind::Blocked).expect("a block");
        assert_eq!((fact.since, fact.until), (since, None));
        assert_eq!(fact.by, "command_line");
        assert_eq!(fact.reason.as_deref(), Some("left the company"));

        let mut change = change(&world).await;
        assert!(access::allow(&mut change, ada).await.unwrap());
        change.commit().await.unwrap();
        assert!(asked(&world, ada).await.is_allowed());
    }

    async fn blocking_again_replaces_the_reason_and_keeps_the_beginning(world: World) {
        let ada = user(&world, "ada").await;
        let first = world.now();
        block(&world, ada, "first", None).await;
        world.clock.advance(DAY);
        block(&world, ada, "second", Some(3)).await;
        let access = asked(&world, ada).await;
        let fact = access.fact(FactKind::Blocked).unwrap();
        assert_eq!(fact.since, first);
        assert_eq!(fact.reason.as_deref(), Some("second"));
        assert_eq!(fact.until, Some(world.now().plus(DAY * 3)));
    }

    async fn a_block_with_an_end_ends_at_that_moment_and_a_later_one_begins_anew(world: World) {
        let ada = user(&world, "ada").await;
        block(&world, ada, "a while", Some(1)).await;
        world.clock.advance(DAY - Duration::from_millis(1));
        assert!(!asked(&world, ada).await.is_allowed());
        world.clock.advance(Duration::from_millis(1));
        assert!(asked(&world, ada).await.is_allowed());
        block(&world, ada, "once more", None).await;
        let access = asked(&world, ada).await;
        assert_eq!(access.fact(FactKind::Blocked).unwrap().since, world.now());
    }

    async fn taking_back_what_is_not_there_changes_nothing(world: World) {
        let ada = user(&world, "ada").await;
        let mut change = change(&world).await;
        assert!(!access::allow(&mut change, ada).await.unwrap());
        change.commit().await.unwrap();
    }

    async fn facts_stand_beside_each_other_and_each_is_taken_back_alone(world: World) {
        let ada = user(&world, "ada").await;
        block(&world, ada, "both", None).await;
        let mut inactive = change(&world).await;
        lifecycle::deactivate(&mut inactive, ada).await.unwrap();
        inactive.commit().await.unwrap();
        assert_eq!(asked(&world, ada).await.words(), "blocked,inactive");

        let mut allowed = change(&world).await;
        access::allow(&mut allowed, ada).await.unwrap();
        allowed.commit().await.unwrap();
        let access = asked(&world, ada).await;
        assert_eq!(access.words(), "inactive");
        assert_eq!(access.fact(FactKind::Inactive).unwrap().by, "command_line");
    }

    async fn access_that_was_never_granted_is_granted_by_allowing_it(world: World) {
        let ada = user(&world, "ada").await;
        let mut withheld = change(&world).await;
        access::withhold(&mut withheld, ada, "a contact only").await.unwrap();
        withheld.commit().await.unwrap();
        assert_eq!(asked(&world, ada).await.words(), "not_granted");
        let mut change = change(&world).await;
        assert!(access::allow(&mut change, ada).await.unwrap());
        change.commit().await.unwrap();
        assert!(asked(&world, ada).await.is_allowed());
    }

    async fn validity_includes_its_first_moment_and_excludes_its_last(world: World) {
        let ada = user(&world, "ada").await;
        let (first, last) = (world.now().plus(DAY), world.now().plus(DAY * 2));
        let mut change = change(&world).await;
        access::set_validity(&mut change, ada, Some(first), Some(last), Some("a visit")).await.unwrap();
        change.commit().await.unwrap();
        let before = asked(&world, ada).await;
        let fact = before.fact(FactKind::OutsideValidity).expect("too early");
        assert_eq!(fact.until, Some(first));
        assert_eq!(fact.reason.as_deref(), Some("a visit"));
        world.clock.advance(DAY);
        assert!(asked(&world, ada).await.is_allowed());
        world.clock.advance(DAY);
        let after = asked(&world, ada).await;
        assert_eq!(after.fact(FactKind::OutsideValidity).map(|f| (f.since, f.until)), Some((last, None)));
    }

    async fn access_is_shown_as_separate_facts(world: World) {
        let ada = user(&world, "ada").await;
        block(&world, ada, "why", None).await;
        let shown = serde_json::to_value(asked(&world, ada).await).unwrap();
        assert_eq!(shown, json!({
            "allowed": false,
            "not_granted": null,
            "blocked": {
                "since": "2026-11-21T09:00:00.000Z",
                "until": null,
                "by": "command_line",
                "reason": "why",
            },
            "inactive": null,
            "outside_validity": null,
            "throttled": null,
        }));
    }

    async fn nobody_can_be_blocked_who_does_not_exist(world: World) {
        let mut change = change(&world).await;
        let refused = access::block(&mut change, UserId::new(world.now()), "x", None).await;
        assert!(matches!(refused, Err(db::Error::ForeignKey)), "{refused:?}");
    }
}
