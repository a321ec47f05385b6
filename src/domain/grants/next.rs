//! What happens next with an authorization request. This is the only place that decides it;
//! it reads nothing and changes nothing.

use super::{Allowed, AuthorizationRequest, ErrorCode, SignedIn, external_method};
use crate::domain::directory::UserId;
use crate::domain::signin::{Acr, Demand, Step};
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
    pub open: Option<Open<'a>>,
    /// Whom the client expects, by a hint that was checked.
    pub expected: Option<UserId>,
    /// What this person allowed this client before.
    pub consented: Option<&'a Allowed>,
    /// Whether an issuer that the client trusts vouches for the person and asks for another
    /// proof of them: they prove themself anew, and nothing of theirs is told to anybody.
    pub vouched: bool,
    /// Whether the person has just pressed *allow* for this very request.
    pub allowed_now: bool,
    /// The moment.
    pub now: Timestamp,
}

/// The open session of a browser.
#[derive(Clone, Copy)]
pub struct Open<'a> {
    /// Who is signed in, and how.
    pub signed_in: &'a SignedIn,
    /// Since when all was proven that it stands on.
    pub proven_since: Timestamp,
    /// What it lacks of what the policy and the client require now, whatever is asked for.
    pub lacks: Step,
}

/// What happens next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// The person signs in (again), so that it comes to this.
    SignIn(Demand),
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
    if !can_be_met(situation.request) {
        return Next::Refuse(ErrorCode::UnmetAuthenticationRequirements);
    }
    let sign_in =
        |demand| unless_silent(prompt.none, Next::SignIn(demand), ErrorCode::LoginRequired);
    let demand = demand(situation);
    let Some(open) = situation.open else {
        return sign_in(demand);
    };
    if !is_fresh_enough(situation, open) || !is_expected(situation, open.signed_in) {
        return sign_in(Demand {
            fresh: true,
            ..demand
        });
    }
    match strength(situation, open.signed_in, demand) {
        Strength::Enough => {}
        Strength::SignIn => return sign_in(demand),
        Strength::Unmet => return Next::Refuse(ErrorCode::UnmetAuthenticationRequirements),
    }
    // A session that was enough for the last application, or for the policy of this morning, is
    // stepped up (Kratos CVE-2024-45042, Rauthy 0.32.4).
    match open.lacks {
        Step::Complete | Step::ChoosePassword => {}
        Step::Enrol { .. } if prompt.none => {
            return Next::Refuse(ErrorCode::InteractionRequired);
        }
        Step::First | Step::Second { .. } | Step::Enrol { .. } => return sign_in(demand),
    }
    if !has_consent(situation) {
        return unless_silent(prompt.none, Next::AskConsent, ErrorCode::ConsentRequired);
    }
    Next::Issue
}

fn unless_silent(silent: bool, next: Next, error: ErrorCode) -> Next {
    if silent { Next::Refuse(error) } else { next }
}

/// What the request asks of a sign-in: the weakest class that it names; essential ones before
/// wishes (Core §5.5.1.1).
fn demand(situation: &Situation<'_>) -> Demand {
    let request = situation.request;
    let lowest = |names: &mut dyn Iterator<Item = &str>| {
        let known = names.filter_map(|name| name.parse::<Acr>().ok());
        known.min()
    };
    let essential = request.terms.claims.essential_classes();
    let demanded = match lowest(&mut essential.iter().copied()) {
        Some(class) => Demand {
            acr: Some(class),
            essential: true,
            ..Demand::NONE
        },
        None => Demand {
            acr: lowest(&mut request.terms.acr_values.iter().map(String::as_str)),
            ..Demand::NONE
        },
    };
    let fresh = situation.vouched || request.prompt.login || request.prompt.select_account;
    Demand { fresh, ..demanded }
        .and(request.client.demand())
        .and(externally_wanted(situation))
}

// Whoever hands a person over for another proof gets one that was given now, and is no password.
fn externally_wanted(situation: &Situation<'_>) -> Demand {
    let wanted = &situation.request.terms.claims;
    Demand {
        at_least: situation
            .vouched
            .then(|| external_method::class_for(wanted))
            .flatten(),
        ..Demand::NONE
    }
}

// A sign-in that was made for this request satisfies whatever the request asked of it:
// otherwise `max_age=0` would never end.
fn is_fresh_enough(situation: &Situation<'_>, open: Open<'_>) -> bool {
    // All of it was proven for this request, and not one factor in another tab beside what a
    // session had proven hours ago.
    if situation.resumed && open.proven_since >= situation.asked_at {
        return true;
    }
    let prompt = situation.request.prompt;
    if prompt.login || prompt.select_account || situation.vouched {
        return false;
    }
    match situation.request.max_age {
        // Zero asks for a new sign-in, also within the millisecond of the last.
        Some(age) => !age.is_zero() && situation.now.since(open.signed_in.auth_time) <= age,
        None => true,
    }
}

fn is_made_for_it(situation: &Situation<'_>, signed_in: &SignedIn) -> bool {
    situation.resumed && signed_in.auth_time >= situation.asked_at
}

enum Strength {
    Enough,
    SignIn,
    Unmet,
}

// Core §5.5.1.1 and Unmet Authentication Requirements: an essential `acr` that is not met is an
// error, but only after whatever could meet it was tried. `acr_values` is a wish (RFC 9470 §4):
// it is tried once, and what the person could do is answered.
fn strength(situation: &Situation<'_>, signed_in: &SignedIn, demand: Demand) -> Strength {
    if situation.vouched {
        return Strength::Enough;
    }
    let reached: Option<Acr> = signed_in.acr.parse().ok();
    let tried = is_made_for_it(situation, signed_in);
    match demand.acr {
        Some(class) if reached < Some(class) => match (tried, demand.essential) {
            (false, _) => Strength::SignIn,
            (true, true) => Strength::Unmet,
            (true, false) => Strength::Enough,
        },
        _ => Strength::Enough,
    }
}

// An external authentication method is judged by its own classes.
fn can_be_met(request: &AuthorizationRequest) -> bool {
    if request.client.metadata.external_authentication.is_some() {
        return external_method::class_for(&request.terms.claims).is_some();
    }
    let essential = request.terms.claims.essential_classes();
    let known = |class: &&str| class.parse::<Acr>().is_ok();
    essential.is_empty() || essential.iter().any(known)
}

// Core §3.1.2.1: an answer about another person than the hinted one would mix two people up.
fn is_expected(situation: &Situation<'_>, signed_in: &SignedIn) -> bool {
    situation
        .expected
        .is_none_or(|expected| expected == signed_in.user)
}

fn has_consent(situation: &Situation<'_>) -> bool {
    if situation.allowed_now || situation.vouched {
        return true;
    }
    let request = situation.request;
    if request
        .client
        .could_be_impersonated_at(&request.redirect_uri)
    {
        return false;
    }
    let wanted = Allowed::by(request);
    let covered = situation
        .consented
        .is_some_and(|before| before.covers(&wanted));
    covered && !request.prompt.consent
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::super::{Prompt, Terms};
    use super::*;
    use crate::domain::clients::{Client, Metadata, ResponseMode, ResponseType};
    use crate::domain::signin::SessionId;

    const SIGN_IN_ANEW: Next = Next::SignIn(Demand {
        fresh: true,
        ..Demand::NONE
    });
    const ASKED: Timestamp = Timestamp::from_millis(1_000_000);

    fn request() -> AuthorizationRequest {
        AuthorizationRequest {
            client: Arc::new(Client::of_a_test(Metadata::new(vec![]), &[])),
            redirect_uri: "https://app.example.com/cb".into(),
            response_type: ResponseType::Code,
            response_mode: ResponseMode::Query,
            state: None,
            scope: "openid email".parse().unwrap(),
            terms: Terms::default(),
            nonce: None,
            code_challenge: None,
            prompt: Prompt::default(),
            max_age: None,
            login_hint: None,
            id_token_hint: None,
        }
    }

    fn signed_in(auth_time: Timestamp) -> SignedIn {
        SignedIn {
            user: UserId::new(ASKED),
            session: SessionId::new(ASKED),
            auth_time,
            amr: "pwd".into(),
            acr: "one".into(),
        }
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn scope_alone(text: &str) -> Allowed {
        Allowed {
            scope: text.parse().unwrap(),
            ..Allowed::default()
        }
    }

    struct Asked<'a> {
        signed_in: Option<&'a SignedIn>,
        consented: Option<&'a str>,
        resumed: bool,
        lacks: Step,
        now: Timestamp,
    }

    fn open(signed_in: &SignedIn, lacks: Step) -> Open<'_> {
        Open {
            signed_in,
            proven_since: signed_in.auth_time,
            lacks,
        }
    }

    fn asked<'a>(signed_in: Option<&'a SignedIn>, consented: Option<&'a str>) -> Asked<'a> {
        Asked {
            signed_in,
            consented,
            resumed: false,
            lacks: Step::Complete,
            now: ASKED,
        }
    }

    fn next(request: &AuthorizationRequest, asked: &Asked<'_>) -> Next {
        let consented = asked.consented.map(scope_alone);
        what_next(&Situation {
            request,
            asked_at: ASKED,
            resumed: asked.resumed,
            open: asked.signed_in.map(|who| open(who, asked.lacks)),
            expected: None,
            consented: consented.as_ref(),
            vouched: false,
            allowed_now: false,
            now: asked.now,
        })
    }

    #[test]
    fn first_the_sign_in_then_the_consent_then_the_code() {
        let (request, who) = (request(), signed_in(ASKED));
        assert_eq!(
            next(&request, &asked(None, None)),
            Next::SignIn(Demand::NONE)
        );
        assert_eq!(next(&request, &asked(Some(&who), None)), Next::AskConsent);
        let narrower = asked(Some(&who), Some("openid"));
        assert_eq!(next(&request, &narrower), Next::AskConsent);
        let covered = asked(Some(&who), Some("openid email profile"));
        assert_eq!(next(&request, &covered), Next::Issue);
    }

    #[test]
    fn prompt_none_refuses_where_a_person_would_be_asked() {
        let (mut request, who) = (request(), signed_in(ASKED));
        request.prompt.none = true;
        let refuse = Next::Refuse;
        assert_eq!(
            next(&request, &asked(None, None)),
            refuse(ErrorCode::LoginRequired)
        );
        assert_eq!(
            next(&request, &asked(Some(&who), None)),
            refuse(ErrorCode::ConsentRequired)
        );
        let covered = asked(Some(&who), Some("openid email"));
        assert_eq!(next(&request, &covered), Next::Issue);
    }

    #[test]
    fn a_sign_in_of_the_same_millisecond_does_not_satisfy_prompt_login_or_max_age_zero() {
        let who = signed_in(ASKED);
        let mut login = request();
        login.prompt.login = true;
        let mut select = request();
        select.prompt.select_account = true;
        let mut zero = request();
        zero.max_age = Some(Duration::ZERO);
        for request in [login, select, zero] {
            let mut asked = asked(Some(&who), Some("openid email"));
            assert_eq!(next(&request, &asked), SIGN_IN_ANEW);
            // Taken up again after that very sign-in, it does.
            asked.resumed = true;
            asked.now = ASKED.plus(seconds(600));
            assert_eq!(next(&request, &asked), Next::Issue);
        }
    }

    #[test]
    fn a_request_that_is_taken_up_without_a_new_sign_in_asks_again() {
        let who = signed_in(ASKED.minus(seconds(1)));
        let mut request = request();
        request.prompt.login = true;
        let mut asked = asked(Some(&who), Some("openid email"));
        asked.resumed = true;
        assert_eq!(next(&request, &asked), SIGN_IN_ANEW);
    }

    #[test]
    fn max_age_is_the_age_that_is_still_young_enough() {
        let who = signed_in(ASKED.minus(seconds(60)));
        let mut request = request();
        let asked = asked(Some(&who), Some("openid email"));
        request.max_age = Some(seconds(60));
        assert_eq!(next(&request, &asked), Next::Issue);
        request.max_age = Some(seconds(59));
        assert_eq!(next(&request, &asked), SIGN_IN_ANEW);
    }

    #[test]
    fn prompt_consent_asks_although_it_was_given_until_it_is_given_for_this_request() {
        let (mut request, who) = (request(), signed_in(ASKED));
        request.prompt.consent = true;
        let covered = asked(Some(&who), Some("openid email"));
        assert_eq!(next(&request, &covered), Next::AskConsent);
        let mut situation = Situation {
            request: &request,
            asked_at: ASKED,
            resumed: true,
            open: Some(open(&who, Step::Complete)),
            expected: None,
            consented: None,
            vouched: false,
            allowed_now: true,
            now: ASKED,
        };
        assert_eq!(what_next(&situation), Next::Issue);
        // A consent does not stand in for a sign-in.
        situation.open = None;
        assert_eq!(what_next(&situation), Next::SignIn(Demand::NONE));
    }

    #[test]
    fn another_person_than_the_expected_one_signs_in() {
        let (request, who) = (request(), signed_in(ASKED));
        let mut silent = request.clone();
        silent.prompt.none = true;
        let consented = scope_alone("openid email");
        let situation = |request, expected| Situation {
            request,
            asked_at: ASKED,
            resumed: true,
            open: Some(open(&who, Step::Complete)),
            expected: Some(expected),
            consented: Some(&consented),
            vouched: false,
            allowed_now: true,
            now: ASKED,
        };
        let other = UserId::new(ASKED);
        assert_eq!(what_next(&situation(&request, who.user)), Next::Issue);
        assert_eq!(what_next(&situation(&request, other)), SIGN_IN_ANEW);
        assert_eq!(
            what_next(&situation(&silent, other)),
            Next::Refuse(ErrorCode::LoginRequired)
        );
    }

    #[test]
    fn kratos_cve_2024_45042_a_session_that_lacks_a_factor_gets_no_code() {
        let (mut request, who) = (request(), signed_in(ASKED));
        let second = Step::Second {
            bound: false,
            by_mail: false,
        };
        let enrol = Step::Enrol {
            may_postpone: false,
            bound: false,
        };
        let lacking = |lacks| Asked {
            lacks,
            ..asked(Some(&who), Some("openid email"))
        };
        for lacks in [second, enrol] {
            assert_eq!(next(&request, &lacking(lacks)), Next::SignIn(Demand::NONE));
        }
        request.prompt.none = true;
        let refused = |lacks| next(&request, &lacking(lacks));
        assert_eq!(refused(second), Next::Refuse(ErrorCode::LoginRequired));
        assert_eq!(refused(enrol), Next::Refuse(ErrorCode::InteractionRequired));
    }

    #[test]
    fn one_new_factor_beside_old_proofs_is_no_new_sign_in() {
        let who = signed_in(ASKED.plus(seconds(5)));
        let mut request = request();
        request.prompt.login = true;
        let consented = scope_alone("openid email");
        let situation = |proven_since| Situation {
            request: &request,
            asked_at: ASKED,
            resumed: true,
            open: Some(Open {
                proven_since,
                ..open(&who, Step::Complete)
            }),
            expected: None,
            consented: Some(&consented),
            vouched: false,
            allowed_now: false,
            now: ASKED.plus(seconds(6)),
        };
        let old = ASKED.minus(seconds(60));
        assert_eq!(what_next(&situation(old)), SIGN_IN_ANEW);
        assert_eq!(what_next(&situation(ASKED)), Next::Issue);
    }
}
