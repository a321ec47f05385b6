//! Requests that clients push (RFC 9126). The reference is bound to its client, lives for a
//! moment, and is used up when the request is answered: a browser that is sent to the sign-in
//! and back, or reloads, still finds it.

use std::time::Duration;

use super::{Origin, ReadRequest, store};
use crate::domain::audit::Change;
use crate::domain::clients::{Client, ClientId};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Fetch};

/// What a reference begins with (RFC 9126 §2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// The client sends the browser on at once.
pub const LIFETIME: Duration = Duration::from_secs(90);

/// Keeps what an authenticated client pushed and returns the reference to it.
pub async fn push(
    change: &mut Change,
    client: &Client,
    read: &ReadRequest,
) -> Result<Secret, db::Error> {
    let handle = Secret::generate("");
    let kept = ReadRequest {
        parameters: read.parameters.without("id_token_hint"),
        origin: read.origin.clone(),
    };
    let ends = change.now().plus(LIFETIME);
    store::insert_pushed_request(change, &handle.digest(), (&client.id, &kept), ends).await?;
    change.unrecorded("a request that nobody has answered");
    Ok(Secret::from(format!("{PREFIX}{}", handle.reveal())))
}

/// The digest of a reference, when it is one of this server's kind.
pub(super) fn reference(request_uri: &str) -> Option<Digest> {
    let handle = request_uri.strip_prefix(PREFIX)?;
    Some(Secret::from(handle).digest())
}

/// What the client pushed, when it waits still.
pub(super) async fn find(
    from: impl Fetch,
    reference: &Digest,
    client: &ClientId,
    now: Timestamp,
) -> Result<Option<ReadRequest>, db::Error> {
    let found = store::pushed_request(from, reference, client, now).await?;
    Ok(found.map(|read| ReadRequest {
        origin: Origin {
            pushed: Some(reference.as_str().to_owned()),
            ..read.origin
        },
        ..read
    }))
}

/// Uses the pushed request up, if the request was one; whether it may be answered. How long the
/// person took for that is bounded by the kept request, not by the reference.
pub async fn complete_pushed(change: &mut Change, origin: &Origin) -> Result<bool, db::Error> {
    match origin.reference() {
        Some(reference) => store::complete_pushed_request(change, &reference).await,
        None => Ok(true),
    }
}
