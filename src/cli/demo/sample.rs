//! The sample application: a relying party on a port of its own, that shows the claims it got.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::Value as Json;

use super::relying_party::{Departure, Failure, Registration, Visitor};
use crate::foundation::crypto::token::Secret;

const COOKIE: &str = "sample_application";

/// The application's state. It lives in memory: a restart signs everybody out of the sample.
struct Sample {
    registration: Registration,
    http: reqwest::Client,
    browsers: Mutex<HashMap<String, Browser>>,
}

enum Browser {
    Away(Box<Departure>),
    SignedIn(Box<Visitor>),
}

#[derive(Template)]
#[template(path = "demo/pages/home.html")]
struct Home<'a> {
    issuer: &'a str,
    visitor: Option<Shown>,
    failure: Option<String>,
}

struct Shown {
    name: String,
    groups: Vec<(&'static str, Vec<(String, String)>)>,
}

/// The application's routes.
pub fn router(registration: Registration, http: reqwest::Client) -> Router {
    let sample = Sample {
        registration,
        http,
        browsers: Mutex::default(),
    };
    Router::new()
        .route("/", get(home))
        .route("/sign-in", post(sign_in))
        .route("/callback", get(callback))
        .route("/sign-out", post(sign_out))
        .route("/style.css", get(style))
        .with_state(Arc::new(sample))
}

async fn home(State(sample): State<Arc<Sample>>, headers: HeaderMap) -> Response {
    let visitor = sample.visitor(&headers).map(|visitor| shown(&visitor));
    page(&sample, StatusCode::OK, visitor, None)
}

async fn sign_in(State(sample): State<Arc<Sample>>) -> Response {
    match sample.registration.depart(&sample.http).await {
        Ok((url, departure)) => {
            let browser = Secret::generate("");
            let cookie = format!(
                "{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax",
                browser.reveal()
            );
            sample.remember(browser.reveal(), Browser::Away(Box::new(departure)));
            ([(header::SET_COOKIE, cookie)], Redirect::to(url.as_str())).into_response()
        }
        Err(failure) => page(&sample, StatusCode::BAD_GATEWAY, None, Some(failure)),
    }
}

async fn callback(
    State(sample): State<Arc<Sample>>,
    Query(answer): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let Some((browser, Browser::Away(departure))) = sample.forget(&headers) else {
        let failure = Failure::new("no sign-in was under way in this browser");
        return page(&sample, StatusCode::BAD_REQUEST, None, Some(failure));
    };
    match sample
        .registration
        .arrive(&sample.http, *departure, &answer)
        .await
    {
        Ok(visitor) => {
            sample.remember(&browser, Browser::SignedIn(Box::new(visitor)));
            Redirect::to("/").into_response()
        }
        Err(failure) => page(&sample, StatusCode::BAD_REQUEST, None, Some(failure)),
    }
}

async fn sign_out(State(sample): State<Arc<Sample>>, headers: HeaderMap) -> Response {
    let Some((_, Browser::SignedIn(visitor))) = sample.forget(&headers) else {
        return Redirect::to("/").into_response();
    };
    match sample.registration.sign_out(&sample.http, &visitor).await {
        Ok(url) => Redirect::to(url.as_str()).into_response(),
        Err(failure) => page(&sample, StatusCode::BAD_GATEWAY, None, Some(failure)),
    }
}

async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css")],
        include_str!("pages/style.css"),
    )
}

fn page(
    sample: &Sample,
    status: StatusCode,
    visitor: Option<Shown>,
    failure: Option<Failure>,
) -> Response {
    let home = Home {
        issuer: &sample.registration.issuer,
        visitor,
        failure: failure.map(|failure| failure.to_string()),
    };
    match home.render() {
        Ok(html) => (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn shown(visitor: &Visitor) -> Shown {
    let name = visitor.userinfo["name"]
        .as_str()
        .or_else(|| visitor.userinfo["preferred_username"].as_str())
        .unwrap_or("somebody")
        .to_owned();
    let groups = vec![
        ("id_token", rows(&visitor.id_token_claims)),
        ("userinfo", rows(&visitor.userinfo)),
    ];
    Shown { name, groups }
}

fn rows(claims: &Json) -> Vec<(String, String)> {
    let one = |value: &Json| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    claims
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.clone(), one(value)))
        .collect()
}

impl Sample {
    fn remember(&self, browser: &str, what: Browser) {
        self.lock().insert(browser.to_owned(), what);
    }

    fn forget(&self, headers: &HeaderMap) -> Option<(String, Browser)> {
        self.lock().remove_entry(&cookie(headers)?)
    }

    fn visitor(&self, headers: &HeaderMap) -> Option<Visitor> {
        match self.lock().get(&cookie(headers)?) {
            Some(Browser::SignedIn(visitor)) => Some((**visitor).clone()),
            _ => None,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Browser>> {
        self.browsers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(cookie::Cookie::split_parse)
        .flatten()
        .find(|cookie| cookie.name() == COOKIE)
        .map(|cookie| cookie.value().to_owned())
}
