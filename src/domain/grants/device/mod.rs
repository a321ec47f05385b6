//! Device authorizations (RFC 8628): a device without a keyboard asks, a person types its code
//! on another screen and decides, and the device, which asks again and again, gets its tokens.
//!
//! Whoever brings a person to type a code of theirs gets that person's tokens (RFC 10027 §3.1).
//! So nothing is ever allowed without the person seeing what asks, from where, and saying so.

mod redemption;
mod user_code;

use std::time::Duration;

use serde_json::json;

pub(super) use redemption::Polled;
pub use redemption::{DeviceRedemption, NotYet, redeem_device_code};
pub use user_code::UserCode;

use super::opaque::{self, Kind};
use super::{GrantId, SignedIn, Terms, store};
use crate::domain::audit::{Change, Event};
use crate::domain::clients::{Client, ClientId, Scope};
use crate::domain::directory::UserId;
use crate::domain::signin::SessionId;
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::Digest;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db::{self, Fetch};

/// How long a person has to type the code and to decide. Long enough to find another screen,
/// and to sign in there; short, since a code that is shown can be passed on.
pub const DEVICE_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// How often a device asks, unless it is told to ask less often.
pub const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// The window in which codes that were typed are counted.
const TRIES_WINDOW: Duration = Duration::from_secs(10 * 60);

/// How many codes may be typed in one window in a session. A device takes two: to look it up,
/// and to decide.
const TRIES_OF_A_SESSION: i64 = 20;

/// The same from one address, behind which many people may sit.
const TRIES_OF_AN_ADDRESS: i64 = 200;

/// Longest description of a device that is kept, in bytes.
const LONGEST_DESCRIPTION: usize = 256;

/// What a device asks for.
pub struct NewDevice<'a> {
    /// The authenticated client.
    pub client: &'a Client,
    /// What it asks for, within what it registered.
    pub scope: &'a Scope,
    /// What it asks for beyond that.
    pub terms: &'a Terms,
    /// The address that it asks from.
    pub address: Option<String>,
    /// What program it says it is: its `User-Agent`.
    pub program: Option<String>,
}

/// The two codes of a device.
pub struct DeviceCodes {
    /// What the device keeps and asks with.
    pub device_code: Secret,
    /// What the person types.
    pub user_code: UserCode,
}

/// A device that waits for a person.
#[derive(Clone, Debug)]
pub struct WaitingDevice {
    /// The application.
    pub client: ClientId,
    /// What it asks for.
    pub scope: Scope,
    /// The address that it asked from; empty when it is not known.
    pub address: String,
    /// What program it said it was; empty when it did not say.
    pub program: String,
    /// When it asked.
    pub asked_at: Timestamp,
}

/// Who types a code: what is counted.
pub struct Typist<'a> {
    /// The session of the person.
    pub session: SessionId,
    /// The address of their browser.
    pub address: Option<&'a str>,
}

/// The statement's view of a new device.
pub(super) struct NewRow<'a> {
    pub(super) grant: GrantId,
    pub(super) device: &'a Digest,
    pub(super) user_code: &'a str,
    pub(super) new: &'a NewDevice<'a>,
    pub(super) expires_at: Timestamp,
}

/// Begins an authorization: makes the two codes.
///
/// # Errors
/// When the database cannot answer.
pub async fn begin_device(
    change: &mut Change,
    master: &MasterKey,
    new: &NewDevice<'_>,
) -> Result<DeviceCodes, db::Error> {
    let now = change.now();
    let grant = GrantId::new(now);
    let device_code = opaque::make(master, Kind::DeviceCode, grant, 0);
    let user_code = UserCode::generate();
    let row = NewRow {
        grant,
        device: &device_code.digest(),
        user_code: &user_code.digest(master),
        new,
        expires_at: now.plus(DEVICE_LIFETIME),
    };
    // Two waiting devices have the same code once in many millions of times; then the insert
    // fails, and the device asks again.
    store::insert_device(change, &row).await?;
    change.unrecorded("the decision and the grant are recorded, not that a device asks");
    Ok(DeviceCodes {
        device_code,
        user_code,
    })
}

/// Counts a code that is about to be looked up; whether it may be. Counting comes first and is
/// one statement each, so codes that are typed at once cannot pass the bound together.
///
/// # Errors
/// When the database cannot answer.
pub async fn may_try_user_code(
    change: &mut Change,
    typist: &Typist<'_>,
) -> Result<bool, db::Error> {
    let until = change.now().plus(TRIES_WINDOW);
    let session = format!("session:{}", typist.session);
    let mut allowed = store::count_user_code(change, &session, until).await? <= TRIES_OF_A_SESSION;
    if let Some(address) = typist.address {
        let address = format!("address:{address}");
        let tries = store::count_user_code(change, &address, until).await?;
        allowed = allowed && tries <= TRIES_OF_AN_ADDRESS;
    }
    change.unrecorded("a counter of typed codes");
    Ok(allowed)
}

/// The device that shows a code, while it waits.
///
/// # Errors
/// When the database cannot answer.
pub async fn find_device(
    from: impl Fetch,
    master: &MasterKey,
    code: &UserCode,
    now: Timestamp,
) -> Result<Option<WaitingDevice>, db::Error> {
    store::waiting_device(from, &code.digest(master), now).await
}

/// Writes what a person decided; whether the device was still waiting for it. Of two who
/// decide at once, one does.
///
/// # Errors
/// When the database cannot answer.
pub async fn decide_device(
    change: &mut Change,
    master: &MasterKey,
    code: &UserCode,
    signed_in: &SignedIn,
    allowed: bool,
) -> Result<bool, db::Error> {
    let digest = code.digest(master);
    let Some(client) = store::decide_device(change, &digest, signed_in, allowed).await? else {
        return Ok(false);
    };
    let action = if allowed {
        "device.allowed"
    } else {
        "device.denied"
    };
    change.record(
        Event::new(action)
            .subject("user", signed_in.user)
            .detail(json!({ "client": client.as_str(), "session": signed_in.session })),
    );
    Ok(true)
}

/// Ends what a user has allowed to devices that have not fetched it yet.
pub(super) async fn end_of_user(change: &mut Change, user: UserId) -> Result<(), db::Error> {
    store::end_devices_of_user(change, user).await
}

/// The same, for what was allowed in one session.
pub(super) async fn end_of_session(
    change: &mut Change,
    session: SessionId,
) -> Result<(), db::Error> {
    store::end_devices_of_session(change, session).await
}

impl NewDevice<'_> {
    /// Its description, bounded.
    pub(super) fn described(text: Option<&str>) -> String {
        let text = text.unwrap_or_default();
        let end = text.floor_char_boundary(LONGEST_DESCRIPTION);
        text[..end].to_owned()
    }
}
