//! `doorward mfa require|list|withdraw`: of whom a second factor is required.

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::{
    Context, Outcome,
    api_key::duration_argument,
    output::{self, Output},
};
use crate::domain::{
    directory::{self, GroupId},
    mfa::{self, RoleName, Rule, Scope, Stated},
};
use crate::foundation::{clock::Timestamp, db::Db};

/// Of whom a second factor is required.
#[derive(Debug, Subcommand)]
pub(super) enum Mfa {
    Require(Require),
    Withdraw(Withdraw),
    List(List),
}

/// Require a second factor of everybody, of the members of a group, or of whoever bears a role
#[derive(Args, Debug)]
pub(super) struct Require {
    #[command(flatten)]
    of: Of,
    /// State that none is required: of everybody, against the setting `mfa.required`
    #[arg(long)]
    off: bool,
    /// The longest time for which they may trust a browser, such as 7d; `0s` forbids it
    #[arg(long, value_name = "DURATION", value_parser = duration_argument)]
    trust: Option<Duration>,
    #[command(flatten)]
    output: Output,
}

/// Take back what was stated of everybody, of a group, or of a role
#[derive(Args, Debug)]
pub(super) struct Withdraw {
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    output: Output,
}

/// List what was stated, and who is exempt
#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    output: Output,
}

/// Of whom.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Of {
    /// The members of this group, direct and indirect (its id)
    #[arg(long, value_name = "ID")]
    group: Option<String>,
    /// Whoever bears this role, as it stands in the `roles` that a source provisions
    #[arg(long, value_name = "NAME")]
    role: Option<RoleName>,
    /// Everybody
    #[arg(long)]
    default: bool,
}

impl Of {
    async fn scope(&self, db: &Db) -> Outcome<Scope> {
        if let Some(role) = &self.role {
            return Ok(Scope::Role(role.clone()));
        }
        let Some(text) = &self.group else {
            return Ok(Scope::Default);
        };
        let unknown = || format!("no group has this id: {text}");
        let id: GroupId = text.parse().map_err(|_| unknown())?;
        let found = directory::find_group(db, id).await?;
        Ok(Scope::Group(found.ok_or_else(unknown)?.id))
    }
}

impl Mfa {
    pub(super) async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Require(command) => command.run(context).await,
            Self::Withdraw(command) => command.run(context).await,
            Self::List(command) => {
                context
                    .with_database(async |db| print(command.output, db, context.now()).await)
                    .await
            }
        }
    }
}

impl Require {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let scope = self.of.scope(db).await?;
                let rule = Rule {
                    required: !self.off,
                    trust: self.trust,
                };
                let mut change = context.change(db).await?;
                mfa::state(&mut change, scope, rule).await?;
                change.commit().await?;
                print(self.output, db, context.now()).await
            })
            .await
    }
}

impl Withdraw {
    async fn run(self, context: &Context) -> Outcome {
        context
            .with_database(async |db| {
                let scope = self.of.scope(db).await?;
                let mut change = context.change(db).await?;
                if !mfa::withdraw(&mut change, scope).await? {
                    return Err("nothing was stated of it".into());
                }
                change.commit().await?;
                print(self.output, db, context.now()).await
            })
            .await
    }
}

async fn print(output: Output, db: &Db, now: Timestamp) -> Outcome {
    let rules = mfa::rules(db).await?;
    let exemptions = mfa::exemptions(db, now).await?;
    let exempt = exemptions.iter().map(|exemption| {
        json!({
            "user_name": exemption.user_name,
            "reason": exemption.reason,
            "since": exemption.since.to_rfc3339(),
            "until": exemption.until.map(Timestamp::to_rfc3339),
            "by": exemption.by,
        })
    });
    let all = json!({
        "rules": rules.iter().map(rule_as_json).collect::<Vec<_>>(),
        "exempt": exempt.collect::<Vec<_>>(),
    });
    output.print(&all, as_text)
}

fn rule_as_json(stated: &Stated) -> Json {
    let (group, role) = match &stated.scope {
        Scope::Default => (None, None),
        Scope::Group(id) => (Some(id.to_string()), None),
        Scope::Role(role) => (None, Some(role.as_str())),
    };
    json!({
        "role": role,
        "group": group,
        "group_name": stated.group,
        "required": stated.rule.required,
        "trust_seconds": stated.rule.trust.map(|trust| trust.as_secs()),
        "at": stated.at.to_rfc3339(),
        "by": stated.by,
    })
}

fn as_text(all: &Json) -> String {
    let lists = [("rules", "of"), ("exempt", "exempt")];
    let mut lines = Vec::new();
    for (list, before) in lists {
        for one in all[list].as_array().into_iter().flatten() {
            lines.push(line(before, one));
        }
    }
    if lines.is_empty() {
        lines.push("nothing is stated: the settings of [mfa] hold for everybody".to_owned());
    }
    lines.join("\n")
}

fn line(before: &str, one: &Json) -> String {
    if before == "exempt" {
        let pairs = ["user_name", "reason", "until"].map(|key| (key, text(&one[key])));
        return output::pairs(&pairs);
    }
    let role = text(&one["role"]).map(|role| format!("role {role}"));
    let whom = role.or_else(|| text(&one["group_name"]));
    let whom = whom.unwrap_or_else(|| "everybody".to_owned());
    let required = if one["required"] == true {
        "required"
    } else {
        "not required"
    };
    let trust = one["trust_seconds"].as_u64();
    let trust = trust.map(|seconds| format!("{seconds} s"));
    output::pairs(&[
        ("of", Some(whom)),
        ("second factor", Some(required.to_owned())),
        ("browsers are trusted for", trust),
    ])
}

fn text(value: &Json) -> Option<String> {
    value.as_str().map(str::to_owned)
}
