//! `doorward connection list|show`

use clap::Args;
use serde_json::{Value as Json, json};

use super::super::{
    Context, Outcome,
    output::{self, Output},
};
use super::Named;
use crate::domain::api_keys::{self, ListedKey};
use crate::domain::clients::Client;
use crate::domain::connections::secrets::client_of;
use crate::domain::connections::{self, Connection, scim_url};
use crate::domain::directory;
use crate::domain::ledger::{self, Standing};
use crate::foundation::clock::Timestamp;
use crate::foundation::db::Db;

/// List all connections.
#[derive(Args, Debug)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    output: Output,
}

/// Show one connection: its settings, its secrets (never themselves), whom it trusts.
#[derive(Args, Debug)]
pub(in crate::cli) struct Show {
    #[command(flatten)]
    named: Named,
}

/// What is shown of a connection beside itself.
struct Around {
    keys: Vec<ListedKey>,
    client: Option<Client>,
    users: i64,
    brake: Standing,
}

impl List {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let all = connections::list(db).await?;
                let value: Vec<Json> = all.iter().map(as_json).collect();
                self.output.print(&value, |_| {
                    let row = |connection: &Connection| {
                        [
                            connection.id.to_string(),
                            connection.name.clone(),
                            connection.kind.to_string(),
                            state(connection).to_owned(),
                        ]
                    };
                    let rows: Vec<_> = all.iter().map(row).collect();
                    output::columns(["id", "name", "kind", "state"], &rows)
                })
            })
            .await
    }
}

impl Show {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let connection = super::find(db, &self.named.connection).await?;
                let around = around(db, &connection, context.now()).await?;
                let issuer = context.settings().public_url.as_str();
                let mut value = as_json(&connection);
                value["scim_url"] = scim_url(issuer).into();
                value["token_endpoint"] = format!("{issuer}/oauth2/token").into();
                value["client_id"] = json!(around.client.as_ref().map(|c| c.id.to_string()));
                value["tokens"] = around.keys.iter().flat_map(secrets).collect();
                value["users"] = around.users.into();
                value["brake"] = json!({
                    "gone": around.brake.gone,
                    "held_since": around.brake.held_since.map(Timestamp::to_rfc3339),
                });
                self.named
                    .output
                    .print(&value, |_| as_text(&connection, &around, issuer))
            })
            .await
    }
}

async fn around(db: &Db, connection: &Connection, now: Timestamp) -> Outcome<Around> {
    let id = connection.id;
    let mut keys = api_keys::list(db, now).await?;
    keys.retain(|key| {
        key.connection
            .unwrap_or(connections::ConnectionId::BUILT_IN)
            == id
    });
    Ok(Around {
        keys,
        client: client_of(db, id).await?,
        users: directory::count_created(db, id).await?,
        brake: ledger::standing(db, id, connection.settings.brake, now).await?,
    })
}

fn state(connection: &Connection) -> &'static str {
    match (connection.is_enabled(), connection.dry_run()) {
        (false, _) => "disabled",
        (true, true) => "dry run",
        (true, false) => "enabled",
    }
}

/// How the brake stands, and what to do when it holds.
fn brake(standing: Standing) -> String {
    match standing.held_since {
        Some(since) => format!(
            "holds since {}, after {} users: let it go on with `doorward connection release`",
            since.to_rfc3339(),
            standing.gone
        ),
        None => format!("free; {} users went within its window", standing.gone),
    }
}

fn as_json(connection: &Connection) -> Json {
    let trusted = connection.trusted.iter().map(|trusted| {
        json!({
            "id": trusted.id,
            "issuer": trusted.trust.issuer,
            "subject": trusted.trust.subject,
            "audience": trusted.trust.audience,
        })
    });
    json!({
        "id": connection.id,
        "name": connection.name,
        "kind": connection.kind,
        "state": state(connection),
        "settings": connection.settings,
        "trusted_issuers": trusted.collect::<Vec<_>>(),
        "created_at": connection.created_at.to_rfc3339(),
        "disabled_at": connection.disabled_at.map(Timestamp::to_rfc3339),
    })
}

fn secrets(key: &ListedKey) -> Vec<Json> {
    let secret = |secret: &api_keys::ListedSecret| {
        json!({
            "api_key": key.id,
            "hint": secret.hint,
            "state": secret.state.word(),
            "expires_at": secret.expires_at.to_rfc3339(),
            "last_used_at": secret.last_used_at.map(Timestamp::to_rfc3339),
        })
    };
    key.secrets.iter().map(secret).collect()
}

fn as_text(connection: &Connection, around: &Around, issuer: &str) -> String {
    let mut text = output::pairs(&[
        ("id", Some(connection.id.to_string())),
        ("name", Some(connection.name.clone())),
        ("kind", Some(connection.kind.to_string())),
        ("state", Some(state(connection).to_owned())),
        ("users", Some(around.users.to_string())),
        ("brake", Some(brake(around.brake))),
        ("SCIM URL", Some(scim_url(issuer))),
        ("token endpoint", Some(format!("{issuer}/oauth2/token"))),
        (
            "client_id",
            around.client.as_ref().map(|c| c.id.to_string()),
        ),
    ]);
    text += "\n";
    text += &settings(connection);
    for key in &around.keys {
        for secret in &key.secrets {
            let (hint, state) = (&secret.hint, secret.state.word());
            text += &format!(
                "\ntoken {hint}…  {state}  until {}",
                secret.expires_at.to_rfc3339()
            );
        }
    }
    for trusted in &connection.trusted {
        let trust = &trusted.trust;
        text += &format!(
            "\ntrusts {} for {} at {} ({})",
            trust.issuer, trust.subject, trust.audience, trusted.id
        );
    }
    text
}

/// The settings, as `connection set` takes them.
pub(super) fn settings(connection: &Connection) -> String {
    let named = connection.settings.named();
    let line = |(name, value): (String, Json)| match value {
        Json::String(text) => format!("{name}={text}\n"),
        value => format!("{name}={value}\n"),
    };
    named.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brake_that_holds_says_since_when_and_what_to_do() {
        let held = brake(Standing {
            gone: 21,
            held_since: Some(Timestamp::from_millis(0)),
        });
        assert!(held.starts_with("holds since 1970-01-01"), "{held}");
        assert!(held.contains("after 21 users") && held.contains("connection release"));
    }
}
