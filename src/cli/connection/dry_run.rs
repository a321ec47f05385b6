//! `doorward connection dry-run`

use clap::{Args, ValueEnum};
use serde_json::json;

use super::super::{Context, Outcome, output::Output};
use crate::domain::connections;

/// Answer a connection's requests as if, and change nothing; the ledger shows what would
/// have been.
#[derive(Args, Debug)]
pub(in crate::cli) struct DryRun {
    /// Its id, or its name
    connection: String,
    /// Whether it only rehearses
    state: Switch,
    #[command(flatten)]
    output: Output,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Switch {
    On,
    Off,
}

impl DryRun {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        let on = self.state == Switch::On;
        context
            .with_database(async |db| {
                let connection = super::find(db, &self.connection).await?;
                let setting = [("dry_run".to_owned(), on.to_string())];
                let mut change = context.change(db).await?;
                connections::set(&mut change, connection.id, &setting).await?;
                change.commit().await?;
                let value = json!({ "id": connection.id, "dry_run": on });
                let name = &connection.name;
                self.output.print(&value, |_| match on {
                    true => format!("{name} rehearses from now on: it changes nothing"),
                    false => format!("{name} changes what it asks for from now on"),
                })
            })
            .await
    }
}
