//! The cookies: one tells this browser from others (a sign-in and a consent are bound to it),
//! one opens the session, and one for each person knows the browser again as a device of theirs.
//! Each holds 256 random bits and nothing else.

use std::{borrow::Cow, time::Duration};

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponseParts, ResponseParts},
};
use cookie::{Cookie, SameSite};

use super::state::State;
use crate::domain::devices::{self, Tag};
use crate::domain::signin::DeviceSecret;
use crate::foundation::crypto::token::Secret;

/// What the names of the cookies of devices begin with, before the tag of the person.
const DEVICE: [&str; 2] = ["__Host-doorward-device-", "doorward-device-"];
/// People whom one browser is kept known to. With more, the one whose cookie is oldest is
/// forgotten, before the cookies of a shared computer are too much for some proxy.
const MOST_PEOPLE: usize = 20;

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
    ///
    /// Neighbours at other paths of this host share them, so that the name tells them apart.
    fn text(self, state: &State) -> Cow<'static, str> {
        let name = match (self, is_https(state)) {
            (Self::Browser, true) => "__Host-doorward-browser",
            (Self::Browser, false) => "doorward-browser",
            (Self::Session, true) => "__Host-doorward-session",
            (Self::Session, false) => "doorward-session",
        };
        if state.prefix.is_empty() {
            return Cow::Borrowed(name);
        }
        // A plus sign stands in no prefix, and means nothing in a cookie's name.
        let suffix = state.prefix.as_str().replace('/', "+");
        Cow::Owned(format!("{name}{suffix}"))
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
    for (_, value) in pairs(headers).filter(|(key, _)| **key == *name) {
        if found.is_some_and(|first| first != value) {
            return None;
        }
        found = Some(value);
    }
    found.filter(|value| is_secret(value)).map(Secret::from)
}

/// The secrets of devices, in the order of the cookies: browsers send the oldest first (RFC 6265
/// §5.4). One that is there twice with different values is not believed, like any other.
#[must_use]
pub fn devices(state: &State, headers: &HeaderMap) -> Vec<(Tag, Secret)> {
    let prefix = device_prefix(state);
    let mut found: Vec<(Tag, Option<&str>)> = Vec::new();
    for (key, value) in pairs(headers) {
        let Some(tag) = key.strip_prefix(prefix).and_then(Tag::read) else {
            continue;
        };
        match found.iter_mut().find(|(known, _)| *known == tag) {
            Some((_, first)) if *first != Some(value) => *first = None,
            Some(_) => {}
            None => found.push((tag, Some(value))),
        }
    }
    let good = |(tag, value): (Tag, Option<&str>)| {
        let value = value.filter(|value| is_secret(value))?;
        Some((tag, Secret::from(value)))
    };
    found.into_iter().filter_map(good).collect()
}

fn device_prefix(state: &State) -> &'static str {
    let [https, http] = DEVICE;
    if is_https(state) { https } else { http }
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
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

    /// Sets the cookie by which a browser that has shown `shown` so far is known as a device, for
    /// as long as the device is kept without use.
    #[must_use]
    pub fn set_device(mut self, state: &State, shown: &devices::Shown, of: &DeviceSecret) -> Self {
        let kept = device_cookie(state, &of.tag, of.secret.reveal(), devices::KEPT);
        self.push(kept);
        let others = shown.secrets.iter().filter(|(tag, _)| *tag != of.tag);
        let too_many = (others.clone().count() + 1).saturating_sub(MOST_PEOPLE);
        for (tag, _) in others.take(too_many) {
            self.push(device_cookie(state, tag, "", Duration::ZERO));
        }
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
    named(state, name.text(state), value)
}

fn device_cookie<'c>(state: &State, tag: &Tag, value: &'c str, kept: Duration) -> Cookie<'c> {
    let name = format!("{}{}", device_prefix(state), tag.as_str());
    let mut cookie = named(state, name.into(), value);
    let seconds = i64::try_from(kept.as_secs()).unwrap_or(i64::MAX);
    cookie.set_max_age(cookie::time::Duration::seconds(seconds));
    cookie
}

fn named<'c>(state: &State, name: Cow<'c, str>, value: &'c str) -> Cookie<'c> {
    Cookie::build((name, value))
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
