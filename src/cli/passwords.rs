//! `doorward passwords …`: the list of passwords that became known.

use std::{fs::File, io::BufReader, path::PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Outcome,
    output::{self, Output},
};
use crate::domain::credentials;

/// What passwords are checked against.
#[derive(Debug, Subcommand)]
pub(super) enum Passwords {
    /// Make the file for `passwords.breached` from a list of SHA-1 hashes or of plain passwords
    BuildBreachedList(Build),
}

/// Make the file.
#[derive(Args, Debug)]
pub(super) struct Build {
    /// The list: a line `SHA-1:count` (as Have I Been Pwned publishes it), `SHA-1`, or a password
    file: PathBuf,
    /// The file to be made
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Pass over hashes that were seen less often
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    least: u64,
    #[command(flatten)]
    output: Output,
}

impl Passwords {
    pub(super) fn run(self) -> Outcome {
        let Self::BuildBreachedList(build) = self;
        let list = BufReader::with_capacity(1 << 20, File::open(&build.file)?);
        let built = credentials::build_breached_list(list, &build.out, build.least)?;
        let made = json!({ "passwords": built.entries, "passed_over": built.passed_over });
        build.output.print(&made, |_| {
            output::pairs(&[
                ("passwords", Some(built.entries.to_string())),
                ("passed over", Some(built.passed_over.to_string())),
            ])
        })
    }
}
