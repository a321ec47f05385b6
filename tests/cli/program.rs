//! The real binary, with a data folder and a database of its own.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

use crate::support::{Engine, empty_database_url};

/// Hashes that cost next to nothing.
const SMALL: [(&str, &str); 2] = [
    ("DOORWARD_PASSWORD_MEMORY_KIB", "64"),
    ("DOORWARD_PASSWORD_PASSES", "1"),
];

pub struct Program {
    pub folder: tempfile::TempDir,
    pub database: String,
}

/// What a run ended with.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Program {
    pub async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = empty_database_url(engine, &folder).await;
        Self { folder, database }
    }

    /// The binary with nothing of this machine's environment, in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare(self.folder.path(), arguments);
        command
            .env("DOORWARD_DATABASE_URL", &self.database)
            .envs(SMALL);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        run(self.command(arguments), "")
    }

    pub fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        run(self.command(arguments), input)
    }

    /// Runs with `--json`, and must end well.
    pub fn json(&self, arguments: &[&str]) -> Json {
        self.json_with(arguments, "")
    }

    pub fn json_with(&self, arguments: &[&str], input: &str) -> Json {
        let mut all = arguments.to_vec();
        all.push("--json");
        let ran = self.run_with(&all, input);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
        assert_eq!(ran.err, "", "{arguments:?}");
        serde_json::from_str(&ran.out).expect("JSON")
    }

    /// Runs, and must be refused with exit code 1 and one line on standard error.
    pub fn refused(&self, arguments: &[&str]) -> String {
        self.refused_with(arguments, "")
    }

    pub fn refused_with(&self, arguments: &[&str], input: &str) -> String {
        self.run_with(arguments, input).refusal()
    }

    pub fn administrator(&self) -> Json {
        let arguments = [
            "admin",
            "create",
            "--username",
            "Ada",
            "--email",
            "ada@example.com",
            "--password-stdin",
        ];
        self.json_with(&arguments, "correct horse battery\n")
    }
}

pub fn bare(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorward"));
    command.args(arguments).current_dir(folder).env_clear();
    command
}

pub fn run(mut command: Command, input: &str) -> Ran {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses before it reads closes its end.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap().into()
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// The one line of a refusal.
    pub fn refusal(self) -> String {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        assert_eq!(self.err.lines().count(), 1, "one line: {}", self.err);
        assert!(self.err.starts_with("doorward: "), "{}", self.err);
        self.err
            .trim_start_matches("doorward: ")
            .trim_end()
            .to_owned()
    }
}

/// The names of an object's members, in order.
pub fn members(value: &Json) -> Vec<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

/// Runs one story with the real binary over each database.
#[macro_export]
macro_rules! with_the_program {
    ($(fn $name:ident($program:ident: Program) $body:block)+) => { $(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn story($program: $crate::program::Program) $body

            #[tokio::test]
            async fn sqlite() {
                story($crate::program::Program::new($crate::support::Engine::Sqlite).await);
            }

            #[tokio::test]
            async fn postgres() {
                story($crate::program::Program::new($crate::support::Engine::Postgres).await);
            }
        }
    )+ };
}
