//! What an administrator does to a registered application: change, disable, delete, another
//! secret. The client of a connection is the connection's own affair.

use std::time::Duration;

use serde_json::{Value, json};

use super::registration::{self, check};
use super::{AuthenticationMethod, Client, ClientId, Metadata, Refused, Scope, store};
use crate::domain::audit::{Change, Event};
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db;

/// What a client is to be from now on.
pub struct Revised {
    /// What people read.
    pub name: String,
    /// The most that it may ask for.
    pub scope: Scope,
    /// All that it registers. The claims mapping in it does not count: it is checked against
    /// what the directory knows, by [`super::map_claims`].
    pub metadata: Metadata,
}

/// Replaces what a client registered, as a whole. Its identifier and its secrets stay.
///
/// # Errors
/// There is no such client, a connection looks after it, or the new registration does not hold
/// together; nothing is written.
pub async fn revise(change: &mut Change, id: &ClientId, mut new: Revised) -> Result<(), Refused> {
    let client = lock(change, id).await?;
    new.name = new.name.trim().to_owned();
    new.metadata.claims_mapping = client.metadata.claims_mapping.clone();
    check(&new.name, &new.scope)?;
    new.metadata.check(client.confidential)?;
    let changed = differences(&client, &new)?;
    if changed.is_empty() {
        change.unrecorded("nothing is other than before");
        return Ok(());
    }
    store::update_client(change, id, &new).await?;
    store::advance_revision(change).await?;
    change.record(
        Event::new("client.updated")
            .subject("client", id)
            .detail(json!({
                "changed": changed,
                "name": new.name,
                "scope": new.scope,
                "require_mfa": new.metadata.require_mfa,
                "trusted_device_lifetime": new.metadata.trusted_device_lifetime,
            })),
    );
    Ok(())
}

/// The names of what is not as before.
fn differences(client: &Client, new: &Revised) -> Result<Vec<String>, Refused> {
    let written = |metadata: &Metadata| {
        let written = serde_json::to_value(metadata);
        written.map_err(|error| db::Error::Corrupt(error.to_string()))
    };
    let (before, after) = (written(&client.metadata)?, written(&new.metadata)?);
    let mut changed = Vec::new();
    if client.name != new.name {
        changed.push("name".to_owned());
    }
    if client.scope != new.scope {
        changed.push("scope".to_owned());
    }
    if let Value::Object(after) = &after {
        let differs = |(name, value): &(&String, &Value)| before.get(name) != Some(value);
        changed.extend(after.iter().filter(differs).map(|(name, _)| name.clone()));
    }
    Ok(changed)
}

/// Disables a client, or lets it again. While it is disabled it can neither ask for anything
/// nor use what it was given; what it was given is kept.
///
/// # Errors
/// There is no such client, or a connection looks after it.
pub async fn set_enabled(change: &mut Change, id: &ClientId, enabled: bool) -> Result<(), Refused> {
    let client = lock(change, id).await?;
    if client.is_enabled() == enabled {
        change.unrecorded("it was so before");
        return Ok(());
    }
    let disabled_at = (!enabled).then(|| change.now());
    store::set_disabled(change, id, disabled_at).await?;
    store::advance_revision(change).await?;
    let event = if enabled {
        "client.enabled"
    } else {
        "client.disabled"
    };
    change.record(Event::new(event).subject("client", id));
    Ok(())
}

/// Deletes a client, with everything that it was given and that people allowed it.
///
/// # Errors
/// There is no such client, or a connection looks after it.
pub async fn delete(change: &mut Change, id: &ClientId) -> Result<(), Refused> {
    let client = lock(change, id).await?;
    store::delete_client(change, id).await?;
    store::advance_revision(change).await?;
    change.record(
        Event::new("client.deleted")
            .subject("client", id)
            .detail(json!({ "name": client.name })),
    );
    Ok(())
}

/// How a secret is followed by another.
pub struct Rotation {
    /// How long those before stay good; never longer than to their own end.
    pub overlap: Duration,
    /// How long the new one lives; without, until it is rotated.
    pub lifetime: Option<Duration>,
}

/// Makes another secret. At most two live at a time: while two do, only a rotation without
/// overlap is done, which ends both at once, as is wanted when one has leaked.
///
/// # Errors
/// There is no such client, a connection looks after it, it proves itself without a secret, or
/// two secrets live.
pub async fn rotate_own_secret(
    change: &mut Change,
    master_key: &MasterKey,
    id: &ClientId,
    rotation: &Rotation,
) -> Result<Secret, Refused> {
    let client = lock(change, id).await?;
    let method = client.metadata.token_endpoint_auth_method;
    if !client.confidential || !method.is_none_or(AuthenticationMethod::has_secret) {
        return Err(Refused::NoSecret(id.clone()));
    }
    let now = change.now();
    let live = client.secret_ends(now);
    // Of two, the older has an end: the rotation that made the younger gave it one.
    let first_end = live.iter().flatten().min();
    if let (true, false, Some(until)) = (live.len() > 1, rotation.overlap.is_zero(), first_end) {
        return Err(Refused::RotationUnderWay {
            id: id.clone(),
            until: *until,
        });
    }
    store::delete_ended_secrets(change, id).await?;
    let sealed_with = client.metadata.signs_with_its_secret();
    let sealed_with = sealed_with.then_some(master_key);
    let terms = (rotation.overlap, rotation.lifetime);
    registration::rotate(change, id, sealed_with, terms).await
}

/// How long an ended secret is kept, so that people can look up what became of it.
const SECRET_KEPT: Duration = Duration::from_secs(30 * 86_400);

/// Removes up to `most` secrets that ended a month ago. How many.
///
/// # Errors
/// The database cannot answer.
pub async fn sweep_ended_secrets(change: &mut Change, most: i64) -> Result<u64, db::Error> {
    let before = change.now().minus(SECRET_KEPT);
    store::sweep_ended_secrets(change, before, most).await
}

/// The client, of which nobody else changes anything until the change is done.
pub(super) async fn lock(change: &mut Change, id: &ClientId) -> Result<Client, Refused> {
    // Writes the row first: of two changes at once the second waits here, and then sees what
    // the first did.
    if !store::touch(change, id).await? {
        return Err(Refused::NoSuchClient(id.clone()));
    }
    let all = store::all(&mut *change).await?;
    let found = all.into_iter().find(|client| client.id == *id);
    let client = found.ok_or_else(|| Refused::NoSuchClient(id.clone()))?;
    if client.connection.is_some() {
        return Err(Refused::OfAConnection(id.clone()));
    }
    Ok(client)
}
