//! `doorward user …`: what an administrator can do to a user.

mod account;
mod factors;
mod listing;
mod password;
mod validity;
mod view;

use clap::{Args, Subcommand};

use super::{Context, Outcome, output::Output};
use crate::domain::directory::{self, User};
use crate::foundation::db::{Db, Error};

/// Users. USER is a user name, an e-mail address or an id.
#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Show a user: who it is, what stands against its access, its failed tries
    Show(Named),
    /// List all users
    List(listing::List),
    /// Set a password; ends the user's sessions
    SetPassword(password::SetPassword),
    /// Block a user: sessions, grants and API keys end at once
    Block(account::Block),
    /// Take a block back; nothing that was ended comes back
    Allow(Named),
    /// Say from when and until when a user has access; its end ends what a block ends
    SetValidity(validity::SetValidity),
    /// Issue a temporary pass, for a person who can sign in with nothing else
    IssuePass(factors::IssuePass),
    /// Remove all second factors, passkeys and recovery codes
    RemoveMfa(factors::RemoveMfa),
    /// Require no second factor of a user, whatever the policy says
    ExemptMfa(account::ExemptMfa),
    /// Take an exemption back
    EnforceMfa(Named),
    /// Forget the browsers in which a user has signed in, and that they trust them
    ForgetDevices(Named),
    /// Forget the failed tries
    ResetTries(Named),
    /// End all sessions, and what applications hold for the user
    EndSessions(Named),
}

/// A user, and how to answer.
#[derive(Args, Debug)]
pub(super) struct Named {
    /// User name, e-mail address or id
    user: String,
    #[command(flatten)]
    output: Output,
}

/// Nobody, or more than one, is meant.
#[derive(Debug, thiserror::Error)]
enum NotFound {
    #[error("no user has this user name, e-mail address or id: {0}")]
    Nobody(String),
    #[error(transparent)]
    Database(#[from] Error),
}

/// The user that is meant: by id, or else by user name, or else by an e-mail address that
/// one user alone has.
pub(super) async fn find_user(db: &Db, meant: &str) -> Outcome<User> {
    Ok(find(db, meant).await?)
}

async fn find(db: &Db, meant: &str) -> Result<User, NotFound> {
    if let Ok(id) = meant.parse()
        && let Some(user) = directory::find_user(db, id).await?
    {
        return Ok(user);
    }
    let found = directory::find_for_sign_in(db, meant).await?;
    found.ok_or_else(|| NotFound::Nobody(meant.to_owned()))
}

impl UserCommand {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Show(named) => view::show(named, context).await,
            Self::List(list) => list.run(context).await,
            Self::SetPassword(command) => command.run(context).await,
            Self::Block(command) => command.run(context).await,
            Self::Allow(named) => account::allow(named, context).await,
            Self::SetValidity(command) => command.run(context).await,
            Self::IssuePass(command) => command.run(context).await,
            Self::RemoveMfa(command) => command.run(context).await,
            Self::ExemptMfa(command) => command.run(context).await,
            Self::EnforceMfa(named) => account::enforce_mfa(named, context).await,
            Self::ForgetDevices(named) => account::forget_devices(named, context).await,
            Self::ResetTries(named) => account::reset_tries(named, context).await,
            Self::EndSessions(named) => account::end_sessions(named, context).await,
        }
    }
}
