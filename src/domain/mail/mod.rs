//! Owns the way of a letter from the change that causes it to the mail server: enqueued in that
//! change as the occasion for it, sealed while it waits (it may hold a link or a password),
//! addressed when it is delivered, sent after the commit and tried again. Does not own what
//! letters say: they are written in the person's language by whoever delivers them.

mod occasion;

pub use occasion::{FactorKind, Occasion};

use serde::{Deserialize, Serialize};

use super::audit::Change;
use super::directory::{self, User, UserId};
use super::jobs::{self, Job};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::seal::MasterKey;
use crate::foundation::db::{Db, Error};
use crate::foundation::mail::{Letter, Mailer, NotSent};

const CONTEXT: &str = "mail";

/// Takes letters in. Clones share it.
#[derive(Clone)]
pub struct Post {
    /// None: there is no mail server.
    key: Option<MasterKey>,
}

impl Post {
    /// Takes letters that `mailer` will send, sealed with `key` until then.
    #[must_use]
    pub fn new(key: &MasterKey, mailer: &Mailer) -> Self {
        Self {
            key: mailer.is_on().then(|| key.clone()),
        }
    }

    /// Takes none in.
    #[must_use]
    pub const fn closed() -> Self {
        Self { key: None }
    }

    /// Whether letters are sent at all: without a mail server none is taken in.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.key.is_some()
    }
}

/// A letter on its way.
#[derive(Serialize, Deserialize)]
pub struct Outgoing {
    sealed: String,
}

impl Job for Outgoing {
    const KIND: &'static str = "mail.send";
}

/// What is sealed: to whom, why, and when that was.
#[derive(Serialize, Deserialize)]
struct Inside {
    user: UserId,
    /// Where to, when it is not where the account says.
    address: Option<String>,
    occasion: Occasion,
    at: Timestamp,
}

/// A letter that is to be written now.
pub struct Addressed {
    /// To whom.
    pub person: User,
    /// Where to.
    pub address: String,
    /// Why.
    pub occasion: Occasion,
    /// When that was.
    pub at: Timestamp,
}

/// Writes to a person once the change is committed, at the address that their account has when
/// the letter is delivered: never at one that a request named. Without a mail server nothing
/// happens.
///
/// # Errors
/// When it cannot be sealed or kept.
pub async fn notify(
    change: &mut Change,
    post: &Post,
    user: UserId,
    occasion: Occasion,
) -> Result<(), Error> {
    take_in(change, post, user, None, occasion).await
}

/// Writes to a person at an address that is not (or no longer) their account's: the one that is
/// to be confirmed, or the one that was given up.
///
/// # Errors
/// When it cannot be sealed or kept.
pub async fn notify_at(
    change: &mut Change,
    post: &Post,
    user: UserId,
    address: &str,
    occasion: Occasion,
) -> Result<(), Error> {
    take_in(change, post, user, Some(address.to_owned()), occasion).await
}

async fn take_in(
    change: &mut Change,
    post: &Post,
    user: UserId,
    address: Option<String>,
    occasion: Occasion,
) -> Result<(), Error> {
    let Some(key) = &post.key else {
        return Ok(());
    };
    let at = change.now();
    let inside = Inside {
        user,
        address,
        occasion,
        at,
    };
    let unsealed = serde_json::to_vec(&inside).map_err(|e| Error::Corrupt(e.to_string()))?;
    let sealed = key
        .seal(&zeroize::Zeroizing::new(unsealed), CONTEXT)
        .map_err(|e| Error::Corrupt(e.to_string()))?;
    jobs::enqueue(change, &Outgoing { sealed }, at).await?;
    Ok(())
}

impl Outgoing {
    /// Opens the letter and looks up where it goes. `None`: nobody is to be written to any more
    /// (the person is gone or has no address, or the letter comes too late to be of use).
    ///
    /// # Errors
    /// It was sealed with another key, or the database does not answer; never with what is in it.
    pub async fn addressed(
        &self,
        key: &MasterKey,
        db: &Db,
        now: Timestamp,
    ) -> Result<Option<Addressed>, String> {
        let opened = key.open(&self.sealed, CONTEXT);
        let opened = opened.map_err(|e| e.to_string())?;
        // What serde says of an error may quote what it read.
        let inside: Inside = serde_json::from_slice(&opened)
            .map_err(|_| "the letter is of another program".to_owned())?;
        if inside.occasion.until().is_some_and(|until| until <= now) {
            return Ok(dropped("it came too late to be of use"));
        }
        let person = directory::find_user(db, inside.user).await;
        let Some(person) = person.map_err(|e| e.to_string())? else {
            return Ok(dropped("the person is gone"));
        };
        let own = || person.profile.email().map(str::to_owned);
        let Some(address) = inside.address.or_else(own) else {
            return Ok(dropped("the person has no mail address"));
        };
        Ok(Some(Addressed {
            person,
            address,
            occasion: inside.occasion,
            at: inside.at,
        }))
    }
}

fn dropped(why: &'static str) -> Option<Addressed> {
    tracing::info!(why, "a letter was dropped");
    None
}

/// Hands a letter to the mail server. What the server will never take is told of and dropped:
/// ten more tries would end the same way.
///
/// # Errors
/// When it is to be tried again.
pub async fn deliver(mailer: &Mailer, letter: &Letter) -> Result<(), String> {
    match mailer.send(letter).await {
        Ok(()) => Ok(()),
        Err(error @ (NotSent::Unsendable(_) | NotSent::Refused(_))) => {
            tracing::warn!(%error, "a letter was dropped");
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}
