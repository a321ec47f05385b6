//! A new password, and what ends with the old one.

use super::{end_sessions, logouts};
use crate::domain::access;
use crate::domain::audit::{Actor, Change, Event};
use crate::domain::credentials::{self, NotTaken, PasswordRefused};
use crate::domain::directory::{self, User, UserId};
use crate::domain::email_changes;
use crate::domain::grants;
use crate::domain::mail::{self, Occasion};
use crate::domain::signin::{self, AttemptError, Desk, EndReason, Found, SessionId, Visit};
use crate::foundation::crypto::password::PasswordHash;
use crate::foundation::crypto::token::Secret;
use crate::foundation::db;

const REASON: EndReason = EndReason::PasswordChanged;

/// What came of a new password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewPassword {
    /// It is set.
    Set,
    /// It cannot be taken.
    Refused(PasswordRefused),
    /// The link is not good (any more), or the person may not use access.
    Gone,
}

/// Sets the password of whoever a mailed link was made for, and ends everything that was issued
/// to them. It proves nothing in the sign-in: they sign in next, with all that is asked of them.
///
/// # Errors
/// When the hash pool is busy or the database cannot answer.
pub async fn reset_password(
    desk: Desk<'_>,
    visit: Visit<'_>,
    link: &Secret,
    typed: &str,
) -> Result<NewPassword, AttemptError> {
    let now = desk.clock.now();
    let owner = signin::owner_of_link(desk.db, visit.handle, link, now).await?;
    let Some(user) = owner else {
        return Ok(NewPassword::Gone);
    };
    let Some(person) = directory::find_user(desk.db, user).await? else {
        return Ok(NewPassword::Gone);
    };
    let hash = match vetted(desk, &person, typed).await? {
        Ok(hash) => hash,
        Err(refused) => return Ok(NewPassword::Refused(refused)),
    };
    let mut change = begin(desk, user, visit.request_id).await?;
    if !may_use(&mut change, user).await? || !is_open(&mut change, visit).await? {
        return Ok(NewPassword::Gone);
    }
    if !signin::use_link(&mut change, visit.handle, link, user).await? {
        return Ok(NewPassword::Gone);
    }
    credentials::set_password(&mut change, user, &hash, false).await?;
    credentials::came_by_mail(&mut change, user).await?;
    end_sessions(&mut change, user, REASON).await?;
    change.record(Event::new("password.reset").subject("user", user));
    let place = visit.place.shown();
    mail::notify(
        &mut change,
        desk.post,
        user,
        Occasion::PasswordChanged { place },
    )
    .await?;
    change.commit().await?;
    Ok(NewPassword::Set)
}

/// A person's own new password, in a session of theirs that goes on; their other sessions end,
/// and everything that applications hold for them. The caller has seen to it that the person has
/// proven themself just now.
///
/// # Errors
/// When the hash pool is busy or the database cannot answer.
pub async fn change_password(
    desk: Desk<'_>,
    (person, session): (&User, SessionId),
    (place, request_id): (Option<String>, Option<&str>),
    typed: &str,
) -> Result<NewPassword, AttemptError> {
    let user = person.id;
    let hash = match vetted(desk, person, typed).await? {
        Ok(hash) => hash,
        Err(refused) => return Ok(NewPassword::Refused(refused)),
    };
    let mut change = begin(desk, user, request_id).await?;
    if !may_use(&mut change, user).await?
        || signin::hold_session(&mut change, session).await?.is_none()
    {
        return Ok(NewPassword::Gone);
    }
    credentials::set_password(&mut change, user, &hash, false).await?;
    signin::void_links(&mut change, user).await?;
    email_changes::void(&mut change, user).await?;
    end_all_but(&mut change, user, session).await?;
    mail::notify(
        &mut change,
        desk.post,
        user,
        Occasion::PasswordChanged { place },
    )
    .await?;
    change.commit().await?;
    Ok(NewPassword::Set)
}

async fn end_all_but(change: &mut Change, user: UserId, kept: SessionId) -> Result<(), db::Error> {
    signin::end_other_sessions(change, user, kept, REASON).await?;
    grants::end_of_user(change, user, REASON.word()).await?;
    logouts::of_user(change, user).await
}

async fn vetted(
    desk: Desk<'_>,
    person: &User,
    typed: &str,
) -> Result<Result<PasswordHash, PasswordRefused>, AttemptError> {
    let vetting = desk.vetting();
    match vetting
        .hash(typed, Some(person.id), Some(&person.profile))
        .await
    {
        Ok(hash) => Ok(Ok(hash)),
        Err(NotTaken::Refused(refused)) => Ok(Err(refused)),
        Err(NotTaken::Password(error)) => Err(error.into()),
        Err(NotTaken::Database(error)) => Err(error.into()),
    }
}

async fn begin(
    desk: Desk<'_>,
    user: UserId,
    request_id: Option<&str>,
) -> Result<Change, db::Error> {
    // A hash takes a while, so the time is read again.
    let change = Change::begin(desk.db, Actor::User(user.to_string()), desk.clock.now()).await?;
    Ok(match request_id {
        Some(id) => change.of_request(id),
        None => change,
    })
}

async fn may_use(change: &mut Change, user: UserId) -> Result<bool, db::Error> {
    match access::hold(change, user).await {
        Err(db::Error::ForeignKey) => return Ok(false),
        held => held?,
    }
    let now = change.now();
    Ok(access::may_use(&mut *change, user, now).await?.is_allowed())
}

async fn is_open(change: &mut Change, visit: Visit<'_>) -> Result<bool, db::Error> {
    let now = change.now();
    let found = signin::find(&mut *change, visit.handle, visit.browser, now).await?;
    Ok(matches!(found, Found::Open(_)))
}
