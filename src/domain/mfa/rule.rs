//! What administrators state: for everybody, for the members of a group, or for whoever bears a role.

use std::time::Duration;

use serde_json::json;

use super::{RoleName, store};
use crate::domain::{
    audit::{Change, Event},
    directory::GroupId,
};
use crate::foundation::{
    clock::Timestamp,
    db::{self, Fetch},
};

/// For whom something is stated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scope {
    /// For everybody: it takes the place of the settings.
    Default,
    /// For the members of a group, direct and indirect: it makes stricter only.
    Group(GroupId),
    /// For whoever bears a role: it makes stricter only.
    Role(RoleName),
}

/// What is stated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Whether a second factor is required.
    pub required: bool,
    /// How long a device may be trusted; not at all when zero, and nothing is said when absent.
    pub trust: Option<Duration>,
}

/// What was stated, by whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stated {
    /// For whom.
    pub scope: Scope,
    /// The name of the group.
    pub group: Option<String>,
    /// What.
    pub rule: Rule,
    /// When.
    pub at: Timestamp,
    /// By whom (an actor's label).
    pub by: String,
}

impl Scope {
    /// As a row is called.
    pub(super) fn id(&self) -> String {
        match self {
            Self::Default => "default".to_owned(),
            Self::Group(group) => group.to_string(),
            Self::Role(role) => format!("role:{}", role.key()),
        }
    }

    pub(super) fn group(&self) -> Option<String> {
        match self {
            Self::Group(group) => Some(group.to_string()),
            Self::Default | Self::Role(_) => None,
        }
    }

    pub(super) fn role(&self) -> Option<String> {
        match self {
            Self::Role(role) => Some(role.to_string()),
            Self::Default | Self::Group(_) => None,
        }
    }
}

/// States a rule; it replaces what was stated for the same before.
///
/// # Errors
/// When there is no such group, or the database cannot answer.
pub async fn state(change: &mut Change, scope: Scope, rule: Rule) -> Result<(), db::Error> {
    store::state(change, &scope, rule).await?;
    change.record(
        Event::new("mfa.rule_stated")
            .subject("mfa_rule", scope.id())
            .detail(json!({
                "required": rule.required,
                "trust_seconds": rule.trust.map(|trust| trust.as_secs()),
            })),
    );
    Ok(())
}

/// Takes back what was stated. Whether there was anything.
///
/// # Errors
/// When the database cannot answer.
pub async fn withdraw(change: &mut Change, scope: Scope) -> Result<bool, db::Error> {
    let withdrawn = store::withdraw(change, &scope).await?;
    if withdrawn {
        change.record(Event::new("mfa.rule_withdrawn").subject("mfa_rule", scope.id()));
    }
    Ok(withdrawn)
}

/// All that was stated, the default first.
///
/// # Errors
/// When the database cannot answer.
pub async fn rules(from: impl Fetch) -> Result<Vec<Stated>, db::Error> {
    store::rules(from).await
}
