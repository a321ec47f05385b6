//! Budgets of tries: what is taken before a secret is verified, and what is given back.

use std::net::IpAddr;
use std::time::Duration;

use doorward::domain::directory::UserId;
use doorward::domain::tries::{
    self, Asker, Budget, Factor, Guard, Policy, PolicyKind, Reservation, Schedule, Try, Whose,
};
use doorward::foundation::crypto::digest::Digest;
use doorward::foundation::db::{Fetch as _, sql};
use futures_util::future::join_all;

use crate::on_both_engines;
use crate::stage::{change, count, user};
use crate::support::World;

pub const MINUTE: Duration = Duration::from_secs(60);
pub const HOUR: Duration = Duration::from_secs(3600);

/// An unknown browser at an address.
pub fn stranger_at(address: &str) -> Asker {
    Asker {
        address: Some(address.parse::<IpAddr>().unwrap()),
        known_device: None,
    }
}

/// The owner's own browser.
pub fn known(device: &str) -> Asker {
    Asker {
        known_device: Some(Digest::of(device.as_bytes())),
        ..stranger_at("198.51.100.7")
    }
}

pub async fn reserve(
    world: &World,
    whose: Whose<'_>,
    factor: Factor,
    asker: &Asker,
) -> Reservation {
    let attempt = Try {
        whose,
        factor,
        asker,
    };
    let reserved = tries::reserve(&world.db, &world.clock, &world.state.guard, &attempt).await;
    reserved.unwrap()
}

/// A wrong guess; whether it was looked at.
pub async fn guess(world: &World, whose: Whose<'_>, factor: Factor, asker: &Asker) -> bool {
    reserve(world, whose, factor, asker).await.is_admitted()
}

/// The right secret; whether it let its owner in.
pub async fn right(world: &World, user: UserId, factor: Factor, asker: &Asker) -> bool {
    let reservation = reserve(world, Whose::User(user), factor, asker).await;
    if !reservation.is_admitted() {
        return false;
    }
    let mut change = change(world).await;
    tries::settle(&mut change, reservation).await.unwrap();
    change.commit().await.unwrap();
    true
}

pub async fn with_policy(world: World, policy: Policy) -> World {
    world.with(|basics| basics.tries = policy).await
}

async fn budget_of(world: &World, user: UserId) -> Budget {
    let statement = sql("select clear_at, taken_at, wait from try_pools where subject = $1");
    let mut from = &world.db;
    let row = from
        .fetch_one(statement.bind(format!("user:{user}")))
        .await
        .unwrap();
    let get = |name: &str| row.get(name).unwrap();
    Budget::of(get("clear_at"), get("taken_at"), get("wait"))
}

/// The statement and the pure function, played against each other.
async fn walk(world: &World, user: UserId, schedule: Schedule, seed: u64) {
    let asker = Asker::default();
    let mut chance = seed;
    let mut model: Option<Budget> = None;
    for step in 0..250 {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let pauses = [0, 0, 0, 0, 1, 30, 60, 61, 300, 3600, 7201, 90_000];
        let pause = pauses[usize::try_from(chance >> 33).unwrap() % pauses.len()];
        world.clock.advance(Duration::from_secs(pause));
        let now = world.now();
        let before = model.unwrap_or_else(|| Budget::full(now));
        let expected = schedule.take(before, now);
        let reservation = reserve(world, Whose::User(user), Factor::Totp, &asker).await;
        assert_eq!(reservation.is_admitted(), expected.is_some(), "step {step}");
        let mut after = expected.unwrap_or(before);
        if expected.is_some() && chance.is_multiple_of(3) {
            tries::withdraw(&world.db, &world.clock, reservation)
                .await
                .unwrap();
            after = schedule.give_back(after, now);
        }
        assert_eq!(budget_of(world, user).await, after, "step {step}");
        model = Some(after);
    }
}

fn only(account: Schedule) -> Policy {
    Policy {
        account,
        address: None,
        ..Policy::default()
    }
}

on_both_engines! {
    async fn the_statement_does_what_the_pure_function_says(world: World) {
        let schedules = [
            Schedule::growing(5, MINUTE, HOUR),
            Schedule::growing(1, MINUTE, HOUR),
            Schedule::steady(20, MINUTE),
            Schedule::locking(3, Some(MINUTE * 15), HOUR),
            Schedule::locking(2, None, HOUR),
        ];
        let mut world = world;
        for (seed, schedule) in (1..).zip(schedules) {
            world = with_policy(world, only(schedule)).await;
            let user = user(&world, &format!("user-{seed}")).await;
            walk(&world, user, schedule, seed).await;
        }
    }

    async fn zitadel_cve_2025_64102_a_hundred_parallel_guesses_never_exceed_a_budget_of_five(world: World) {
        let ada = user(&world, "ada").await;
        for whose in [Whose::User(ada), Whose::Nobody("nobody")] {
            let askers: Vec<Asker> = (0..100).map(|n| stranger_at(&format!("203.0.113.{n}"))).collect();
            let guesses = askers.iter().map(|asker| guess(&world, whose, Factor::Password, asker));
            let admitted = join_all(guesses).await.into_iter().filter(|admitted| *admitted).count();
            assert_eq!(admitted, 5, "{whose:?}");
        }
        let failed = tries::failed_tries(&world.db, ada, world.now()).await.unwrap();
        assert_eq!(failed[0].tries, 100);
    }

    async fn a_hundred_guesses_through_several_processes_never_exceed_a_budget_of_five(world: World) {
        // Each has a guard, and so a queue, of its own: only the row is shared.
        let ada = user(&world, "ada").await;
        let guards: Vec<Guard> = (0..100)
            .map(|_| Guard::new(Policy::default(), world.state.master_key.clone()))
            .collect();
        let asker = Asker::default();
        let attempt = Try { whose: Whose::User(ada), factor: Factor::Totp, asker: &asker };
        let guesses = guards.iter().map(|guard| tries::reserve(&world.db, &world.clock, guard, &attempt));
        let reserved = join_all(guesses).await;
        let admitted = reserved.into_iter().filter(|one| one.as_ref().unwrap().is_admitted()).count();
        assert_eq!(admitted, 5);
    }

    async fn right_passwords_that_come_at_once_are_all_admitted(world: World) {
        let ada = user(&world, "ada").await;
        let asker = stranger_at("203.0.113.1");
        let all = (0..100).map(|_| right(&world, ada, Factor::Password, &asker));
        assert!(join_all(all).await.into_iter().all(|admitted| admitted));
        assert!(tries::failed_tries(&world.db, ada, world.now()).await.unwrap().is_empty());
    }

    async fn no_factor_closes_another(world: World) {
        let ada = user(&world, "ada").await;
        let asker = stranger_at("203.0.113.1");
        for _ in 0..20 {
            guess(&world, Whose::User(ada), Factor::Password, &asker).await;
        }
        for factor in [Factor::Totp, Factor::RecoveryCode, Factor::MailedCode, Factor::TemporaryPass] {
            assert!(guess(&world, Whose::User(ada), factor, &asker).await, "{factor:?}");
        }
        assert!(!guess(&world, Whose::User(ada), Factor::Password, &asker).await);
    }

    async fn a_passkey_is_counted_and_never_stopped(world: World) {
        let ada = user(&world, "ada").await;
        for _ in 0..150 {
            assert!(guess(&world, Whose::User(ada), Factor::WebAuthn, &stranger_at("203.0.113.1")).await);
        }
        let failed = tries::failed_tries(&world.db, ada, world.now()).await.unwrap();
        assert_eq!((failed[0].factor, failed[0].tries), ("webauthn", 150));
    }

    async fn a_right_password_gives_only_itself_back_and_leaves_the_other_factors_alone(world: World) {
        let ada = user(&world, "ada").await;
        let asker = stranger_at("203.0.113.1");
        for _ in 0..4 {
            guess(&world, Whose::User(ada), Factor::Password, &asker).await;
            guess(&world, Whose::User(ada), Factor::Totp, &asker).await;
        }
        for _ in 0..3 {
            assert!(right(&world, ada, Factor::Password, &asker).await);
        }
        assert!(guess(&world, Whose::User(ada), Factor::Totp, &asker).await, "the fifth code");
        assert!(!guess(&world, Whose::User(ada), Factor::Totp, &asker).await, "no sixth one");
        assert!(guess(&world, Whose::User(ada), Factor::Password, &asker).await, "the fifth password");
        assert!(!guess(&world, Whose::User(ada), Factor::Password, &asker).await, "no sixth one");
    }

    async fn a_known_device_has_a_budget_of_its_own_and_its_success_fills_only_that(world: World) {
        let ada = user(&world, "ada").await;
        let (laptop, phone) = (known("laptop"), known("phone"));
        for _ in 0..10 {
            guess(&world, Whose::User(ada), Factor::Password, &stranger_at("203.0.113.1")).await;
        }
        for _ in 0..4 {
            assert!(guess(&world, Whose::User(ada), Factor::Password, &laptop).await);
            assert!(guess(&world, Whose::User(ada), Factor::Password, &phone).await);
        }
        assert!(right(&world, ada, Factor::Password, &laptop).await);
        for _ in 0..5 {
            assert!(guess(&world, Whose::User(ada), Factor::Password, &laptop).await, "full again");
        }
        assert!(!guess(&world, Whose::User(ada), Factor::Password, &laptop).await);
        assert!(guess(&world, Whose::User(ada), Factor::Password, &phone).await);
        assert!(!guess(&world, Whose::User(ada), Factor::Password, &phone).await, "the phone is as it was");
        assert!(!guess(&world, Whose::User(ada), Factor::Password, &stranger_at("203.0.113.2")).await);
    }

    async fn an_address_may_not_try_the_passwords_of_all_accounts(world: World) {
        let sprayer = stranger_at("2001:db8:0:100::1");
        for n in 0..100 {
            let name = format!("name-{n}");
            assert!(guess(&world, Whose::Nobody(&name), Factor::Password, &sprayer).await, "{n}");
        }
        let ada = user(&world, "ada").await;
        let neighbour = stranger_at("2001:db8:0:1ff::2");
        for asker in [&sprayer, &neighbour] {
            assert!(!guess(&world, Whose::User(ada), Factor::Password, asker).await);
        }
        assert!(right(&world, ada, Factor::Password, &known("laptop")).await);
        for _ in 0..5 {
            assert!(guess(&world, Whose::User(ada), Factor::Password, &stranger_at("203.0.113.1")).await,
                "what the network refused took nothing from the account");
        }
        world.clock.advance(MINUTE);
        assert!(guess(&world, Whose::Nobody("next"), Factor::Password, &sprayer).await, "one a minute");
        assert!(!guess(&world, Whose::Nobody("next"), Factor::Password, &sprayer).await);
    }

    async fn successes_of_a_guessers_own_account_do_not_open_the_address(world: World) {
        let mallory = user(&world, "mallory").await;
        let asker = stranger_at("203.0.113.1");
        for n in 0..100 {
            guess(&world, Whose::Nobody(&format!("name-{n}")), Factor::Password, &asker).await;
        }
        let mut guesses = 0;
        for _ in 0..60 {
            world.clock.advance(MINUTE / 2);
            right(&world, mallory, Factor::Password, &asker).await;
            guesses += i32::from(guess(&world, Whose::Nobody(&format!("x-{guesses}")), Factor::Password, &asker).await);
        }
        assert!(guesses <= 61, "{guesses} in half an hour");
    }

    async fn without_the_address_limit_one_address_may_do_more_and_accounts_are_as_safe(world: World) {
        let world = with_policy(world, Policy { address: None, ..Policy::default() }).await;
        let ada = user(&world, "ada").await;
        let asker = stranger_at("203.0.113.1");
        for n in 0..150 {
            assert!(guess(&world, Whose::Nobody(&format!("name-{n}")), Factor::Password, &asker).await);
        }
        for n in 0..10 {
            assert_eq!(guess(&world, Whose::User(ada), Factor::Password, &asker).await, n < 5);
        }
        assert_eq!(count(&world, "select count(*) as n from try_pools where subject like 'network:%'").await, 0);
    }

    async fn a_name_that_nobody_has_is_slowed_down_exactly_like_one_that_somebody_has(world: World) {
        let ada = user(&world, "ada").await;
        for minutes in [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 4, 3, 8, 60, 60, 300, 0, 0] {
            world.clock.advance(MINUTE * minutes);
            let asker = Asker::default();
            let one = guess(&world, Whose::User(ada), Factor::Password, &asker).await;
            let other = guess(&world, Whose::Nobody("nobody"), Factor::Password, &asker).await;
            assert_eq!(one, other);
        }
        let rows = "select count(*) as n from (select distinct clear_at, taken_at, wait, failed from try_pools) x";
        assert_eq!(count(&world, rows).await, 1, "row for row the same");
    }

    async fn classic_locks_every_browser_and_its_time_opens_it_again(world: World) {
        let classic = Policy {
            kind: PolicyKind::Classic,
            account: Schedule::locking(3, Some(MINUTE * 15), HOUR),
            address: None,
        };
        let world = with_policy(world, classic).await;
        let ada = user(&world, "ada").await;
        for _ in 0..2 {
            guess(&world, Whose::User(ada), Factor::Password, &Asker::default()).await;
        }
        assert!(right(&world, ada, Factor::Password, &Asker::default()).await, "and counting begins anew");
        for _ in 0..3 {
            assert!(guess(&world, Whose::User(ada), Factor::Password, &stranger_at("203.0.113.1")).await);
        }
        for asker in [known("laptop"), Asker::default()] {
            assert!(!right(&world, ada, Factor::Password, &asker).await);
        }
        assert!(right(&world, ada, Factor::WebAuthn, &Asker::default()).await, "a passkey is not closed");
        world.clock.advance(MINUTE * 15);
        assert!(right(&world, ada, Factor::Password, &known("laptop")).await);
    }

    async fn classic_without_an_end_is_opened_by_an_administrator_alone(world: World) {
        let classic = Policy {
            kind: PolicyKind::Classic,
            account: Schedule::locking(3, None, HOUR),
            address: None,
        };
        let world = with_policy(world, classic).await;
        let ada = user(&world, "ada").await;
        for _ in 0..3 {
            guess(&world, Whose::User(ada), Factor::Password, &Asker::default()).await;
        }
        world.clock.advance(HOUR * 24 * 400);
        let mut sweep = change(&world).await;
        tries::sweep(&mut sweep, 500).await.unwrap();
        sweep.commit().await.unwrap();
        assert!(!right(&world, ada, Factor::Password, &Asker::default()).await);
        let stopped = tries::stopped(&world.db, ada, world.now()).await.unwrap().expect("a lock");
        assert_eq!(stopped.until, None);
        let mut reset = change(&world).await;
        assert_eq!(tries::reset_tries(&mut reset, ada).await.unwrap(), 1);
        reset.commit().await.unwrap();
        assert!(right(&world, ada, Factor::Password, &Asker::default()).await);
    }
}
