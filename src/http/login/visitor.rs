//! Who stands at the door: a browser with the handle of a sign-in.

use axum::{
    extract::{FromRequestParts, Path, State as Shared},
    http::{header, request::Parts},
    response::Response,
};

use super::gone;

use crate::{
    domain::{
        directory::{self, UserId},
        grants,
        signin::{self, AttemptError, Desk, Destination, Found, Place, SignIn, Step, Visit},
    },
    foundation::crypto::{digest::Digest, token::Secret},
    http::web::{
        Browser, ClientAddress, Frame, Languages, PageRefusal, RequestId, State, ThisRequest,
        see_other, session_secret,
    },
};

/// Longest `User-Agent` that is kept, in bytes.
const LONGEST_BROWSER: usize = 256;

/// Whether a visitor stands at the page that the sign-in is at.
pub(super) enum At {
    /// Here.
    Here(SignIn),
    /// The sign-in lacks something else; the answer leads there.
    Elsewhere(Response),
}

/// A browser with the handle of a sign-in, and all that is known about it.
pub(super) struct Visitor {
    pub(super) state: State,
    pub(super) handle: Secret,
    pub(super) request_id: Option<RequestId>,
    browser: Digest,
    place: Place,
    previous: Option<Secret>,
    languages: Languages,
}

impl Visitor {
    /// What `signin` needs of the server.
    pub(super) fn desk(&self) -> Desk<'_> {
        Desk {
            db: &self.state.db,
            passwords: &self.state.passwords,
            clock: &self.state.clock,
            lifetimes: self.state.lifetimes,
        }
    }

    /// What `signin` needs of the visit.
    pub(super) fn visit(&self) -> Visit<'_> {
        Visit {
            handle: &self.handle,
            browser: &self.browser,
            place: &self.place,
            previous: self.previous.as_ref(),
            request_id: self.request_id.as_ref().map(RequestId::as_str),
        }
    }

    /// The sign-in as it stands.
    pub(super) async fn found(&self) -> Result<Found, PageRefusal> {
        let now = self.state.clock.now();
        let found = signin::find(&self.state.db, &self.handle, &self.browser, now).await;
        found.map_err(|error| PageRefusal::database(&error, self.request_id.clone()))
    }

    /// The open sign-in, when what it lacks is `step`: a page is shown for the step that the
    /// sign-in is at, whatever address the browser comes with.
    pub(super) async fn at(&self, step: Step) -> Result<At, PageRefusal> {
        let sign_in = match self.found().await? {
            Found::Open(sign_in) => sign_in,
            other => return Err(gone::page(&other, self.request_id.clone())),
        };
        let lacking = signin::lacks(&self.state.db, &sign_in).await;
        let lacking =
            lacking.map_err(|error| PageRefusal::database(&error, self.request_id.clone()))?;
        Ok(if self.page_of(lacking) == self.page_of(step) {
            At::Here(sign_in)
        } else {
            At::Elsewhere(self.lead_to(lacking))
        })
    }

    /// Leads the browser to the page of a step.
    pub(super) fn lead_to(&self, step: Step) -> Response {
        see_other(&self.page_of(step))
    }

    fn page_of(&self, step: Step) -> String {
        let path = self.path();
        match step {
            Step::First | Step::Complete => path,
            Step::Second { .. } => format!("{path}/second"),
            Step::Enrol { .. } => format!("{path}/enrol"),
            Step::ChoosePassword => format!("{path}/password"),
        }
    }

    /// What kept an attempt from being decided, as a page.
    pub(super) fn failed(&self, error: &AttemptError) -> PageRefusal {
        let request_id = self.request_id.clone();
        match error {
            AttemptError::Database(error) => PageRefusal::database(error, request_id),
            AttemptError::Password(error) => PageRefusal::password(*error, request_id),
        }
    }

    /// In which language and brand the pages of this sign-in are shown: as the application
    /// asked in the request that waits, else as the person reads who has proven themself, else
    /// as the browser does.
    pub(super) async fn frame(&self, sign_in: &SignIn) -> Result<Frame, PageRefusal> {
        let asked = self.ui_locales(&sign_in.destination).await?;
        let languages = self.languages.asked_for(asked.as_deref());
        let person = match sign_in.user {
            Some(user) => self.person(user).await?,
            None => None,
        };
        let profile = person.as_ref().map(|person| &person.profile);
        Ok(self.state.frame(languages.choose(profile)))
    }

    async fn ui_locales(&self, destination: &Destination) -> Result<Option<String>, PageRefusal> {
        let Destination::Authorize(handle) = destination else {
            return Ok(None);
        };
        let (handle, now) = (Secret::from(handle.as_str()), self.state.clock.now());
        let kept = grants::find_request(&self.state.db, &handle, &self.browser, now).await;
        let kept = kept.map_err(|error| PageRefusal::database(&error, self.request_id.clone()))?;
        let asked = kept.and_then(|kept| kept.parameters.get("ui_locales").map(str::to_owned));
        Ok(asked)
    }

    async fn person(&self, user: UserId) -> Result<Option<directory::User>, PageRefusal> {
        let found = directory::find_user(&self.state.db, user).await;
        found.map_err(|error| PageRefusal::database(&error, self.request_id.clone()))
    }

    /// The page of this sign-in.
    pub(super) fn path(&self) -> String {
        crate::http::web::paths::sign_in(&self.handle)
    }
}

impl FromRequestParts<State> for Visitor {
    type Rejection = PageRefusal;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, PageRefusal> {
        let Ok(Shared(state)) = Shared::<State>::from_request_parts(parts, state).await;
        let Ok(ThisRequest(request_id)) = ThisRequest::from_request_parts(parts, &state).await;
        let Ok(browser) = Browser::from_request_parts(parts, &state).await;
        let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(parts, &state).await;
        let Ok(languages) = Languages::from_request_parts(parts, &state).await;
        let Ok(Path(handle)) = Path::<String>::from_request_parts(parts, &state).await else {
            return Err(super::gone::unknown(request_id));
        };
        let place = Place {
            address: address.map(|address| address.to_string()),
            browser: browser_name(parts),
        };
        Ok(Self {
            previous: session_secret(&state, &parts.headers),
            handle: Secret::from(handle),
            browser: browser.digest(),
            request_id,
            place,
            languages,
            state,
        })
    }
}

/// The `User-Agent`, when it is visible ASCII, cut to a length that is worth keeping.
fn browser_name(parts: &Parts) -> Option<String> {
    let name = parts.headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(name[..name.len().min(LONGEST_BROWSER)].to_owned())
}
