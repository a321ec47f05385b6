//! `doorward migrate [--check]`

use clap::Args;
use serde_json::json;

use super::{Context, Outcome, output::Output};
use crate::app::{StartError, migrate, open_database};
use crate::foundation::db::{Error, SchemaState};

/// Bring the database's schema up to this program's.
#[derive(Args, Debug)]
pub(super) struct Migrate {
    /// Only say whether it is; exit code 1 when it is not
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    output: Output,
}

impl Migrate {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        if self.check {
            let schema = look(context).await?;
            self.print(schema, schema.known)?;
            return Ok(stands(schema)?);
        }
        let db = open_database(&context.loaded.settings).await?;
        let before = db.schema().await?;
        migrate(context.settings(), &db).await?;
        let after = db.schema().await?;
        db.close().await;
        self.print(
            SchemaState {
                found: after.found,
                known: after.known,
            },
            before.found,
        )
    }

    fn print(&self, schema: SchemaState, before: i64) -> Outcome {
        let value = json!({
            "version": schema.found,
            "needed": schema.known,
            "migrated": !self.check && before != schema.found,
        });
        self.output
            .print(&value, |_| match (self.check, before == schema.found) {
                (false, false) => {
                    format!("migrated from schema version {before} to {}", schema.found)
                }
                _ => format!("the database has schema version {}", schema.found),
            })
    }
}

/// Looks without making a database that is not there.
async fn look(context: &Context) -> Outcome<SchemaState> {
    if context
        .loaded
        .settings
        .database_file()
        .is_some_and(|file| !file.exists())
    {
        return Ok(SchemaState {
            found: 0,
            known: crate::foundation::db::known_schema(),
        });
    }
    let db = open_database(&context.loaded.settings).await?;
    let schema = db.schema().await;
    db.close().await;
    Ok(schema?)
}

fn stands(schema: SchemaState) -> Result<(), StartError> {
    let SchemaState { found, known } = schema;
    match found.cmp(&known) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(StartError::Older { found, known }),
        std::cmp::Ordering::Greater => Err(StartError::Database(Error::Newer { found, known })),
    }
}
