//! The table.

use std::time::Duration;

use crate::measure::Measured;

#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

struct Row {
    operation: String,
    program: String,
    rounds: Vec<Measured>,
}

impl Table {
    pub fn add(&mut self, program: &str, operation: &str, measured: Measured) {
        let found = self
            .rows
            .iter_mut()
            .find(|row| row.program == program && row.operation == operation);
        match found {
            Some(row) => row.rounds.push(measured),
            None => self.rows.push(Row {
                operation: operation.to_owned(),
                program: program.to_owned(),
                rounds: vec![measured],
            }),
        }
    }

    /// Medians of the rounds.
    pub fn print(&self) {
        println!();
        println!(
            "| operation | program | server CPU µs/op | per second | p50 ms | p99 ms | CPU of the rounds |"
        );
        println!("|---|---|---:|---:|---:|---:|---|");
        for row in &self.rows {
            let spread: Vec<String> = row
                .rounds
                .iter()
                .map(|one| format!("{:.0}", one.cpu_micros))
                .collect();
            println!(
                "| {} | {} | {:.0} | {:.0} | {:.2} | {:.2} | {} |",
                row.operation,
                row.program,
                row.median(|one| one.cpu_micros),
                row.median(|one| one.per_second),
                row.median(|one| one.p50.as_secs_f64() * 1e3),
                row.median(|one| one.p99.as_secs_f64() * 1e3),
                spread.join(" "),
            );
        }
        println!();
    }
}

impl Row {
    fn median(&self, of: impl Fn(&Measured) -> f64) -> f64 {
        let mut values: Vec<f64> = self.rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    }
}

pub fn start_times(program: &str, [empty, existing]: &[Vec<Duration>; 2]) {
    for (place, times) in [("an empty place", empty), ("existing data", existing)] {
        let mut millis: Vec<u128> = times.iter().map(Duration::as_millis).collect();
        millis.sort_unstable();
        println!(
            "{program}: first answer on {place} after {} ms (of {} starts: {millis:?})",
            millis[millis.len() / 2],
            millis.len(),
        );
    }
}
