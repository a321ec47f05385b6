//! Recovery codes: ten that each stand in once for a factor that was lost. They are shown when
//! they are made and never again; rows keep digests.

mod store;

use serde_json::json;

use super::WordCode;
use crate::domain::{
    audit::{Change, Event},
    devices,
    directory::UserId,
};
use crate::foundation::{
    clock::Timestamp,
    crypto::seal::MasterKey,
    db::{self, Fetch},
};

/// Codes in a set.
pub const RECOVERY_CODES: usize = 10;
const PURPOSE: &str = "recovery code";

/// How a user's set of recovery codes stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CodesLeft {
    /// Codes that are not used.
    pub left: i64,
    /// When the set was made.
    pub made_at: Option<Timestamp>,
}

/// Makes a set of codes, to be shown once. The set before is worth nothing any more. The caller
/// holds the user's access.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn make_codes(
    change: &mut Change,
    key: &MasterKey,
    user: UserId,
) -> Result<Vec<WordCode>, db::Error> {
    let codes: [WordCode; RECOVERY_CODES] = std::array::from_fn(|_| WordCode::generate());
    let digests = codes.each_ref().map(|code| code.digest(key, PURPOSE, user));
    store::replace(change, user, &digests).await?;
    devices::end_trust(change, user, "factors_changed").await?;
    change.record(Event::new("recovery_codes.made").subject("user", user));
    Ok(codes.into())
}

/// How many codes are left.
///
/// # Errors
/// When the database cannot answer.
pub async fn codes_left(from: impl Fetch, user: UserId) -> Result<CodesLeft, db::Error> {
    store::left(from, user).await
}

/// Uses a code up. How many are left then; `None` when it is none of the user's codes, or was
/// used before.
///
/// # Errors
/// When the database cannot answer.
pub async fn use_up(
    change: &mut Change,
    key: &MasterKey,
    user: UserId,
    code: &WordCode,
) -> Result<Option<i64>, db::Error> {
    let digest = code.digest(key, PURPOSE, user);
    if !store::use_up(change, user, &digest).await? {
        return Ok(None);
    }
    let left = store::left(&mut *change, user).await?.left;
    change.record(
        Event::new("recovery_code.used")
            .subject("user", user)
            .detail(json!({ "left": left })),
    );
    Ok(Some(left))
}

/// Takes all codes of a user away. How many there were, used ones too.
pub(super) async fn remove_codes(change: &mut Change, user: UserId) -> Result<u64, db::Error> {
    store::remove_all(change, user).await
}
