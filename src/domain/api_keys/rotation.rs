//! A second live secret, and an end for the first.

use std::time::Duration;

use serde_json::json;

use super::{ApiKeyId, Issued, NotChanged, issue, store};
use crate::domain::audit::{Change, Event};

/// Makes another secret that lives as long as the newest was given, and ends the one
/// before after `overlap`, or at its own end when that is earlier.
///
/// At most two secrets live at a time. While two do, only a rotation without overlap is
/// done: it ends both at once, which is what is wanted when one has leaked.
///
/// # Errors
/// There is no such key, it is revoked or expired, or a rotation is under way.
pub async fn rotate(
    change: &mut Change,
    id: ApiKeyId,
    overlap: Duration,
) -> Result<Issued, NotChanged> {
    // Writes the key's row first: of two rotations at once the second waits here, and
    // then sees the secrets of the first.
    let Some(scopes) = store::begin_rotation(change, id).await? else {
        let exists = store::exists(change, id).await?;
        return Err(if exists {
            NotChanged::Revoked(id)
        } else {
            NotChanged::NoSuchKey(id)
        });
    };
    let live = store::live_secrets(change, id).await?;
    let (Some(newest), Some(oldest)) = (live.last(), live.first()) else {
        return Err(NotChanged::Expired(id));
    };
    if live.len() > 1 && !overlap.is_zero() {
        return Err(NotChanged::RotationUnderWay {
            id,
            until: oldest.expires_at,
        });
    }
    let ends = change.now().plus(overlap);
    store::end_secrets(change, id, ends).await?;
    let lifetime = newest.expires_at.since(newest.created_at);
    let issued = issue(change, id, scopes, lifetime).await?;
    change.record(
        Event::new("api_key.rotated")
            .subject("api_key", id)
            .detail(json!({
                "earlier_ends_at": ends.min(newest.expires_at).to_rfc3339(),
                "expires_at": issued.expires_at.to_rfc3339(),
            })),
    );
    Ok(issued)
}
