//! Setting up a factor in the middle of a sign-in, whose first factor was proven in it.

use super::{
    AttemptError, Desk, Method, Outcome, Step, Visit, advance,
    attempt::gone,
    note_proof, postpone,
    second::{held, whose},
};
use crate::domain::{
    audit::Change,
    credentials::{
        self, FactorName, TotpCode, WordCode, recovery,
        totp::{self, AuthenticatorRefused, Offer, OfferRefused},
    },
    directory::UserId,
    mail::{self, FactorKind, Occasion},
};
use crate::foundation::{crypto::seal::MasterKey, db};

/// What came of setting up a factor.
#[derive(Debug)]
pub enum Enrolment {
    /// It was set up.
    Done {
        /// What comes next.
        outcome: Outcome,
        /// The recovery codes that were made with a first factor, to be shown once.
        codes: Option<Vec<WordCode>>,
    },
    /// The sign-in is not at this step, or cannot go on.
    NotHere(Outcome),
    /// What was offered is too old, or was offered to somebody else.
    Stale,
    /// The app cannot be taken.
    Refused(AuthenticatorRefused),
}

impl From<OfferRefused> for Enrolment {
    fn from(_: OfferRefused) -> Self {
        Self::Stale
    }
}

const fn takes_any_factor(step: Step) -> bool {
    matches!(step, Step::Enrol { bound: false, .. })
}

/// Sets up the authenticator app that was offered, when `code` shows that it knows the secret. The
/// code counts as proven in this sign-in.
///
/// # Errors
/// When the database cannot answer.
pub async fn with_new_authenticator(
    desk: Desk<'_>,
    visit: Visit<'_>,
    offered: &str,
    name: &FactorName,
    code: &TotpCode,
) -> Result<Enrolment, AttemptError> {
    let now = desk.clock.now();
    let user = match whose(desk.db, desk, visit, takes_any_factor).await? {
        Ok((user, _)) => user,
        Err(outcome) => return Ok(Enrolment::NotHere(outcome)),
    };
    let offer = match Offer::open(offered, desk.key, user, now) {
        Ok(offer) => offer,
        Err(refused) => return Ok(refused.into()),
    };
    let held = held(desk, visit, user, takes_any_factor).await?;
    let mut change = match held {
        Ok(change) => change,
        Err(outcome) => return Ok(Enrolment::NotHere(outcome)),
    };
    let added = totp::add(&mut change, desk.key, &offer, name, code).await?;
    if let Err(refused) = added {
        return Ok(Enrolment::Refused(refused));
    }
    let occasion = Occasion::FactorAdded {
        kind: FactorKind::Totp,
        name: name.as_str().to_owned(),
    };
    mail::notify(&mut change, desk.post, user, occasion).await?;
    enrolled(desk, visit, change, user, Method::Totp).await
}

/// Goes on after a factor was set up in `change`: it counts as proven, and with a first factor
/// come recovery codes.
///
/// # Errors
/// When the database cannot answer.
pub async fn enrolled(
    desk: Desk<'_>,
    visit: Visit<'_>,
    mut change: Change,
    user: UserId,
    method: Method,
) -> Result<Enrolment, AttemptError> {
    let codes = first_codes(&mut change, desk.key, user).await?;
    if !note_proof(&mut change, visit.handle, visit.browser, user, method).await? {
        return Ok(Enrolment::NotHere(gone(desk, visit, change).await?));
    }
    let outcome = advance(desk, visit, change).await?;
    Ok(match outcome {
        Outcome::Gone(_) => Enrolment::NotHere(outcome),
        outcome => Enrolment::Done { outcome, codes },
    })
}

/// Makes recovery codes for a user who has none that are left.
///
/// # Errors
/// When the database cannot answer.
pub async fn first_codes(
    change: &mut Change,
    key: &MasterKey,
    user: UserId,
) -> Result<Option<Vec<WordCode>>, db::Error> {
    if credentials::enrolled(&mut *change, user)
        .await?
        .recovery_codes
    {
        return Ok(None);
    }
    recovery::make_codes(change, key, user).await.map(Some)
}

/// Puts off setting up a factor, where that may be put off.
///
/// # Errors
/// When the database cannot answer.
pub async fn postpone_enrolment(desk: Desk<'_>, visit: Visit<'_>) -> Result<Outcome, AttemptError> {
    let may = |step| {
        matches!(
            step,
            Step::Enrol {
                may_postpone: true,
                ..
            }
        )
    };
    let user = match whose(desk.db, desk, visit, may).await? {
        Ok((user, _)) => user,
        Err(outcome) => return Ok(outcome),
    };
    let mut change = match held(desk, visit, user, may).await? {
        Ok(change) => change,
        Err(outcome) => return Ok(outcome),
    };
    if !postpone(&mut change, visit.handle, visit.browser).await? {
        return gone(desk, visit, change).await;
    }
    advance(desk, visit, change).await
}
