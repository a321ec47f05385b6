//! The background worker: jobs, retention, what falls due by itself, and the look whether what
//! is kept in memory has changed in the database.
//!
//! A stop lets the jobs under way end, within a bound, and hands back what is still held,
//! so that another worker takes it at once and not when the lease ends.

use std::{collections::HashMap, pin::Pin, sync::Arc, time::Duration};

use serde_json::Value as Json;
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::MissedTickBehavior,
};

use super::{config::Settings, due, retention};
use crate::{
    domain::{
        audit::{Actor, Change},
        jobs::{self, Claimed, Failed, Job, WorkerId},
    },
    foundation::db::Error,
    http::web::State,
};

/// How often due jobs and changed snapshots are looked for.
const LOOK: Duration = Duration::from_secs(1);
/// Jobs that run at a time.
const MOST_JOBS: usize = 4;
/// A job must be done well before its lease ends, or two workers would run it.
const JOB_PATIENCE: Duration = Duration::from_secs(45);
/// How long a stop waits for jobs under way.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

type Running = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
type Handler = Arc<dyn Fn(State, Json) -> Running + Send + Sync>;

/// What the worker can do, before it is started.
pub struct Worker {
    state: State,
    id: WorkerId,
    settings: Settings,
    handlers: HashMap<&'static str, Handler>,
}

/// A worker at work.
pub struct AtWork {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Worker {
    /// A worker that knows every kind of job of this program.
    pub fn new(state: State, settings: &Settings) -> Self {
        Self {
            id: WorkerId::new(state.clock.now()),
            state,
            settings: settings.clone(),
            handlers: HashMap::new(),
        }
    }

    /// Teaches it a kind of job. The handler's error is kept with the job, so it holds no
    /// secret.
    #[must_use]
    pub fn with<J, F>(mut self, handler: fn(State, J) -> F) -> Self
    where
        J: Job + Send + 'static,
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        let run = move |state: State, payload: Json| -> Running {
            match serde_json::from_value::<J>(payload) {
                Ok(job) => Box::pin(handler(state, job)),
                Err(error) => Box::pin(async move { Err(format!("cannot be read: {error}")) }),
            }
        };
        self.handlers.insert(J::KIND, Arc::new(run));
        self
    }

    /// Starts it.
    pub fn start(self) -> AtWork {
        let (stop, stopped) = watch::channel(false);
        AtWork {
            stop,
            task: tokio::spawn(self.work(stopped)),
        }
    }

    /// Sweeping stands beside the rest: a long sweep must not keep a revoked client or a new
    /// key from being seen within a second.
    async fn work(self, stopped: watch::Receiver<bool>) {
        tokio::join!(
            self.sweep(stopped.clone()),
            self.do_what_is_due(stopped.clone()),
            self.look(stopped),
        );
    }

    async fn do_what_is_due(&self, mut stopped: watch::Receiver<bool>) {
        let mut look = every(LOOK);
        let rounds = async {
            loop {
                look.tick().await;
                due::round(&self.state).await;
            }
        };
        // What is cut short is undone, and found due at the next start.
        tokio::select! {
            _ = stopped.changed() => {}
            () = rounds => {}
        }
    }

    async fn sweep(&self, mut stopped: watch::Receiver<bool>) {
        let mut round = every(self.settings.background.interval);
        let rounds = async {
            loop {
                round.tick().await;
                retention::sweep(&self.state.db, &self.state.clock, &self.settings).await;
            }
        };
        // A batch that is cut short is undone, and swept at the next start.
        tokio::select! {
            _ = stopped.changed() => {}
            () = rounds => {}
        }
    }

    async fn look(&self, mut stopped: watch::Receiver<bool>) {
        let mut look = every(LOOK);
        let mut under_way = JoinSet::new();
        loop {
            tokio::select! {
                _ = stopped.changed() => break,
                _ = look.tick() => {
                    self.refresh().await;
                    self.take_jobs(&mut under_way).await;
                }
                Some(_) = under_way.join_next() => self.take_jobs(&mut under_way).await,
            }
        }
        self.end(under_way).await;
    }

    async fn refresh(&self) {
        if let Err(error) = self.state.refresh().await {
            tracing::warn!(%error, "what is kept in memory could not be compared with the database");
        }
        match self.state.rotate_keys_when_due().await {
            Ok(false) => {}
            Ok(true) => {
                tracing::info!("new signing keys are published, and sign when their time has come")
            }
            Err(error) => tracing::warn!(%error, "signing keys are due and could not be made"),
        }
    }

    /// Takes as many jobs as there is room for. A database that does not answer is told
    /// of, and asked again at the next look.
    async fn take_jobs(&self, under_way: &mut JoinSet<()>) {
        let room = MOST_JOBS.saturating_sub(under_way.len());
        match self.claim(room).await {
            Ok(claimed) => {
                for job in claimed {
                    under_way.spawn(self.run(job));
                }
            }
            Err(error) => tracing::warn!(%error, "jobs cannot be taken"),
        }
    }

    async fn claim(&self, room: usize) -> Result<Vec<Claimed>, Error> {
        let now = self.state.clock.now();
        if room == 0 || !jobs::is_due(&self.state.db, now).await? {
            return Ok(Vec::new());
        }
        let mut change = Change::begin(&self.state.db, Actor::System, now).await?;
        let claimed = jobs::claim(&mut change, self.id, i64::try_from(room).unwrap_or(1)).await?;
        change.commit().await?;
        Ok(claimed)
    }

    fn run(&self, job: Claimed) -> impl Future<Output = ()> + Send + 'static {
        let handler = self.handlers.get(job.kind.as_str()).cloned();
        let state = self.state.clone();
        async move {
            let done = match handler {
                None => Err(format!("this program knows no job {}", job.kind)),
                Some(handler) => run_bounded(handler(state.clone(), job.payload.clone())).await,
            };
            if let Err(error) = settle(&state, &job, done).await {
                tracing::warn!(%error, job = %job.id, "what became of a job could not be written");
            }
        }
    }

    async fn end(&self, mut under_way: JoinSet<()>) {
        let ended = async { while under_way.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_PATIENCE, ended).await.is_err() {
            under_way.shutdown().await;
        }
        match self.hand_back().await {
            Ok(0) => {}
            Ok(jobs) => tracing::info!(jobs, "jobs handed back"),
            Err(error) => tracing::warn!(%error, "jobs could not be handed back"),
        }
    }

    async fn hand_back(&self) -> Result<u64, Error> {
        let mut change =
            Change::begin(&self.state.db, Actor::System, self.state.clock.now()).await?;
        let jobs = jobs::hand_back(&mut change, self.id).await?;
        change.commit().await?;
        Ok(jobs)
    }
}

impl AtWork {
    /// Lets the jobs under way end, hands back the rest, and returns when that is done.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        if self.task.await.is_err() {
            tracing::error!("the background worker had panicked");
        }
    }
}

async fn run_bounded(running: Running) -> Result<(), String> {
    tokio::time::timeout(JOB_PATIENCE, running)
        .await
        .unwrap_or_else(|_| Err("took too long".to_owned()))
}

async fn settle(state: &State, job: &Claimed, done: Result<(), String>) -> Result<(), Error> {
    let mut change = Change::begin(&state.db, Actor::System, state.clock.now()).await?;
    match done {
        Ok(()) => {
            jobs::complete(&mut change, job).await?;
        }
        Err(reason) => {
            let failed = jobs::fail(&mut change, job, &reason).await?;
            let given_up = failed == Failed::GivenUp;
            tracing::warn!(job = %job.id, kind = job.kind, attempts = job.attempts, given_up, reason, "a job failed");
        }
    }
    change.commit().await
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
