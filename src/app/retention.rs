//! What has ended is swept away in small batches, so that no table grows for ever and no
//! sweep holds up a request: between two batches the writer is free.

use std::{pin::Pin, time::Duration};

use super::config::Settings;
use crate::{
    domain::{
        api_keys,
        audit::{self, Actor, Change},
        clients, credentials, devices, directory, email_changes, grants, jobs, ledger, signin,
        signing_keys, tries,
    },
    foundation::{
        clock::Clock,
        db::{Db, Error},
    },
};

/// Rows that one transaction removes at most.
const BATCH: i64 = 500;
/// Pause between two batches.
const PAUSE: Duration = Duration::from_millis(20);
/// Batches of one table in one round; the next round goes on.
const MOST_BATCHES: usize = 200;

/// Removes up to [`BATCH`] rows that had ended so long ago; how many it removed.
type Sweep = for<'c> fn(
    &'c mut Change,
    &'c Settings,
) -> Pin<Box<dyn Future<Output = Result<u64, Error>> + Send + 'c>>;

/// What is swept. How long something is kept after its end is for its module to say.
const SWEEPS: &[(&str, Sweep)] = &[
    ("sign-ins", |change, _| {
        Box::pin(signin::sweep_sign_ins(change, BATCH))
    }),
    ("links to choose a password", |change, _| {
        Box::pin(signin::sweep_links(change, BATCH))
    }),
    ("changes of e-mail addresses", |change, _| {
        Box::pin(email_changes::sweep(change, BATCH))
    }),
    ("sessions", |change, _| {
        Box::pin(signin::sweep_sessions(change, BATCH))
    }),
    ("devices", |change, _| {
        Box::pin(devices::sweep(change, BATCH))
    }),
    ("tries", |change, _| Box::pin(tries::sweep(change, BATCH))),
    ("WebAuthn challenges", |change, _| {
        Box::pin(credentials::webauthn::sweep(change, BATCH))
    }),
    ("grants", |change, _| Box::pin(grants::sweep(change))),
    ("jobs that were given up", |change, _| {
        Box::pin(jobs::sweep(change, BATCH))
    }),
    ("signing keys", |change, _| {
        Box::pin(signing_keys::sweep(change, BATCH))
    }),
    ("used assertions", |change, _| {
        Box::pin(clients::assertion::sweep(change, BATCH))
    }),
    ("ended secrets of applications", |change, _| {
        Box::pin(clients::sweep_ended_secrets(change, BATCH))
    }),
    ("applications that registered themselves", |change, _| {
        Box::pin(clients::sweep_self_registered(change, BATCH))
    }),
    ("API keys", |change, _| {
        Box::pin(api_keys::sweep(change, BATCH))
    }),
    ("directory totals", |change, _| {
        Box::pin(directory::fold_totals(change, BATCH))
    }),
    ("audit events", |change, settings| {
        let before = change.now().minus(settings.background.keep_audit);
        Box::pin(audit::sweep(change, before, BATCH))
    }),
    ("ledger entries", |change, settings| {
        let before = change.now().minus(settings.ledger.keep);
        Box::pin(ledger::sweep(change, before, BATCH))
    }),
];

/// One round over everything. A table that fails is told of and does not stop the rest.
pub async fn sweep(db: &Db, clock: &Clock, settings: &Settings) {
    for (what, sweep) in SWEEPS {
        match sweep_one(db, clock, settings, *sweep).await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(what, rows, "swept"),
            Err(error) => {
                tracing::warn!(what, %error, "a sweep failed; the next round tries again")
            }
        }
    }
}

async fn sweep_one(
    db: &Db,
    clock: &Clock,
    settings: &Settings,
    sweep: Sweep,
) -> Result<u64, Error> {
    let mut total = 0;
    for _ in 0..MOST_BATCHES {
        let mut change = Change::begin(db, Actor::System, clock.now()).await?;
        change.unrecorded("a sweep of what had ended");
        let rows = sweep(&mut change, settings).await?;
        change.commit().await?;
        total += rows;
        // A sweep of several tables may find each of them short of a batch: done is
        // when there is nothing.
        if rows == 0 {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(total)
}
