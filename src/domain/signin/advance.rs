//! From a proof to what comes next: another step, or the session.

use super::{
    Acr, AttemptError, Desk, Found, Lifetimes, Method, Outcome, Proven, SignIn, Standing, Step,
    Visit, attempt::gone, by_mail, complete, device, find, next_step,
};
use crate::domain::{access, audit::Change, credentials, directory::UserId, mfa, tries};
use crate::foundation::db::{self, Fetch};

/// What is known of the person whom a sign-in is about, and of the browser that they use.
///
/// # Errors
/// When the database cannot answer.
pub async fn standing(
    mut from: impl Fetch,
    desk: Desk<'_>,
    visit: Visit<'_>,
    (user, sign_in): (UserId, &SignIn),
) -> Result<Standing, db::Error> {
    let now = desk.clock.now();
    let password = credentials::password_of(&mut from, user).await?;
    let enrolled = credentials::enrolled(&mut from, user).await?;
    let policy = mfa::policy_of(&mut from, user, desk.mfa, now).await?;
    let about = (user, sign_in);
    let trusted = device::trusted_since(&mut from, visit, about, policy, now).await?;
    let mailed_codes = by_mail::worth(&mut from, desk, about, (&enrolled, password.as_ref()));
    Ok(Standing {
        mailed_codes: mailed_codes.await?,
        enrolled,
        must_change_password: password.is_some_and(|password| password.must_change),
        requirement: policy.requirement,
        trusted_device: trusted.is_some(),
    })
}

/// What an open sign-in still lacks.
///
/// # Errors
/// When the database cannot answer.
pub async fn lacks(
    from: impl Fetch,
    desk: Desk<'_>,
    visit: Visit<'_>,
    sign_in: &SignIn,
) -> Result<Step, db::Error> {
    let Some(user) = sign_in.user else {
        return Ok(Step::First);
    };
    let standing = standing(from, desk, visit, (user, sign_in)).await?;
    let (proofs, postponed) = (&sign_in.proofs, sign_in.postponed);
    let step = next_step(proofs, postponed, &standing, sign_in.demand);
    let is_stale = is_stale(sign_in, desk.lifetimes);
    Ok(match step {
        // Whoever has a session that was left open, or its cookie, must not add a factor to it.
        Step::Enrol { .. } if is_stale => Step::First,
        step => step,
    })
}

/// Whether the sign-in stands on proofs that an open session brought along, and those were too old
/// to change what the person signs in with.
fn is_stale(sign_in: &SignIn, lifetimes: Lifetimes) -> bool {
    let oldest = sign_in.proofs.iter().map(|proof| proof.at).min();
    oldest.is_some_and(|at| !lifetimes.is_fresh(at, sign_in.begun_at))
}

/// Goes on after a proof was noted in `change`, and commits it: to the session when nothing is
/// lacking, else to the next step. The caller holds the user's access (`access::hold`) and has
/// asked `access::may_use` in this change.
///
/// # Errors
/// When the database cannot answer.
pub async fn advance(
    desk: Desk<'_>,
    visit: Visit<'_>,
    mut change: Change,
) -> Result<Outcome, AttemptError> {
    let now = change.now();
    let found = find(&mut change, visit.handle, visit.browser, now).await?;
    let Found::Open(mut sign_in) = found else {
        return gone(desk, visit, change).await;
    };
    let Some(user) = sign_in.user else {
        return gone(desk, visit, change).await;
    };
    device::look_after(&mut change, (desk, visit), user).await?;
    sign_in.trust_asked |= visit.trust;
    let step = lacks(&mut change, desk, visit, &sign_in).await?;
    if step != Step::Complete {
        if let Step::Enrol {
            may_postpone: true, ..
        } = step
        {
            mfa::note_asked(&mut change, user).await?;
        }
        change.commit().await?;
        return Ok(Outcome::Next(step));
    }
    finish(desk, visit, change, user, &sign_in).await
}

async fn finish(
    desk: Desk<'_>,
    visit: Visit<'_>,
    mut change: Change,
    user: UserId,
    sign_in: &SignIn,
) -> Result<Outcome, AttemptError> {
    let mut methods: Vec<Method> = Vec::new();
    for proof in &sign_in.proofs {
        if !methods.contains(&proof.method) {
            methods.push(proof.method);
        }
    }
    let proven = Proven {
        user,
        methods,
        place: visit.place.clone(),
        previous: visit.previous.cloned(),
    };
    let (handle, browser) = (visit.handle, visit.browser);
    match complete(&mut change, handle, browser, &proven, desk.lifetimes).await? {
        Some(mut completed) => {
            if vouches_for_password(&proven.methods) {
                credentials::is_vouched_for(&mut change, user).await?;
            }
            device::note(&mut change, (desk, visit), (user, sign_in), &mut completed).await?;
            tries::tell(&mut change, user, &completed.session.to_string()).await?;
            change.commit().await?;
            Ok(Outcome::Session(completed))
        }
        None => gone(desk, visit, change).await,
    }
}

/// Whether what was proven shows that somebody else than whoever has the mailbox knows the password.
fn vouches_for_password(methods: &[Method]) -> bool {
    let has_password = methods.contains(&Method::Password);
    has_password && Acr::of(methods) >= Acr::MultiFactor
}

/// Holds the user's access in `change` and asks whether it may be used now: whoever notes a proof
/// does so first. `Err` in the inner result says why not, for the log.
pub(super) async fn held_and_allowed(
    change: &mut Change,
    user: UserId,
) -> Result<Result<(), String>, db::Error> {
    match access::hold(change, user).await {
        Err(db::Error::ForeignKey) => return Ok(Err("deleted".to_owned())),
        held => held?,
    }
    let now = change.now();
    let access = access::may_use(&mut *change, user, now).await?;
    Ok(if access.is_allowed() {
        Ok(())
    } else {
        Err(access.words())
    })
}
