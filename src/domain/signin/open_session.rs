//! What an open session lacks of what is asked now. Single sign-on asks the policy as every sign-in
//! does: a rule that was made this morning, a factor that was set up since, an application that asks
//! for more than the last one.

use super::{Acr, Demand, Session, Standing, Step, device, next_step, proof};
use crate::domain::{credentials, mfa};
use crate::foundation::{
    clock::Timestamp,
    db::{self, Fetch},
};

/// What a session lacks of what the policy asks of its person now, and of what the one who sends
/// them requires (`at_least`, `trust`) without saying so in the request. At most two queries, and
/// none of a session of several factors: the policy never asks for more than a second one.
///
/// # Errors
/// When the database cannot answer.
pub async fn session_lacks(
    mut from: impl Fetch,
    session: &Session,
    sent: Demand,
    rules: mfa::Rules,
    now: Timestamp,
) -> Result<Step, db::Error> {
    let demand = Demand {
        at_least: sent.at_least,
        trust: sent.trust,
        ..Demand::NONE
    };
    let least = demand.at_least.unwrap_or(Acr::SingleFactor);
    if session.acr >= least.max(Acr::MultiFactor) {
        return Ok(Step::Complete);
    }
    let policy = mfa::policy_of(&mut from, session.user, rules, now).await?;
    let longest = device::longest_trust(policy, demand);
    let spared = session
        .trusted_at
        .filter(|since| now.since(*since) < longest);
    let standing = Standing {
        enrolled: credentials::enrolled(&mut from, session.user).await?,
        // Asked for at the next sign-in, not in the middle of a session.
        must_change_password: false,
        requirement: policy.requirement,
        trusted_device: spared.is_some(),
        // One that was used when the session began counts as it did then.
        mailed_codes: rules.mailed_codes,
    };
    // Who may still put it off is not asked at each application, but at their next sign-in.
    let postponed = true;
    let step = next_step(&proof::of_session(session), postponed, &standing, demand);
    Ok(match step {
        Step::ChoosePassword => Step::Complete,
        step => step,
    })
}
