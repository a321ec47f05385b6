//! Owns what a user proves themself with, and the failed tries at it. Today that is
//! the password. Does not own who may use access (`access`), nor what a proof becomes
//! (`signin`).
//!
//! Verifying takes three steps, so that no hash is computed while a change is open:
//! [`candidate`] reads, [`verify`] computes, and the caller writes ([`count_failure`],
//! or [`confirm`] with what came of it).

mod enrolled;
mod policy;
mod store;
mod tries;

pub use enrolled::{Enrolled, enrolled};
pub use policy::{LONGEST_PASSWORD, PasswordRefused, SHORTEST_PASSWORD, new_password};
pub use tries::{
    Factor, FailedTries, count_failure, count_unknown, failed_tries, reset_factor, reset_tries,
};

use serde_json::json;

use super::{
    audit::{Change, Event},
    directory::{self, UserId},
};
use crate::foundation::{
    clock::Timestamp,
    crypto::password::{Password, PasswordError, PasswordHash, PasswordPool, Verdict},
    db::{self, Fetch},
};

/// A user who may be the one that is signing in, with the stored password.
#[derive(Debug)]
pub struct Candidate {
    /// Who.
    pub user: UserId,
    /// The password, if there is one.
    pub password: Option<StoredPassword>,
}

/// A password as it is stored.
#[derive(Debug)]
pub struct StoredPassword {
    /// Its hash.
    pub hash: PasswordHash,
    /// Whether the user must choose a new one before anything else.
    pub must_change: bool,
    /// When it was set.
    pub set_at: Timestamp,
}

/// A password that was found right, to be confirmed in a change: it must still be the
/// stored one then.
pub struct Proof {
    /// Whose.
    pub user: UserId,
    /// Whether the user must choose a new one before anything else.
    pub must_change: bool,
    verified: PasswordHash,
    renewed: Option<PasswordHash>,
}

/// The user whom a user name or an e-mail address names. The user name wins; an
/// address that several users have names none of them. One query.
///
/// # Errors
/// When the database cannot answer.
pub async fn candidate(from: impl Fetch, login: &str) -> Result<Option<Candidate>, db::Error> {
    match directory::user_name_key(login) {
        Ok(key) => store::candidate(from, &key).await,
        // What cannot be a name names nobody.
        Err(_) => Ok(None),
    }
}

/// The stored password of a user.
///
/// # Errors
/// When the database cannot answer.
pub async fn password_of(
    from: impl Fetch,
    user: UserId,
) -> Result<Option<StoredPassword>, db::Error> {
    store::password_of(from, user).await
}

/// Compares what was typed with the candidate's password: the same work for a name
/// that nobody has, a user without a password, and a wrong one. When the setting has
/// grown, the right password is hashed anew while it is at hand.
///
/// # Errors
/// `Busy` when too many are waiting.
pub async fn verify(
    pool: &PasswordPool,
    candidate: Option<&Candidate>,
    typed: &str,
) -> Result<Option<Proof>, PasswordError> {
    let stored = candidate.and_then(|candidate| candidate.password.as_ref());
    let hash = stored.map(|stored| &stored.hash);
    let verdict = pool.verify(Password::new(typed), hash).await?;
    let (Some(candidate), Some(stored), Verdict::Right { outdated }) = (candidate, stored, verdict)
    else {
        return Ok(None);
    };
    // A full queue is no reason to refuse a right password: next time, then.
    let renewed = match outdated {
        true => pool.hash(Password::new(typed)).await.ok(),
        false => None,
    };
    Ok(Some(Proof {
        user: candidate.user,
        must_change: stored.must_change,
        verified: stored.hash.clone(),
        renewed,
    }))
}

/// Confirms in a change that the proven password is still the stored one (it may have
/// been replaced while the hash was computed), stores its renewed hash, and forgets
/// the failed tries. `false`: it is not, and nothing was written.
///
/// # Errors
/// When the database cannot answer.
pub async fn confirm(change: &mut Change, proof: &Proof) -> Result<bool, db::Error> {
    let renewed = proof.renewed.as_ref().unwrap_or(&proof.verified);
    if !store::still(change, proof.user, &proof.verified, renewed).await? {
        return Ok(false);
    }
    tries::reset_factor(change, proof.user, Factor::Password).await?;
    Ok(true)
}

/// Sets a user's password to one that the pool hashed. Forgets the failed tries at
/// the old one. Ends no session by itself: `lifecycle` does.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn set_password(
    change: &mut Change,
    user: UserId,
    hash: &PasswordHash,
    must_change: bool,
) -> Result<(), db::Error> {
    store::set_password(change, user, hash, must_change).await?;
    tries::reset_factor(change, user, Factor::Password).await?;
    change.record(
        Event::new("password.set")
            .subject("user", user)
            .detail(json!({ "must_change": must_change })),
    );
    Ok(())
}

/// Takes a user's password away. Whether there was one.
///
/// # Errors
/// When the database cannot answer.
pub async fn remove_password(change: &mut Change, user: UserId) -> Result<bool, db::Error> {
    let removed = store::remove_password(change, user).await?;
    if removed {
        change.record(Event::new("password.removed").subject("user", user));
    }
    Ok(removed)
}
