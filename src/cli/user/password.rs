//! What sets a user's password.

use clap::Args;
use serde_json::json;

use super::{Context, Outcome, find_user, view};
use crate::cli::{output::Output, secret_input};
use crate::domain::{
    access, credentials,
    directory::User,
    lifecycle,
    mail::{self, Occasion, Post},
    signin::EndReason,
};
use crate::foundation::db::Db;

/// Set a user's password.
#[derive(Args, Debug)]
pub(in crate::cli) struct SetPassword {
    /// User name, e-mail address or id
    user: String,
    /// Read the password from standard input
    #[arg(long, required_unless_present = "generate")]
    password_stdin: bool,
    /// Make a password by the policy; the user must choose another one at the next sign-in
    #[arg(long, conflicts_with = "password_stdin")]
    generate: bool,
    /// Send the generated password to the user instead of printing it
    #[arg(long, requires = "generate", conflicts_with = "password_stdin")]
    mail: bool,
    /// The user must choose another one at the next sign-in
    #[arg(long)]
    force_change: bool,
    #[command(flatten)]
    output: Output,
}

impl SetPassword {
    /// Ends the sessions: whoever knew the old password may be who opened them.
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let typed = match self.generate {
            true => None,
            false => Some(secret_input::read()?),
        };
        context
            .with_database(async |db| {
                let user = find_user(db, &self.user).await?;
                let post = context.post(db).await?;
                match typed {
                    Some(typed) => {
                        let must_change = self.force_change;
                        let occasion = Occasion::PasswordSet { must_change };
                        let letter = Some((&post, occasion));
                        set(context, db, &user, (&typed, must_change), letter).await?;
                        view::print(self.output, db, &user, context).await
                    }
                    None => self.generated(context, db, &user, &post).await,
                }
            })
            .await
    }

    async fn generated(&self, context: &Context, db: &Db, user: &User, post: &Post) -> Outcome {
        if self.mail && !post.is_on() {
            return Err("no mail server is set (mail.url): the password cannot be sent".into());
        }
        if self.mail && user.profile.email().is_none() {
            return Err("the user has no e-mail address to send the password to".into());
        }
        let policy = crate::app::password_policy(context.settings())?;
        let password = credentials::generate(&policy);
        let password = password.reveal();
        let letter = self.mail.then(|| {
            let occasion = Occasion::GeneratedPassword {
                password: password.to_owned(),
                must_change: true,
            };
            (post, occasion)
        });
        set(context, db, user, (password, true), letter).await?;
        if self.mail {
            return view::print(self.output, db, user, context).await;
        }
        let made = json!({ "id": user.id, "password": password });
        self.output.print(&made, |_| format!("{password}\n"))
    }
}

async fn set(
    context: &Context,
    db: &Db,
    user: &User,
    (typed, must_change): (&str, bool),
    letter: Option<(&Post, Occasion)>,
) -> Outcome {
    let id = user.id;
    let hash = context
        .new_password(db, typed, Some(id), &user.profile)
        .await?;
    let mut change = context.change(db).await?;
    access::hold(&mut change, id).await?;
    credentials::set_password(&mut change, id, &hash, must_change).await?;
    if let Some((_, Occasion::GeneratedPassword { .. })) = &letter {
        credentials::came_by_mail(&mut change, id).await?;
    } else {
        credentials::is_vouched_for(&mut change, id).await?;
    }
    lifecycle::end_sessions(&mut change, id, EndReason::PasswordChanged).await?;
    if let Some((post, occasion)) = letter {
        mail::notify(&mut change, post, id, occasion).await?;
    }
    Ok(change.commit().await?)
}
