//! `doorward connection create|list|show|rotate|set|keys|trust|distrust|disable|enable|
//! release-ownership|ledger|dry-run|release`

mod dry_run;
mod ledger;
mod ownership;
mod proof;
mod release;
mod secrets;
mod settings;
mod view;

use clap::{Args, Subcommand};

use super::{Context, Outcome, output::Output};
use crate::domain::connections::{self, Connection};
use crate::foundation::db::Db;

/// Provisioning sources: Entra ID, OneLogin, Okta and others that speak SCIM.
#[derive(Debug, Subcommand)]
pub(super) enum ConnectionCommand {
    Create(secrets::Create),
    List(view::List),
    Show(view::Show),
    Rotate(secrets::Rotate),
    Set(settings::Set),
    Keys(proof::Keys),
    Trust(proof::Trust),
    Distrust(proof::Distrust),
    /// End all that a connection may do, at once
    Disable(Named),
    /// Allow a disabled connection again; its access tokens are not brought back
    Enable(Named),
    ReleaseOwnership(ownership::ReleaseOwnership),
    Ledger(ledger::Ledger),
    DryRun(dry_run::DryRun),
    /// Let a connection that the brake holds go on: its count begins anew
    Release(Named),
}

/// A command about one connection.
#[derive(Args, Debug)]
pub(super) struct Named {
    /// Its id, or its name
    connection: String,
    #[command(flatten)]
    output: Output,
}

impl ConnectionCommand {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Create(create) => create.run(context).await,
            Self::List(list) => list.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Rotate(rotate) => rotate.run(context).await,
            Self::Set(set) => set.run(context).await,
            Self::Keys(keys) => keys.run(context).await,
            Self::Trust(trust) => trust.run(context).await,
            Self::Distrust(distrust) => distrust.run(context).await,
            Self::Disable(named) => settings::set_enabled(named, context, false).await,
            Self::Enable(named) => settings::set_enabled(named, context, true).await,
            Self::ReleaseOwnership(release) => release.run(context).await,
            Self::Ledger(ledger) => ledger.run(context).await,
            Self::DryRun(dry_run) => dry_run.run(context).await,
            Self::Release(named) => release::run(named, context).await,
        }
    }
}

/// The connection that is meant: by its id, or by its name.
async fn find(db: &Db, meant: &str) -> Outcome<Connection> {
    let all = connections::list(db).await?;
    let found = all
        .into_iter()
        .find(|connection| connection.id.to_string() == meant || connection.name == meant);
    Ok(found.ok_or_else(|| format!("there is no connection {meant}"))?)
}
