//! What is done to a user.

use serde_json::Value;

use super::trace::{Effect, Moved, Named, Traced};
use super::{Done, Wanted};
use crate::domain::audit::Change;
use crate::domain::directory::{self, NewUser, User, UserId};
use crate::domain::schemas::{Holder, keep_unique};
use crate::domain::{credentials, lifecycle};
use crate::http::scim::asked::{Asked, IfMatch};
use crate::http::scim::document::{self, Document};
use crate::http::scim::error::ScimError;
use crate::http::scim::ownership::keep_foreign;
use crate::http::scim::passwords::{self, NewPassword};
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
    password: Option<NewPassword>,
    state: State,
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
        // A rehearsal hashes nothing, so it need not look first, and it may be about somebody
        // who is there in the rehearsal only.
        let rehearses = asked.caller.connection.dry_run();
        let action = match wanted {
            Wanted::Create(body) => {
                let mut document = document::read(schema, body?)?.document;
                let given = take_password(&mut document).filter(|_| takes);
                password = passwords::hash(state, asked, given, (None, &document)).await?;
                Action::Create(document)
            }
            Wanted::Replace(id, body) => {
                let id = id_of(&id)?;
                let mut document = document::read(schema, body?)?.document;
                let given = take_password(&mut document).filter(|_| takes);
                if given.is_some() && !rehearses {
                    in_reach(directory::find_user(&state.db, id).await?)?;
                }
                password = passwords::hash(state, asked, given, (Some(id), &document)).await?;
                Action::Replace(id, document)
            }
            Wanted::Modify(id, body) => {
                let id = id_of(&id)?;
                let operations = patch::read_request(body?)?;
                if passwords::are_mentioned(&operations) && !rehearses {
                    let user = in_reach(directory::find_user(&state.db, id).await?)?;
                    let edit = patch::apply(schema, user_document(&user), operations.clone())?;
                    let mut document = edit.document;
                    let given = take_password(&mut document);
                    if given.is_some() && !takes {
                        return Err(passwords::not_taken());
                    }
                    password = passwords::hash(state, asked, given, (Some(id), &document)).await?;
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
            state: state.clone(),
        })
    }

    /// Does it.
    pub(super) async fn perform(
        self,
        change: &mut Change,
        asked: &Asked,
        named: &Named,
    ) -> Result<(Done, Traced), ScimError> {
        let Self {
            schema,
            expected,
            action,
            password,
            state,
        } = self;
        let mut sets_password = password.is_some();
        let (before, after) = match action {
            Action::Create(document) => {
                let user = create(change, schema, document, password).await?;
                (None, Some(user))
            }
            Action::Replace(id, document) => {
                let user = held(change, id, &expected).await?;
                let to = (document, password);
                let after = replace(change, asked, schema, user.clone(), to).await?;
                (Some(user), Some(after))
            }
            Action::Modify(id, operations) => {
                let user = held(change, id, &expected).await?;
                let edit = patch::apply(schema, user_document(&user), operations)?;
                let parts = user_parts(edit.document);
                let password = match asked.caller.connection.dry_run() {
                    true => rehearsed_password(&state, asked, &parts)?,
                    false => password,
                };
                sets_password = password.is_some();
                let after = modify(change, schema, user.clone(), (parts, password)).await?;
                (Some(user), Some(after))
            }
            Action::Delete(id) => {
                let user = held(change, id, &expected).await?;
                directory::check_deletion(change, &user.ownership)?;
                lifecycle::delete(change, &user).await?;
                (Some(user), None)
            }
        };
        let remark = sets_password.then_some("A password was set.");
        let effect = effect(before.as_ref(), after.as_ref(), remark);
        let traced = named.done(asked, schema, effect);
        Ok((after.map_or(Done::Deleted, Done::User), traced))
    }
}

/// What became of a user. One who was active and is not any more is one who went.
fn effect(before: Option<&User>, after: Option<&User>, remark: Option<&'static str>) -> Effect {
    let either = after.or(before);
    let went = match (before, after) {
        (Some(before), Some(after)) => before.active && !after.active,
        (before, after) => before.is_some() && after.is_none(),
    };
    let same = before.map(|user| user.version) == after.map(|user| user.version);
    Effect {
        id: either.map(|user| user.id.to_string()).unwrap_or_default(),
        name: either
            .map(|user| user.profile.user_name.clone())
            .unwrap_or_default(),
        before: before.map(user_document),
        after: after.map(user_document),
        unchanged: same && remark.is_none(),
        gone: i64::from(went),
        members: Moved::default(),
        remark,
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
    password: Option<NewPassword>,
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

async fn replace(
    change: &mut Change,
    asked: &Asked,
    schema: &ResourceType,
    user: User,
    (mut document, password): (Document, Option<NewPassword>),
) -> Result<User, ScimError> {
    document::keep_immutable(schema, &user.profile.attributes, &mut document)?;
    let given = document.keys().cloned().collect();
    let old = user_document(&user);
    keep_foreign(asked, &user.ownership, &given, &old, &mut document);
    let parts = user_parts(document);
    let active = parts.active;
    let after = write(change, schema, user, (parts, password)).await?;
    match active {
        Some(active) => be_active(change, after, active).await,
        // A body that does not speak of it says nothing about it.
        None => Ok(after),
    }
}

async fn modify(
    change: &mut Change,
    schema: &ResourceType,
    user: User,
    (parts, password): (UserParts, Option<NewPassword>),
) -> Result<User, ScimError> {
    let active = parts.active;
    let after = write(change, schema, user, (parts, password)).await?;
    match active {
        Some(active) => be_active(change, after, active).await,
        // It was removed, now or earlier.
        None => Ok(directory::state_active(change, after, false).await?),
    }
}

/// The password that a rehearsed PATCH would set.
fn rehearsed_password(
    state: &State,
    asked: &Asked,
    parts: &UserParts,
) -> Result<Option<NewPassword>, ScimError> {
    if parts.password.is_some() && !asked.caller.connection.settings.take_passwords {
        return Err(passwords::not_taken());
    }
    passwords::rehearse(state, parts.password.as_deref(), &parts.profile)
}

/// Brings a user to what a document says of its profile, and sets its password.
async fn write(
    change: &mut Change,
    schema: &ResourceType,
    user: User,
    (parts, password): (UserParts, Option<NewPassword>),
) -> Result<User, ScimError> {
    let holder = user.id.to_string();
    let documents = (&user.profile.attributes, &parts.profile.attributes);
    keep_unique(change, Holder::User(&holder), schema.extensions, documents).await?;
    let mut user = directory::change_profile(change, user, parts.profile).await?;
    set_password(change, &mut user, password).await?;
    Ok(user)
}

/// Makes a user active or not. A deactivation ends in the same change what the user has; an
/// activation brings none of it back.
async fn be_active(change: &mut Change, mut user: User, active: bool) -> Result<User, ScimError> {
    if active == user.active {
        return Ok(directory::state_active(change, user, true).await?);
    }
    directory::claim(change, &mut user, "active").await?;
    if active {
        lifecycle::activate(change, user.id).await?;
    } else {
        lifecycle::deactivate(change, user.id).await?;
    }
    Ok(directory::lock_user(change, user.id).await?.unwrap_or(user))
}

async fn set_password(
    change: &mut Change,
    user: &mut User,
    password: Option<NewPassword>,
) -> Result<(), ScimError> {
    if password.is_some() {
        directory::claim(change, user, "password").await?;
    }
    if let Some(NewPassword::Hashed(hash)) = password {
        credentials::set_password(change, user.id, &hash, false).await?;
        credentials::is_vouched_for(change, user.id).await?;
    }
    Ok(())
}
