//! `doorward connection create|rotate`: what prints secrets, once.

use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::super::api_key::duration_argument;
use super::super::{
    Context, Outcome,
    output::{self, Output},
};
use crate::domain::connections::secrets::{self, Issued};
use crate::domain::connections::{self, Connection, Kind, scim_url};

/// Create a connection with its secrets; they are shown this once.
#[derive(Args, Debug)]
pub(in crate::cli) struct Create {
    /// What people call it
    #[arg(long)]
    name: String,
    /// What stands at its other end: entra, onelogin, okta or generic
    #[arg(long)]
    kind: Kind,
    /// How long its secrets live: 365d, 90d
    #[arg(long, default_value = "365d", value_parser = duration_argument)]
    expires_in: Duration,
    #[command(flatten)]
    output: Output,
}

/// Make second secrets, and end the first after the overlap.
#[derive(Args, Debug)]
pub(in crate::cli) struct Rotate {
    /// Its id, or its name
    connection: String,
    /// How long both live; never longer than the first's own end. 0s ends them at once, and
    /// all access tokens with them
    #[arg(long, default_value = "7d", value_parser = duration_argument)]
    overlap: Duration,
    /// How long new secrets live when all earlier ones have ended; others live as long as the
    /// newest was given
    #[arg(long, default_value = "365d", value_parser = duration_argument)]
    expires_in: Duration,
    #[command(flatten)]
    output: Output,
}

impl Create {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let mut change = context.change(db).await?;
                let connection = connections::create(&mut change, &self.name, self.kind).await?;
                let issued = secrets::issue(&mut change, &connection, self.expires_in).await?;
                change.commit().await?;
                print(self.output, context, &connection, &issued)
            })
            .await
    }
}

impl Rotate {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let connection = super::find(db, &self.connection).await?;
                let mut change = context.change(db).await?;
                let (id, lifetime) = (connection.id, self.expires_in);
                let issued = secrets::rotate(&mut change, id, self.overlap, lifetime).await?;
                change.commit().await?;
                print(self.output, context, &connection, &issued)
            })
            .await
    }
}

/// The only place where they are shown.
fn print(output: Output, context: &Context, connection: &Connection, issued: &Issued) -> Outcome {
    let issuer = context.settings().public_url.as_str();
    let token_endpoint = format!("{issuer}/oauth2/token");
    let secret = issued.client_secret.as_ref().map(|s| s.reveal().to_owned());
    let mut value = json!({
        "id": connection.id,
        "name": connection.name,
        "kind": connection.kind,
        "scim_url": scim_url(issuer),
        "token": issued.token.reveal(),
        "token_expires_at": issued.expires_at.to_rfc3339(),
        "client_id": issued.client_id.as_str(),
        "token_endpoint": token_endpoint,
    });
    if let Some(secret) = &secret {
        value["client_secret"] = secret.as_str().into();
    }
    output.print(&value, |_| {
        let pairs = output::pairs(&[
            ("id", Some(connection.id.to_string())),
            ("SCIM URL", Some(scim_url(issuer))),
            ("token", Some(issued.token.reveal().to_owned())),
            ("expires at", Some(issued.expires_at.to_rfc3339())),
            ("token endpoint", Some(token_endpoint.clone())),
            ("client_id", Some(issued.client_id.to_string())),
            ("client_secret", secret.clone()),
            ("scope", Some("scim".to_owned())),
        ]);
        format!("{pairs}\nUse the token, or the client at the token endpoint. The secrets are not shown again.")
    })
}
