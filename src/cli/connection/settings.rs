//! `doorward connection set|disable|enable`

use clap::Args;
use serde_json::json;

use super::super::{Context, Outcome, output::Output};
use super::Named;
use crate::domain::connections;

/// Set how a connection is treated; `connection show` lists what can be set.
#[derive(Args, Debug)]
pub(in crate::cli) struct Set {
    /// Its id, or its name
    connection: String,
    /// Such as dry_run=true or brake.share_percent=10
    #[arg(required = true, value_name = "NAME=VALUE", value_parser = pair)]
    settings: Vec<(String, String)>,
    #[command(flatten)]
    output: Output,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=');
    let (name, value) = parts.ok_or("NAME=VALUE is expected, such as dry_run=true")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

impl Set {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let connection = super::find(db, &self.connection).await?;
                let mut change = context.change(db).await?;
                let set = connections::set(&mut change, connection.id, &self.settings).await?;
                change.commit().await?;
                let value = json!({ "id": set.id, "settings": set.settings });
                self.output.print(&value, |_| super::view::settings(&set))
            })
            .await
    }
}

pub(super) async fn set_enabled(named: Named, context: &Context, enabled: bool) -> Outcome {
    context
        .with_database(async |db| {
            let connection = super::find(db, &named.connection).await?;
            let mut change = context.change(db).await?;
            connections::set_enabled(&mut change, connection.id, enabled).await?;
            change.commit().await?;
            let state = if enabled { "enabled" } else { "disabled" };
            let value = json!({ "id": connection.id, "state": state });
            let text = format!("{state} {}", connection.name);
            named.output.print(&value, |_| text.clone())
        })
        .await
}
