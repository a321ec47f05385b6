//! What happens next with an authorization request. This is the only place that decides it;
//! it reads nothing and changes nothing.

use super::{AuthorizationRequest, ErrorCode, SignedIn};
use crate::domain::clients::Scope;
use crate::domain::directory::UserId;
use crate::foundation::clock::Timestamp;

/// What is known when the question is asked.
pub struct Situation<'a> {
    /// What is asked for.
    pub request: &'a AuthorizationRequest,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Whether the request was kept for a person and is taken up again.
    pub resumed: bool,
    /// Who is signed in in this browser.
    pub signed_in: Option<&'a SignedIn>,
    /// Whom the client expects, by a hint that was checked.
    pub expected: Option<UserId>,
    /// What this person allowed this client before.
    pub consented: Option<&'a Scope>,
    /// Whether the person has just pressed *allow* for this very request.
    pub allowed_now: bool,
    /// The moment.
    pub now: Timestamp,
}

/// What happens next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// The person signs in (again).
    SignIn,
    /// The person is asked.
    AskConsent,
    /// The client gets its code.
    Issue,
    /// The client gets an error.
    Refuse(ErrorCode),
}

/// Decides what happens next.
pub fn what_next(situation: &Situation<'_>) -> Next {
    let prompt = situation.request.prompt;
    let Some(signed_in) = situation.signed_in else {
        return unless_silent(prompt.none, Next::SignIn, ErrorCode::LoginRequired);
    };
    if !is_fresh_enough(situation, signed_in) || !is_expected(situation, signed_in) {
        return unless_silent(prompt.none, Next::SignIn, ErrorCode::LoginRequired);
    }
    if !has_consent(situation) {
        return unless_silent(prompt.none, Next::AskConsent, ErrorCode::ConsentRequired);
    }
    Next::Issue
}

fn unless_silent(silent: bool, next: Next, error: ErrorCode) -> Next {
    if silent { Next::Refuse(error) } else { next }
}

// A sign-in that was made for this request satisfies whatever the request asked of it:
// otherwise `max_age=0` would never end.
fn is_fresh_enough(situation: &Situation<'_>, signed_in: &SignedIn) -> bool {
    if situation.resumed && signed_in.auth_time >= situation.asked_at {
        return true;
    }
    let prompt = situation.request.prompt;
    if prompt.login || prompt.select_account {
        return false;
    }
    match situation.request.max_age {
        // Zero asks for a new sign-in, also within the millisecond of the last.
        Some(age) => !age.is_zero() && situation.now.since(signed_in.auth_time) <= age,
        None => true,
    }
}

// Core §3.1.2.1: an answer about another person than the hinted one would mix two people up.
fn is_expected(situation: &Situation<'_>, signed_in: &SignedIn) -> bool {
    situation
        .expected
        .is_none_or(|expected| expected == signed_in.user)
}

fn has_consent(situation: &Situation<'_>) -> bool {
    if situation.allowed_now {
        return true;
    }
    let covered = situation
        .consented
        .is_some_and(|scope| scope.covers(&situation.request.scope));
    covered && !situation.request.prompt.consent
}
