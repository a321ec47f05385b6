//! `doorward api-key create|list|rotate|revoke`

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::{
    Context, Outcome,
    output::{self, Output},
    user::find_user,
};
use crate::app::config::duration;
use crate::domain::api_keys::{self, ApiKeyId, Issued, ListedKey, NewApiKey, Scope};
use crate::foundation::clock::Timestamp;

/// API keys: secrets for programs.
#[derive(Debug, Subcommand)]
pub(super) enum ApiKey {
    Create(Create),
    List(List),
    Rotate(Rotate),
    Revoke(Revoke),
}

/// Create a key; its text is shown this once.
#[derive(Args, Debug)]
pub(super) struct Create {
    /// What people call it
    #[arg(long)]
    name: String,
    /// What it may be used for: scim, client-registration, or introspection:AUDIENCE for a
    /// resource server, which sees tokens of that resource or client; may be given more than once
    #[arg(long, required = true)]
    scope: Vec<Scope>,
    /// How long it lives: 90d, 12h, 30m
    #[arg(long, value_parser = duration_argument)]
    expires_in: Duration,
    /// Whose it is (user name, e-mail address or id); it ends when their access ends
    #[arg(long, value_name = "USER")]
    owner: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// List all keys with their secrets: which live, and which are in use.
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    output: Output,
}

/// Make a second secret, and end the first after the overlap.
#[derive(Args, Debug)]
pub(super) struct Rotate {
    /// The key
    id: ApiKeyId,
    /// How long both live; never longer than the first's own end. 0s ends it at once
    #[arg(long, default_value = "7d", value_parser = duration_argument)]
    overlap: Duration,
    #[command(flatten)]
    output: Output,
}

/// End a key with all its secrets, at once.
#[derive(Args, Debug)]
pub(super) struct Revoke {
    /// The key
    id: ApiKeyId,
    /// Why, for the audit log
    #[arg(long, default_value = "revoked on the command line")]
    reason: String,
    #[command(flatten)]
    output: Output,
}

pub(super) fn duration_argument(text: &str) -> Result<Duration, String> {
    duration::parse(text)
        .ok_or_else(|| "a whole number with d, h, m or s is expected, such as 90d".to_owned())
}

impl ApiKey {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Create(create) => create.run(context).await,
            Self::List(list) => list.run(context).await,
            Self::Rotate(rotate) => rotate.run(context).await,
            Self::Revoke(revoke) => revoke.run(context).await,
        }
    }
}

impl Create {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let owner = match &self.owner {
                    Some(owner) => Some(find_user(db, owner).await?.id),
                    None => None,
                };
                let wanted = NewApiKey {
                    name: self.name,
                    owner,
                    scopes: self.scope.into_iter().collect(),
                    lifetime: self.expires_in,
                };
                let mut change = context.change(db).await?;
                let issued = api_keys::create(&mut change, wanted).await?;
                change.commit().await?;
                print_issued(self.output, &issued)
            })
            .await
    }
}

impl Rotate {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let mut change = context.change(db).await?;
                let issued = api_keys::rotate(&mut change, self.id, self.overlap).await?;
                change.commit().await?;
                print_issued(self.output, &issued)
            })
            .await
    }
}

/// The only place where a key is shown.
fn print_issued(output: Output, issued: &Issued) -> Outcome {
    let value = json!({
        "id": issued.id,
        "key": issued.secret.reveal(),
        "expires_at": issued.expires_at.to_rfc3339(),
        "scopes": issued.scopes,
    });
    output.print(&value, |_| {
        let pairs = output::pairs(&[
            ("id", Some(issued.id.to_string())),
            ("key", Some(issued.secret.reveal().to_owned())),
            ("expires at", Some(issued.expires_at.to_rfc3339())),
            ("scopes", Some(issued.scopes.to_string())),
        ]);
        format!("{pairs}\nThe key is not shown again.")
    })
}

impl Revoke {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let mut change = context.change(db).await?;
                api_keys::revoke(&mut change, self.id, &self.reason).await?;
                change.commit().await?;
                let value = json!({ "id": self.id, "state": "revoked" });
                self.output
                    .print(&value, |_| format!("revoked {}", self.id))
            })
            .await
    }
}

impl List {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let keys = api_keys::list(db, context.now()).await?;
                let value: Vec<Json> = keys.iter().map(as_json).collect();
                self.output.print(&value, |_| as_text(&keys))
            })
            .await
    }
}

fn as_json(key: &ListedKey) -> Json {
    let secret = |secret: &api_keys::ListedSecret| {
        json!({
            "id": secret.id,
            "hint": secret.hint,
            "state": secret.state.word(),
            "created_at": secret.created_at.to_rfc3339(),
            "expires_at": secret.expires_at.to_rfc3339(),
            "last_used_at": secret.last_used_at.map(Timestamp::to_rfc3339),
        })
    };
    json!({
        "id": key.id,
        "name": key.name,
        "owner": key.owner,
        "connection": key.connection,
        "scopes": key.scopes,
        "state": key.state.word(),
        "created_at": key.created_at.to_rfc3339(),
        "expires_at": key.expires_at().map(Timestamp::to_rfc3339),
        "revoked_at": key.revoked_at.map(Timestamp::to_rfc3339),
        "revoke_reason": key.revoke_reason,
        "secrets": key.secrets.iter().map(secret).collect::<Vec<_>>(),
    })
}

/// A line a secret, so that an overlap shows as two.
fn as_text(keys: &[ListedKey]) -> String {
    let mut rows = Vec::new();
    for key in keys {
        for secret in &key.secrets {
            let used = secret
                .last_used_at
                .map_or_else(|| "never".to_owned(), Timestamp::to_rfc3339);
            rows.push([
                key.id.to_string(),
                key.name.clone(),
                key.scopes.to_string(),
                key.state.word().to_owned(),
                secret.hint.clone(),
                secret.state.word().to_owned(),
                secret.expires_at.to_rfc3339(),
                used,
            ]);
        }
    }
    let head = [
        "id",
        "name",
        "scopes",
        "key",
        "secret",
        "state",
        "expires at",
        "last used",
    ];
    output::columns(head, &rows)
}
