//! `doorward admin create`

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    Context, Outcome,
    output::{self, Output},
    secret_input,
};
use crate::domain::{
    credentials,
    directory::{self, NewUser, Profile},
};

/// Administrators.
#[derive(Debug, Subcommand)]
pub(super) enum Admin {
    Create(Create),
}

/// Create an administrator.
#[derive(Args, Debug)]
pub(super) struct Create {
    /// The name to sign in with
    #[arg(long)]
    username: String,
    /// The e-mail address; it can be signed in with, too
    #[arg(long)]
    email: String,
    /// Read the password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    #[command(flatten)]
    output: Output,
}

impl Admin {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Create(create) => create.run(context).await,
        }
    }
}

impl Create {
    async fn run(self, context: &Context) -> Outcome {
        let typed = secret_input::read()?;
        let profile = Profile::named(self.username.as_str()).with_email(&self.email);
        context
            .with_database(async |db| {
                let hash = context.new_password(db, &typed, None, &profile).await?;
                let mut change = context.change(db).await?;
                let wanted = NewUser {
                    profile,
                    active: true,
                    administrator: true,
                };
                let user = directory::create_user(&mut change, wanted).await?;
                credentials::set_password(&mut change, user.id, &hash, false).await?;
                change.commit().await?;
                let made = json!({
                    "id": user.id,
                    "user_name": user.profile.user_name,
                    "email": self.email,
                    "administrator": true,
                });
                self.output.print(&made, |_| {
                    output::pairs(&[
                        ("id", Some(user.id.to_string())),
                        ("user name", Some(user.profile.user_name.clone())),
                        ("e-mail", Some(self.email.clone())),
                    ])
                })
            })
            .await
    }
}
