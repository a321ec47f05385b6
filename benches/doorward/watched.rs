//! A process, watched from outside.

use std::time::Duration;

/// A server process and what it has started.
#[derive(Clone, Copy)]
pub struct Watched(pub u32);

impl Watched {
    /// Processor time used so far, user and system, by all threads.
    pub fn cpu(self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0)).expect("its stat");
        // The name in brackets may hold blanks: count the fields after it.
        let (_, rest) = stat.rsplit_once(") ").expect("fields");
        let fields: Vec<&str> = rest.split(' ').collect();
        let ticks: u64 = [11, 12]
            .map(|at| fields[at].parse::<u64>().expect("ticks"))
            .iter()
            .sum();
        // A tick is 10 ms wherever Linux runs (USER_HZ).
        Duration::from_millis(ticks * 10)
    }

    pub fn resident_kb(self) -> u64 {
        self.kb("VmRSS:")
    }

    /// The most that it ever had.
    pub fn peak_kb(self) -> u64 {
        self.kb("VmHWM:")
    }

    fn kb(self, name: &str) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.0)).expect("its status");
        let line = status
            .lines()
            .find(|line| line.starts_with(name))
            .expect("the line");
        let number = line.split_whitespace().nth(1).expect("a number");
        number.parse().expect("a number")
    }
}
