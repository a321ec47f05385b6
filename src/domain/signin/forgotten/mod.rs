//! A mailed link to choose a new password, for whoever has forgotten theirs.
//!
//! Asking for one is the same work whoever is named, and whether or not there is anybody: one
//! conditional write and one sealed job. Who is meant, and whether they can have a link, is found
//! out after the answer, by the job. A link belongs to the account that it was made for and to
//! the sign-in, and so to the browser, in which it was asked for; it is used once; it proves
//! nothing in that sign-in.

mod store;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Desk, Found, Visit, advance::held_and_allowed, find};
use crate::domain::{
    audit::{Actor, Change, Event},
    credentials,
    directory::{self, UserId},
    jobs::{self, Job},
    mail::{self, Occasion, Post},
};
use crate::foundation::clock::{Clock, Timestamp};
use crate::foundation::{
    crypto::{digest::Digest, seal::MasterKey, token::Secret},
    db::{self, Db, Fetch},
};

const CONTEXT: &str = "password reset";
/// How long a link is good.
const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// In one sign-in a link is asked for at most this often.
const PAUSE: Duration = Duration::from_secs(2 * 60);
/// How many links an account can have at a time. More would be letters that nobody wants; less,
/// and a stranger could use up what its owner needs.
const MOST: i64 = 5;

/// Somebody asked for a link. Sealed: what they typed may be anything, and the handle is theirs.
#[derive(Serialize, Deserialize)]
pub struct LinkAsked {
    sealed: String,
}

impl Job for LinkAsked {
    const KIND: &'static str = "password.link_asked";
}

#[derive(Serialize, Deserialize)]
struct Inside {
    login: String,
    handle: String,
    browser: String,
    place: Option<String>,
}

/// What answering needs.
#[derive(Clone, Copy)]
pub struct Office<'a> {
    /// The database.
    pub db: &'a Db,
    /// The time.
    pub clock: &'a Clock,
    /// Opens what was sealed.
    pub key: &'a MasterKey,
    /// Takes letters in.
    pub post: &'a Post,
}

/// Asks for a link for whoever signs in as `login`. What comes of it, the letter says and nothing
/// else. A sign-in that cannot go on is handed back.
///
/// # Errors
/// When the database cannot answer.
pub async fn ask_for_link(
    desk: Desk<'_>,
    visit: Visit<'_>,
    login: &str,
) -> Result<Found, db::Error> {
    let now = desk.clock.now();
    let found = find(desk.db, visit.handle, visit.browser, now).await?;
    if !matches!(found, Found::Open(_)) || !desk.post.is_on() {
        return Ok(found);
    }
    let inside = Inside {
        login: login.to_owned(),
        handle: visit.handle.reveal().to_owned(),
        browser: visit.browser.as_str().to_owned(),
        place: visit.place.shown(),
    };
    let sealed = seal(desk.key, &inside)?;
    let mut change = Change::begin(desk.db, Actor::Anonymous, now).await?;
    change.unrecorded("what comes of it is recorded by the job");
    let (handle, until) = (visit.handle.digest(), now.plus(LIFETIME));
    if store::note_asked(&mut change, &handle, now.minus(PAUSE), until).await? {
        jobs::enqueue(&mut change, &LinkAsked { sealed }, now).await?;
    }
    change.commit().await?;
    Ok(found)
}

fn seal(key: &MasterKey, inside: &Inside) -> Result<String, db::Error> {
    let corrupt = |why: String| db::Error::Corrupt(why);
    let plain = serde_json::to_vec(inside).map_err(|e| corrupt(e.to_string()))?;
    let plain = zeroize::Zeroizing::new(plain);
    key.seal(&plain, CONTEXT)
        .map_err(|e| corrupt(e.to_string()))
}

impl LinkAsked {
    /// Mails a link, if there is somebody of that name who can have one: who may use access, has
    /// a password to forget, and an address.
    ///
    /// # Errors
    /// It was sealed with another key, or the database did not answer; never with what is in it.
    pub async fn answer(&self, office: Office<'_>) -> Result<(), String> {
        let opened = office.key.open(&self.sealed, CONTEXT);
        let opened = opened.map_err(|e| e.to_string())?;
        let inside: Inside = serde_json::from_slice(&opened)
            .map_err(|_| "what was asked is of another program".to_owned())?;
        mail_link(office, &inside).await.map_err(|e| e.to_string())
    }
}

async fn mail_link(office: Office<'_>, asked: &Inside) -> Result<(), db::Error> {
    let found = credentials::candidate(office.db, &asked.login).await?;
    let Some(user) = found.and_then(|found| found.password.map(|_| found.user)) else {
        return Ok(());
    };
    let now = office.clock.now();
    let handle = Secret::from(asked.handle.as_str());
    let mut change = Change::begin(office.db, Actor::Anonymous, now).await?;
    if let Some(reason) = refusal(&mut change, user, &handle, asked).await? {
        tracing::info!(%user, reason, "no link to choose a new password was sent");
        return Ok(());
    }
    let secret = Secret::generate("");
    let until = now.plus(LIFETIME);
    store::insert_link(&mut change, &secret.digest(), user, &handle.digest(), until).await?;
    let occasion = Occasion::PasswordReset {
        path: format!("/login/{}/reset/{}", handle.reveal(), secret.reveal()),
        until,
        place: asked.place.clone(),
    };
    mail::notify(&mut change, office.post, user, occasion).await?;
    change.record(Event::new("password.reset_asked").subject("user", user));
    change.commit().await
}

/// Why a user is sent no link, if they are not. Holds their access.
async fn refusal(
    change: &mut Change,
    user: UserId,
    handle: &Secret,
    asked: &Inside,
) -> Result<Option<String>, db::Error> {
    if let Err(reason) = held_and_allowed(change, user).await? {
        return Ok(Some(reason));
    }
    let now = change.now();
    let browser = Digest::from_stored(asked.browser.clone());
    let sign_in = find(&mut *change, handle, &browser, now).await?;
    if !matches!(sign_in, Found::Open(_)) {
        return Ok(Some("the sign-in is over".to_owned()));
    }
    let person = directory::find_user(&mut *change, user).await?;
    if person.is_none_or(|person| person.profile.email().is_none()) {
        return Ok(Some("no mail address".to_owned()));
    }
    let links = store::count_links(&mut *change, user, now.minus(LIFETIME)).await?;
    Ok((links >= MOST).then(|| "too many links".to_owned()))
}

/// Whose password a link changes, if it is good in this sign-in.
///
/// # Errors
/// When the database cannot answer.
pub async fn owner_of_link(
    from: impl Fetch,
    handle: &Secret,
    link: &Secret,
    now: Timestamp,
) -> Result<Option<UserId>, db::Error> {
    store::owner_of_link(from, &link.digest(), &handle.digest(), now).await
}

/// Uses a link up, by one conditional statement, and voids all others of its owner. Whether it
/// was good.
///
/// # Errors
/// When the database cannot answer.
pub async fn use_link(
    change: &mut Change,
    handle: &Secret,
    link: &Secret,
    user: UserId,
) -> Result<bool, db::Error> {
    let used = store::use_link(change, &link.digest(), &handle.digest(), user).await?;
    if used {
        store::void_links(change, user).await?;
    }
    Ok(used)
}

/// Voids all links of a user: their password was set by other means.
///
/// # Errors
/// When the database cannot answer.
pub async fn void_links(change: &mut Change, user: UserId) -> Result<(), db::Error> {
    store::void_links(change, user).await
}

/// Forgets links that expired long ago. How many, at most `limit`.
///
/// # Errors
/// When the database cannot answer.
pub async fn sweep_links(change: &mut Change, limit: i64) -> Result<u64, db::Error> {
    let before = change.now().minus(LIFETIME);
    change.unrecorded("a sweep of what had expired");
    store::sweep_links(change, before, limit).await
}
