//! What a person has granted, as they look at it themself, and how they take it back.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Allowed, store};
use crate::domain::audit::{Change, Event};
use crate::domain::clients::{ClientId, Scope};
use crate::domain::directory::UserId;
use crate::domain::signin::SessionId;
use crate::foundation::clock::Timestamp;
use crate::foundation::db::{self, Fetch};

/// Nobody looks through more of them.
const MOST: i64 = 1000;
const REASON: &str = "withdrawn";

/// A grant of a person, over or not.
#[derive(Clone, Debug)]
pub struct HeldGrant {
    /// Whose it is.
    pub client: ClientId,
    /// The name of that application.
    pub name: String,
    /// Through which session it was given.
    pub session: SessionId,
    /// What it is good for.
    pub scope: Scope,
    /// Since when.
    pub since: Timestamp,
    /// When it was used last.
    pub last_used: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

/// What a person allowed an application.
#[derive(Clone, Debug)]
pub struct GivenConsent {
    /// Which application.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// What it may have.
    pub allowed: Allowed,
    /// When that was said last.
    pub at: Timestamp,
}

/// An application that may see something of a person.
#[derive(Clone, Debug)]
pub struct AllowedApplication {
    /// Which.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// What it may have: what was allowed to it, and what it holds.
    pub allowed: Allowed,
    /// Since when, as far back as is known.
    pub since: Timestamp,
    /// When it last used what it holds.
    pub last_used: Option<Timestamp>,
}

/// The grants of a user, the newest first, those included that are over and not forgotten yet.
///
/// # Errors
/// When the database cannot answer.
pub async fn grants_of_user(from: impl Fetch, user: UserId) -> Result<Vec<HeldGrant>, db::Error> {
    store::grants_of_user(from, user, MOST).await
}

/// The applications that may see something of a user, by their names.
///
/// # Errors
/// When the database cannot answer.
pub async fn allowed_applications(
    mut from: impl Fetch,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<AllowedApplication>, db::Error> {
    let mut all: BTreeMap<String, AllowedApplication> = BTreeMap::new();
    for consent in store::consents_of_user(&mut from, user, MOST).await? {
        let application = AllowedApplication {
            client: consent.client,
            name: consent.name,
            allowed: consent.allowed,
            since: consent.at,
            last_used: None,
        };
        all.insert(application.client.to_string(), application);
    }
    let grants = store::grants_of_user(&mut from, user, MOST).await?;
    let is_live = |grant: &HeldGrant| grant.ended_at.is_none() && grant.expires_at > now;
    for grant in grants.iter().filter(|grant| is_live(grant)) {
        all.entry(grant.client.to_string())
            .or_insert_with(|| AllowedApplication {
                client: grant.client.clone(),
                name: grant.name.clone(),
                allowed: Allowed::default(),
                since: grant.since,
                last_used: None,
            });
    }
    for grant in &grants {
        let Some(application) = all.get_mut(grant.client.as_str()) else {
            continue;
        };
        application.since = application.since.min(grant.since);
        application.last_used = application.last_used.max(Some(grant.last_used));
        if is_live(grant) {
            application.allowed.scope = application.allowed.scope.joined(&grant.scope);
        }
    }
    let mut all: Vec<_> = all.into_values().collect();
    all.sort_by_key(|application| application.name.to_lowercase());
    Ok(all)
}

/// Takes back all that a user allowed an application: what it holds ends at once, and it has to
/// ask anew. Whether there was anything.
///
/// # Errors
/// When the database cannot answer.
pub async fn withdraw(
    change: &mut Change,
    user: UserId,
    client: &ClientId,
) -> Result<bool, db::Error> {
    // Codes first: see `end_of_user`.
    store::end_codes_of_client(change, user, client).await?;
    store::end_devices_of_client(change, user, client).await?;
    let ended = store::end_grants_of_client(change, user, client, REASON).await?;
    let was_allowed = store::delete_consent(change, user, client).await?;
    let was_any = ended > 0 || was_allowed;
    if was_any {
        change.record(
            Event::new("consent.withdrawn")
                .subject("user", user)
                .detail(json!({ "client": client.as_str(), "grants": ended })),
        );
    } else {
        change.unrecorded("codes that nobody had redeemed");
    }
    Ok(was_any)
}
