//! A passkey or security key that is set up on the way in, by whoever has no factor that will do.

use serde_json::Value as Json;

use super::{
    AttemptError, Desk, Enrolment, Found, Method, Outcome, SignIn, Step, Visit,
    advance::{held_and_allowed, lacks},
    attempt::{begin, gone},
    enrolment::enrolled,
    find,
};
use crate::domain::{
    audit::Change,
    credentials::webauthn::{
        self, Binding, CeremonyError, Kind, NewAnswer, RegistrationRefused, RelyingParty,
    },
    directory::{self, UserId},
};
use crate::foundation::db;

/// What came of an answer.
#[derive(Debug)]
pub enum NewKeyOutcome {
    /// It was added, or the sign-in is not at this step.
    Enrolment(Enrolment),
    /// The key was not added.
    Refused(RegistrationRefused),
    /// The key is somebody's already.
    Taken,
}

/// A key that was made.
#[derive(Clone, Copy, Debug)]
pub struct NewKey<'a> {
    /// Of which kind it was to be.
    pub kind: Kind,
    /// What its owner calls it.
    pub name: &'a str,
    /// The JSON of `PublicKeyCredential.toJSON()`.
    pub text: &'a str,
}

/// Asks the browser to make a key, in a sign-in that lacks one. `None`: it is not at that step.
///
/// # Errors
/// When the database cannot answer, or too many challenges wait.
pub async fn new_key_challenge(
    desk: Desk<'_>,
    visit: Visit<'_>,
    party: &RelyingParty,
    kind: Kind,
) -> Result<Option<Json>, CeremonyError> {
    let now = desk.clock.now();
    let found = find(desk.db, visit.handle, visit.browser, now).await?;
    let Some(user) = enrolling(&found) else {
        return Ok(None);
    };
    let mut change = begin(desk, visit, user).await?;
    if !may_enrol(&mut change, desk, visit, user).await? {
        return Ok(None);
    }
    let Some(person) = directory::find_user(&mut change, user).await? else {
        return Ok(None);
    };
    let binding = Binding::sign_in(visit.handle);
    let asked = webauthn::ask(&mut change, party, &binding, &person, kind).await?;
    change.commit().await?;
    Ok(Some(asked))
}

/// Adds the key, which proves itself by being made, and goes on.
///
/// # Errors
/// When the database cannot answer.
pub async fn with_new_key(
    desk: Desk<'_>,
    visit: Visit<'_>,
    party: &RelyingParty,
    new: NewKey<'_>,
) -> Result<NewKeyOutcome, AttemptError> {
    let now = desk.clock.now();
    let found = find(desk.db, visit.handle, visit.browser, now).await?;
    let Some(user) = enrolling(&found) else {
        return Ok(not_here(Outcome::Gone(found)));
    };
    let answer = NewAnswer {
        binding: &Binding::sign_in(visit.handle),
        user,
        kind: new.kind,
        text: new.text,
    };
    let made = webauthn::read_registration(desk.db, now, party, answer).await?;
    let made = match made {
        Ok(made) => made,
        Err(refused) => {
            tracing::info!(%user, reason = %refused, "a new key was refused");
            return Ok(NewKeyOutcome::Refused(refused));
        }
    };
    let mut change = begin(desk, visit, user).await?;
    let allowed = held_and_allowed(&mut change, user).await?.is_ok();
    if !allowed || !may_enrol(&mut change, desk, visit, user).await? {
        return gone(desk, visit, change).await.map(not_here);
    }
    let added = webauthn::add(&mut change, party.post(), user, &made, new.name).await?;
    if added.is_none() {
        return Ok(NewKeyOutcome::Taken);
    }
    let done = enrolled(desk, visit, change, user, Method::SecurityKey).await?;
    Ok(NewKeyOutcome::Enrolment(done))
}

const fn not_here(outcome: Outcome) -> NewKeyOutcome {
    NewKeyOutcome::Enrolment(Enrolment::NotHere(outcome))
}

const fn enrolling(found: &Found) -> Option<UserId> {
    match found {
        Found::Open(SignIn { user, .. }) => *user,
        _ => None,
    }
}

/// Whether the sign-in is at this step, asked in the change that adds the key: nobody adds one
/// past a factor that is there (Keycloak CVE-2026-37982).
async fn may_enrol(
    change: &mut Change,
    desk: Desk<'_>,
    visit: Visit<'_>,
    user: UserId,
) -> Result<bool, db::Error> {
    let now = change.now();
    let found = find(&mut *change, visit.handle, visit.browser, now).await?;
    let Found::Open(sign_in) = found else {
        return Ok(false);
    };
    let step = lacks(&mut *change, desk, visit, &sign_in).await?;
    Ok(sign_in.user == Some(user) && matches!(step, Step::Enrol { .. }))
}
