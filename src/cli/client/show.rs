//! `doorward client list|show`

use clap::Args;
use serde_json::{Map, Value as Json, json};

use crate::app::token_rules;
use crate::cli::{
    Context, Outcome,
    claims::find_client,
    output::{self, Output},
};
use crate::domain::clients::{self, Client, InForce};
use crate::foundation::clock::Timestamp;

/// List all applications.
#[derive(Args, Debug)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    output: Output,
}

/// Show one application: what it registered, what is in force for it, and what makes it so.
#[derive(Args, Debug)]
pub(in crate::cli) struct Show {
    /// Its `client_id`
    client_id: String,
    #[command(flatten)]
    output: Output,
}

impl List {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let all = clients::list(db).await?;
                let value: Vec<Json> = all.iter().map(as_json).collect();
                self.output.print(&value, |_| {
                    let row = |client: &Client| {
                        [
                            client.id.to_string(),
                            client.name.clone(),
                            kind(client).to_owned(),
                            state(client).to_owned(),
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
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let client = find_client(db, &self.client_id).await?;
                let now = context.now();
                let lifetimes = token_rules(context.settings()).lifetimes;
                let rules = client.in_force(&lifetimes);
                let value = in_full(&client, &rules, now)?;
                self.output.print(&value, |_| as_text(&client, &rules, now))
            })
            .await
    }
}

fn kind(client: &Client) -> &'static str {
    if client.confidential {
        "confidential"
    } else {
        "public"
    }
}

fn state(client: &Client) -> &'static str {
    if client.is_enabled() {
        "enabled"
    } else {
        "disabled"
    }
}

fn as_json(client: &Client) -> Json {
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

fn in_full(client: &Client, rules: &[InForce], now: Timestamp) -> Outcome<Json> {
    let mut value = as_json(client);
    value["profile"] = json!(client.metadata.profile);
    let rules = rules.iter().map(|one| {
        let told = json!({ "value": one.value, "because": one.reason });
        (one.rule.to_owned(), told)
    });
    value["in_force"] = rules.collect::<Map<_, _>>().into();
    let ends = client.secret_ends(now).into_iter();
    let ends = ends.map(|end| json!({ "expires_at": end.map(Timestamp::to_rfc3339) }));
    value["secrets"] = ends.collect();
    value["metadata"] = client.metadata.said()?;
    Ok(value)
}

fn as_text(client: &Client, rules: &[InForce], now: Timestamp) -> String {
    let ends = client.secret_ends(now).into_iter();
    let ends = ends.map(|end| match end {
        Some(end) => format!("until {}", end.to_rfc3339()),
        None => "until it is rotated".to_owned(),
    });
    let ends: Vec<_> = ends.collect();
    let pairs = output::pairs(&[
        ("client_id", Some(client.id.to_string())),
        ("name", Some(client.name.clone())),
        ("kind", Some(kind(client).to_owned())),
        ("profile", Some(client.metadata.profile.to_string())),
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
        ("secrets", (!ends.is_empty()).then(|| ends.join(", "))),
    ]);
    let row = |one: &InForce| {
        [
            one.rule.replace('_', " "),
            one.value.clone(),
            one.reason.to_string(),
        ]
    };
    let rows: Vec<_> = rules.iter().map(row).collect();
    let rules = output::columns(["rule", "in force", "because of"], &rows);
    format!("{pairs}\n{rules}")
}
