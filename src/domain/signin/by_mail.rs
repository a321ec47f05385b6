//! What a mailed code is worth in a sign-in, and sending one.
//!
//! It is the weakest second factor. Three things keep it from being more than it is: it is nothing
//! beside a password that came through the same mailbox; it does not let anybody change what they
//! sign in with where something better is set up; and it makes no device a trusted one, which would
//! turn one look into a mailbox into a month.

use super::{
    AttemptError, Desk, Destination, Lifetimes, Method, Outcome, Session, SignIn, Step, Visit,
    second::{held, whose},
};
use crate::domain::{
    audit::Change,
    credentials::{
        self, Enrolled, StoredPassword,
        mailed_code::{self, Addressee, NoCode},
    },
    directory::{self, UserId},
    mail::{self, Occasion},
    mfa::MailedCodes,
};
use crate::foundation::{
    clock::Timestamp,
    db::{self, Fetch},
};

/// What came of asking for a code.
#[derive(Debug)]
pub enum CodeAsked {
    /// It is on its way.
    Sent,
    /// None was made.
    Not(NoCode),
    /// The sign-in is not at this step, or cannot go on.
    NotHere(Outcome),
}

/// How the code of a sign-in stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeStanding {
    /// The address that codes go to.
    pub address: String,
    /// Until when the one that was sent can be used, if there is one.
    pub open_until: Option<Timestamp>,
}

/// Whether a mailed code brings a sign-in on that lacks this.
pub(super) const fn takes_mailed_code(step: Step) -> bool {
    matches!(step, Step::Second { by_mail: true, .. })
}

/// What a mailed code is worth to a person in a sign-in. Costs nothing where none is sent.
pub(super) async fn worth(
    from: impl Fetch,
    desk: Desk<'_>,
    (user, sign_in): (UserId, &SignIn),
    (enrolled, password): (&Enrolled, Option<&StoredPassword>),
) -> Result<MailedCodes, db::Error> {
    let codes = desk.mfa.mailed_codes;
    let with_password = sign_in.proofs.iter().any(|p| p.method == Method::Password);
    let same_mailbox = with_password && password.is_some_and(|password| password.from_mailbox);
    let of_account = matches!(sign_in.destination, Destination::Account(_));
    let to_change = of_account && sign_in.demand.fresh && enrolled.has_second(false);
    if codes == MailedCodes::Off || !desk.post.is_on() || same_mailbox || to_change {
        return Ok(MailedCodes::Off);
    }
    let address = address(from, user).await?;
    Ok(address.map_or(MailedCodes::Off, |_| codes))
}

/// Where the account says that its letters go: never what a request says.
async fn address(from: impl Fetch, user: UserId) -> Result<Option<String>, db::Error> {
    let person = directory::find_user(from, user).await?;
    Ok(person.and_then(|person| person.profile.email().map(str::to_owned)))
}

/// How the code of a sign-in stands that takes one.
///
/// # Errors
/// When the database cannot answer.
pub async fn code_standing(
    mut from: impl Fetch,
    visit: Visit<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<Option<CodeStanding>, db::Error> {
    let Some(address) = address(&mut from, user).await? else {
        return Ok(None);
    };
    let sign_in = visit.handle.digest();
    let open_until = mailed_code::open_until(from, user, &sign_in, now).await?;
    Ok(Some(CodeStanding {
        address,
        open_until,
    }))
}

/// Mails a code to the person of a sign-in that takes one.
///
/// # Errors
/// When the database cannot answer.
pub async fn mail_code(desk: Desk<'_>, visit: Visit<'_>) -> Result<CodeAsked, AttemptError> {
    let user = match whose(desk.db, desk, visit, takes_mailed_code).await? {
        Ok((user, _)) => user,
        Err(outcome) => return Ok(CodeAsked::NotHere(outcome)),
    };
    let mut change = match held(desk, visit, user, takes_mailed_code).await? {
        Ok(change) => change,
        Err(outcome) => return Ok(CodeAsked::NotHere(outcome)),
    };
    let Some(address) = address(&mut change, user).await? else {
        return Ok(CodeAsked::NotHere(Outcome::Refused));
    };
    let sign_in = visit.handle.digest();
    let to = Addressee {
        user,
        sign_in: &sign_in,
        address: &address,
    };
    let (code, until) = match mailed_code::make_code(&mut change, desk.key, to).await? {
        Ok(made) => made,
        Err(why) => return Ok(CodeAsked::Not(why)),
    };
    let occasion = Occasion::MailedCode {
        code: code.shown(),
        until,
        place: visit.place.shown(),
    };
    mail::notify_at(&mut change, desk.post, user, &address, occasion).await?;
    change.commit().await?;
    Ok(CodeAsked::Sent)
}

/// Uses up the code that was mailed to the person of a sign-in.
pub(super) async fn use_code(
    change: &mut Change,
    desk: Desk<'_>,
    visit: Visit<'_>,
    (user, code): (UserId, &credentials::MailedCode),
) -> Result<bool, db::Error> {
    let Some(address) = address(&mut *change, user).await? else {
        return Ok(false);
    };
    let sign_in = visit.handle.digest();
    let to = Addressee {
        user,
        sign_in: &sign_in,
        address: &address,
    };
    mailed_code::use_code(change, desk.key, to, code).await
}

/// Whether the person of a session has proven themself recently enough, and well enough, to change
/// what they sign in with: a mailed code does not take away what is better than it.
///
/// # Errors
/// When the database cannot answer.
pub async fn may_change_account(
    from: impl Fetch,
    session: &Session,
    lifetimes: Lifetimes,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let fresh = session.is_fresh(lifetimes, now);
    if !fresh || !session.methods.contains(&Method::MailedCode) {
        return Ok(fresh);
    }
    let several = super::Acr::of(&session.methods) >= super::Acr::MultiFactor;
    let enrolled = credentials::enrolled(from, session.user).await?;
    Ok(several || !enrolled.has_second(false))
}
