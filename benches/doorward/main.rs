//! What each operation costs the server: CPU microseconds of its process, beside requests per
//! second and latency, on SQLite and on PostgreSQL.
//!
//! `cargo bench --profile dist --bench doorward [-- --seconds 3 --rounds 5 --connections 16
//! --users 10000 --engine sqlite --only refresh]`
//!
//! It starts the program that Cargo built with it (the one that ships, with that profile), or
//! that of `DOORWARD_BIN`, on empty databases; PostgreSQL is the cluster of `DOORWARD_TEST_POSTGRES`, or one that starts and ends
//! here. Rounds go through all rows in turn, on each engine in turn, so that a slow minute of the
//! machine touches every row; the table shows medians of the rounds. Nothing is asserted: other
//! load on the machine moves times, and CPU per operation by up to twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a driver run by hand: it stops with the reason when anything is not as it should be"
)]

mod connection;
mod measure;
mod operations;
mod options;
mod program;
mod report;
mod setting;

use options::Options;
use program::{Database, Program};
use setting::Setting;

fn main() {
    let options = Options::read();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run(&options));
}

async fn run(options: &Options) {
    let binary = program::binary();
    println!(
        "{}, {} bytes",
        binary.display(),
        binary.metadata().expect("its size").len()
    );
    let databases = Database::all(options);
    let mut settings = Vec::new();
    for database in &databases {
        report::start_times(
            database.engine(),
            &program::start_times(&binary, database).await,
        );
        let program = Program::start(&binary, database.fresh()).await;
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        println!(
            "{}: idle, {} kB resident",
            database.engine(),
            program.resident_kb()
        );
        settings.push(Setting::prepare(program, database.engine(), options).await);
    }
    let mut table = report::Table::default();
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        for operation in operations::ALL.iter().filter(|row| options.wants(row)) {
            for setting in &settings {
                let measured = measure::run(setting, operation, options).await;
                table.add(setting.engine, operation, measured);
            }
        }
    }
    table.print();
    for setting in &settings {
        println!(
            "{}: after load, {} kB resident",
            setting.engine,
            setting.program.resident_kb()
        );
    }
}
