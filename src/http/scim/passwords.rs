//! Passwords that arrive over SCIM: checked, hashed before any change is open, never shown.

use serde_json::Value;

use super::asked::Asked;
use super::document::Document;
use super::error::ScimError;
use super::patch::Operation;
use super::resource::user_parts;
use crate::domain::credentials::{NotTaken, OwnWords, PasswordRefused};
use crate::domain::directory::{Profile, UserId};
use crate::foundation::crypto::password::{Password, PasswordError, PasswordHash};
use crate::http::web::State;

/// A password that a request sets.
pub(super) enum NewPassword {
    /// Its hash.
    Hashed(PasswordHash),
    /// One that would do: a rehearsal stores nothing, so nothing is hashed.
    Rehearsed,
}

/// Checks and hashes a password that a request sets for whom a document is about. SQLite has one
/// writer, so this must be over before the change begins.
pub(super) async fn hash(
    state: &State,
    asked: &Asked,
    password: Option<String>,
    (user, document): (Option<UserId>, &Document),
) -> Result<Option<NewPassword>, ScimError> {
    let Some(password) = password else {
        return Ok(None);
    };
    let profile = user_parts(document.clone()).profile;
    if asked.caller.connection.dry_run() {
        return rehearse(state, Some(&password), &profile);
    }
    match state.vetting().hash(&password, user, Some(&profile)).await {
        Ok(hash) => Ok(Some(NewPassword::Hashed(hash))),
        // A source says what the password is, over and over: that it stays is no mistake.
        Err(NotTaken::Refused(PasswordRefused::Same)) => {
            let hashed = state.passwords.hash(Password::new(&password)).await;
            hashed
                .map(|hash| Some(NewPassword::Hashed(hash)))
                .map_err(not_computed)
        }
        Err(NotTaken::Refused(refused)) => Err(not_valid(refused)),
        Err(NotTaken::Password(error)) => Err(not_computed(error)),
        Err(NotTaken::Database(error)) => Err(error.into()),
    }
}

/// Checks a password and keeps nothing of it.
pub(super) fn rehearse(
    state: &State,
    password: Option<&str>,
    profile: &Profile,
) -> Result<Option<NewPassword>, ScimError> {
    let own = OwnWords::of(profile);
    let check = |password: &str| state.password_policy.check(password, &own);
    let checked = password.map(check).transpose().map_err(not_valid)?;
    Ok(checked.map(|_| NewPassword::Rehearsed))
}

fn not_computed(error: PasswordError) -> ScimError {
    match error {
        PasswordError::Busy => ScimError::Unavailable { retry_after: 1 },
        PasswordError::Failed => ScimError::Internal,
    }
}

fn not_valid(refused: PasswordRefused) -> ScimError {
    ScimError::InvalidValue(format!("password: {refused}."))
}

/// A PATCH that sets a password over a connection that does not: to say that it was done
/// would not be true. (In a whole resource it is passed over, as what is read-only is.)
pub(super) fn not_taken() -> ScimError {
    ScimError::Mutability("password: this connection does not set passwords.".to_owned())
}

/// Whether operations may set a password. It can say yes without need; never no.
pub(super) fn are_mentioned(operations: &[Operation]) -> bool {
    let names_it = |text: &str| text.to_ascii_lowercase().contains("password");
    operations
        .iter()
        .any(|operation| match (&operation.path, &operation.value) {
            (Some(path), _) => names_it(path),
            (None, Some(Value::Object(parts))) => parts.keys().any(|key| names_it(key)),
            (None, Some(Value::Array(_))) => true,
            (None, _) => false,
        })
}
