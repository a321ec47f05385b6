//! What the command line asks for.

use std::str::FromStr;
use std::time::Duration;

pub struct Options {
    pub seconds: Duration,
    pub rounds: usize,
    pub connections: usize,
    pub users: usize,
    pub engine: Option<String>,
    only: Option<String>,
}

impl Options {
    pub fn read() -> Self {
        // Cargo adds `--bench` of its own.
        let words: Vec<String> = std::env::args()
            .skip(1)
            .filter(|word| word != "--bench")
            .collect();
        for name in words.iter().step_by(2) {
            let known = [
                "--seconds",
                "--rounds",
                "--connections",
                "--users",
                "--engine",
                "--only",
            ];
            assert!(known.contains(&name.as_str()), "{name}: one of {known:?}");
        }
        Self {
            seconds: Duration::from_secs_f64(value(&words, "--seconds").unwrap_or(3.0)),
            rounds: value(&words, "--rounds").unwrap_or(3),
            connections: value(&words, "--connections").unwrap_or(16),
            users: value(&words, "--users").unwrap_or(10_000),
            engine: value(&words, "--engine"),
            only: value(&words, "--only"),
        }
    }

    pub fn wants(&self, row: &str) -> bool {
        self.only.as_deref().is_none_or(|only| row.contains(only))
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
