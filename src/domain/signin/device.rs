//! The browser of a sign-in as a device of the person: what its trust spares them, and what it is
//! from now on.

use std::time::Duration;

use super::{
    Acr, Completed, Demand, Desk, DeviceSecret, EndReason, Method, SignIn, Visit,
    ended::leave_word, store,
};
use crate::domain::{
    audit::{Change, Event},
    devices::{self, Met, Seen, SignedIn, Tag},
    directory::UserId,
    mail::{self, Occasion},
    mfa,
};
use crate::foundation::{
    clock::Timestamp,
    db::{self, Fetch},
};

/// How long a browser may be trusted: as the policy for the person lets it be, and whoever sent them.
pub(super) fn longest_trust(policy: mfa::Policy, demand: Demand) -> Duration {
    demand
        .trust
        .map_or(policy.trust, |longest| longest.min(policy.trust))
}

/// Whether the person of a sign-in may have this browser trusted when it is complete.
///
/// # Errors
/// When the database cannot answer.
pub async fn may_trust(
    from: impl Fetch,
    desk: Desk<'_>,
    sign_in: &SignIn,
) -> Result<bool, db::Error> {
    let Some(user) = sign_in.user else {
        return Ok(false);
    };
    let policy = mfa::policy_of(from, user, desk.mfa, desk.clock.now()).await?;
    Ok(!longest_trust(policy, sign_in.demand).is_zero())
}

/// Since when this browser is trusted, as far as the policy for the person and whoever sent them
/// let it be.
pub(super) async fn trusted_since(
    from: impl Fetch,
    visit: Visit<'_>,
    (user, sign_in): (UserId, &SignIn),
    policy: mfa::Policy,
    now: Timestamp,
) -> Result<Option<Timestamp>, db::Error> {
    let seen = devices::look(from, user, visit.shown, now).await?;
    let longest = longest_trust(policy, sign_in.demand);
    let device = seen.known();
    Ok(device.and_then(|device| device.trusted_since(longest, now)))
}

/// Before a sign-in goes on: a browser that shows a copied secret is not the device any more, and
/// nobody is; the sessions that were opened in it end. A wish to trust this one is kept.
pub(super) async fn look_after(
    change: &mut Change,
    (desk, visit): (Desk<'_>, Visit<'_>),
    user: UserId,
) -> Result<(), db::Error> {
    if visit.trust {
        store::ask_trust(change, &visit.handle.digest(), visit.browser).await?;
    }
    let now = change.now();
    let Seen::Copied(device) = devices::look(&mut *change, user, visit.shown, now).await? else {
        return Ok(());
    };
    let id = device.id;
    if !devices::forget_copied(change, user, id).await? {
        return Ok(());
    }
    let occasion = Occasion::DeviceTheft {
        name: device.kind.title(),
        place: visit.place.shown(),
    };
    mail::notify(change, desk.post, user, occasion).await?;
    let reason = EndReason::DeviceCopied;
    let ended = store::end_sessions_of_device(change, user, id, reason).await?;
    if !ended.is_empty() {
        change.record(
            Event::new("sessions.ended")
                .subject("user", user)
                .detail(serde_json::json!({ "sessions": ended.len(), "reason": reason.word() })),
        );
    }
    leave_word(change, ended, reason).await
}

/// After a sign-in has become a session: the browser is a device of the person from now on, and a
/// trusted one if they want that, have given two factors, and may.
pub(super) async fn note(
    change: &mut Change,
    (desk, visit): (Desk<'_>, Visit<'_>),
    (user, sign_in): (UserId, &SignIn),
    completed: &mut Completed,
) -> Result<(), db::Error> {
    let now = change.now();
    let policy = mfa::policy_of(&mut *change, user, desk.mfa, now).await?;
    let methods: Vec<Method> = sign_in.proofs.iter().map(|proof| proof.method).collect();
    let several = Acr::of(&methods) >= Acr::MultiFactor;
    let longest = longest_trust(policy, sign_in.demand);
    let wanted = sign_in.trust_asked && several && !longest.is_zero();
    let spared_since = if several {
        None
    } else {
        trusted_since(&mut *change, visit, (user, sign_in), policy, now).await?
    };
    let signed_in = SignedIn {
        user,
        shown: visit.shown,
        address: visit.place.address.as_deref(),
        trusted_until: wanted.then(|| now.plus(longest)),
    };
    let Met { device, secret } = devices::note_sign_in(change, &signed_in).await?;
    store::note_device(change, completed.session, device, spared_since).await?;
    completed.device = secret.map(|secret| DeviceSecret {
        tag: Tag::of(user),
        secret,
    });
    Ok(())
}
