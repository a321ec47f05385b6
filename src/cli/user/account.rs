//! What changes an account.

use clap::Args;

use super::{Context, Named, Outcome, find_user, view};
use crate::cli::output::Output;
use crate::domain::{
    access, audit::Change, credentials, directory::UserId, lifecycle, signin::EndReason,
};

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
        let named = Named {
            user: self.user,
            output: self.output,
        };
        change(named, context, async |change, user| {
            access::hold(change, user).await?;
            credentials::set_password(change, user, &hash, self.force_change).await?;
            lifecycle::end_sessions(change, user, EndReason::PasswordChanged).await?;
            Ok(())
        })
        .await
    }
}

impl Block {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let reason = self.reason.trim();
        if reason.is_empty() {
            return Err("a reason is needed".into());
        }
        let named = Named {
            user: self.user,
            output: self.output,
        };
        change(named, context, async |change, user| {
            Ok(lifecycle::block(change, user, reason, None).await?)
        })
        .await
    }
}

pub(super) async fn allow(named: Named, context: &Context) -> Outcome {
    change(named, context, async |change, user| {
        lifecycle::allow(change, user).await?;
        Ok(())
    })
    .await
}

pub(super) async fn reset_tries(named: Named, context: &Context) -> Outcome {
    change(named, context, async |change, user| {
        credentials::reset_tries(change, user).await?;
        Ok(())
    })
    .await
}

pub(super) async fn end_sessions(named: Named, context: &Context) -> Outcome {
    change(named, context, async |change, user| {
        lifecycle::end_sessions(change, user, EndReason::Administrator).await?;
        Ok(())
    })
    .await
}

/// Changes a user in one change, and shows what came of it.
async fn change(
    named: Named,
    context: &Context,
    work: impl AsyncFnOnce(&mut Change, UserId) -> Outcome,
) -> Outcome {
    context
        .with_database(async |db| {
            let user = find_user(db, &named.user).await?;
            let mut change = context.change(db).await?;
            work(&mut change, user.id).await?;
            change.commit().await?;
            view::print(named.output, db, &user, context.now()).await
        })
        .await
}
