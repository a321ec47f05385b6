//! `doorward client create|list|show|map-claims|claims`

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::{
    Context, Outcome,
    claims::{MapClaims, PreviewClaims, read_json},
    output::{self, Output},
};
use crate::domain::clients::{self, GrantType, Metadata, NewClient, Scope};
use crate::foundation::clock::Timestamp;

/// Applications that people sign in to.
#[derive(Debug, Subcommand)]
pub(super) enum Client {
    Create(Create),
    List(List),
    Show(Show),
    MapClaims(MapClaims),
    Claims(PreviewClaims),
}

/// Register an application; its secret is shown this once.
#[derive(Args, Debug)]
pub(super) struct Create {
    /// What people read on the consent page
    #[arg(long)]
    name: String,
    /// Where answers may go, word for word; may be given more than once
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// Where a browser may go after signing out; may be given more than once
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// The most that it may ask for
    #[arg(long, default_value = "openid profile email")]
    scope: Scope,
    /// It cannot keep a secret: an application in a browser or on a phone
    #[arg(long)]
    public: bool,
    /// How it may come by tokens; may be given more than once
    #[arg(long, value_name = "GRANT", default_values = ["authorization_code", "refresh_token"])]
    grant: Vec<GrantType>,
    /// A file with more metadata as JSON, in the names of RFC 7591 and OpenID Connect (such as
    /// `backchannel_logout_uri`, `logo_uri`, `resources`), or `-` for standard input; what the
    /// options say goes before it
    #[arg(long, value_name = "FILE")]
    metadata: Option<std::path::PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// List all applications.
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    output: Output,
}

/// Show one application.
#[derive(Args, Debug)]
pub(super) struct Show {
    /// Its `client_id`
    client_id: String,
    #[command(flatten)]
    output: Output,
}

impl Client {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Create(create) => create.run(context).await,
            Self::List(list) => list.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::MapClaims(command) => command.run(context).await,
            Self::Claims(command) => command.run(context).await,
        }
    }
}

impl Create {
    async fn run(mut self, context: &Context) -> Outcome {
        self.grant.sort_by_key(|grant| grant.as_str());
        self.grant.dedup();
        let mut metadata = match &self.metadata {
            Some(file) => serde_json::from_str(&read_json(file)?)
                .map_err(|error| format!("the metadata cannot be used: {error}"))?,
            None => Metadata::default(),
        };
        if !self.redirect_uri.is_empty() {
            metadata.redirect_uris = self.redirect_uri;
        }
        if !self.post_logout_redirect_uri.is_empty() {
            metadata.post_logout_redirect_uris = self.post_logout_redirect_uri;
        }
        metadata.grant_types = self.grant;
        // A mapping is checked against what the directory knows: `client map-claims`.
        metadata.claims_mapping = None;
        let wanted = NewClient {
            name: self.name.trim().to_owned(),
            confidential: !self.public,
            metadata: metadata.clone(),
            scope: self.scope.clone(),
        };
        context
            .with_database(async |db| {
                let master_key = crate::app::master_key(context.settings(), db).await?;
                let mut change = context.change(db).await?;
                let registered =
                    clients::register_with(&mut change, &master_key, wanted, None).await?;
                change.commit().await?;
                let mut value = json!({ "client_id": registered.id.as_str() });
                if let Some(secret) = &registered.secret {
                    value["client_secret"] = secret.reveal().into();
                }
                value["name"] = self.name.trim().into();
                value["redirect_uris"] = json!(metadata.redirect_uris);
                value["grant_types"] = json!(metadata.grant_types);
                value["scope"] = json!(self.scope);
                self.output.print(&value, |_| {
                    let secret = registered
                        .secret
                        .as_ref()
                        .map(|secret| secret.reveal().to_owned());
                    let shown_once = if secret.is_some() {
                        "\nThe secret is not shown again."
                    } else {
                        ""
                    };
                    let pairs = [
                        ("client_id", Some(registered.id.to_string())),
                        ("client_secret", secret),
                    ];
                    output::pairs(&pairs) + shown_once
                })
            })
            .await
    }
}

impl List {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let all = clients::list(db).await?;
                let value: Vec<Json> = all.iter().map(as_json).collect();
                self.output.print(&value, |_| {
                    let row = |client: &clients::Client| {
                        let state = if client.is_enabled() {
                            "enabled"
                        } else {
                            "disabled"
                        };
                        let kind = if client.confidential {
                            "confidential"
                        } else {
                            "public"
                        };
                        [
                            client.id.to_string(),
                            client.name.clone(),
                            kind.to_owned(),
                            state.to_owned(),
                        ]
                    };
                    let rows: Vec<_> = all.iter().map(row).collect();
                    output::columns(["client_id", "name", "kind", "state"], &rows)
                })
            })
            .await
    }
}

impl Show {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let all = clients::list(db).await?;
                let found = all
                    .iter()
                    .find(|client| client.id.as_str() == self.client_id);
                let client =
                    found.ok_or_else(|| format!("there is no client {}", self.client_id))?;
                self.output.print(&as_json(client), |_| {
                    output::pairs(&[
                        ("client_id", Some(client.id.to_string())),
                        ("name", Some(client.name.clone())),
                        (
                            "kind",
                            Some(
                                if client.confidential {
                                    "confidential"
                                } else {
                                    "public"
                                }
                                .to_owned(),
                            ),
                        ),
                        (
                            "redirect URIs",
                            Some(client.metadata.redirect_uris.join(" ")),
                        ),
                        (
                            "scope",
                            Some(client.scope.words().collect::<Vec<_>>().join(" ")),
                        ),
                        ("created at", Some(client.created_at.to_rfc3339())),
                        ("disabled at", client.disabled_at.map(Timestamp::to_rfc3339)),
                    ])
                })
            })
            .await
    }
}

fn as_json(client: &clients::Client) -> Json {
    json!({
        "client_id": client.id.as_str(),
        "name": client.name,
        "public": !client.confidential,
        "redirect_uris": client.metadata.redirect_uris,
        "post_logout_redirect_uris": client.metadata.post_logout_redirect_uris,
        "grant_types": client.metadata.grant_types,
        "scope": client.scope,
        "created_at": client.created_at.to_rfc3339(),
        "disabled_at": client.disabled_at.map(Timestamp::to_rfc3339),
    })
}
