//! Temporary passes: what an administrator gives to a person who can sign in with nothing else.
//! One works once, within minutes, in the place of a password; it does not stand in for a second
//! factor that the person has.

mod store;

use std::time::Duration;

use serde_json::json;

use super::WordCode;
use crate::domain::{
    audit::{Change, Event},
    directory::UserId,
};
use crate::foundation::{
    clock::Timestamp,
    crypto::{digest::Digest, seal::MasterKey},
    db::{self, Fetch},
};

const PURPOSE: &str = "temporary pass";

/// Makes a pass, to be shown once. One that was made before is worth nothing any more. The caller
/// holds the user's access.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn issue_pass(
    change: &mut Change,
    key: &MasterKey,
    user: UserId,
    lifetime: Duration,
    reason: &str,
) -> Result<(WordCode, Timestamp), db::Error> {
    let pass = WordCode::generate();
    let until = change.now().plus(lifetime);
    let digest = pass.digest(key, PURPOSE, user);
    store::replace(change, user, &digest, until, reason).await?;
    change.record(
        Event::new("temporary_pass.issued")
            .subject("user", user)
            .detail(json!({ "until": until.to_rfc3339(), "reason": reason })),
    );
    Ok((pass, until))
}

/// Whether this is the pass that the user can use now. The same work when there is no such user.
///
/// # Errors
/// When the database cannot answer.
pub async fn is_right(
    from: impl Fetch,
    key: &MasterKey,
    user: Option<UserId>,
    pass: &WordCode,
    now: Timestamp,
) -> Result<bool, db::Error> {
    // Nobody has this id.
    let meant = user.unwrap_or_else(|| UserId::new(now));
    let typed = pass.digest(key, PURPOSE, meant);
    let kept = store::usable(from, meant, now).await?;
    let kept = kept.map_or_else(|| Digest::of(b"none"), Digest::from_stored);
    Ok(typed.matches(&kept) && user.is_some())
}

/// Uses a pass up. `false`: it is not the user's, was used, or is too old.
///
/// # Errors
/// When the database cannot answer.
pub async fn use_pass(
    change: &mut Change,
    key: &MasterKey,
    user: UserId,
    pass: &WordCode,
) -> Result<bool, db::Error> {
    let digest = pass.digest(key, PURPOSE, user);
    let used = store::use_up(change, user, &digest).await?;
    if used {
        change.record(Event::new("temporary_pass.used").subject("user", user));
    }
    Ok(used)
}
