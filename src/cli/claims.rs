//! `doorward client map-claims|claims`

use std::io::Read;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value as Json, json};

use super::{Context, Outcome, output::Output, user::find_user};
use crate::domain::clients::{self, ClaimsMapping, Client, Place, Scope};
use crate::domain::directory::User;
use crate::domain::grants::{Claims, Shaping};
use crate::domain::schemas::{self, ResourceKind};
use crate::foundation::db::Db;

/// No mapping is larger.
const LARGEST_MAPPING: u64 = 64 * 1024;

/// Say what an application's tokens tell of a person beyond the standard claims.
#[derive(Args, Debug)]
pub(super) struct MapClaims {
    /// Its `client_id`
    client_id: String,
    /// A file with the mapping as JSON, or `-` for standard input
    #[arg(required_unless_present = "clear")]
    file: Option<PathBuf>,
    /// Map nothing any more
    #[arg(long, conflicts_with = "file")]
    clear: bool,
    #[command(flatten)]
    output: Output,
}

/// Show what an application would be told of a user, token by token.
#[derive(Args, Debug)]
pub(super) struct PreviewClaims {
    /// Its `client_id`
    client_id: String,
    /// User name, e-mail address or id
    #[arg(long)]
    user: String,
    /// What the application asks for [default: all that it may ask for]
    #[arg(long)]
    scope: Option<Scope>,
    /// Try this mapping (a file, or `-`) instead of the one that is set
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

impl MapClaims {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let written = self.file.as_ref().map(read_json).transpose()?;
        context
            .with_database(async |db| {
                let client = find_client(db, &self.client_id).await?;
                let mapping = match &written {
                    Some(written) => Some(checked(db, written).await?),
                    None => None,
                };
                let mut change = context.change(db).await?;
                clients::map_claims(&mut change, &client, mapping.as_ref()).await?;
                change.commit().await?;
                let value = json!({ "client_id": client.id.as_str(), "claims_mapping": mapping });
                self.output.print(&value, |_| match &mapping {
                    Some(mapping) => format!("{} claims are mapped", mapping.claims.len()),
                    None => "no claims are mapped".to_owned(),
                })
            })
            .await
    }
}

impl PreviewClaims {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let written = self.mapping.as_ref().map(read_json).transpose()?;
        let issuer = context.settings().public_url.as_str().to_owned();
        context
            .with_database(async |db| {
                let mut client = find_client(db, &self.client_id).await?;
                if let Some(written) = &written {
                    let mapping = checked(db, written).await?;
                    client.metadata.claims_mapping = Some(serde_json::to_value(mapping)?);
                }
                let user = find_user(db, &self.user).await?;
                let scope = match &self.scope {
                    Some(asked) => asked.common(&client.scope),
                    None => client.scope.clone(),
                };
                let value = preview(db, &client, &user, &scope, &issuer).await?;
                self.output.print(&value, |value| {
                    serde_json::to_string_pretty(value).unwrap_or_default()
                })
            })
            .await
    }
}

async fn preview(
    db: &Db,
    client: &Client,
    user: &User,
    scope: &Scope,
    issuer: &str,
) -> Outcome<Json> {
    let extensions = schemas::Registry::load(db).await?.current();
    let standard = Claims::of(db, (user, issuer), scope).await?;
    let shaped = |claims: Claims, place| {
        claims.shaped(&Shaping {
            client,
            user,
            extensions: extensions.clone(),
            place,
            userinfo: format!("{issuer}/oauth2/userinfo"),
        })
    };
    Ok(json!({
        "scope": scope,
        "id_token": shaped(standard.clone(), Place::IdToken),
        "userinfo": shaped(standard, Place::Userinfo),
        "access_token": shaped(Claims::default(), Place::AccessToken),
    }))
}

pub(super) async fn find_client(db: &Db, client_id: &str) -> Outcome<Client> {
    let all = clients::list(db).await?;
    let found = all
        .into_iter()
        .find(|client| client.id.as_str() == client_id);
    Ok(found.ok_or_else(|| format!("there is no client {client_id}"))?)
}

async fn checked(db: &Db, written: &str) -> Outcome<ClaimsMapping> {
    let value: Json = serde_json::from_str(written)
        .map_err(|error| format!("the mapping is not JSON: {error}"))?;
    let extensions = schemas::Registry::load(db).await?.current();
    Ok(ClaimsMapping::read(
        &value,
        extensions.of(ResourceKind::User),
    )?)
}

/// The text of a file, or of standard input for `-`.
pub(super) fn read_json(path: &PathBuf) -> Outcome<String> {
    let mut text = String::new();
    let refused = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    if path.as_os_str() == "-" {
        let input = std::io::stdin().lock();
        input
            .take(LARGEST_MAPPING)
            .read_to_string(&mut text)
            .map_err(refused)?;
    } else {
        let file = std::fs::File::open(path).map_err(refused)?;
        file.take(LARGEST_MAPPING)
            .read_to_string(&mut text)
            .map_err(refused)?;
    }
    Ok(text)
}
