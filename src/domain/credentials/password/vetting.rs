//! The whole check of a new password: what the policy says by itself, and what its owner had.

use super::{OwnWords, PasswordRefused, Policy, store};
use crate::domain::audit::Change;
use crate::domain::credentials;
use crate::domain::directory::{Profile, UserId};
use crate::foundation::{
    crypto::password::{Password, PasswordError, PasswordHash, PasswordPool, Verdict},
    db::{self, Db},
};

/// What a check needs.
#[derive(Clone, Copy)]
pub struct Vetting<'a> {
    /// What a password must be.
    pub policy: &'a Policy,
    /// Computes hashes.
    pub passwords: &'a PasswordPool,
    /// The former passwords.
    pub db: &'a Db,
}

/// Why a new password was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] PasswordRefused),
    /// Hashes could not be computed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database could not answer.
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl Vetting<'_> {
    /// Checks a new password of a user, or of one who is about to be created, and hashes it. No
    /// change may be open.
    ///
    /// # Errors
    /// What is wrong with it, or what kept it from being checked.
    pub async fn hash(
        &self,
        typed: &str,
        user: Option<UserId>,
        profile: Option<&Profile>,
    ) -> Result<PasswordHash, NotTaken> {
        let own = profile.map(OwnWords::of).unwrap_or_default();
        let password = self.check(typed, own).await?;
        if let Some(user) = user {
            self.is_new(typed, user).await?;
        }
        Ok(self.passwords.hash(password).await?)
    }

    async fn check(&self, typed: &str, own: OwnWords) -> Result<Password, NotTaken> {
        let policy = self.policy.clone();
        let typed = zeroize::Zeroizing::new(typed.to_owned());
        let checked = tokio::task::spawn_blocking(move || policy.check(&typed, &own)).await;
        Ok(checked.map_err(|_| PasswordError::Failed)??)
    }

    /// One hash for each that is compared: the pool bounds how many run, the policy how many
    /// there are.
    async fn is_new(&self, typed: &str, user: UserId) -> Result<(), NotTaken> {
        if let Some(stored) = credentials::password_of(self.db, user).await?
            && self.is(typed, &stored.hash).await?
        {
            return Err(PasswordRefused::Same.into());
        }
        for former in store::former(self.db, user, self.policy.history).await? {
            if self.is(typed, &former).await? {
                return Err(PasswordRefused::UsedBefore.into());
            }
        }
        Ok(())
    }

    async fn is(&self, typed: &str, hash: &PasswordHash) -> Result<bool, PasswordError> {
        let verdict = self.passwords.verify(Password::new(typed), Some(hash));
        Ok(matches!(verdict.await?, Verdict::Right { .. }))
    }
}

/// Demands another password of a user whose own has been in use for longer than the policy
/// allows, when they come with it.
///
/// # Errors
/// When the database cannot answer.
pub async fn expire(change: &mut Change, policy: &Policy, user: UserId) -> Result<(), db::Error> {
    match policy.longest_use {
        Some(longest) => {
            let before = change.now().minus(longest);
            store::demand_change(change, user, before).await
        }
        None => Ok(()),
    }
}
