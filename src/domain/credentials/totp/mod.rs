//! Authenticator apps: time-based one-time passwords (RFC 6238), six digits every 30 seconds.
//!
//! A code is taken once: its time step must be newer than that of the last code that was taken
//! (RFC 6238 §5.2), in one conditional statement. One step before and one after the expected one
//! are taken too; how far an app's clock is off is remembered from code to code (§6), so that a
//! clock that is 40 seconds off keeps working while the window stays three steps wide.

mod offer;
mod store;

pub use offer::{Offer, OfferRefused};

use serde_json::json;
use totp_rs::{Builder, Totp};

use super::{FactorName, TotpCode};
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
use crate::typed_id;

typed_id!(
    /// An authenticator app of a user.
    pub AuthenticatorId
);

/// Authenticator apps that a user has at most.
pub const MOST_AUTHENTICATORS: i64 = 10;
/// Seconds of a time step.
const STEP: i64 = 30;
/// Steps by which an app's clock may be off for good.
const MOST_DRIFT: i64 = 1;
/// Steps before and after the expected one whose codes are taken.
const WINDOW: u16 = 1;
/// The same while an app is set up: whoever does it has the secret before them, so that nothing
/// can be guessed.
const WINDOW_OF_OFFER: u16 = 2;
const CONTEXT: &str = "totp secret";

/// An authenticator app, as its owner sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authenticator {
    /// Which.
    pub id: AuthenticatorId,
    /// What its owner calls it.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When a code of it was last taken.
    pub last_used_at: Option<Timestamp>,
}

/// An authenticator app as it is checked.
struct Kept {
    id: AuthenticatorId,
    sealed_secret: String,
    last_step: i64,
    drift: i64,
}

/// A code that was found right, to be taken in a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RightCode {
    id: AuthenticatorId,
    step: i64,
    drift: i64,
}

/// Why an authenticator app cannot be added.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AuthenticatorRefused {
    /// The code is not the one that the app shows.
    #[error("the code is wrong")]
    WrongCode,
    /// There are [`MOST_AUTHENTICATORS`] already.
    #[error("there are as many authenticator apps as there may be")]
    TooMany,
    /// It was added already: the form was sent twice.
    #[error("it was added already")]
    Twice,
}

/// The authenticator apps of a user, oldest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn authenticators(
    from: impl Fetch,
    user: UserId,
) -> Result<Vec<Authenticator>, db::Error> {
    store::authenticators(from, user).await
}

/// The authenticator app of `user` that shows `code` now, if there is one. Reads only.
///
/// # Errors
/// When the database cannot answer, or a secret does not open.
pub async fn right_code(
    from: impl Fetch,
    key: &MasterKey,
    user: UserId,
    code: &TotpCode,
    now: Timestamp,
) -> Result<Option<RightCode>, db::Error> {
    let mut used = None;
    for kept in store::kept(from, user).await? {
        let secret = key
            .open(&kept.sealed_secret, CONTEXT)
            .map_err(|error| db::Error::Corrupt(format!("totp_authenticators: {error}")))?;
        let Some(step) = matching_step(&secret, WINDOW, code, now_step(now) + kept.drift) else {
            continue;
        };
        let right = RightCode {
            id: kept.id,
            step,
            drift: drift(step, now),
        };
        if step > kept.last_step {
            return Ok(Some(right));
        }
        used = Some(right);
    }
    Ok(used)
}

/// Takes a right code. `false`: one of its time step or a newer one was taken before.
///
/// # Errors
/// When the database cannot answer.
pub async fn take(change: &mut Change, user: UserId, code: RightCode) -> Result<bool, db::Error> {
    store::take(change, user, code).await
}

/// Adds the authenticator app that was offered, when `code` shows that it was set up. The code is
/// taken. The caller holds the user's access.
///
/// # Errors
/// When the database cannot answer.
pub async fn add(
    change: &mut Change,
    key: &MasterKey,
    offer: &Offer,
    name: &FactorName,
    code: &TotpCode,
) -> Result<Result<AuthenticatorId, AuthenticatorRefused>, db::Error> {
    let now = change.now();
    let step = matching_step(offer.secret(), WINDOW_OF_OFFER, code, now_step(now));
    let Some(step) = step else {
        return Ok(Err(AuthenticatorRefused::WrongCode));
    };
    if store::count(&mut *change, offer.user()).await? >= MOST_AUTHENTICATORS {
        return Ok(Err(AuthenticatorRefused::TooMany));
    }
    let sealed = key
        .seal(offer.secret(), CONTEXT)
        .map_err(|error| db::Error::Corrupt(error.to_string()))?;
    let code = RightCode {
        id: offer.id(),
        step,
        drift: drift(step, now),
    };
    if !store::insert(change, offer.user(), name.as_str(), &sealed, code).await? {
        return Ok(Err(AuthenticatorRefused::Twice));
    }
    devices::end_trust(change, offer.user(), "factors_changed").await?;
    change.record(
        Event::new("factor.added")
            .subject("user", offer.user())
            .detail(json!({ "kind": "totp", "id": code.id, "name": name.as_str() })),
    );
    Ok(Ok(code.id))
}

/// Gives an authenticator app another name. Whether the user has such a one.
///
/// # Errors
/// When the database cannot answer.
pub async fn rename(
    change: &mut Change,
    user: UserId,
    id: AuthenticatorId,
    name: &FactorName,
) -> Result<bool, db::Error> {
    let renamed = store::rename(change, user, id, name.as_str()).await?;
    if renamed {
        change.record(
            Event::new("factor.renamed")
                .subject("user", user)
                .detail(json!({ "kind": "totp", "id": id, "name": name.as_str() })),
        );
    }
    Ok(renamed)
}

/// Removes an authenticator app. Whether the user had such a one.
///
/// # Errors
/// When the database cannot answer.
pub async fn remove(
    change: &mut Change,
    user: UserId,
    id: AuthenticatorId,
) -> Result<bool, db::Error> {
    let Some(name) = store::remove(change, user, id).await? else {
        return Ok(false);
    };
    devices::end_trust(change, user, "factors_changed").await?;
    change.record(
        Event::new("factor.removed")
            .subject("user", user)
            .detail(json!({ "kind": "totp", "id": id, "name": name })),
    );
    Ok(true)
}

/// Removes all authenticator apps of a user. How many.
pub(super) async fn remove_all(change: &mut Change, user: UserId) -> Result<u64, db::Error> {
    store::remove_all(change, user).await
}

fn now_step(now: Timestamp) -> i64 {
    now.seconds().div_euclid(STEP)
}

fn drift(step: i64, now: Timestamp) -> i64 {
    (step - now_step(now)).clamp(-MOST_DRIFT, MOST_DRIFT)
}

/// The time step around `expected` whose code this is.
fn matching_step(secret: &[u8], window: u16, code: &TotpCode, expected: i64) -> Option<i64> {
    let at = u64::try_from(expected.checked_mul(STEP)?).ok()?;
    let step = password(secret, window)?.check(code.as_str(), at)?;
    i64::try_from(step).ok()
}

fn password(secret: &[u8], window: u16) -> Option<Totp> {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_skew(window)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 6238, appendix B, cut to six digits.
    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            let code = TotpCode::read(code).unwrap();
            let step = seconds / STEP;
            for expected in [step - 1, step, step + 1] {
                assert_eq!(matching_step(secret, 1, &code, expected), Some(step));
            }
            for expected in [step - 2, step + 2] {
                assert_eq!(matching_step(secret, 1, &code, expected), None);
            }
        }
    }
}
