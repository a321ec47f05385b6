//! `doorward client update|disable|enable|delete|rotate-secret`

use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::choices::Choices;
use crate::cli::{
    Context, Outcome,
    api_key::duration_argument,
    claims::find_client,
    output::{self, Output},
};
use crate::domain::clients::{self, ClientId, Revised, Rotation, Scope};
use crate::foundation::clock::Timestamp;

/// Change what an application registered; its `client_id` and its secrets stay. A file of
/// metadata replaces all of it; without a file, only what the options say changes.
#[derive(Args, Debug)]
pub(in crate::cli) struct Update {
    /// Its `client_id`
    client_id: String,
    /// What people read on the consent page
    #[arg(long)]
    name: Option<String>,
    /// The most that it may ask for
    #[arg(long)]
    scope: Option<Scope>,
    #[command(flatten)]
    choices: Choices,
    #[command(flatten)]
    output: Output,
}

/// An application, and how to answer.
#[derive(Args, Debug)]
pub(in crate::cli) struct Named {
    /// Its `client_id`
    client_id: String,
    #[command(flatten)]
    output: Output,
}

/// Make a second secret, and end the first after the overlap.
#[derive(Args, Debug)]
pub(in crate::cli) struct RotateSecret {
    /// Its `client_id`
    client_id: String,
    /// How long both live; never longer than the first's own end. 0s ends it at once
    #[arg(long, default_value = "7d", value_parser = duration_argument)]
    overlap: Duration,
    /// How long the new one lives: 90d, 12h [default: until it is rotated]
    #[arg(long, value_parser = duration_argument)]
    expires_in: Option<Duration>,
    #[command(flatten)]
    output: Output,
}

impl Update {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let client = find_client(db, &self.client_id).await?;
                let mut metadata = self.choices.over(client.metadata)?;
                if metadata.grant_types.is_empty() {
                    // A file without them means those of `client create`.
                    metadata.grant_types = clients::Metadata::new(Vec::new()).grant_types;
                }
                let revised = Revised {
                    name: self.name.unwrap_or(client.name),
                    scope: self.scope.unwrap_or(client.scope),
                    metadata,
                };
                let mut change = context.change(db).await?;
                clients::revise(&mut change, &client.id, revised).await?;
                change.commit().await?;
                print_done(self.output, &client.id, "updated")
            })
            .await
    }
}

impl Named {
    pub(super) async fn set_enabled(self, context: &Context, enabled: bool) -> Outcome {
        context
            .with_database(async |db| {
                let id = ClientId::from_stored(self.client_id);
                let mut change = context.change(db).await?;
                clients::set_enabled(&mut change, &id, enabled).await?;
                change.commit().await?;
                let state = if enabled { "enabled" } else { "disabled" };
                print_done(self.output, &id, state)
            })
            .await
    }

    pub(super) async fn delete(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let id = ClientId::from_stored(self.client_id);
                let mut change = context.change(db).await?;
                clients::delete(&mut change, &id).await?;
                change.commit().await?;
                print_done(self.output, &id, "deleted")
            })
            .await
    }
}

fn print_done(output: Output, id: &ClientId, state: &str) -> Outcome {
    let value = json!({ "client_id": id.as_str(), "state": state });
    output.print(&value, |_| format!("{state} {id}"))
}

impl RotateSecret {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let id = ClientId::from_stored(self.client_id);
                let rotation = Rotation {
                    overlap: self.overlap,
                    lifetime: self.expires_in,
                };
                let master_key = crate::app::master_key(context.settings(), db).await?;
                let mut change = context.change(db).await?;
                let secret =
                    clients::rotate_own_secret(&mut change, &master_key, &id, &rotation).await?;
                let end = self.expires_in.map(|lifetime| change.now().plus(lifetime));
                change.commit().await?;
                let end = end.map(Timestamp::to_rfc3339);
                let value = json!({
                    "client_id": id.as_str(),
                    "client_secret": secret.reveal(),
                    "expires_at": end,
                });
                self.output.print(&value, |_| {
                    let pairs = output::pairs(&[
                        ("client_id", Some(id.to_string())),
                        ("client_secret", Some(secret.reveal().to_owned())),
                        ("expires at", end),
                    ]);
                    format!("{pairs}\nThe secret is not shown again.")
                })
            })
            .await
    }
}
