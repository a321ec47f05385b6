//! The two cookies: one tells this browser from others (a sign-in and a consent are
//! bound to it), one opens the session. Both hold 256 random bits and nothing else.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponseParts, ResponseParts},
};
use cookie::{Cookie, SameSite};

use super::state::State;
use crate::foundation::crypto::token::Secret;

/// Length of a secret in base64url.
const LENGTH: usize = 43;

/// Which cookie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CookieName {
    /// Tells this browser from others.
    Browser,
    /// Opens the session.
    Session,
}

impl CookieName {
    /// With https, `__Host-`: browsers then take it from this very host only, over
    /// https, for all paths, so that no neighbour can plant one. On plain http (a
    /// first try on localhost) browsers would refuse that name.
    fn text(self, state: &State) -> &'static str {
        match (self, is_https(state)) {
            (Self::Browser, true) => "__Host-doorward-browser",
            (Self::Browser, false) => "doorward-browser",
            (Self::Session, true) => "__Host-doorward-session",
            (Self::Session, false) => "doorward-session",
        }
    }
}

fn is_https(state: &State) -> bool {
    state.public_url.scheme() == "https"
}

/// The secret in a cookie. None when it is absent, not one of ours, or there twice
/// with different values: then somebody else planted one, and neither is believed.
#[must_use]
pub fn read(state: &State, headers: &HeaderMap, name: CookieName) -> Option<Secret> {
    let name = name.text(state);
    let mut found: Option<&str> = None;
    for header in headers.get_all(header::COOKIE) {
        for pair in header.to_str().ok()?.split(';') {
            let Some((key, value)) = pair.trim().split_once('=') else {
                continue;
            };
            if key != name {
                continue;
            }
            if found.is_some_and(|first| first != value) {
                return None;
            }
            found = Some(value);
        }
    }
    found.filter(|value| is_secret(value)).map(Secret::from)
}

fn is_secret(value: &str) -> bool {
    value.len() == LENGTH
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// `Set-Cookie` headers of an answer.
#[derive(Clone, Default, Debug)]
pub struct SetCookies(Vec<HeaderValue>);

impl SetCookies {
    /// None.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Sets a cookie that lasts as long as the browser is open; how long it is worth
    /// anything is decided here, not there.
    #[must_use]
    pub fn set(mut self, state: &State, name: CookieName, secret: &Secret) -> Self {
        self.push(cookie(state, name, secret.reveal()));
        self
    }

    /// Takes a cookie away.
    #[must_use]
    pub fn clear(mut self, state: &State, name: CookieName) -> Self {
        let mut gone = cookie(state, name, "");
        gone.set_max_age(cookie::time::Duration::ZERO);
        self.push(gone);
        self
    }

    /// These and others.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    fn push(&mut self, cookie: Cookie<'_>) {
        if let Ok(mut value) = HeaderValue::from_str(&cookie.to_string()) {
            value.set_sensitive(true);
            self.0.push(value);
        }
    }
}

fn cookie<'c>(state: &State, name: CookieName, value: &'c str) -> Cookie<'c> {
    Cookie::build((name.text(state), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_https(state))
        .build()
}

impl IntoResponseParts for SetCookies {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        for value in self.0 {
            parts.headers_mut().append(header::SET_COOKIE, value);
        }
        Ok(parts)
    }
}
