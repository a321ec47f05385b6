//! Nobody learns from the time of an answer who exists, nor what is wrong with them (checklist D,
//! 41). Samples of all kinds are taken in turn, so that whatever else the machine does falls on
//! all of them alike, and are compared as distributions: the figures are reported, and only a
//! wide bound is asserted.

use std::io::Write as _;
use std::time::Instant;

use doorward::domain::lifecycle;
use doorward::foundation::crypto::password::{Cost, PasswordPool};
use doorward::foundation::crypto::token::Secret;
use doorward::http::web::paths;

use crate::on_both_engines;
use crate::stage::{Browser, Stage};

/// Samples of each kind.
const SAMPLES: usize = 60;
/// One of two samples of one distribution is the greater with a chance of 1/2. With so many
/// samples, chance alone moves that by 0.05; the bound is five times as wide.
const WIDEST: f64 = 0.25;
/// As good as nothing beside a hash of this size is what a lookup of a name costs.
const HASH: Cost = Cost {
    memory_kib: 4096,
    passes: 1,
    lanes: 1,
};

/// What is typed, and what is known under that name. All names are equally long.
const KINDS: [(&str, &str); 6] = [
    ("known", "someone-01"),
    ("unknown", "nobody-002"),
    ("blocked", "blocked-03"),
    ("inactive", "gone-00004"),
    ("password-less", "without-05"),
    ("unknown address", "no@x.test6"),
];

/// The times of one kind, in microseconds, sorted.
struct Times(Vec<u128>);

impl Times {
    fn quarter(&self, number: usize) -> u128 {
        self.0[(self.0.len() - 1) * number / 4]
    }

    /// The chance that one of these is shorter than one of those (Mann–Whitney U over n·m).
    #[allow(clippy::cast_precision_loss, reason = "a few thousand pairs")]
    fn shorter_than(&self, those: &Self) -> f64 {
        let halves = |one: &u128| {
            let pairs = those.0.iter().map(|other| match one.cmp(other) {
                std::cmp::Ordering::Less => 2_u32,
                std::cmp::Ordering::Equal => 1,
                std::cmp::Ordering::Greater => 0,
            });
            pairs.sum::<u32>()
        };
        let halves: u32 = self.0.iter().map(halves).sum();
        f64::from(halves) / 2.0 / (self.0.len() * those.0.len()) as f64
    }
}

async fn took(
    stage: &Stage,
    browser: &Browser,
    handle: &Secret,
    name: &str,
    password: &str,
) -> u128 {
    let fields = [("username", name), ("password", password)];
    let request = stage.post(browser, &paths::sign_in(handle), &fields);
    let begun = Instant::now();
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_client_error(), "{name}");
    answer.bytes().await.unwrap();
    begun.elapsed().as_micros()
}

async fn people(stage: &Stage) {
    stage.user("someone-01").await;
    stage.stranger("without-05").await;
    let blocked = stage.user("blocked-03").await;
    let gone = stage.user("gone-00004").await;
    let mut change = stage.change().await;
    lifecycle::block(&mut change, blocked, "x", None)
        .await
        .unwrap();
    lifecycle::deactivate(&mut change, gone).await.unwrap();
    change.commit().await.unwrap();
}

fn report(engine: &str, name: &str, times: &Times, effect: f64) {
    let quarters = [1, 2, 3].map(|number| times.quarter(number));
    // Not through what the test harness keeps to itself: it is to be read when all is well.
    let _ = writeln!(
        std::io::stderr(),
        "sign-in on {engine}, {name}: quartiles {quarters:?} µs, chance to be shorter than a known name {effect:.2}"
    );
}

on_both_engines! {
    async fn checklist_41_the_time_of_a_refusal_tells_nothing(world: World) {
        let engine = format!("{:?}", world.engine);
        let pool = PasswordPool::new(HASH).unwrap();
        let stage = Stage::open(world.with(|basics| basics.passwords = pool).await);
        people(&stage).await;
        let browser = Browser::new();
        let handle = stage.begin(&browser).await;
        let mut times = vec![Vec::new(); KINDS.len() + 1];
        for round in 0..SAMPLES + 3 {
            for turn in 0..KINDS.len() {
                // Forwards and backwards, from another one each time.
                let step = if round % 2 == 0 { 1 } else { KINDS.len() - 1 };
                let kind = (turn * step + round) % KINDS.len();
                let took = took(&stage, &browser, &handle, KINDS[kind].1, "a wrong password").await;
                times[kind].push(took);
            }
            // For comparison: what is refused before a hash is computed.
            times[KINDS.len()].push(took(&stage, &browser, &handle, "someone-01", "").await);
        }
        let sorted = |mut times: Vec<u128>| {
            // The first rounds open connections and fill caches.
            let mut times = times.split_off(3 * times.len() / (SAMPLES + 3));
            times.sort_unstable();
            Times(times)
        };
        let mut times: Vec<Times> = times.into_iter().map(sorted).collect();
        let without_a_hash = times.pop().unwrap();
        let effects: Vec<f64> = times.iter().map(|one| one.shorter_than(&times[0])).collect();
        for ((name, _), (times, effect)) in KINDS.iter().zip(times.iter().zip(&effects)) {
            report(&engine, name, times, *effect);
        }
        let control = without_a_hash.shorter_than(&times[0]);
        report(&engine, "refused without a hash", &without_a_hash, control);
        for ((name, _), (one, effect)) in KINDS.iter().zip(times.iter().zip(&effects)) {
            assert!((effect - 0.5).abs() < WIDEST, "{name}: {effect:.2}");
            let (one, known) = (one.quarter(2), times[0].quarter(2));
            assert!(one < known * 2 && known < one * 2, "{name}: {one} µs and {known} µs");
        }
        assert!(control > 0.5 + WIDEST, "a hash more or less would be seen: {control:.2}");
    }
}
