//! `doorward schema create|list|show|delete`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::{
    Context, Outcome,
    output::{self, Output},
};
use crate::domain::directory;
use crate::domain::schemas::{self, Definition, Extension, ResourceKind};

/// How many resources one change rewrites: the database has one writer, and others wait.
const AT_ONCE: i64 = 200;

/// Attributes beside the built-in ones, for users and groups.
#[derive(Debug, Subcommand)]
pub(super) enum SchemaCommand {
    Create(Create),
    List(List),
    Show(Show),
    Delete(Delete),
}

/// Declare a schema extension. Running servers know it within a second.
#[derive(Args, Debug)]
pub(super) struct Create {
    /// Its definition: JSON, as an entry of /Schemas
    #[arg(long)]
    file: PathBuf,
    /// What it belongs to: User or Group
    #[arg(long, value_name = "TYPE", default_value = "User")]
    resource_type: ResourceKind,
    #[command(flatten)]
    output: Output,
}

/// List the declared schema extensions.
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    output: Output,
}

/// Show the definition of a schema extension.
#[derive(Args, Debug)]
pub(super) struct Show {
    /// Its URN
    id: String,
}

/// Withdraw a schema extension.
#[derive(Args, Debug)]
pub(super) struct Delete {
    /// Its URN
    id: String,
    /// Also when users or groups have values of it, which are then lost
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    output: Output,
}

impl SchemaCommand {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Create(create) => create.run(context).await,
            Self::List(list) => list.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Delete(delete) => delete.run(context).await,
        }
    }
}

impl Create {
    async fn run(self, context: &Context) -> Outcome {
        let text = std::fs::read_to_string(&self.file)
            .map_err(|error| format!("{} cannot be read: {error}", self.file.display()))?;
        let definition = Definition::read(&text)?;
        context
            .with_database(async |db| {
                let mut change = context.change(db).await?;
                schemas::declare(&mut change, self.resource_type, &definition).await?;
                change.commit().await?;
                let value = json!({
                    "id": definition.id,
                    "resourceType": self.resource_type.word(),
                    "attributes": definition.attributes.len(),
                });
                self.output.print(&value, |_| {
                    format!(
                        "{} is declared for {}",
                        definition.id,
                        self.resource_type.word()
                    )
                })
            })
            .await
    }
}

impl List {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let all = schemas::list(db).await?;
                let value: Vec<Json> = all.iter().map(summary).collect();
                self.output.print(&value, |_| {
                    let row = |extension: &Extension| {
                        [
                            extension.definition.id.clone(),
                            extension.definition.name.clone(),
                            extension.kind.word().to_owned(),
                            extension.definition.attributes.len().to_string(),
                        ]
                    };
                    let rows: Vec<_> = all.iter().map(row).collect();
                    output::columns(["id", "name", "resource type", "attributes"], &rows)
                })
            })
            .await
    }
}

impl Show {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let extension = found(schemas::find(db, &self.id).await?, &self.id)?;
                let text = serde_json::to_string_pretty(&extension.definition)?;
                output::line(&text)
            })
            .await
    }
}

impl Delete {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let extension = found(schemas::find(db, &self.id).await?, &self.id)?;
                let id = extension.definition.id.as_str();
                let holders = directory::count_with_extension(db, id).await?;
                if holders > 0 && !self.force {
                    return Err(format!(
                        "{holders} users and groups have values of {id}: --force deletes them, too"
                    )
                    .into());
                }
                let mut change = context.change(db).await?;
                schemas::withdraw(&mut change, id).await?;
                change.commit().await?;
                // Nothing shows the values any more; they are taken away by and by, so that
                // a server at work is not kept from writing.
                loop {
                    let mut change = context.change(db).await?;
                    let forgotten = directory::forget_extension(&mut change, id, AT_ONCE).await?;
                    change.commit().await?;
                    if forgotten == 0 {
                        break;
                    }
                }
                let value = json!({ "id": id, "holders": holders });
                self.output.print(&value, |_| format!("{id} is withdrawn"))
            })
            .await
    }
}

fn found(extension: Option<Extension>, id: &str) -> Result<Extension, String> {
    extension.ok_or_else(|| format!("there is no schema extension {id}"))
}

fn summary(extension: &Extension) -> Json {
    json!({
        "id": extension.definition.id,
        "name": extension.definition.name,
        "resourceType": extension.kind.word(),
        "attributes": extension.definition.attributes.len(),
        "created_at": extension.created_at.to_rfc3339(),
    })
}
