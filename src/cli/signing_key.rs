//! `doorward signing-key list|rotate`

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::{
    Context, Outcome,
    api_key::duration_argument,
    output::{self, Output},
};
use crate::app::{key_rules, master_key};
use crate::domain::{
    audit::Actor,
    signing_keys::{self, KeyRecord, Rotation},
};
use crate::foundation::clock::Timestamp;

/// The keys that tokens are signed with.
#[derive(Debug, Subcommand)]
pub(super) enum SigningKey {
    List(List),
    Rotate(Rotate),
}

/// List all keys.
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    output: Output,
}

/// Make new keys. They are published at once and sign later, so that applications which
/// keep a copy of the key set know them by then; the old ones stay published until their
/// last token has ended.
#[derive(Args, Debug)]
pub(super) struct Rotate {
    /// How long the new keys are published before they sign [default: the setting
    /// signing_keys.publish_ahead]
    #[arg(long, value_parser = duration_argument)]
    publish_ahead: Option<Duration>,
    /// Sign with the new keys from now on: applications that keep a copy of the key set fail
    /// until they look again
    #[arg(long, conflicts_with = "publish_ahead")]
    now: bool,
    /// The old keys are in wrong hands: publish them no longer, so that no token they signed
    /// counts any more
    #[arg(long, requires = "now")]
    withdraw: bool,
    #[command(flatten)]
    output: Output,
}

impl SigningKey {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Rotate(rotate) => rotate.run(context).await,
        }
    }
}

impl List {
    async fn run(self, context: &Context) -> Outcome {
        let now = context.now();
        context
            .with_database(async |db| {
                let keys = signing_keys::list(db).await?;
                let value: Vec<Json> = keys.iter().map(|key| as_json(key, now)).collect();
                self.output.print(&value, |value| as_text(value))
            })
            .await
    }
}

impl Rotate {
    async fn run(self, context: &Context) -> Outcome {
        let rules = key_rules(context.settings());
        let ahead = match (self.now, self.publish_ahead) {
            (true, _) => Duration::ZERO,
            (false, given) => given.unwrap_or(rules.publish_ahead),
        };
        let how = Rotation {
            withdraw: self.withdraw,
            ..Rotation::ahead(ahead)
        };
        context
            .with_database(async |db| {
                let master = master_key(context.settings(), db).await?;
                // Without keys that sign until then, there would be none.
                signing_keys::create_missing(db, &master, &rules, context.now()).await?;
                let now = context.now();
                let made = signing_keys::rotate(db, Actor::CommandLine, &master, &how, now).await?;
                let keys = signing_keys::list(db).await?;
                let new = keys
                    .iter()
                    .filter(|key| made.iter().any(|made| made.kid == key.kid));
                let value: Vec<Json> = new.map(|key| as_json(key, now)).collect();
                self.output.print(&value, |value| as_text(value))
            })
            .await
    }
}

fn as_json(key: &KeyRecord, now: Timestamp) -> Json {
    json!({
        "kid": key.kid,
        "algorithm": key.algorithm,
        "state": key.phase(now),
        "created_at": key.created_at.to_rfc3339(),
        "signs_from": key.signs_from.to_rfc3339(),
        "signs_until": key.signs_until.map(Timestamp::to_rfc3339),
        "published_until": key.published_until.map(Timestamp::to_rfc3339),
    })
}

fn as_text(keys: &[Json]) -> String {
    let names = [
        "kid",
        "algorithm",
        "state",
        "signs_from",
        "signs_until",
        "published_until",
    ];
    let cell = |key: &Json, name: &str| key[name].as_str().unwrap_or("-").to_owned();
    let rows: Vec<_> = keys
        .iter()
        .map(|key| names.map(|name| cell(key, name)))
        .collect();
    output::columns(names.map(|name| name), &rows)
}
