//! What changes an account.

use clap::Args;

use super::{Context, Named, Outcome, find_user, view};
use crate::cli::output::Output;
use crate::domain::{access, credentials, lifecycle, signin::EndReason};

/// Set a user's password.
#[derive(Args, Debug)]
pub(in crate::cli) struct SetPassword {
    /// User name, e-mail address or id
    user: String,
    /// Read the password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// The user must choose another one at the next sign-in
    #[arg(long)]
    force_change: bool,
    #[command(flatten)]
    output: Output,
}

/// Block a user.
#[derive(Args, Debug)]
pub(in crate::cli) struct Block {
    /// User name, e-mail address or id
    user: String,
    /// Why: administrators read it
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    output: Output,
}

impl SetPassword {
    /// Ends the sessions: whoever knew the old password may be who opened them.
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let hash = context.new_password().await?;
        context
            .with_database(async |db| {
                let user = find_user(db, &self.user).await?;
                let mut change = context.change(db).await?;
                access::hold(&mut change, user.id).await?;
                credentials::set_password(&mut change, user.id, &hash, self.force_change).await?;
                lifecycle::end_sessions(&mut change, user.id, EndReason::PasswordChanged).await?;
                change.commit().await?;
                view::print(self.output, db, &user, context.now()).await
            })
            .await
    }
}

impl Block {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        if self.reason.trim().is_empty() {
            return Err("a reason is needed".into());
        }
        context
            .with_database(async |db| {
                let user = find_user(db, &self.user).await?;
                let mut change = context.change(db).await?;
                lifecycle::block(&mut change, user.id, self.reason.trim(), None).await?;
                change.commit().await?;
                view::print(self.output, db, &user, context.now()).await
            })
            .await
    }
}

pub(super) async fn allow(named: Named, context: &Context) -> Outcome {
    context
        .with_database(async |db| {
            let user = find_user(db, &named.user).await?;
            let mut change = context.change(db).await?;
            lifecycle::allow(&mut change, user.id).await?;
            change.commit().await?;
            view::print(named.output, db, &user, context.now()).await
        })
        .await
}

pub(super) async fn reset_tries(named: Named, context: &Context) -> Outcome {
    context
        .with_database(async |db| {
            let user = find_user(db, &named.user).await?;
            let mut change = context.change(db).await?;
            credentials::reset_tries(&mut change, user.id).await?;
            change.commit().await?;
            view::print(named.output, db, &user, context.now()).await
        })
        .await
}

pub(super) async fn end_sessions(named: Named, context: &Context) -> Outcome {
    context
        .with_database(async |db| {
            let user = find_user(db, &named.user).await?;
            let mut change = context.change(db).await?;
            lifecycle::end_sessions(&mut change, user.id, EndReason::Administrator).await?;
            // The hold is a write of its own, also when there was nothing to end.
            change.unrecorded("what was ended is recorded; there may have been nothing");
            change.commit().await?;
            view::print(named.output, db, &user, context.now()).await
        })
        .await
}
