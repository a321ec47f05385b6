//! Consent: what a person allowed a client, remembered so that they are asked once.

use serde_json::json;

use super::store;
use crate::domain::audit::{Change, Event};
use crate::domain::clients::{ClientId, Scope};
use crate::domain::directory::UserId;
use crate::foundation::db::{self, Fetch};

/// What this person allowed this client before.
pub async fn consented(
    from: impl Fetch,
    user: UserId,
    client: &ClientId,
) -> Result<Option<Scope>, db::Error> {
    store::consent(from, user, client).await
}

/// Remembers that a person allowed a client a scope, beside what they allowed before.
pub async fn give_consent(
    change: &mut Change,
    user: UserId,
    client: &ClientId,
    scope: &Scope,
) -> Result<(), db::Error> {
    let before = store::consent(&mut *change, user, client).await?;
    let all = before.unwrap_or_default().joined(scope);
    store::write_consent(change, user, client, &all).await?;
    change.record(
        Event::new("consent.given")
            .subject("user", user)
            .detail(json!({ "client": client.as_str(), "scope": scope })),
    );
    Ok(())
}
