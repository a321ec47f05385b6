//! Passwords that arrive over SCIM: checked, hashed before any change is open, never shown.

use serde_json::Value;

use super::asked::Asked;
use super::error::ScimError;
use super::patch::Operation;
use crate::domain::credentials::new_password;
use crate::foundation::crypto::password::{Password, PasswordError, PasswordHash};
use crate::http::web::State;

/// A password that a request sets.
pub(super) enum NewPassword {
    /// Its hash.
    Hashed(PasswordHash),
    /// One that would do: a rehearsal stores nothing, so nothing is hashed.
    Rehearsed,
}

/// Checks and hashes a password that a request sets. SQLite has one writer, so this must be
/// over before the change begins.
pub(super) async fn hash(
    state: &State,
    asked: &Asked,
    password: Option<String>,
) -> Result<Option<NewPassword>, ScimError> {
    if asked.caller.connection.dry_run() {
        return rehearse(password.as_deref());
    }
    let Some(password) = password else {
        return Ok(None);
    };
    match state.passwords.hash(checked(&password)?).await {
        Ok(hash) => Ok(Some(NewPassword::Hashed(hash))),
        Err(PasswordError::Busy) => Err(ScimError::Unavailable { retry_after: 1 }),
        Err(PasswordError::Failed) => Err(ScimError::Internal),
    }
}

/// Checks a password and keeps nothing of it.
pub(super) fn rehearse(password: Option<&str>) -> Result<Option<NewPassword>, ScimError> {
    let checked = password.map(checked).transpose()?;
    Ok(checked.map(|_| NewPassword::Rehearsed))
}

fn checked(password: &str) -> Result<Password, ScimError> {
    new_password(password)
        .map_err(|refused| ScimError::InvalidValue(format!("password: {refused}.")))
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
