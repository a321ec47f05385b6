//! Whose account it is: the person who is signed in in this browser.

use axum::{
    extract::FromRequestParts,
    http::{Method, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::{Around, Ended, Notice, Section, shown::Moment};
use crate::{
    domain::{
        audit::{Actor, Change},
        directory::{self, User},
        signin::{self, Demand, Destination, NewSignIn, Place, Session},
    },
    foundation::{clock::Timestamp, db, zone::Zone},
    http::web::{
        self, Browser, ClientAddress, Frame, Languages, PageRefusal, RequestId, State, paths,
        see_other,
    },
};

/// Longest `User-Agent` that is kept, in bytes.
const LONGEST_BROWSER: usize = 256;

/// A person with an open session, who may use access now. Whoever has none is led to a sign-in
/// that comes back to the page.
pub(super) struct Owner {
    /// What all doors share.
    pub(super) state: State,
    /// The session of this browser.
    pub(super) session: Session,
    /// The person.
    pub(super) user: User,
    /// The request, for the logs.
    pub(super) request_id: Option<RequestId>,
    /// From where they come.
    pub(super) place: Place,
    /// The moment.
    pub(super) now: Timestamp,
    /// The time zone that times are shown in.
    pub(super) zone: Zone,
    browser: Browser,
    languages: Languages,
    notice: Option<Notice>,
    /// Where a sign-in comes back to.
    page: Destination,
}

impl Owner {
    /// Goes on only if the person has proven themself within the last minutes
    /// (`session.fresh`); else leads to a sign-in in which everything is proven anew and which
    /// comes back to this page, with a new session in the place of this one.
    pub(super) async fn fresh(&self) -> Result<(), Ended> {
        let (db, lifetimes) = (&self.state.db, self.state.lifetimes);
        let may = signin::may_change_account(db, &self.session, lifetimes, self.now).await;
        if may.map_err(|error| self.failed(&error))? {
            return Ok(());
        }
        let demand = Demand {
            fresh: true,
            ..Demand::NONE
        };
        let hint = Some(self.user.profile.user_name.clone());
        let sent = send_to_sign_in(
            &self.state,
            &self.browser,
            self.page.clone(),
            demand,
            hint,
            self.now,
        );
        match sent.await {
            Ok(answer) => Err(Ended::with(answer)),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// A change in the person's name.
    pub(super) async fn change(&self) -> Result<Change, Ended> {
        let actor = Actor::User(self.user.id.to_string());
        let begun = Change::begin(&self.state.db, actor, self.now).await;
        let change = begun.map_err(|error| self.failed(&error))?;
        Ok(match &self.request_id {
            Some(id) => change.of_request(id.as_str()),
            None => change,
        })
    }

    /// Makes a change last.
    pub(super) async fn commit(&self, change: Change) -> Result<(), Ended> {
        let committed = change.commit().await;
        committed.map_err(|error| self.failed(&error))
    }

    /// The language and brand of the page: the person's own before the browser's.
    pub(super) fn frame(&self) -> Frame {
        let language = self.languages.choose(Some(&self.user.profile));
        self.state.frame(language)
    }

    /// An address as the person reads it: with its town, where that is known.
    pub(super) fn whereabouts(&self, address: Option<&str>) -> Option<String> {
        address.map(|address| self.state.whereabouts(*self.frame(), address))
    }

    /// What stands around the content of a page.
    pub(super) fn around(&self, section: Section) -> Around {
        Around::new(
            *self.frame(),
            section,
            self.user.profile.shown_name(),
            self.session.id.to_string(),
            self.notice,
        )
    }

    /// A moment as the person's clock shows it.
    pub(super) fn moment(&self, time: Timestamp) -> Moment {
        Moment::of(time, &self.zone)
    }

    /// Leads on after a form: to a page of the account that says what was done.
    pub(super) fn done(&self, path: &str, notice: Notice) -> Response {
        see_other(&format!("{path}?notice={}", notice.word()))
    }

    /// The database could not answer.
    pub(super) fn failed(&self, error: &db::Error) -> Ended {
        PageRefusal::database(error, self.request_id.clone()).into()
    }

    /// What the page names is not there, or not this person's: one answer for both.
    pub(super) fn not_found(&self) -> Ended {
        PageRefusal::not_found(self.request_id.clone()).into()
    }
}

impl FromRequestParts<State> for Owner {
    type Rejection = Ended;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Ended> {
        let request_id = RequestId::of(&parts.extensions);
        let Ok(browser) = Browser::from_request_parts(parts, state).await;
        let Ok(languages) = Languages::from_request_parts(parts, state).await;
        let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(parts, state).await;
        let now = state.clock.now();
        let page = page_of(&parts.method, parts.uri.path());
        let failed =
            |error: db::Error| Ended::from(PageRefusal::database(&error, request_id.clone()));
        let found = signed_in(state, parts).await.map_err(failed)?;
        let Some((session, user)) = found else {
            let sent = send_to_sign_in(state, &browser, page, Demand::NONE, None, now);
            return Err(Ended::with(sent.await.map_err(failed)?));
        };
        Ok(Self {
            state: state.clone(),
            zone: user.profile.zone(),
            session,
            user,
            place: Place {
                address: address.map(|address| address.to_string()),
                browser: browser_name(parts),
            },
            now,
            browser,
            languages,
            notice: Notice::of_query(parts.uri.query()),
            page,
            request_id,
        })
    }
}

async fn signed_in(state: &State, parts: &Parts) -> Result<Option<(Session, User)>, db::Error> {
    let Some(session) = web::session(state, &parts.headers).await? else {
        return Ok(None);
    };
    let user = directory::find_user(&state.db, session.user).await?;
    Ok(user.map(|user| (session, user)))
}

/// Where a sign-in comes back to: the page itself, or for a form the page that it stands on.
fn page_of(method: &Method, path: &str) -> Destination {
    let below = path.strip_prefix(paths::ACCOUNT).unwrap_or_default();
    let below = below.trim_matches('/');
    let first = below.split('/').next().unwrap_or_default();
    let whole = Destination::account_page(below);
    let is_form = *method != Method::GET && *method != Method::HEAD;
    // What is no page holds a secret, which is kept nowhere but in the letter that it came with.
    if is_form || whole == Destination::ACCOUNT {
        return Destination::account_page(first);
    }
    whole
}

async fn send_to_sign_in(
    state: &State,
    browser: &Browser,
    destination: Destination,
    demand: Demand,
    login_hint: Option<String>,
    now: Timestamp,
) -> Result<Response, db::Error> {
    let mut change = Change::begin(&state.db, Actor::Anonymous, now).await?;
    let new = NewSignIn {
        browser: browser.digest(),
        destination,
        application: None,
        login_hint,
        demand,
        session: None,
    };
    let handle = signin::begin(&mut change, &new, state.lifetimes).await?;
    change.commit().await?;
    let answer = see_other(&paths::sign_in(&handle));
    Ok((browser.cookies(state), answer).into_response())
}

/// The `User-Agent`, when it is visible ASCII, cut to a length that is worth keeping.
fn browser_name(parts: &Parts) -> Option<String> {
    let name = parts.headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(name[..name.len().min(LONGEST_BROWSER)].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_comes_back_to_the_page_and_from_a_form_to_the_page_that_it_stands_on() {
        let page = |method, path| page_of(&method, path).to_string();
        assert_eq!(page(Method::GET, "/account"), "account");
        assert_eq!(page(Method::GET, "/account/"), "account");
        assert_eq!(page(Method::GET, "/account/security"), "account:security");
        let deeper = "/account/security/totp";
        assert_eq!(page(Method::GET, deeper), "account:security/totp");
        assert_eq!(page(Method::POST, deeper), "account:security");
        let secret = "/account/email/confirm/AbC_9";
        assert_eq!(page(Method::GET, secret), "account:email");
        assert_eq!(page(Method::POST, "/account"), "account");
        assert_eq!(page(Method::GET, "/account//evil.example"), "account");
        assert_eq!(page(Method::GET, "/account/%2e%2e/x"), "account");
    }
}
