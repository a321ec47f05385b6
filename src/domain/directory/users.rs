//! The rules of users.

use serde_json::json;

use super::administrators::within_reach;
use super::external_ids::{self, Named};
use super::names::indexable;
use super::ownership::{self, Ownership};
use super::{HeldGroup, Profile, Refusal, User, UserId, address_key, store, totals, user_name_key};
use crate::domain::audit::{Change, ConnectionId, Event};
use crate::foundation::db::{self, Fetch};

const EXTERNAL_ID: &str = "externalId";
const ACTIVE: &str = "active";

/// A user to be created.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What is said of it.
    pub profile: Profile,
    /// Whether its source counts it as active.
    pub active: bool,
    /// Whether it will administrate this server.
    pub administrator: bool,
}

/// The user of this id.
pub async fn find_user(from: impl Fetch, id: UserId) -> Result<Option<User>, db::Error> {
    store::user(from, None, id).await
}

/// The user of this id, with the external id that a connection has for it.
pub async fn find_user_for(
    from: impl Fetch,
    connection: ConnectionId,
    id: UserId,
) -> Result<Option<User>, db::Error> {
    store::user(from, Some(connection), id).await
}

/// The user of this id, as [`find_user_for`] has it, and the groups that it is in.
pub async fn find_user_with_groups(
    from: impl Fetch,
    connection: ConnectionId,
    id: UserId,
) -> Result<Option<(User, Vec<HeldGroup>)>, db::Error> {
    store::user_with_groups(from, connection, id).await
}

/// Whether there is any user at all, an administrator included.
pub async fn has_users(from: impl Fetch) -> Result<bool, db::Error> {
    store::has_users(from).await
}

/// The user of this name, however it is written. What cannot be a name names nobody.
pub async fn find_by_user_name(
    from: impl Fetch,
    user_name: &str,
) -> Result<Option<User>, db::Error> {
    match user_name_key(user_name) {
        Ok(key) => store::user_by_name_key(from, &key).await,
        Err(_) => Ok(None),
    }
}

/// The user who signs in as `name_or_email`: whoever has it as the user name, or else the
/// only one who has it as an e-mail address. An address that several have names nobody.
pub async fn find_for_sign_in(
    mut from: impl Fetch,
    name_or_email: &str,
) -> Result<Option<User>, db::Error> {
    let Ok(key) = user_name_key(name_or_email) else {
        return Ok(None);
    };
    store::user_for_sign_in(&mut from, &key).await
}

/// Who else has an address, as one of theirs or as the name that they sign in with. Several may;
/// then it is one of them.
pub async fn holder_of_address(
    from: impl Fetch,
    address: &str,
    but: UserId,
) -> Result<Option<UserId>, db::Error> {
    match address_key(address) {
        Some(key) => store::holder_of_address(from, &key, but).await,
        None => Ok(None),
    }
}

/// The user of this id, held against other writers until the change ends: what is read
/// here is still so when it is written.
pub async fn lock_user(change: &mut Change, id: UserId) -> Result<Option<User>, db::Error> {
    store::lock_user(change, id).await
}

/// Creates a user.
pub async fn create_user(change: &mut Change, new: NewUser) -> Result<User, Refusal> {
    let key = checked(&new.profile)?;
    let now = change.now();
    let written = changed_names(&Profile::default(), &new.profile);
    let ownership = Ownership::of_new(
        ownership::source(change),
        written.iter().map(String::as_str).chain([ACTIVE]),
    );
    let user = User {
        id: UserId::new(now),
        ownership,
        profile: new.profile,
        active: new.active,
        active_since: now,
        active_by: change.actor().label(),
        active_stated: true,
        picture: None,
        administrator: new.administrator,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert_user(change, &user, &key)
        .await
        .map_err(Refusal::from_write)?;
    store::write_emails(change, &user).await?;
    totals::one_user(change, &user, 1).await?;
    if let Some(external_id) = &user.profile.external_id {
        external_ids::write(change, Named::User(user.id), Some(external_id)).await?;
    }
    change.record(
        Event::new("user.created")
            .subject("user", user.id)
            .detail(json!({
                "userName": user.profile.user_name,
                "active": user.active,
                "administrator": user.administrator,
            })),
    );
    Ok(user)
}

/// Gives a user another profile; the same profile is no change. `user` is what
/// [`lock_user`] found.
pub async fn change_profile(
    change: &mut Change,
    user: User,
    profile: Profile,
) -> Result<User, Refusal> {
    if user.profile == profile {
        return Ok(user);
    }
    within_reach(change, &user)?;
    let key = checked(&profile)?;
    let changed = changed_names(&user.profile, &profile);
    let ownership = moved_ownership(change, &user, &profile, &changed)?;
    let emails_differ = user.profile.attributes.get("emails") != profile.attributes.get("emails");
    let external_id_differs = user.profile.external_id != profile.external_id;
    let user = User {
        profile,
        ownership,
        version: user.version + 1,
        updated_at: change.now(),
        ..user
    };
    store::update_profile(change, &user, &key)
        .await
        .map_err(Refusal::from_write)?;
    if emails_differ {
        store::delete_emails(change, user.id).await?;
        store::write_emails(change, &user).await?;
    }
    if external_id_differs {
        let external_id = user.profile.external_id.as_deref();
        external_ids::write(change, Named::User(user.id), external_id).await?;
    }
    change.record(
        Event::new("user.changed")
            .subject("user", user.id)
            .detail(json!({ "attributes": changed })),
    );
    Ok(user)
}

/// Takes an attribute that is kept elsewhere (`active`, `password`) for the change's
/// connection, which is about to write it.
pub async fn claim(change: &mut Change, user: &mut User, attribute: &str) -> Result<(), Refusal> {
    within_reach(change, user)?;
    if user.ownership.claim(ownership::source(change), attribute)? {
        store::update_user_ownership(change, user).await?;
    }
    Ok(())
}

/// What `changed` makes of the ownership; refuses to write what is another's.
fn moved_ownership(
    change: &Change,
    user: &User,
    profile: &Profile,
    changed: &[String],
) -> Result<Ownership, Refusal> {
    let source = ownership::source(change);
    let mut ownership = user.ownership.clone();
    if source.is_none() && ownership.attributes.is_empty() {
        return Ok(ownership);
    }
    let left = changed_names(&Profile::default(), profile);
    for attribute in changed.iter().filter(|name| *name != EXTERNAL_ID) {
        ownership.claim(source, attribute)?;
        if !left.contains(attribute) {
            ownership.forget(attribute);
        }
    }
    Ok(ownership)
}

/// Marks a user as active or inactive and says whether that was a change. It ends nothing
/// that the user has: `lifecycle` does, and calls this.
pub async fn set_active(change: &mut Change, id: UserId, active: bool) -> Result<bool, db::Error> {
    if !store::set_active(change, id, active).await? {
        return Ok(false);
    }
    let action = if active {
        "user.activated"
    } else {
        "user.deactivated"
    };
    change.record(Event::new(action).subject("user", id));
    Ok(true)
}

/// Notes whether the source of a user says anything of `active`. Whether the user is active
/// stays as it is: silence disables nobody, and enables nobody.
pub async fn state_active(
    change: &mut Change,
    mut user: User,
    stated: bool,
) -> Result<User, Refusal> {
    if user.active_stated == stated {
        return Ok(user);
    }
    within_reach(change, &user)?;
    user.ownership.claim(ownership::source(change), ACTIVE)?;
    if !stated {
        user.ownership.forget(ACTIVE);
    }
    user.active_stated = stated;
    user.version += 1;
    user.updated_at = change.now();
    store::state_active(change, &user).await?;
    change.record(
        Event::new("user.changed")
            .subject("user", user.id)
            .detail(json!({ "attributes": [ACTIVE] })),
    );
    Ok(user)
}

/// Deletes a user, its memberships, and the mention of it as somebody's manager.
pub async fn delete_user(change: &mut Change, user: &User) -> Result<(), db::Error> {
    store::remove_external_ids(change, user.id.to_string()).await?;
    store::forget_manager(change, user.id).await?;
    store::touch_groups_of(change, user.id).await?;
    store::delete_user(change, user.id).await?;
    totals::one_user(change, user, -1).await?;
    change.record(
        Event::new("user.deleted")
            .subject("user", user.id)
            .detail(json!({ "userName": user.profile.user_name })),
    );
    Ok(())
}

/// The key of the user name, once everything that an index must hold is known to fit.
fn checked(profile: &Profile) -> Result<String, Refusal> {
    indexable("externalId", profile.external_id.as_deref())?;
    indexable("displayName", profile.display_name.as_deref())?;
    indexable("manager", profile.manager.as_deref())?;
    for email in profile.emails() {
        indexable("emails.type", email.kind)?;
        if address_key(email.address).is_none() {
            return Err(Refusal::NotAllowed {
                attribute: "emails.value",
                reason: "is no e-mail address",
            });
        }
    }
    user_name_key(&profile.user_name)
}

/// The names of what differs, for the audit log; values may be private.
fn changed_names(old: &Profile, new: &Profile) -> Vec<String> {
    let mut names = Vec::new();
    let mut note = |differs: bool, name: &str| {
        if differs {
            names.push(name.to_owned());
        }
    };
    note(old.user_name != new.user_name, "userName");
    note(old.external_id != new.external_id, EXTERNAL_ID);
    note(old.display_name != new.display_name, "displayName");
    note(old.manager != new.manager, "manager");
    names.extend(ownership::differing(&old.attributes, &new.attributes));
    names
}
