//! `doorward connection ledger`: what did this source do, and what was done to this person.

use clap::Args;
use serde_json::{Value as Json, json};

use super::super::{
    Context, Outcome,
    output::{self, Output},
};
use crate::domain::directory;
use crate::domain::ledger::{self, Entry, Person, Question};
use crate::foundation::db::Db;

/// Show what a connection did and tried to do, the newest first; or what all of them did to
/// one user.
#[derive(Args, Debug)]
pub(in crate::cli) struct Ledger {
    /// Its id, or its name; without one, all connections
    connection: Option<String>,
    /// Only what was done to this user (user name, e-mail address or id; of a deleted user
    /// the user name or the id), memberships in groups included
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// The most entries
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=ledger::MOST_ENTRIES))]
    most: i64,
    #[command(flatten)]
    output: Output,
}

impl Ledger {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let connection = match &self.connection {
                    Some(meant) => Some(super::find(db, meant).await?.id),
                    None => None,
                };
                let person = match &self.user {
                    Some(meant) => Some(person(db, meant).await?),
                    None => None,
                };
                let question = Question { connection, person };
                let entries = ledger::find(db, &question, self.most).await?;
                let value: Vec<Json> = entries.iter().map(as_json).collect();
                self.output.print(&value, |_| as_text(&entries))
            })
            .await
    }
}

/// Who is meant. Somebody who is not in the directory any more, or never came into it, is in
/// the ledger still: then the text is the id or the user name.
async fn person(db: &Db, meant: &str) -> Outcome<Person> {
    let by_id = match meant.parse() {
        Ok(id) => directory::find_user(db, id).await?,
        Err(_) => directory::find_for_sign_in(db, meant).await?,
    };
    Ok(match by_id {
        Some(user) => Person {
            id: Some(user.id.to_string()),
            name: Some(user.profile.user_name),
        },
        None => Person {
            id: Some(meant.to_owned()),
            name: Some(meant.to_owned()),
        },
    })
}

fn as_json(entry: &Entry) -> Json {
    json!({
        "id": entry.id,
        "at": entry.at.to_rfc3339(),
        "connection": entry.connection,
        "request_id": entry.request_id,
        "method": entry.method,
        "resource": {
            "kind": entry.resource.kind,
            "id": entry.resource.id,
            "name": entry.resource.name,
        },
        "decision": entry.decision.word(),
        "status": entry.status,
        "scim_type": entry.scim_type,
        "detail": entry.detail,
        "before": entry.before,
        "after": entry.after,
    })
}

/// A line an entry; what changed follows it.
fn as_text(entries: &[Entry]) -> String {
    let mut rows = Vec::new();
    for entry in entries {
        let resource = &entry.resource;
        let name = resource.name.as_ref().or(resource.id.as_ref());
        rows.push([
            entry.at.to_rfc3339(),
            entry.decision.word().to_owned(),
            entry.status.to_string(),
            entry.method.clone(),
            resource.kind.clone(),
            name.cloned().unwrap_or_default(),
            what(entry),
        ]);
    }
    let head = ["at", "decision", "status", "method", "kind", "name", "what"];
    output::columns(head, &rows)
}

fn what(entry: &Entry) -> String {
    if let Some(detail) = &entry.detail {
        return detail.clone();
    }
    let side = |document: &Option<Json>| match document {
        Some(document) => document.to_string(),
        None => "nothing".to_owned(),
    };
    match (&entry.before, &entry.after) {
        (None, None) => String::new(),
        (before, after) => format!("{} → {}", side(before), side(after)),
    }
}
