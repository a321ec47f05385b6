//! Owns the change of a person's e-mail address while it waits for its confirmation: asked for in
//! a session of theirs, confirmed in a session of theirs by whoever reads the letter to the new
//! address. Neither alone is enough: without the letter, anybody could claim an address that is
//! not theirs; without the session, whoever can be led to click would give their address to
//! somebody else's account. Does not own the address (`directory`).

mod address;
mod store;

use std::time::Duration;

use serde_json::{Value, json};

use super::access;
use super::audit::{Change, Event};
use super::directory::{self, Profile, Refusal, User, UserId};
use super::mail::{self, Occasion, Post};
use super::signin;
use crate::foundation::{
    clock::Timestamp,
    crypto::token::Secret,
    db::{self, Fetch},
};

/// How long a link is good.
const LIFETIME: Duration = Duration::from_secs(60 * 60);
/// A person asks for so many letters at most within [`WINDOW`]: they go to boxes that may be
/// somebody else's.
const MOST: i64 = 5;
const WINDOW: Duration = Duration::from_secs(60 * 60);

/// A change that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// The new address.
    pub address: String,
    /// How long its link is good.
    pub until: Timestamp,
}

/// Why no letter is sent.
#[derive(Debug, thiserror::Error)]
pub enum NotAsked {
    /// What was typed is not one plain address.
    #[error("this is no address")]
    NoAddress,
    /// It is the person's address already.
    #[error("this is the address already")]
    Same,
    /// A source owns the address.
    #[error("the address is not the person's to change")]
    Locked,
    /// There were enough letters for now.
    #[error("too many letters were asked for")]
    TooMany,
    /// The database cannot answer.
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Asks for another address; what was asked before is void. The new address gets a letter with a
/// link, unless it is the address or the user name of somebody else: then they are told instead,
/// and whoever asked learns nothing of it.
///
/// # Errors
/// See [`NotAsked`].
pub async fn ask(
    change: &mut Change,
    post: &Post,
    id: UserId,
    typed: &str,
) -> Result<Pending, NotAsked> {
    let address = address::read(typed).ok_or(NotAsked::NoAddress)?;
    access::hold(change, id).await?;
    let user = directory::lock_user(change, id).await?;
    let user = user.ok_or(db::Error::NoRow)?;
    check(change, &user, &address).await?;
    let now = change.now();
    let secret = Secret::generate("");
    let pending = Pending {
        address,
        until: now.plus(LIFETIME),
    };
    store::end(change, id).await?;
    store::insert(change, &secret.digest(), &user, &pending).await?;
    write(change, post, id, &secret, &pending).await?;
    change.record(Event::new("email.change_asked").subject("user", id));
    Ok(pending)
}

async fn check(change: &mut Change, user: &User, address: &str) -> Result<(), NotAsked> {
    if is_locked(user) {
        return Err(NotAsked::Locked);
    }
    let key = directory::address_key(address);
    if user.profile.email().and_then(directory::address_key) == key {
        return Err(NotAsked::Same);
    }
    let since = change.now().minus(WINDOW);
    if store::count_since(&mut *change, user.id, since).await? >= MOST {
        return Err(NotAsked::TooMany);
    }
    Ok(())
}

/// The same work whether or not somebody has the address: one look, one letter.
async fn write(
    change: &mut Change,
    post: &Post,
    id: UserId,
    secret: &Secret,
    pending: &Pending,
) -> Result<(), db::Error> {
    let address = &pending.address;
    let holder = directory::holder_of_address(&mut *change, address, id).await?;
    let (to, occasion) = match holder {
        Some(holder) => (holder, Occasion::EmailTaken),
        None => (
            id,
            Occasion::EmailChangeAsked {
                path: format!("/account/email/confirm/{}", secret.reveal()),
                until: pending.until,
            },
        ),
    };
    mail::notify_at(change, post, to, address, occasion).await
}

/// Whether a source says what the address is.
#[must_use]
pub fn is_locked(user: &User) -> bool {
    user.ownership.owner_of(EMAILS).is_some()
}

/// The change of a user that waits.
///
/// # Errors
/// When the database cannot answer.
pub async fn pending(
    from: impl Fetch,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Pending>, db::Error> {
    store::pending(from, user, now).await
}

/// What a link confirms for a user, if it is good. To look uses nothing up.
///
/// # Errors
/// When the database cannot answer.
pub async fn of_link(
    from: impl Fetch,
    user: &User,
    link: &Secret,
    now: Timestamp,
) -> Result<Option<Pending>, db::Error> {
    store::of_link(from, &link.digest(), user, now).await
}

/// Confirms a change by its link, which is used up by one conditional statement; the old address
/// is told. Whether it was good: if not, the change must be dropped.
///
/// # Errors
/// When the database cannot answer.
pub async fn confirm(
    change: &mut Change,
    post: &Post,
    id: UserId,
    link: &Secret,
) -> Result<bool, db::Error> {
    access::hold(change, id).await?;
    let now = change.now();
    if !access::may_use(&mut *change, id, now).await?.is_allowed() {
        return Ok(false);
    }
    let Some(user) = directory::lock_user(change, id).await? else {
        return Ok(false);
    };
    if is_locked(&user) {
        return Ok(false);
    }
    let Some(new) = store::use_link(change, &link.digest(), &user).await? else {
        return Ok(false);
    };
    // Somebody may have got the address in the meantime.
    let holder = directory::holder_of_address(&mut *change, &new, id).await?;
    if holder.is_some() {
        return Ok(false);
    }
    let former = user.profile.email().map(str::to_owned);
    let profile = with_address(user.profile.clone(), &new);
    match directory::change_profile(change, user, profile).await {
        Ok(_) => {}
        Err(Refusal::Database(error)) => return Err(error),
        Err(refused) => {
            tracing::info!(%refused, "a confirmed address was not taken");
            return Ok(false);
        }
    }
    // Who reads the old box must not choose a password with what was sent there.
    signin::void_links(change, id).await?;
    change.record(
        Event::new("email.changed")
            .subject("user", id)
            .detail(json!({ "from": former, "to": new })),
    );
    if let Some(former) = former {
        mail::notify_at(change, post, id, &former, Occasion::EmailChanged { new }).await?;
    }
    Ok(true)
}

/// Takes back the change of a user that waits; whether there was any.
///
/// # Errors
/// When the database cannot answer.
pub async fn withdraw(change: &mut Change, user: UserId) -> Result<bool, db::Error> {
    let was_there = store::end(change, user).await? > 0;
    if was_there {
        change.record(Event::new("email.change_withdrawn").subject("user", user));
    }
    Ok(was_there)
}

/// Voids the change of a user that waits: whoever asked for it may have been somebody else.
///
/// # Errors
/// When the database cannot answer.
pub async fn void(change: &mut Change, user: UserId) -> Result<(), db::Error> {
    store::end(change, user).await.map(drop)
}

/// Forgets changes that expired long enough ago to count no more. How many, at most `limit`.
///
/// # Errors
/// When the database cannot answer.
pub async fn sweep(change: &mut Change, limit: i64) -> Result<u64, db::Error> {
    let before = change.now().minus(WINDOW);
    change.unrecorded("a sweep of what had expired");
    store::sweep(change, before, limit).await
}

const EMAILS: &str = "emails";

/// The profile with another preferred address; further ones stay.
fn with_address(mut profile: Profile, new: &str) -> Profile {
    let is_primary = |email: &Value| email.get("primary") == Some(&Value::Bool(true));
    let Some(Value::Array(all)) = profile.attributes.get_mut(EMAILS) else {
        return profile.with_email(new);
    };
    let place = all.iter().position(is_primary).unwrap_or(0);
    match all.get_mut(place).and_then(Value::as_object_mut) {
        Some(email) => {
            // How it was shown belongs to the address that goes.
            email.shift_remove("display");
            email.insert("value".to_owned(), json!(new));
            profile
        }
        None => profile.with_email(new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emails(before: Value) -> Value {
        let mut profile = Profile::named("ann");
        profile.attributes.insert(EMAILS.to_owned(), before);
        let after = with_address(profile, "new@example.com");
        assert_eq!(after.email(), Some("new@example.com"));
        after.attributes[EMAILS].clone()
    }

    #[test]
    fn the_preferred_address_is_another_and_the_others_stay() {
        let before = json!([{ "value": "a@x.test" },
            { "value": "b@x.test", "type": "work", "display": "B", "primary": true }]);
        let after = json!([{ "value": "a@x.test" },
            { "value": "new@example.com", "type": "work", "primary": true }]);
        assert_eq!(emails(before), after);
        let only = json!([{ "value": "a@x.test", "type": "home" }]);
        assert_eq!(
            emails(only),
            json!([{ "value": "new@example.com", "type": "home" }])
        );
        assert_eq!(
            emails(json!([])),
            json!([{ "value": "new@example.com", "type": "work", "primary": true }])
        );
    }
}
