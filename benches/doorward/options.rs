//! What the command line asks for.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

pub struct Options {
    pub seconds: Duration,
    pub rounds: usize,
    pub connections: usize,
    /// People in the directory: a server of each engine for each of the numbers.
    pub users: Vec<usize>,
    /// Members of the one group.
    pub group: usize,
    /// Sign-ins and grants that a second server of each engine has behind it.
    pub tokens: usize,
    /// Another build of the program, measured beside this one.
    pub against: Option<PathBuf>,
    /// Peers by name, with commas between.
    pub peers: Vec<String>,
    pub peer_users: usize,
    pub engine: Option<String>,
    only: Vec<String>,
}

const NAMES: [&str; 11] = [
    "--seconds",
    "--rounds",
    "--connections",
    "--users",
    "--group",
    "--tokens",
    "--against",
    "--peers",
    "--peer-users",
    "--engine",
    "--only",
];

impl Options {
    pub fn read() -> Self {
        // Cargo adds `--bench` of its own.
        let words: Vec<String> = std::env::args()
            .skip(1)
            .filter(|word| word != "--bench")
            .collect();
        for name in words.iter().step_by(2) {
            assert!(NAMES.contains(&name.as_str()), "{name}: one of {NAMES:?}");
        }
        let list = |name: &str| -> Vec<String> {
            let text: String = value(&words, name).unwrap_or_default();
            let parts = text.split(',').filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        let count = |text: &String| text.parse().expect("a number of people");
        let users: Vec<usize> = match list("--users").as_slice() {
            [] => vec![10_000],
            given => given.iter().map(count).collect(),
        };
        Self {
            seconds: Duration::from_secs_f64(value(&words, "--seconds").unwrap_or(3.0)),
            rounds: value(&words, "--rounds").unwrap_or(3),
            connections: value(&words, "--connections").unwrap_or(16),
            group: value(&words, "--group").unwrap_or(usize::MAX),
            tokens: value(&words, "--tokens").unwrap_or(0),
            against: value(&words, "--against"),
            peers: list("--peers"),
            peer_users: value(&words, "--peer-users").unwrap_or(users[0]),
            users,
            engine: value(&words, "--engine"),
            only: list("--only"),
        }
    }

    /// Whether a row is asked for: by any of the words of `--only`, or all of them.
    pub fn wants(&self, row: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| row.contains(only))
    }
}

fn value<T: FromStr>(words: &[String], name: &str) -> Option<T> {
    let at = words.iter().position(|word| word == name)?;
    let text = words
        .get(at + 1)
        .unwrap_or_else(|| panic!("{name} takes a value"));
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} {text}: not understood")),
    )
}
