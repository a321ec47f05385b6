//! What is done to a user.

use serde_json::Value;

use super::{Done, Wanted};
use crate::domain::audit::Change;
use crate::domain::directory::{self, NewUser, User, UserId};
use crate::domain::schemas::{Holder, keep_unique};
use crate::domain::{credentials, lifecycle};
use crate::foundation::crypto::password::PasswordHash;
use crate::http::scim::asked::{Asked, IfMatch};
use crate::http::scim::document::{self, Document};
use crate::http::scim::error::ScimError;
use crate::http::scim::ownership::keep_foreign;
use crate::http::scim::passwords;
use crate::http::scim::patch::{self, Operation};
use crate::http::scim::resource::{UserParts, user_document, user_parts};
use crate::http::scim::schema::{self, ResourceType};
use crate::http::scim::users::{id_of, in_reach};
use crate::http::web::State;

/// Something to do to a user, ready to be done.
pub(in crate::http::scim) struct UserWork {
    schema: &'static ResourceType,
    expected: IfMatch,
    action: Action,
    password: Option<PasswordHash>,
}

enum Action {
    Create(Document),
    Replace(UserId, Document),
    Modify(UserId, Vec<Operation>),
    Delete(UserId),
}

impl UserWork {
    /// Reads what is wanted and hashes the password in it. A password costs a computation:
    /// not for a user who is not there.
    pub(super) async fn prepare(
        state: &State,
        asked: &Asked,
        wanted: Wanted,
        expected: IfMatch,
    ) -> Result<Self, ScimError> {
        let schema = schema::users(&state.schemas.current());
        let mut password = None;
        let takes = asked.caller.connection.settings.take_passwords;
        let action = match wanted {
            Wanted::Create(body) => {
                let mut document = document::read(schema, body)?.document;
                let given = take_password(&mut document).filter(|_| takes);
                password = passwords::hash(state, given).await?;
                Action::Create(document)
            }
            Wanted::Replace(id, body) => {
                let id = id_of(&id)?;
                let mut document = document::read(schema, body)?.document;
                let given = take_password(&mut document).filter(|_| takes);
                if given.is_some() {
                    in_reach(directory::find_user(&state.db, id).await?)?;
                }
                password = passwords::hash(state, given).await?;
                Action::Replace(id, document)
            }
            Wanted::Modify(id, body) => {
                let id = id_of(&id)?;
                let operations = patch::read_request(body)?;
                if passwords::are_mentioned(&operations) {
                    let user = in_reach(directory::find_user(&state.db, id).await?)?;
                    let edit = patch::apply(schema, user_document(&user), operations.clone())?;
                    let mut document = edit.document;
                    let given = take_password(&mut document);
                    if given.is_some() && !takes {
                        return Err(passwords::not_taken());
                    }
                    password = passwords::hash(state, given).await?;
                }
                Action::Modify(id, operations)
            }
            Wanted::Delete(id) => Action::Delete(id_of(&id)?),
        };
        Ok(Self {
            schema,
            expected,
            action,
            password,
        })
    }

    /// Does it.
    pub(super) async fn perform(
        self,
        change: &mut Change,
        asked: &Asked,
    ) -> Result<Done, ScimError> {
        let Self {
            schema,
            expected,
            action,
            password,
        } = self;
        match action {
            Action::Create(document) => {
                let user = create(change, schema, document, password).await?;
                Ok(Done::User(user))
            }
            Action::Replace(id, mut document) => {
                let user = held(change, id, &expected).await?;
                document::keep_immutable(schema, &user.profile.attributes, &mut document)?;
                let given = document.keys().cloned().collect();
                keep_foreign(
                    asked,
                    &user.ownership,
                    &given,
                    &user_document(&user),
                    &mut document,
                );
                let user = write(change, schema, user, user_parts(document), password).await?;
                Ok(Done::User(user))
            }
            Action::Modify(id, operations) => {
                let user = held(change, id, &expected).await?;
                let edit = patch::apply(schema, user_document(&user), operations)?;
                let parts = user_parts(edit.document);
                let user = write(change, schema, user, parts, password).await?;
                Ok(Done::User(user))
            }
            Action::Delete(id) => {
                let user = held(change, id, &expected).await?;
                directory::check_deletion(change, &user.ownership)?;
                lifecycle::delete(change, &user).await?;
                Ok(Done::Deleted)
            }
        }
    }
}

fn take_password(document: &mut Document) -> Option<String> {
    match document.shift_remove("password") {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// The user as it is, held against other writers, if it is the version that is meant.
async fn held(change: &mut Change, id: UserId, expected: &IfMatch) -> Result<User, ScimError> {
    let user = in_reach(directory::lock_user(change, id).await?)?;
    expected.check(user.version)?;
    Ok(user)
}

async fn create(
    change: &mut Change,
    schema: &ResourceType,
    document: Document,
    password: Option<PasswordHash>,
) -> Result<User, ScimError> {
    let parts = user_parts(document);
    let new = NewUser {
        profile: parts.profile,
        active: parts.active.unwrap_or(true),
        administrator: false,
    };
    let mut user = directory::create_user(change, new).await?;
    let nothing = Document::new();
    let documents = (&nothing, &user.profile.attributes);
    let holder = user.id.to_string();
    keep_unique(change, Holder::User(&holder), schema.extensions, documents).await?;
    set_password(change, &mut user, password).await?;
    Ok(user)
}

/// Brings a user to what a document says. A deactivation ends in the same change what the
/// user has; an activation brings none of it back.
async fn write(
    change: &mut Change,
    schema: &ResourceType,
    user: User,
    parts: UserParts,
    password: Option<PasswordHash>,
) -> Result<User, ScimError> {
    let (id, was_active) = (user.id, user.active);
    let holder = id.to_string();
    let documents = (&user.profile.attributes, &parts.profile.attributes);
    keep_unique(change, Holder::User(&holder), schema.extensions, documents).await?;
    let mut user = directory::change_profile(change, user, parts.profile).await?;
    set_password(change, &mut user, password).await?;
    if parts.active.is_none_or(|active| active == was_active) {
        return Ok(user);
    }
    directory::claim(change, &mut user, "active").await?;
    if was_active {
        lifecycle::deactivate(change, id).await?;
    } else {
        lifecycle::activate(change, id).await?;
    }
    Ok(directory::lock_user(change, id).await?.unwrap_or(user))
}

async fn set_password(
    change: &mut Change,
    user: &mut User,
    password: Option<PasswordHash>,
) -> Result<(), ScimError> {
    if let Some(hash) = password {
        directory::claim(change, user, "password").await?;
        credentials::set_password(change, user.id, &hash, false).await?;
    }
    Ok(())
}
