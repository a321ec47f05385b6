//! Taking away everything beside the password that a user proves themself with.

use serde_json::json;

use super::{recovery, store, totp};
use crate::domain::{
    audit::{Change, Event},
    directory::UserId,
};
use crate::foundation::db;

/// Removes all second factors and passkeys of a user, and their recovery codes. How many factors
/// there were. The caller holds the user's access.
///
/// # Errors
/// When the database cannot answer.
pub async fn remove_factors(
    change: &mut Change,
    user: UserId,
    reason: &str,
) -> Result<u64, db::Error> {
    let apps = totp::remove_all(change, user).await?;
    let keys = store::remove_keys(change, user).await?;
    let codes = recovery::remove_codes(change, user).await?;
    if apps + keys + codes > 0 {
        change.record(
            Event::new("factors.removed")
                .subject("user", user)
                .detail(json!({ "apps": apps, "keys": keys, "codes": codes, "reason": reason })),
        );
    }
    Ok(apps + keys)
}
