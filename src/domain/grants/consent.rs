//! Consent: what a person allowed a client, remembered so that they are asked once.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{AuthorizationRequest, store};
use crate::domain::audit::{Change, Event};
use crate::domain::clients::{ClientId, Scope};
use crate::domain::directory::UserId;
use crate::foundation::db::{self, Fetch};

/// So many `authorization_details` are remembered; for older ones the person is asked again.
const MOST_DETAILS: usize = 64;

/// What a person allows a client, or has allowed it before.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct Allowed {
    /// The scope. It has a column of its own.
    #[serde(skip)]
    pub scope: Scope,
    /// For which resources.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub resource: BTreeSet<String>,
    /// Which `authorization_details`, to the last member: a payment of another amount is
    /// another payment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_details: Vec<Map<String, Value>>,
    /// Which claims were asked for by their names.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub claims: BTreeSet<String>,
}

impl Allowed {
    /// What `request` asks a person for.
    pub fn by(request: &AuthorizationRequest) -> Self {
        let terms = &request.terms;
        Self {
            scope: request.scope.clone(),
            resource: terms.resource.iter().cloned().collect(),
            authorization_details: terms.authorization_details.clone(),
            claims: terms.claims.names_beyond(&request.scope),
        }
    }

    /// Whether nothing of `wanted` is new.
    pub fn covers(&self, wanted: &Self) -> bool {
        let details = &self.authorization_details;
        self.scope.covers(&wanted.scope)
            && self.resource.is_superset(&wanted.resource)
            && self.claims.is_superset(&wanted.claims)
            && wanted
                .authorization_details
                .iter()
                .all(|one| details.contains(one))
    }

    fn joined(mut self, more: &Self) -> Self {
        self.scope = self.scope.joined(&more.scope);
        self.resource.extend(more.resource.iter().cloned());
        self.claims.extend(more.claims.iter().cloned());
        for detail in &more.authorization_details {
            if !self.authorization_details.contains(detail) {
                self.authorization_details.push(detail.clone());
            }
        }
        let surplus = self
            .authorization_details
            .len()
            .saturating_sub(MOST_DETAILS);
        self.authorization_details.drain(..surplus);
        self
    }
}

/// What this person allowed this client before.
pub async fn consented(
    from: impl Fetch,
    user: UserId,
    client: &ClientId,
) -> Result<Option<Allowed>, db::Error> {
    store::consent(from, user, client).await
}

/// Remembers that a person allowed a client a scope, beside what they allowed before.
pub async fn give_consent(
    change: &mut Change,
    user: UserId,
    client: &ClientId,
    scope: &Scope,
) -> Result<(), db::Error> {
    let allowed = Allowed {
        scope: scope.clone(),
        ..Allowed::default()
    };
    give_consent_to(change, user, client, &allowed).await
}

/// Remembers what a person allowed a client, beside what they allowed before.
pub async fn give_consent_to(
    change: &mut Change,
    user: UserId,
    client: &ClientId,
    allowed: &Allowed,
) -> Result<(), db::Error> {
    let before = store::consent(&mut *change, user, client).await?;
    let all = before.unwrap_or_default().joined(allowed);
    store::write_consent(change, user, client, &all).await?;
    change.record(
        Event::new("consent.given")
            .subject("user", user)
            .detail(json!({
                "client": client.as_str(),
                "scope": allowed.scope,
                "resource": allowed.resource,
                "claims": allowed.claims,
                "authorization_details": types_of(allowed),
            })),
    );
    Ok(())
}

// What stands in the details beside the type can be a person's own affair (an account, an
// amount): the log says what kind it was.
fn types_of(allowed: &Allowed) -> Vec<&str> {
    let details = allowed.authorization_details.iter();
    details
        .filter_map(|detail| detail.get("type").and_then(Value::as_str))
        .collect()
}
