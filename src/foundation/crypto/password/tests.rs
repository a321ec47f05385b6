//! What the pool promises. Costs are small here, but where the cost is the point.

use std::time::Duration;

use super::{
    Cost, CostRefused, HashRefused, Password, PasswordError, PasswordHash, PasswordPool, Verdict,
};

const SMALL: Cost = Cost {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};

/// The reference implementation's own vector (`argon2id`, t=2, m=2^16, p=1).
const REFERENCE: &str =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

fn small_pool() -> PasswordPool {
    PasswordPool::with(SMALL, 2, 64, Duration::from_secs(60)).unwrap()
}

#[tokio::test]
async fn a_password_matches_its_own_hash_and_no_other() {
    let pool = small_pool();
    let hash = pool.hash(Password::new("correct horse")).await.unwrap();
    let right = pool
        .verify(Password::new("correct horse"), Some(&hash))
        .await;
    let wrong = pool
        .verify(Password::new("correct horsf"), Some(&hash))
        .await;
    assert_eq!(right, Ok(Verdict::Right { outdated: false }));
    assert_eq!(wrong, Ok(Verdict::Wrong));
}

#[tokio::test]
async fn two_hashes_of_one_password_differ() {
    let pool = small_pool();
    let one = pool.hash(Password::new("again")).await.unwrap();
    let two = pool.hash(Password::new("again")).await.unwrap();
    assert_ne!(one.as_str(), two.as_str());
}

#[tokio::test]
async fn a_hash_survives_its_string() {
    let pool = small_pool();
    let hash = pool.hash(Password::new("kept")).await.unwrap();
    let read: PasswordHash = hash.as_str().parse().unwrap();
    assert!(read == hash);
    assert!(hash.as_str().starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
}

#[tokio::test]
async fn the_reference_implementation_agrees() {
    let pool = small_pool();
    let stored = REFERENCE.parse().unwrap();
    let verdict = pool.verify(Password::new("password"), Some(&stored)).await;
    assert!(matches!(verdict, Ok(Verdict::Right { .. })));
}

#[tokio::test]
async fn a_hash_below_the_setting_is_reported_as_outdated() {
    let old = small_pool().hash(Password::new("p")).await.unwrap();
    for grown in [
        Cost {
            memory_kib: 128,
            ..SMALL
        },
        Cost { passes: 2, ..SMALL },
    ] {
        let pool = PasswordPool::with(grown, 1, 4, Duration::from_secs(60)).unwrap();
        let verdict = pool.verify(Password::new("p"), Some(&old)).await;
        assert_eq!(verdict, Ok(Verdict::Right { outdated: true }));
    }
    let shrunk = Cost {
        memory_kib: 32,
        ..SMALL
    };
    let pool = PasswordPool::with(shrunk, 1, 4, Duration::from_secs(60)).unwrap();
    let verdict = pool.verify(Password::new("p"), Some(&old)).await;
    assert_eq!(verdict, Ok(Verdict::Right { outdated: false }));
}

#[tokio::test]
async fn a_user_without_a_password_costs_one_hash_and_never_matches() {
    let pool = small_pool();
    let before = pool.computed();
    let verdict = pool.verify(Password::new(""), None).await;
    assert_eq!(verdict, Ok(Verdict::Wrong));
    assert_eq!(pool.computed(), before + 1);
}

#[tokio::test]
async fn a_full_queue_answers_busy_at_once() {
    let slow = Cost {
        memory_kib: 19 * 1024,
        passes: 8,
        lanes: 1,
    };
    let pool = PasswordPool::with(slow, 1, 2, Duration::from_secs(60)).unwrap();
    let asked = (0..12).map(|_| pool.verify(Password::new("flood"), None));
    let answers = futures_util::future::join_all(asked).await;
    let busy = answers
        .iter()
        .filter(|a| **a == Err(PasswordError::Busy))
        .count();
    let done = answers.iter().filter(|a| **a == Ok(Verdict::Wrong)).count();
    assert!((9..=10).contains(&busy), "{busy} of 12 were refused");
    assert_eq!(busy + done, 12);
    assert_eq!(pool.computed(), done as u64);
}

#[tokio::test]
async fn a_hash_that_nobody_waits_for_is_not_computed() {
    let slow = Cost {
        memory_kib: 19 * 1024,
        passes: 4,
        lanes: 1,
    };
    let pool = PasswordPool::with(slow, 1, 8, Duration::from_secs(60)).unwrap();
    let first = tokio::spawn({
        let pool = pool.clone();
        async move { pool.verify(Password::new("first"), None).await }
    });
    tokio::task::yield_now().await;
    let left = pool.verify(Password::new("left"), None);
    let gave_up = tokio::time::timeout(Duration::ZERO, left).await;
    assert!(gave_up.is_err());
    first.await.unwrap().unwrap();
    pool.verify(Password::new("last"), None).await.unwrap();
    assert_eq!(pool.computed(), 2);
}

#[tokio::test]
async fn memory_is_taken_at_the_first_hash_and_given_back_when_idle() {
    let resident = || {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: u64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
        pages * 4 / 1024
    };
    let large = Cost {
        memory_kib: 96 * 1024,
        passes: 1,
        lanes: 1,
    };
    let pool = PasswordPool::with(large, 1, 4, Duration::from_millis(50)).unwrap();
    let before = resident();
    for _ in 0..3 {
        pool.verify(Password::new("x"), None).await.unwrap();
        tokio::time::timeout(Duration::from_secs(20), async {
            while resident() > before + 48 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .expect("the worker keeps its memory although it is idle");
    }
}

#[test]
fn the_same_password_typed_in_two_normal_forms_is_one_password() {
    let composed = Password::new("caf\u{e9}\u{a0}noir");
    let decomposed = Password::new("cafe\u{301} noir");
    assert!(composed.bytes() == decomposed.bytes());
    assert_eq!(composed.chars(), 9);
}

#[test]
fn a_cost_outside_its_bounds_is_refused() {
    for cost in [
        Cost {
            memory_kib: 0,
            passes: 1,
            lanes: 1,
        },
        Cost {
            memory_kib: 64,
            passes: 0,
            lanes: 1,
        },
        Cost {
            memory_kib: 64,
            passes: 1,
            lanes: 0,
        },
        Cost {
            memory_kib: 8,
            passes: 1,
            lanes: 2,
        },
        Cost {
            memory_kib: 262_145,
            passes: 1,
            lanes: 1,
        },
        Cost {
            memory_kib: 64,
            passes: 17,
            lanes: 1,
        },
        Cost {
            memory_kib: 1024,
            passes: 1,
            lanes: 9,
        },
    ] {
        assert_eq!(cost.check(), Err(CostRefused), "{cost:?}");
    }
    assert_eq!(Cost::default().check(), Ok(Cost::DEFAULT));
}

#[test]
fn a_stored_hash_above_the_ceiling_or_of_another_kind_is_refused() {
    let rest = "c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let costly = format!("$argon2id$v=19$m=4194304,t=2,p=1${rest}");
    let many_lanes = format!("$argon2id$v=19$m=65536,t=2,p=64${rest}");
    let argon2i = format!("$argon2i$v=19$m=65536,t=2,p=1${rest}");
    let old_version = format!("$argon2id$v=16$m=65536,t=2,p=1${rest}");
    let no_output = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ".to_owned();
    let four_bytes = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFQ".to_owned();
    let refused = |phc: &str| phc.parse::<PasswordHash>().unwrap_err();
    assert_eq!(refused(&costly), HashRefused::TooCostly);
    assert_eq!(refused(&many_lanes), HashRefused::TooCostly);
    for phc in [
        argon2i.as_str(),
        &old_version,
        &no_output,
        "",
        "plain",
        "$2b$12$abc",
        &four_bytes,
    ] {
        assert_eq!(refused(phc), HashRefused::NotArgon2id, "{phc}");
    }
}

#[test]
fn a_hash_is_not_shown_by_debug() {
    let hash: PasswordHash = REFERENCE.parse().unwrap();
    let shown = format!("{hash:?}");
    assert!(
        !shown.contains("CTFh") && !shown.contains("c29tZ"),
        "{shown}"
    );
}
