//! What each operation costs the server: CPU microseconds of its process, beside requests per
//! second and latency, on SQLite and on PostgreSQL, beside another build and beside peers.
//!
//! `cargo bench --profile dist --bench doorward [-- --seconds 3 --rounds 5 --connections 16
//! --users 10000,1000000 --group 100000 --engine sqlite --only refresh,userinfo --tokens 1000000
//! --against OTHER_BUILD --peers scim2-server,scimmy,oidc-provider --peer-users 10000]`
//!
//! It starts the program that Cargo built with it (the one that ships, with that profile), or
//! that of `DOORWARD_BIN`, on empty databases; PostgreSQL is the cluster of
//! `DOORWARD_TEST_POSTGRES`, or one that starts and ends here. Rounds go through all rows in
//! turn, in each program in turn, so that a slow minute of the machine touches every row; the
//! table shows medians of the rounds. Nothing is asserted: other load on the machine moves
//! times, and CPU per operation by up to twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a driver run by hand: it stops with the reason when anything is not as it should be"
)]

mod applications;
mod connection;
mod loader;
mod measure;
mod operations;
mod options;
mod peers;
mod people;
mod program;
mod report;
mod setting;
mod watched;

use std::path::Path;

use options::Options;
use peers::Peer;
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
    let databases = Database::all(options);
    let mut settings = Vec::new();
    let builds = [Some(program::binary()), options.against.clone()];
    for (number, binary) in builds.iter().flatten().enumerate() {
        let size = binary.metadata().expect("its size").len();
        println!("{}, {size} bytes", binary.display());
        for database in &databases {
            let mut name = database.engine().to_owned();
            if number > 0 {
                name.push_str(", other build");
            }
            for count in &options.users {
                let name = match options.users.as_slice() {
                    [_] => name.clone(),
                    _ => format!("{name}, {count} users"),
                };
                settings.push(prepare(binary, database, (name, *count), options, 0).await);
            }
            if options.tokens > 0 {
                let name = format!("{name}, {} grants", options.tokens);
                let tokens = options.tokens;
                let named = (name, options.users[0]);
                settings.push(prepare(binary, database, named, options, tokens).await);
            }
        }
    }
    for peer in &options.peers {
        settings.push(Setting::of_peer(Peer::start(peer).await, options).await);
    }
    let table = rounds(&settings, options).await;
    table.print();
    for setting in &settings {
        println!(
            "{}: after load, {} kB resident, at most {}",
            setting.name,
            setting.watched.resident_kb(),
            setting.watched.peak_kb()
        );
    }
}

async fn prepare(
    binary: &Path,
    database: &Database,
    (name, users): (String, usize),
    options: &Options,
    tokens: usize,
) -> Setting {
    if tokens == 0 {
        report::start_times(&name, &program::start_times(binary, database).await);
    }
    let program = Program::start(binary, database.fresh()).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let idle = program.watched().resident_kb();
    println!("{name}: idle, {idle} kB resident");
    let url = program.database_url();
    let setting = Setting::prepare(program, name, users, options).await;
    match tokens {
        0 => setting,
        count => setting.with_tokens(&url, count).await,
    }
}

async fn rounds(settings: &[Setting], options: &Options) -> report::Table {
    let mut table = report::Table::default();
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        for operation in operations::ALL.iter().filter(|row| options.wants(row)) {
            for setting in settings {
                if operations::can(setting, operation) {
                    let measured = measure::run(setting, operation, options).await;
                    table.add(&setting.name, operation, measured);
                }
            }
        }
    }
    table
}
