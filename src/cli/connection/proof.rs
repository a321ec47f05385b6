//! `doorward connection keys|trust|distrust`: proofs that are no shared secret.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::super::{Context, Outcome, output::Output};
use crate::domain::clients::KeyPlace;
use crate::domain::connections::{self, TrustedIssuerId, secrets, trust};

/// Have its OAuth client prove itself with a key (`private_key_jwt`); its secrets end.
#[derive(Args, Debug)]
pub(in crate::cli) struct Keys {
    /// Its id, or its name
    connection: String,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    output: Output,
}

/// Where its public keys are.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Place {
    /// A file with its public keys: {"keys": […]}
    #[arg(long, value_name = "FILE")]
    jwks_file: Option<PathBuf>,
    /// Where its public keys are published
    #[arg(long, value_name = "URI")]
    jwks_uri: Option<String>,
}

/// Accept the tokens of a foreign issuer in place of a secret (workload identity federation).
#[derive(Args, Debug)]
pub(in crate::cli) struct Trust {
    /// Its id, or its name
    connection: String,
    /// The issuer, to the letter: `https://login.microsoftonline.com/TENANT/v2.0`
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// Who the token must speak of: `sub`, to the letter
    #[arg(long)]
    subject: String,
    /// Whom the token must be meant for: `aud`, to the letter
    #[arg(long)]
    audience: String,
    #[command(flatten)]
    output: Output,
}

/// Do not accept the tokens of a foreign issuer any more.
#[derive(Args, Debug)]
pub(in crate::cli) struct Distrust {
    /// Its id, or its name
    connection: String,
    /// The id of the trusted issuer, as `connection show` lists it
    trusted_issuer: TrustedIssuerId,
    #[command(flatten)]
    output: Output,
}

impl Place {
    fn read(self) -> Outcome<KeyPlace> {
        match (self.jwks_file, self.jwks_uri) {
            (Some(file), _) => {
                let shown = file.display();
                let text = std::fs::read(&file).map_err(|error| format!("{shown}: {error}"))?;
                let keys = serde_json::from_slice(&text);
                Ok(KeyPlace::Here(
                    keys.map_err(|_| format!("{shown} is not JSON"))?,
                ))
            }
            (None, Some(uri)) => Ok(KeyPlace::There(uri)),
            (None, None) => Err("--jwks-file or --jwks-uri is needed".into()),
        }
    }
}

impl Keys {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let keys = self.place.read()?;
        context
            .with_database(async |db| {
                let connection = super::find(db, &self.connection).await?;
                let mut change = context.change(db).await?;
                let client = secrets::use_keys(&mut change, connection.id, keys).await?;
                change.commit().await?;
                let value = json!({
                    "id": connection.id,
                    "client_id": client.as_str(),
                    "token_endpoint_auth_method": "private_key_jwt",
                });
                self.output.print(&value, |_| {
                    format!("client {client} proves itself with its key; its secrets have ended")
                })
            })
            .await
    }
}

impl Trust {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let connection = super::find(db, &self.connection).await?;
                let wanted = connections::Trust {
                    issuer: self.issuer,
                    subject: self.subject,
                    audience: self.audience,
                };
                let mut change = context.change(db).await?;
                let trusted = trust::trust(&mut change, connection.id, wanted).await?;
                change.commit().await?;
                let value = json!({
                    "id": connection.id,
                    "trusted_issuer": trusted.id,
                    "issuer": trusted.trust.issuer,
                    "subject": trusted.trust.subject,
                    "audience": trusted.trust.audience,
                });
                self.output.print(&value, |_| {
                    format!("{} trusts {}", connection.name, trusted.trust.issuer)
                })
            })
            .await
    }
}

impl Distrust {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let connection = super::find(db, &self.connection).await?;
                let mut change = context.change(db).await?;
                trust::distrust(&mut change, connection.id, self.trusted_issuer).await?;
                change.commit().await?;
                let value = json!({ "id": connection.id, "distrusted": self.trusted_issuer });
                self.output
                    .print(&value, |_| format!("distrusted {}", self.trusted_issuer))
            })
            .await
    }
}
