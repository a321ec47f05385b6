//! The person's e-mail address: another one is asked for here, and confirmed by the link in the
//! letter to it, in a session of the same person.

use askama::Template;
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use super::{Around, Ended, Notice, Owner, Section, shown::Moment};
use crate::{
    domain::{
        account::Lock,
        email_changes::{self, NotAsked},
    },
    foundation::crypto::token::Secret,
    http::web::{Frame, Language, Page, PageForm, PageRefusal, Said, State},
};

/// Its address.
pub(super) const PATH: &str = "/account/email";
const WITHDRAW: &str = "/account/email/withdraw";

#[derive(Template)]
#[template(path = "account/email.html")]
struct EmailPage<'a> {
    t: Frame,
    around: Around,
    action: &'static str,
    withdraw: &'static str,
    now: Option<&'a str>,
    /// Why there is no form.
    locked: Option<String>,
    pending: Option<(String, Moment)>,
    typed: &'a str,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "account/email_confirm.html")]
struct ConfirmPage<'a> {
    t: Frame,
    around: Around,
    action: String,
    now: Option<&'a str>,
    new: String,
    back: &'static str,
}

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route(PATH, get(show).post(ask))
        .route(WITHDRAW, post(withdraw))
        .route("/account/email/confirm/{link}", get(look).post(confirm))
}

impl Owner {
    /// Who can change the address, in a sentence, when it is not the person.
    pub(super) fn email_locked(&self) -> Option<String> {
        if let Some(owner) = self.user.ownership.owner_of("emails") {
            return Some(self.locked(Lock::Source(owner)));
        }
        if !self.state.account.email {
            return Some(self.locked(Lock::Setting));
        }
        // Without a letter nothing can be confirmed.
        let is_on = self.state.post.is_on();
        (!is_on).then(|| self.frame().email_no_letters().to_owned())
    }
}

async fn show(owner: Owner) -> Result<Response, Ended> {
    if owner.email_locked().is_none() {
        owner.fresh().await?;
    }
    page(&owner, StatusCode::OK, None).await
}

async fn page(
    owner: &Owner,
    status: StatusCode,
    wrong: Option<(Said, &str)>,
) -> Result<Response, Ended> {
    let t = owner.frame();
    let pending = email_changes::pending(&owner.state.db, owner.user.id, owner.now).await;
    let pending = pending.map_err(|error| owner.failed(&error))?;
    let page = EmailPage {
        around: owner.around(Section::Profile),
        action: PATH,
        withdraw: WITHDRAW,
        now: owner.user.profile.email(),
        locked: owner.email_locked(),
        pending: pending.map(|pending| (pending.address, owner.moment(pending.until))),
        typed: wrong.map_or("", |(_, typed)| typed),
        error: wrong.map(|(sentence, _)| sentence(*t)),
        t,
    };
    Ok(Page::of(&page).status(status).into_response())
}

async fn ask(owner: Owner, PageForm(fields): PageForm) -> Result<Response, Ended> {
    if owner.email_locked().is_some() {
        return page(&owner, StatusCode::FORBIDDEN, None).await;
    }
    owner.fresh().await?;
    let typed = fields.text("email");
    let mut change = owner.change().await?;
    let asked = email_changes::ask(&mut change, &owner.state.post, owner.user.id, typed).await;
    let (status, sentence): (_, Said) = match asked {
        Ok(_) => {
            owner.commit(change).await?;
            return Ok(owner.done(PATH, Notice::EmailAsked));
        }
        Err(NotAsked::NoAddress) => (StatusCode::BAD_REQUEST, Language::email_no_address),
        Err(NotAsked::Same) => (StatusCode::BAD_REQUEST, Language::email_same),
        Err(NotAsked::Locked) => (StatusCode::FORBIDDEN, Language::profile_locked),
        Err(NotAsked::TooMany) => (StatusCode::TOO_MANY_REQUESTS, Language::email_too_many),
        Err(NotAsked::Database(error)) => return Err(owner.failed(&error)),
    };
    // The writer is let go before the page is read.
    drop(change);
    page(&owner, status, Some((sentence, typed))).await
}

/// Nothing is proven anew for it: what is taken back does no harm.
async fn withdraw(owner: Owner, PageForm(_): PageForm) -> Result<Response, Ended> {
    let mut change = owner.change().await?;
    let withdrawn = email_changes::withdraw(&mut change, owner.user.id).await;
    if !withdrawn.map_err(|error| owner.failed(&error))? {
        return Ok(owner.done(PATH, Notice::NothingToDo));
    }
    owner.commit(change).await?;
    Ok(owner.done(PATH, Notice::EmailWithdrawn))
}

/// Shows what the link in the letter confirms. Programs that look into mail follow links, so to
/// look uses nothing up.
async fn look(owner: Owner, Path(link): Path<String>) -> Result<Response, Ended> {
    let (db, secret) = (&owner.state.db, Secret::from(link.as_str()));
    let found = email_changes::of_link(db, &owner.user, &secret, owner.now).await;
    let found = found.map_err(|error| owner.failed(&error))?;
    let Some(pending) = found.filter(|_| owner.email_locked().is_none()) else {
        return Err(not_good(&owner));
    };
    let page = ConfirmPage {
        t: owner.frame(),
        around: owner.around(Section::Profile),
        action: format!("{PATH}/confirm/{link}"),
        now: owner.user.profile.email(),
        new: pending.address,
        back: PATH,
    };
    Ok(Page::of(&page).into_response())
}

/// No fresh proof: it was asked for with one a moment ago, perhaps in another browser.
async fn confirm(
    owner: Owner,
    Path(link): Path<String>,
    PageForm(_): PageForm,
) -> Result<Response, Ended> {
    if owner.email_locked().is_some() {
        return Err(not_good(&owner));
    }
    let (post, secret) = (&owner.state.post, Secret::from(link.as_str()));
    let mut change = owner.change().await?;
    let confirmed = email_changes::confirm(&mut change, post, owner.user.id, &secret).await;
    if !confirmed.map_err(|error| owner.failed(&error))? {
        return Err(not_good(&owner));
    }
    owner.commit(change).await?;
    Ok(owner.done(Section::Profile.path(), Notice::EmailChanged))
}

/// One page for a link that was used, replaced or withdrawn, has expired, or is another account's.
fn not_good(owner: &Owner) -> Ended {
    PageRefusal::new(
        StatusCode::GONE,
        "link_gone",
        Language::reset_gone,
        Language::email_gone_sentence,
    )
    .way_on(PATH, Language::email_change)
    .of_request(owner.request_id.clone())
    .into()
}
