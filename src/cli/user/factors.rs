//! What brings a person back in who has lost what they sign in with.

use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::{Context, Outcome, find_user, view};
use crate::cli::output::{self, Output};
use crate::domain::{access, credentials::temporary_pass, lifecycle};

/// Issue a temporary pass: printed once, good once.
#[derive(Args, Debug)]
pub(in crate::cli) struct IssuePass {
    /// User name, e-mail address or id
    user: String,
    /// How long it is good
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=1440))]
    minutes: u64,
    /// Why: administrators read it
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    output: Output,
}

/// Remove all second factors, passkeys and recovery codes of a user.
#[derive(Args, Debug)]
pub(in crate::cli) struct RemoveMfa {
    /// User name, e-mail address or id
    user: String,
    /// Why: administrators read it
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Do it; without this, only say what it is about
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    output: Output,
}

fn given(reason: &str) -> Outcome<&str> {
    match reason.trim() {
        "" => Err("a reason is needed".into()),
        reason => Ok(reason),
    }
}

impl IssuePass {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let reason = given(&self.reason)?;
        let lifetime = Duration::from_secs(self.minutes * 60);
        context
            .with_database(async |db| {
                let user = find_user(db, &self.user).await?;
                let key = crate::app::master_key(context.settings(), db).await?;
                let mut change = context.change(db).await?;
                access::hold(&mut change, user.id).await?;
                let (pass, until) =
                    temporary_pass::issue_pass(&mut change, &key, user.id, lifetime, reason)
                        .await?;
                change.commit().await?;
                let issued = json!({
                    "id": user.id,
                    "user_name": user.profile.user_name,
                    "pass": pass.shown(),
                    "expires_at": until.to_rfc3339(),
                });
                self.output.print(&issued, |_| {
                    output::pairs(&[
                        ("user name", Some(user.profile.user_name.clone())),
                        ("pass", Some(pass.shown())),
                        ("good until", Some(until.to_rfc3339())),
                    ])
                })
            })
            .await
    }
}

impl RemoveMfa {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let reason = given(&self.reason)?;
        context
            .with_database(async |db| {
                let user = find_user(db, &self.user).await?;
                if !self.yes {
                    let name = &user.profile.user_name;
                    return Err(format!(
                        "this removes every second factor, passkey and recovery code of {name}: say --yes"
                    )
                    .into());
                }
                let post = context.post(db).await?;
                let mut change = context.change(db).await?;
                lifecycle::remove_factors(&mut change, &post, user.id, reason).await?;
                change.commit().await?;
                view::print(self.output, db, &user, context).await
            })
            .await
    }
}
