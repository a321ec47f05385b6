//! `doorward client …`: what an administrator can do to an application.

mod change;
mod choices;
mod create;
mod show;
mod trusted_devices;

use clap::Subcommand;

use super::{
    Context, Outcome,
    claims::{MapClaims, PreviewClaims},
};

/// Applications that people sign in to.
#[derive(Debug, Subcommand)]
pub(super) enum Client {
    Create(create::Create),
    List(show::List),
    Show(show::Show),
    Update(change::Update),
    /// Refuse an application, its tokens and its secrets from now on; they are kept
    Disable(change::Named),
    /// Take that back
    Enable(change::Named),
    /// Delete an application, with all that it was given
    Delete(change::Named),
    RotateSecret(change::RotateSecret),
    MapClaims(MapClaims),
    Claims(PreviewClaims),
}

impl Client {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Create(command) => command.run(context).await,
            Self::List(command) => command.run(context).await,
            Self::Show(command) => command.run(context).await,
            Self::Update(command) => command.run(context).await,
            Self::Disable(named) => named.set_enabled(context, false).await,
            Self::Enable(named) => named.set_enabled(context, true).await,
            Self::Delete(named) => named.delete(context).await,
            Self::RotateSecret(command) => command.run(context).await,
            Self::MapClaims(command) => command.run(context).await,
            Self::Claims(command) => command.run(context).await,
        }
    }
}
