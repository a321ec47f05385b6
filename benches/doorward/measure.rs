//! One row, once: all connections at work for a while, watched from outside.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::operations::Lane;
use crate::options::Options;
use crate::setting::Setting;

pub struct Measured {
    pub cpu_micros: f64,
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
}

/// Ends the name of a row beside which others sign in; the CPU of both is counted.
pub const BESIDE: &str = ", beside sign-ins";

const WARM_UP: Duration = Duration::from_millis(300);

pub async fn run(setting: &Setting, operation: &str, options: &Options) -> Measured {
    let mut lanes = Vec::new();
    let mut beside = Vec::new();
    // The last connections sign in without pause in a row that says so.
    let (operation, signing_in) = match operation.strip_suffix(BESIDE) {
        Some(operation) => (operation, options.connections / 2),
        None => (operation, 0),
    };
    for number in 0..options.connections {
        if number < options.connections - signing_in {
            lanes.push(Lane::open(setting, operation, number).await);
        } else {
            beside.push(Lane::open(setting, "password sign-in", number).await);
        }
    }
    work(&mut lanes, WARM_UP).await;
    let (cpu, began) = (setting.watched.cpu(), Instant::now());
    let (mut times, _) = tokio::join!(
        work(&mut lanes, options.seconds),
        work(&mut beside, options.seconds)
    );
    let (cpu, took) = (setting.watched.cpu() - cpu, began.elapsed());
    times.sort_unstable();
    let count = times.len();
    let quantile = |part: f64| times[((count - 1) as f64 * part).round() as usize];
    Measured {
        cpu_micros: cpu.as_secs_f64() * 1e6 / count as f64,
        per_second: count as f64 / took.as_secs_f64(),
        p50: quantile(0.5),
        p99: quantile(0.99),
    }
}

async fn work(lanes: &mut [Lane<'_>], time: Duration) -> Vec<Duration> {
    let until = Instant::now() + time;
    let all = lanes.iter_mut().map(|lane| async move {
        let mut times = Vec::new();
        while Instant::now() < until {
            let began = Instant::now();
            lane.step().await;
            times.push(began.elapsed());
        }
        times
    });
    join_all(all).await.concat()
}
