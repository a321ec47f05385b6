//! What every attempt at signing in has in common: what it needs, what can come of it, and how
//! its try is reserved. There is a file for each way of proving oneself (`with_password`, …).

use std::net::IpAddr;

use super::{Completed, Found, Lifetimes, Place, Step, find};
use crate::domain::{
    audit::{Actor, Change},
    credentials::{NotTaken, PasswordRefused, Policy, Vetting},
    devices::{self, Shown},
    directory::UserId,
    mail::Post,
    mfa,
    tries::{self, Asker, Factor, Guard, Reservation, Try, Whose},
};
use crate::foundation::{
    clock::Clock,
    crypto::{
        digest::Digest,
        password::{PasswordError, PasswordPool},
        seal::MasterKey,
        token::Secret,
    },
    db::{self, Db},
};

/// What an attempt needs of the server.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The database.
    pub db: &'a Db,
    /// Computes hashes.
    pub passwords: &'a PasswordPool,
    /// Opens what is sealed, and makes digests of short codes.
    pub key: &'a MasterKey,
    /// The time. A hash takes a while, so it is read again before anything is written.
    pub clock: &'a Clock,
    /// How long what comes of it lives.
    pub lifetimes: Lifetimes,
    /// What the settings say of second factors.
    pub mfa: mfa::Rules,
    /// What a new password must be.
    pub policy: &'a Policy,
    /// Keeps guessers out.
    pub guard: &'a Guard,
    /// Takes letters in.
    pub post: &'a Post,
}

impl<'a> Desk<'a> {
    /// What a check of a new password needs.
    #[must_use]
    pub const fn vetting(&self) -> Vetting<'a> {
        Vetting {
            policy: self.policy,
            passwords: self.passwords,
            db: self.db,
        }
    }
}

/// Which sign-in, in which browser.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    /// The sign-in's handle.
    pub handle: &'a Secret,
    /// The digest of the browser's cookie.
    pub browser: &'a Digest,
    /// From where.
    pub place: &'a Place,
    /// The address that its tries are counted for.
    pub address: Option<IpAddr>,
    /// The secret of the session that this browser has had so far.
    pub previous: Option<&'a Secret>,
    /// The request, for the audit log.
    pub request_id: Option<&'a str>,
    /// What the browser shows of the devices that it may be.
    pub shown: &'a Shown,
    /// Whether the person has just said that this browser is to be trusted.
    pub trust: bool,
}

impl Visit<'_> {
    /// The same, of a person who says that this browser is to be trusted, or does not.
    #[must_use]
    pub const fn trusting(mut self, trust: bool) -> Self {
        self.trust = trust;
        self
    }
}

/// What came of an attempt.
#[derive(Debug)]
pub enum Outcome {
    /// A session.
    Session(Completed),
    /// What was proven is noted, and this is what the sign-in still lacks.
    Next(Step),
    /// No. Why is in the log only.
    Refused,
    /// The new password cannot be taken.
    PasswordRefused(PasswordRefused),
    /// The sign-in cannot go on.
    Gone(Found),
}

/// What kept an attempt from being decided.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// The database could not answer.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// The hash could not be computed.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

impl AttemptError {
    /// What kept a new password from being taken; what is wrong with it is no error.
    pub(super) fn of(not_taken: NotTaken) -> Result<PasswordRefused, Self> {
        match not_taken {
            NotTaken::Refused(refused) => Ok(refused),
            NotTaken::Password(error) => Err(error.into()),
            NotTaken::Database(error) => Err(error.into()),
        }
    }
}

/// A change in the name of the user whose proof it is.
pub(super) async fn begin(
    desk: Desk<'_>,
    visit: Visit<'_>,
    user: UserId,
) -> Result<Change, db::Error> {
    let actor = Actor::User(user.to_string());
    let change = Change::begin(desk.db, actor, desk.clock.now()).await?;
    Ok(match visit.request_id {
        Some(id) => change.of_request(id),
        None => change,
    })
}

/// The sign-in ended while the attempt was under way: nothing of it is kept.
pub(super) async fn gone(
    desk: Desk<'_>,
    visit: Visit<'_>,
    change: Change,
) -> Result<Outcome, AttemptError> {
    drop(change);
    let found = find(desk.db, visit.handle, visit.browser, desk.clock.now()).await?;
    Ok(Outcome::Gone(match found {
        Found::Open(_) => Found::Unknown,
        other => other,
    }))
}

/// Takes a try from the budgets of whoever is about to be proven, before anything is verified.
/// Not admitted: verify all the same, then [`refuse`].
pub(super) async fn reserve(
    desk: Desk<'_>,
    visit: Visit<'_>,
    whose: Whose<'_>,
    factor: Factor,
) -> Result<Reservation, db::Error> {
    let known = match whose {
        Whose::User(user) => {
            let seen = devices::look(desk.db, user, visit.shown, desk.clock.now()).await?;
            seen.known()
                .map(|device| Digest::of(device.id.to_string().as_bytes()))
        }
        Whose::Nobody(_) => None,
    };
    let asker = Asker {
        address: visit.address,
        known_device: known,
    };
    let attempt = Try {
        whose,
        factor,
        asker: &asker,
    };
    tries::reserve(desk.db, desk.clock, desk.guard, &attempt).await
}

/// No. The try stays taken; the reason goes to the log only.
pub(super) fn refuse(user: Option<UserId>, reservation: &Reservation, reason: &str) -> Outcome {
    let reason = if reservation.is_admitted() {
        reason
    } else {
        "too many tries"
    };
    match user {
        Some(user) => tracing::info!(%user, reason, "sign-in refused"),
        None => tracing::info!(reason, "sign-in refused"),
    }
    Outcome::Refused
}
