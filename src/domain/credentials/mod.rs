//! Owns what a user proves themself with. Today that is the password. Does not own how
//! often it may be tried (`tries`), who may use access (`access`), nor what a proof
//! becomes (`signin`).
//!
//! Verifying takes steps, so that no hash is computed while a change is open:
//! [`candidate`] reads, the caller reserves a try (`tries::reserve`), [`verify`] computes,
//! and the caller writes what came of it ([`confirm`]).

mod enrolled;
pub mod mailed_code;
mod naming;
mod password;
pub mod recovery;
mod removal;
mod store;
pub mod temporary_pass;
pub mod totp;
mod typed;
pub mod webauthn;

pub use enrolled::{Enrolled, enrolled};
pub use naming::{FactorName, FactorNameRefused, LONGEST_FACTOR_NAME};
pub use password::{
    Breached, BreachedUnreadable, Built, LONGEST_PASSWORD, MOST_REMEMBERED, NotTaken, OwnWords,
    PasswordRefused, Policy, Vetting, build_breached_list, expire, generate,
};
pub use removal::remove_factors;

pub use typed::{DigitCode, MailedCode, NotACode, TotpCode, WordCode};

use serde_json::json;

use super::{
    audit::{Change, Event},
    devices,
    directory::{self, UserId},
    tries::{self, Factor},
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
    /// Whether nothing but the person's mailbox stands behind it.
    pub from_mailbox: bool,
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
/// been replaced while the hash was computed), and stores its renewed hash. `false`: it
/// is not, and nothing was written.
///
/// # Errors
/// When the database cannot answer.
pub async fn confirm(change: &mut Change, proof: &Proof) -> Result<bool, db::Error> {
    let renewed = proof.renewed.as_ref().unwrap_or(&proof.verified);
    store::still(change, proof.user, &proof.verified, renewed).await
}

/// Sets a user's password to one that the pool hashed. The budgets of tries are full again: what
/// was guessed so far was another one. Ends the trust in the user's devices, and no session by
/// itself: `lifecycle` does.
///
/// # Errors
/// When there is no such user, or the database cannot answer.
pub async fn set_password(
    change: &mut Change,
    user: UserId,
    hash: &PasswordHash,
    must_change: bool,
) -> Result<(), db::Error> {
    password::store::remember(change, user).await?;
    store::set_password(change, user, hash, must_change).await?;
    tries::reset_factor(change, user, Factor::Password).await?;
    devices::end_trust(change, user, "password_changed").await?;
    change.record(
        Event::new("password.set")
            .subject("user", user)
            .detail(json!({ "must_change": must_change })),
    );
    Ok(())
}

/// Notes that the password which was just set came through the person's mailbox: by a link that was
/// mailed, or in a letter. A mailed code is no second proof beside it, since both are the same
/// mailbox; nor beside one that is chosen with nothing but it.
///
/// # Errors
/// When the database cannot answer.
pub async fn came_by_mail(change: &mut Change, user: UserId) -> Result<(), db::Error> {
    store::set_from_mailbox(change, user, true).await
}

/// Notes that something beside the mailbox stands behind the password: an administrator or a
/// source set it, or another factor was proven beside it.
///
/// # Errors
/// When the database cannot answer.
pub async fn is_vouched_for(change: &mut Change, user: UserId) -> Result<(), db::Error> {
    store::set_from_mailbox(change, user, false).await
}

/// Takes a user's password away. Whether there was one.
///
/// # Errors
/// When the database cannot answer.
pub async fn remove_password(change: &mut Change, user: UserId) -> Result<bool, db::Error> {
    let removed = store::remove_password(change, user).await?;
    if removed {
        devices::end_trust(change, user, "password_changed").await?;
        change.record(Event::new("password.removed").subject("user", user));
    }
    Ok(removed)
}
