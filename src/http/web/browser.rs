//! The browser that a request comes from, and who is signed in there.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};

use super::{
    cookies::{self, CookieName, SetCookies},
    state::State,
};
use crate::domain::{
    access,
    signin::{self, Session},
};
use crate::foundation::{
    crypto::{digest::Digest, token::Secret},
    db,
};

/// A browser, by its cookie. One that has none yet gets one with
/// [`Browser::cookies`], which must be part of the answer.
#[derive(Debug)]
pub struct Browser {
    secret: Secret,
    is_new: bool,
}

impl Browser {
    /// What a sign-in or a request that waits is bound to.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.secret.digest()
    }

    /// The cookie to set, when the browser has none yet.
    #[must_use]
    pub fn cookies(&self, state: &State) -> SetCookies {
        if self.is_new {
            SetCookies::none().set(state, CookieName::Browser, &self.secret)
        } else {
            SetCookies::none()
        }
    }
}

impl FromRequestParts<State> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Infallible> {
        let known = cookies::read(state, &parts.headers, CookieName::Browser);
        Ok(Self {
            is_new: known.is_none(),
            secret: known.unwrap_or_else(|| Secret::generate("")),
        })
    }
}

/// The live session of this browser, of a user who may use access now; marks it as
/// used.
///
/// # Errors
/// When the database cannot answer.
pub async fn session(state: &State, headers: &HeaderMap) -> Result<Option<Session>, db::Error> {
    let Some(secret) = session_secret(state, headers) else {
        return Ok(None);
    };
    let now = state.clock.now();
    let Some(session) = signin::session_of(&state.db, &secret, now).await? else {
        return Ok(None);
    };
    if !access::may_use(&state.db, session.user, now)
        .await?
        .is_allowed()
    {
        return Ok(None);
    }
    signin::seen(&state.db, &session, state.lifetimes, now).await?;
    Ok(Some(session))
}

/// What the session cookie holds, live or not.
#[must_use]
pub fn session_secret(state: &State, headers: &HeaderMap) -> Option<Secret> {
    cookies::read(state, headers, CookieName::Session)
}
