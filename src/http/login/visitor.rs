//! Who stands at the door: a browser with the handle of a sign-in.

use std::net::IpAddr;

use axum::{
    extract::{FromRequestParts, Path, State as Shared},
    http::{header, request::Parts},
    response::Response,
};

use super::gone;

use crate::{
    domain::{
        devices::{BrowserKind, Shown},
        directory::{self, UserId},
        grants,
        signin::{
            self, AttemptError, Completed, Desk, Destination, Found, Place, SignIn, Step, Visit,
        },
    },
    foundation::crypto::{digest::Digest, token::Secret},
    http::web::{
        Browser, ClientAddress, CookieName, Frame, Languages, PageRefusal, RequestId, SetCookies,
        State, ThisRequest, cookies, see_other, session_secret, webauthn_path,
    },
};

/// Longest `User-Agent` that is kept, in bytes.
const LONGEST_BROWSER: usize = 256;

/// Whether a visitor stands at the page that the sign-in is at.
pub(super) enum At<T = SignIn> {
    /// Here.
    Here(T),
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
    shown: Shown,
    address: Option<IpAddr>,
    previous: Option<Secret>,
    languages: Languages,
}

impl Visitor {
    /// What `signin` needs of the server.
    pub(super) fn desk(&self) -> Desk<'_> {
        self.state.desk()
    }

    /// What `signin` needs of the visit.
    pub(super) fn visit(&self) -> Visit<'_> {
        Visit {
            handle: &self.handle,
            browser: &self.browser,
            place: &self.place,
            address: self.address,
            previous: self.previous.as_ref(),
            request_id: self.request_id.as_ref().map(RequestId::as_str),
            shown: &self.shown,
            trust: false,
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
        Ok(match self.at_step(step).await? {
            At::Here((sign_in, _)) => At::Here(sign_in),
            At::Elsewhere(answer) => At::Elsewhere(answer),
        })
    }

    /// The same, with what exactly it lacks.
    pub(super) async fn at_step(&self, step: Step) -> Result<At<(SignIn, Step)>, PageRefusal> {
        let sign_in = match self.found().await? {
            Found::Open(sign_in) => sign_in,
            other => return Err(gone::page(&other, self.request_id.clone())),
        };
        let (desk, visit) = (self.desk(), self.visit());
        let lacking = signin::lacks(&self.state.db, desk, visit, &sign_in).await;
        let lacking =
            lacking.map_err(|error| PageRefusal::database(&error, self.request_id.clone()))?;
        Ok(if self.page_of(lacking) == self.page_of(step) {
            At::Here((sign_in, lacking))
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

    /// The same with the user name of whoever has proven themself in this sign-in, for what is
    /// shown once it is complete.
    pub(super) async fn reader(&self) -> Result<(Frame, String), PageRefusal> {
        match self.found().await? {
            Found::Open(sign_in) => {
                let frame = self.frame(&sign_in).await?;
                let name = match sign_in.user {
                    Some(user) => self.user_name(user).await?,
                    None => String::new(),
                };
                Ok((frame, name))
            }
            other => Err(gone::page(&other, self.request_id.clone())),
        }
    }

    /// The name that a user signs in with.
    pub(super) async fn user_name(&self, user: UserId) -> Result<String, PageRefusal> {
        let person = self.person(user).await?;
        Ok(person.map_or_else(String::new, |person| person.profile.user_name))
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

    /// The cookies of a browser in which the sign-in has become a session.
    pub(super) fn cookies(&self, completed: &Completed) -> SetCookies {
        let state = &self.state;
        let cookies = SetCookies::none().set(state, CookieName::Session, &completed.secret);
        match &completed.device {
            Some(device) => cookies.set_device(state, &self.shown, device),
            None => cookies,
        }
    }

    /// Where the script is that asks for passkeys and security keys, if this server can have any.
    pub(super) fn key_script(&self) -> Option<String> {
        self.state.webauthn.as_ref().map(|_| webauthn_path())
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
        // Some addresses below a sign-in have more in them than its handle.
        let named = Path::<Vec<(String, String)>>::from_request_parts(parts, &state).await;
        let handle = named.ok().and_then(|Path(all)| {
            let mut named = all.into_iter();
            named.find_map(|(name, value)| (name == "handle").then_some(value))
        });
        let Some(handle) = handle else {
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
            shown: Shown {
                kind: BrowserKind::of(place.browser.as_deref()),
                secrets: cookies::devices(&state, &parts.headers),
            },
            place,
            address,
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
