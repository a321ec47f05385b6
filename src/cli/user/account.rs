//! What changes an account.

use std::time::Duration;

use clap::Args;

use super::{Context, Named, Outcome, find_user, view};
use crate::cli::{api_key::duration_argument, output::Output};
use crate::domain::{
    audit::Change, devices, directory::UserId, lifecycle, mfa, signin::EndReason, tries,
};

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

/// Require no second factor of a user.
#[derive(Args, Debug)]
pub(in crate::cli) struct ExemptMfa {
    /// User name, e-mail address or id
    user: String,
    /// Why: administrators read it
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// For how long, such as 7d [default: until `enforce-mfa`]
    #[arg(long, value_name = "DURATION", value_parser = duration_argument)]
    lasting: Option<Duration>,
    #[command(flatten)]
    output: Output,
}

impl ExemptMfa {
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
            let until = self.lasting.map(|lasting| change.now().plus(lasting));
            Ok(mfa::exempt(change, user, reason, until).await?)
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
        tries::reset_tries(change, user).await?;
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

pub(super) async fn enforce_mfa(named: Named, context: &Context) -> Outcome {
    change(named, context, async |change, user| {
        mfa::enforce(change, user).await?;
        change.unrecorded("there may be no exemption to take back");
        Ok(())
    })
    .await
}

pub(super) async fn forget_devices(named: Named, context: &Context) -> Outcome {
    change(named, context, async |change, user| {
        devices::forget_all(change, user).await?;
        change.unrecorded("there may be no device to forget");
        Ok(())
    })
    .await
}

/// Changes a user in one change, and shows what came of it.
pub(super) async fn change(
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
            view::print(named.output, db, &user, context).await
        })
        .await
}
