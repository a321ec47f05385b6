//! A browser without a screen: cookies, redirects within the server, forms.

use std::collections::BTreeMap;

use reqwest::{Client, Response, StatusCode, header};
use url::Url;

pub struct Browser {
    http: Client,
    base: String,
    cookies: BTreeMap<String, String>,
    /// Everything that was received, for tests that look for what should not be there.
    pub seen: String,
}

/// Where a browser ended up: on a page of the server, or on its way to an application.
pub struct Arrival {
    pub url: Url,
    pub status: StatusCode,
    pub html: String,
}

impl Browser {
    pub fn new(http: &Client, base: &str) -> Self {
        let http = http.clone();
        Self {
            http,
            base: base.to_owned(),
            cookies: BTreeMap::new(),
            seen: String::new(),
        }
    }

    pub async fn open(&mut self, url: &str) -> Arrival {
        let request = self.http.get(url);
        self.travel(url, request).await
    }

    /// Presses a button of the page's form: its hidden fields, and these.
    pub async fn submit(&mut self, page: &Arrival, fields: &[(&str, &str)]) -> Arrival {
        let mut all = hidden_fields(&page.html);
        all.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let action = attribute(&page.html, "<form", "action").unwrap_or_default();
        let target = page.url.join(&action).unwrap();
        let request = self.http.post(target.clone()).form(&all);
        self.travel(target.as_str(), request).await
    }

    async fn travel(&mut self, url: &str, first: reqwest::RequestBuilder) -> Arrival {
        let mut url = Url::parse(url).unwrap();
        let mut request = first;
        for _ in 0..10 {
            let answer = request
                .header(header::COOKIE, self.cookie_line())
                .send()
                .await
                .unwrap();
            self.keep_cookies(&answer);
            let status = answer.status();
            let location = answer.headers().get(header::LOCATION).cloned();
            let html = answer.text().await.unwrap();
            self.seen.push_str(&html);
            let Some(location) = location else {
                return Arrival { url, status, html };
            };
            url = url.join(location.to_str().unwrap()).unwrap();
            if !url.as_str().starts_with(&self.base) {
                return Arrival { url, status, html };
            }
            request = self.http.get(url.clone());
        }
        panic!("redirected without end to {url}");
    }

    pub fn cookie_line(&self) -> String {
        self.cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn keep_cookies(&mut self, answer: &Response) {
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie::Cookie::parse(line.to_str().unwrap()).unwrap();
            let gone = cookie.max_age().is_some_and(|age| age.is_zero());
            if gone {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies
                    .insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}

fn hidden_fields(html: &str) -> Vec<(String, String)> {
    html.match_indices("<input")
        .map(|(at, _)| &html[at..at + html[at..].find('>').unwrap()])
        .filter(|tag| tag.contains("type=\"hidden\""))
        .filter_map(|tag| Some((attribute(tag, "", "name")?, attribute(tag, "", "value")?)))
        .collect()
}

fn attribute(html: &str, after: &str, name: &str) -> Option<String> {
    let tag = &html[html.find(after)?..];
    let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
    let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
    Some(tag[start..].split('"').next()?.replace("&amp;", "&"))
}
