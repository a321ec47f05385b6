//! Codes that are mailed to a person in the middle of a sign-in. One is good for that sign-in, at the
//! address that it was sent to, once, and for minutes; a newer one takes its place. Rows keep digests
//! into which all of that goes. Does not own who may have one (`signin`), nor the letter (`mail`).

mod store;

use std::time::Duration;

use serde_json::json;

use super::{MailedCode, typed::keyed_digest};
use crate::domain::{
    audit::{Change, Event},
    directory::UserId,
};
use crate::foundation::{
    clock::Timestamp,
    crypto::{digest::Digest, seal::MasterKey},
    db::{self, Fetch},
};
use crate::typed_id;

typed_id!(
    /// A code that was mailed.
    pub MailedCodeId
);

const PURPOSE: &str = "mailed code";
/// How long a code is good. A letter can take a while; a code that lies in a mailbox for long is
/// found by others.
const LIFETIME: Duration = Duration::from_secs(10 * 60);
/// How long after one the next can be asked for: a form that is sent twice sends one letter.
const PAUSE: Duration = Duration::from_secs(60);
/// How many are sent in one sign-in.
const MOST_IN_SIGN_IN: i64 = 3;
/// How many an account is sent within [`WINDOW`]: whoever knows the password of somebody must not be
/// able to fill their mailbox.
const MOST: i64 = 5;
const WINDOW: Duration = Duration::from_secs(60 * 60);

/// For whom a code is: a user, in one sign-in, at one address.
#[derive(Clone, Copy, Debug)]
pub struct Addressee<'a> {
    /// Who.
    pub user: UserId,
    /// The digest of the sign-in's handle.
    pub sign_in: &'a Digest,
    /// Where to.
    pub address: &'a str,
}

/// Why no code is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoCode {
    /// The last one was made just now.
    #[error("one was sent just now")]
    TooSoon,
    /// There were too many in this sign-in, or for this account.
    #[error("too many were sent")]
    TooMany,
}

/// What was sent so far.
struct Sent {
    in_sign_in: i64,
    to_user: i64,
    last_in_sign_in: Option<Timestamp>,
}

impl Sent {
    fn refusal(&self, now: Timestamp) -> Option<NoCode> {
        let just_now = |last: Timestamp| now.since(last) < PAUSE;
        if self.last_in_sign_in.is_some_and(just_now) {
            return Some(NoCode::TooSoon);
        }
        let many = self.in_sign_in >= MOST_IN_SIGN_IN || self.to_user >= MOST;
        many.then_some(NoCode::TooMany)
    }
}

/// Makes a code, to be mailed to its addressee and shown to nobody else. Those before it are void.
/// The caller holds the user's access: of two that are asked for at once, the second finds the
/// first.
///
/// # Errors
/// When the database cannot answer.
pub async fn make_code(
    change: &mut Change,
    key: &MasterKey,
    to: Addressee<'_>,
) -> Result<Result<(MailedCode, Timestamp), NoCode>, db::Error> {
    let now = change.now();
    let sent = store::sent(&mut *change, to, now.minus(WINDOW)).await?;
    if let Some(refusal) = sent.refusal(now) {
        return Ok(Err(refusal));
    }
    let code = MailedCode::generate();
    let until = now.plus(LIFETIME);
    store::void(change, to).await?;
    store::insert(change, to, &to.digest(key, &code), until).await?;
    change.record(
        Event::new("mailed_code.sent")
            .subject("user", to.user)
            .detail(json!({ "until": until.to_rfc3339() })),
    );
    Ok(Ok((code, until)))
}

/// Until when the code that was sent in a sign-in can be used; nothing when there is none.
///
/// # Errors
/// When the database cannot answer.
pub async fn open_until(
    from: impl Fetch,
    user: UserId,
    sign_in: &Digest,
    now: Timestamp,
) -> Result<Option<Timestamp>, db::Error> {
    store::open_until(from, user, sign_in, now).await
}

/// Uses a code up. `false`: it is not the one that was sent to this addressee last, was used, or is
/// too old.
///
/// # Errors
/// When the database cannot answer.
pub async fn use_code(
    change: &mut Change,
    key: &MasterKey,
    to: Addressee<'_>,
    code: &MailedCode,
) -> Result<bool, db::Error> {
    let used = store::use_up(change, to, &to.digest(key, code)).await?;
    if used {
        change.record(Event::new("mailed_code.used").subject("user", to.user));
    }
    Ok(used)
}

impl Addressee<'_> {
    /// A code of eight digits could be tried out by whoever has a copy of the database: the master
    /// key, which is not in it, goes into the digest. So does the address: whoever has another one
    /// by now cannot use what was sent to the old one.
    fn digest(self, key: &MasterKey, code: &MailedCode) -> Digest {
        let owner = format!("{} {} {}", self.user, self.sign_in.as_str(), self.address);
        keyed_digest(key, PURPOSE, &owner, code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);

    fn sent(in_sign_in: i64, to_user: i64, seconds_ago: u64) -> Option<NoCode> {
        let last = NOW.minus(Duration::from_secs(seconds_ago));
        let sent = Sent {
            in_sign_in,
            to_user,
            last_in_sign_in: (in_sign_in > 0).then_some(last),
        };
        sent.refusal(NOW)
    }

    #[test]
    fn a_mailbox_is_not_flooded() {
        assert_eq!(sent(0, 0, 0), None);
        assert_eq!(sent(1, 1, 59), Some(NoCode::TooSoon));
        assert_eq!(sent(1, 1, 60), None);
        assert_eq!(sent(2, 4, 60), None);
        assert_eq!(sent(3, 3, 60), Some(NoCode::TooMany), "in this sign-in");
        assert_eq!(sent(0, 5, 0), Some(NoCode::TooMany), "for this account");
    }

    #[test]
    fn a_digest_is_of_one_person_one_sign_in_one_address_and_one_key() {
        let (key, code) = (MasterKey::generate(), MailedCode::generate());
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        let to = Addressee {
            user: UserId::new(NOW),
            sign_in: &one,
            address: "ada@example.test",
        };
        let digest = to.digest(&key, &code);
        assert_eq!(digest, to.digest(&key, &code));
        for another in [
            Addressee {
                user: UserId::new(NOW),
                ..to
            },
            Addressee {
                sign_in: &other,
                ..to
            },
            Addressee {
                address: "ada@example.com",
                ..to
            },
        ] {
            assert_ne!(digest, another.digest(&key, &code));
        }
        assert_ne!(digest, to.digest(&MasterKey::generate(), &code));
    }
}
