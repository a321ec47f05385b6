//! Owns the browsers in which a person has completed a sign-in (devices): by what each is known
//! again, and how long it is trusted. Does not own what trust is worth (`signin`), nor how long it
//! may last (`mfa`), nor cookies.
//!
//! The secret of a device is replaced at every sign-in, by one conditional statement. One that was
//! replaced is taken for a moment more, for sign-ins that were under way in other tabs; after that
//! it shows that there are two copies, and the device is forgotten.

mod kind;
mod shown;
mod store;

pub use kind::BrowserKind;
pub use shown::{Shown, Tag};

use std::time::Duration;

use serde_json::json;

use super::{
    audit::{Change, Event},
    directory::UserId,
};
use crate::foundation::{
    clock::Timestamp,
    crypto::token::Secret,
    db::{self, Fetch},
};

crate::typed_id! {
    /// A device, by its public name. It opens nothing; the secret in the cookie does.
    pub DeviceId
}

/// How long after its replacement a secret is taken for that of a sign-in that was under way.
const OVERLAP: Duration = Duration::from_secs(60);

/// How long a device is kept without use. Its cookie lasts as long.
pub const KEPT: Duration = Duration::from_secs(180 * 24 * 60 * 60);

/// A browser in which a person has signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Its public name.
    pub id: DeviceId,
    /// What kind of browser it is.
    pub kind: BrowserKind,
    /// Where it was last used from, if known.
    pub address: Option<String>,
    /// When the person first signed in there.
    pub created_at: Timestamp,
    /// When they last did.
    pub last_used_at: Timestamp,
    /// Since when, and until when, it is trusted.
    pub trust: Option<Trust>,
}

/// That the second factor is not asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trust {
    /// The second factor was given then.
    pub since: Timestamp,
    /// It is asked for again from then on.
    pub until: Timestamp,
}

/// What is known of the browser that somebody comes with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seen {
    /// Nothing.
    Unknown,
    /// The person has signed in there.
    Known(Device),
    /// It shows a secret of this device that was replaced: somebody has a copy.
    Copied(Device),
}

/// A completed sign-in.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn<'a> {
    /// Whose.
    pub user: UserId,
    /// What the browser shows.
    pub shown: &'a Shown,
    /// From where.
    pub address: Option<&'a str>,
    /// Until when the device is trusted from now on, when the person wants that and may. `None`
    /// leaves it as it is.
    pub trusted_until: Option<Timestamp>,
}

/// The device of a completed sign-in.
#[derive(Debug)]
pub struct Met {
    /// Which.
    pub device: DeviceId,
    /// What the browser keeps from now on; none when another sign-in has just been answered with
    /// it.
    pub secret: Option<Secret>,
}

impl Device {
    /// Since when it is trusted, when it is at `now`, and for less than `longest`.
    #[must_use]
    pub fn trusted_since(&self, longest: Duration, now: Timestamp) -> Option<Timestamp> {
        let trust = self.trust.filter(|trust| trust.until > now)?;
        (now.since(trust.since) < longest).then_some(trust.since)
    }
}

impl Seen {
    /// The device, when it is known.
    #[must_use]
    pub const fn known(&self) -> Option<&Device> {
        match self {
            Self::Known(device) => Some(device),
            Self::Unknown | Self::Copied(_) => None,
        }
    }
}

/// What is known of a browser that somebody comes with who wants to be `user`. At most one query.
/// A secret is good for its own user, and in a browser of the kind that got it.
///
/// # Errors
/// When the database cannot answer.
pub async fn look(
    from: impl Fetch,
    user: UserId,
    shown: &Shown,
    now: Timestamp,
) -> Result<Seen, db::Error> {
    let Some(secret) = shown.of(user) else {
        return Ok(Seen::Unknown);
    };
    let Some((device, spent_at)) = store::find(from, user, &secret.digest()).await? else {
        return Ok(Seen::Unknown);
    };
    let copied = spent_at.is_some_and(|spent_at| now.since(spent_at) >= OVERLAP);
    Ok(match (copied, device.kind == shown.kind) {
        (true, _) => Seen::Copied(device),
        (false, true) => Seen::Known(device),
        (false, false) => Seen::Unknown,
    })
}

/// Notes a completed sign-in: the secret of a known device is replaced; another browser becomes a
/// device of the user.
///
/// # Errors
/// When the database cannot answer.
pub async fn note_sign_in(change: &mut Change, signed_in: &SignedIn<'_>) -> Result<Met, db::Error> {
    let met = meet(change, signed_in).await?;
    if let Some(until) = signed_in.trusted_until {
        store::trust(change, met.device, until).await?;
        change.record(
            Event::new("device.trusted")
                .subject("user", signed_in.user)
                .detail(json!({ "device": met.device, "until": until.to_rfc3339() })),
        );
    }
    Ok(met)
}

async fn meet(change: &mut Change, signed_in: &SignedIn<'_>) -> Result<Met, db::Error> {
    let (user, shown) = (signed_in.user, signed_in.shown);
    let new = Secret::generate("");
    if let Some(old) = shown.of(user) {
        if let Some(device) = store::rotate(change, signed_in, &old.digest(), &new.digest()).await?
        {
            let secret = Some(new);
            return Ok(Met { device, secret });
        }
        let now = change.now();
        if let Seen::Known(device) = look(&mut *change, user, shown, now).await? {
            let (device, secret) = (device.id, None);
            return Ok(Met { device, secret });
        }
    }
    let device = DeviceId::new(change.now());
    store::insert(change, device, signed_in, &new.digest()).await?;
    change.record(
        Event::new("device.remembered")
            .subject("user", user)
            .detail(json!({
                "device": device,
                "kind": shown.kind.to_string(),
                "address": signed_in.address,
            })),
    );
    let secret = Some(new);
    Ok(Met { device, secret })
}

/// The devices of a user, the last used first.
///
/// # Errors
/// When the database cannot answer.
pub async fn devices_of(from: impl Fetch, user: UserId) -> Result<Vec<Device>, db::Error> {
    store::devices_of(from, user).await
}

/// Ends the trust in all devices of a user: another password, another factor, no access any more.
/// They stay known. How many were trusted.
///
/// # Errors
/// When the database cannot answer.
pub async fn end_trust(
    change: &mut Change,
    user: UserId,
    reason: &'static str,
) -> Result<u64, db::Error> {
    let ended = store::end_trust(change, user).await?;
    if ended > 0 {
        change.record(
            Event::new("device.trust_ended")
                .subject("user", user)
                .detail(json!({ "devices": ended, "reason": reason })),
        );
    }
    Ok(ended)
}

/// Forgets a device of a user, and with it that it was trusted. Whether there was one.
///
/// # Errors
/// When the database cannot answer.
pub async fn forget(
    change: &mut Change,
    user: UserId,
    device: DeviceId,
) -> Result<bool, db::Error> {
    forget_as(change, user, device, Event::new("device.forgotten")).await
}

/// Forgets all devices of a user. How many there were.
///
/// # Errors
/// When the database cannot answer.
pub async fn forget_all(change: &mut Change, user: UserId) -> Result<u64, db::Error> {
    let forgotten = store::forget(change, user, None).await?;
    if forgotten > 0 {
        change.record(
            Event::new("device.forgotten")
                .subject("user", user)
                .detail(json!({ "devices": forgotten })),
        );
    }
    Ok(forgotten)
}

/// Forgets a device of whose secret there are two copies. Whether nobody had before.
///
/// # Errors
/// When the database cannot answer.
pub async fn forget_copied(
    change: &mut Change,
    user: UserId,
    device: DeviceId,
) -> Result<bool, db::Error> {
    forget_as(change, user, device, Event::new("device.copied")).await
}

async fn forget_as(
    change: &mut Change,
    user: UserId,
    device: DeviceId,
    event: Event,
) -> Result<bool, db::Error> {
    let forgotten = store::forget(change, user, Some(device)).await? > 0;
    if forgotten {
        change.record(
            event
                .subject("user", user)
                .detail(json!({ "device": device })),
        );
    }
    Ok(forgotten)
}

/// Deletes devices that were not used for [`KEPT`], and secrets that were replaced so long ago. How
/// many rows went.
///
/// # Errors
/// When the database cannot answer.
pub async fn sweep(change: &mut Change, limit: i64) -> Result<u64, db::Error> {
    let before = change.now().minus(KEPT);
    let swept = store::sweep(change, before, limit).await?;
    change.unrecorded("a sweep of devices that nobody uses");
    Ok(swept)
}
