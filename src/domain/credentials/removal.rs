//! Taking away everything beside the password that a user proves themself with.

use serde_json::json;

use super::{recovery, store, totp};
use crate::domain::{
    audit::{Change, Event},
    devices,
    directory::UserId,
    mail::{self, Occasion, Post},
};
use crate::foundation::db;

/// Removes all second factors and passkeys of a user, and their recovery codes. How many factors
/// there were. No browser is trusted any more, and the user is told. The caller holds the user's
/// access.
///
/// # Errors
/// When the database cannot answer.
pub async fn remove_factors(
    change: &mut Change,
    post: &Post,
    user: UserId,
    reason: &str,
) -> Result<u64, db::Error> {
    // A browser was trusted for what was proven in it.
    devices::end_trust(change, user, "factors_changed").await?;
    let apps = totp::remove_all(change, user).await?;
    let keys = store::remove_keys(change, user).await?;
    let codes = recovery::remove_codes(change, user).await?;
    if apps + keys + codes > 0 {
        devices::end_trust(change, user, "factors_changed").await?;
        change.record(
            Event::new("factors.removed")
                .subject("user", user)
                .detail(json!({ "apps": apps, "keys": keys, "codes": codes, "reason": reason })),
        );
        mail::notify(change, post, user, Occasion::FactorsRemoved).await?;
    }
    Ok(apps + keys)
}
