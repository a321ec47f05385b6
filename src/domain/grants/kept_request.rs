//! An authorization request that waits for a person: kept here under a handle, bound to the
//! browser that made it, and completed once. No return address travels in a URL.

use std::time::Duration;

use super::{Origin, Parameters, store};
use crate::domain::audit::Change;
use crate::domain::clients::ClientId;
use crate::domain::directory::UserId;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Fetch};

/// How long a person may take to sign in and decide.
const LIFETIME: Duration = Duration::from_secs(3600);

/// A kept request. Its parameters are checked again when it is taken up: the client may have
/// been changed or disabled in between.
#[derive(Clone)]
pub struct KeptRequest {
    /// Who asked.
    pub client: ClientId,
    /// What was asked, word for word, without the hint: that is a token, and no token is kept.
    pub parameters: Parameters,
    /// How it came.
    pub origin: Origin,
    /// Whom the client expects.
    pub expected: Option<UserId>,
    /// When.
    pub asked_at: Timestamp,
}

/// Keeps a request and returns its handle.
pub async fn keep_request(
    change: &mut Change,
    browser: &Digest,
    kept: &KeptRequest,
) -> Result<Secret, db::Error> {
    let handle = Secret::generate("");
    let kept = KeptRequest {
        parameters: kept.parameters.without("id_token_hint"),
        ..kept.clone()
    };
    let expires_at = kept.asked_at.plus(LIFETIME);
    store::insert_request(change, &handle.digest(), browser, &kept, expires_at).await?;
    change.unrecorded("a request that nobody has answered");
    Ok(handle)
}

/// The request of that handle, when this browser made it and it still waits.
pub async fn find_request(
    from: impl Fetch,
    handle: &Secret,
    browser: &Digest,
    now: Timestamp,
) -> Result<Option<KeptRequest>, db::Error> {
    store::request(from, &handle.digest(), browser, now).await
}

/// Uses the request up; whether it still waited.
pub async fn complete_request(
    change: &mut Change,
    handle: &Secret,
    browser: &Digest,
) -> Result<bool, db::Error> {
    change.unrecorded("what comes of a request is recorded, not its end");
    store::complete_request(change, &handle.digest(), browser).await
}
