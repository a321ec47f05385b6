//! `doorward jobs list|retry`

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::{
    Context, Outcome,
    output::{self, Output},
};
use crate::domain::{
    audit::{Actor, Change},
    jobs::{self, JobId, Waiting},
};
use crate::foundation::clock::Timestamp;

/// More are not shown: whoever has so many looks at the first ones.
const MOST_SHOWN: i64 = 500;

/// Work that waits: letters, and applications that are to be told of a sign-out.
#[derive(Debug, Subcommand)]
pub(super) enum Jobs {
    List(List),
    Retry(Retry),
}

/// List the jobs that wait or were given up, with what their last try came to.
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    output: Output,
}

/// Try a job again, from now on, as if it had not failed before.
#[derive(Args, Debug)]
pub(super) struct Retry {
    /// The job
    id: JobId,
}

impl Jobs {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Retry(retry) => retry.run(context).await,
        }
    }
}

impl List {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let jobs = jobs::list(db, MOST_SHOWN).await?;
                let value: Vec<Json> = jobs.iter().map(as_json).collect();
                self.output.print(&value, |value| as_text(value))
            })
            .await
    }
}

impl Retry {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let mut change = Change::begin(db, Actor::CommandLine, context.now()).await?;
                let waits = jobs::retry(&mut change, self.id).await?;
                change.commit().await?;
                if waits {
                    Ok(())
                } else {
                    Err("there is no such job, or it is being done right now".into())
                }
            })
            .await
    }
}

fn as_json(job: &Waiting) -> Json {
    json!({
        "id": job.id,
        "kind": job.kind,
        "state": if job.given_up_at.is_some() { "given up" } else { "waits" },
        "attempts": job.attempts,
        "next_try_at": job.given_up_at.is_none().then(|| job.run_at.to_rfc3339()),
        "given_up_at": job.given_up_at.map(Timestamp::to_rfc3339),
        "created_at": job.created_at.to_rfc3339(),
        "last_error": job.last_error,
    })
}

fn as_text(jobs: &[Json]) -> String {
    let names = [
        "id",
        "kind",
        "state",
        "attempts",
        "next_try_at",
        "last_error",
    ];
    let cell = |job: &Json, name: &str| match &job[name] {
        Json::String(text) => text.clone(),
        Json::Null => "-".to_owned(),
        other => other.to_string(),
    };
    let rows: Vec<_> = jobs
        .iter()
        .map(|job| names.map(|name| cell(job, name)))
        .collect();
    output::columns(names, &rows)
}
