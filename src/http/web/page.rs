//! A page as an answer, with the headers that every page has.

use askama::Template;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use url::Url;

/// Where forms of a page may lead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormAction {
    /// To this server only.
    Here,
    /// To this server, and from there by redirect to wherever a registered redirect
    /// URI points. Chromium applies `form-action` to the redirects that follow a form's
    /// POST too, so that a page whose form ends at an application cannot restrict it.
    ThenAnApplication,
    /// To one address of an application, by the script that sends the form.
    Application(String),
}

/// An origin of the web that a page may show something of, as its policy names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin(String);

impl Origin {
    /// The origin of an https address; `http` only where it never leaves the machine. Nothing
    /// else, and no host with a character that means something in a policy: whoever registered
    /// `https://a;script-src` would write the policy himself.
    #[must_use]
    pub fn of(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let host = url.host_str()?;
        let stays_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let scheme_fits = url.scheme() == "https" || url.scheme() == "http" && stays_here;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        let fits = scheme_fits && host.chars().all(plain);
        let anonymous = url.username().is_empty() && url.password().is_none();
        (fits && anonymous).then(|| Self(url.origin().ascii_serialization()))
    }
}

/// An HTML page.
#[derive(Debug)]
pub struct Page {
    status: StatusCode,
    html: Option<String>,
    form_action: FormAction,
    pictures: Vec<Origin>,
    frames: Vec<Origin>,
    runs_script: bool,
    asks_authenticators: bool,
}

impl Page {
    /// A page with status 200 and forms that stay here.
    #[must_use]
    pub fn of(template: &impl Template) -> Self {
        let html = template.render();
        if let Err(error) = &html {
            tracing::error!(%error, "a page could not be rendered");
        }
        Self {
            status: StatusCode::OK,
            html: html.ok(),
            form_action: FormAction::Here,
            pictures: Vec::new(),
            frames: Vec::new(),
            runs_script: false,
            asks_authenticators: false,
        }
    }

    /// With another status.
    #[must_use]
    pub const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// With forms that lead elsewhere in the end.
    #[must_use]
    pub fn form_action(mut self, form_action: FormAction) -> Self {
        self.form_action = form_action;
        self
    }

    /// With a picture of another origin.
    #[must_use]
    pub fn picture_of(mut self, origin: Option<Origin>) -> Self {
        self.pictures.extend(origin);
        self
    }

    /// With frames of other origins.
    #[must_use]
    pub fn frames_of(mut self, origins: impl IntoIterator<Item = Origin>) -> Self {
        for origin in origins {
            if !self.frames.contains(&origin) {
                self.frames.push(origin);
            }
        }
        self
    }

    /// With a script of this server, when it has one.
    #[must_use]
    pub const fn runs_script(mut self, runs: bool) -> Self {
        self.runs_script = runs;
        self
    }

    /// With the script that asks for passkeys and security keys, and calls this server for it;
    /// when the server can have any.
    #[must_use]
    pub const fn asks_authenticators(mut self, asks: bool) -> Self {
        self.asks_authenticators = asks;
        self
    }

    /// No script, no base, nothing from elsewhere but what was named; in nobody's frame.
    fn policy(&self) -> String {
        let mut policy = "default-src 'none'; style-src 'self'; img-src 'self'".to_owned();
        for Origin(origin) in &self.pictures {
            policy.push(' ');
            policy.push_str(origin);
        }
        match &self.form_action {
            FormAction::Here => policy.push_str("; form-action 'self'"),
            FormAction::ThenAnApplication => {}
            FormAction::Application(uri) => {
                policy.push_str("; script-src 'self'; form-action ");
                policy.push_str(&source_of(uri));
            }
        }
        if self.runs_script {
            policy.push_str("; script-src 'self'");
        }
        if self.asks_authenticators {
            policy.push_str("; script-src 'self'; connect-src 'self'");
        }
        if !self.frames.is_empty() {
            policy.push_str("; frame-src");
            for Origin(origin) in &self.frames {
                policy.push(' ');
                policy.push_str(origin);
            }
        }
        policy.push_str("; frame-ancestors 'none'; base-uri 'none'");
        policy
    }

    fn add_headers(&self, headers: &mut HeaderMap) -> Result<(), header::InvalidHeaderValue> {
        let policy = HeaderValue::from_str(&self.policy())?;
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        for (name, value) in [
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CACHE_CONTROL, "no-store"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Ok(())
    }
}

/// An address as a policy names it: scheme, host, port and path. A policy knows no query, and
/// its own punctuation is escaped. What it cannot name so closely (an application's own scheme,
/// an IPv6 address) is named by its scheme.
fn source_of(uri: &str) -> String {
    let Ok(url) = Url::parse(uri) else {
        return "'none'".to_owned();
    };
    match url.host() {
        Some(url::Host::Domain(_) | url::Host::Ipv4(_))
            if matches!(url.scheme(), "https" | "http") =>
        {
            let path = url.path().replace(';', "%3B").replace(',', "%2C");
            format!("{}{path}", url.origin().ascii_serialization())
        }
        _ => format!("{}:", url.scheme()),
    }
}

impl IntoResponse for Page {
    fn into_response(mut self) -> Response {
        let Some(html) = self.html.take() else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut response = (self.status, Html(html)).into_response();
        match self.add_headers(response.headers_mut()) {
            Ok(()) => response,
            // Without its policy a page is not shown.
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_the_address_of_a_form_and_nothing_can_be_added_to_it() {
        let plain = "https://app.example.com/cb";
        for (uri, source) in [
            (plain, plain),
            ("https://app.example.com/cb?tenant=1", plain),
            ("http://127.0.0.1:8123/cb", "http://127.0.0.1:8123/cb"),
            ("http://[::1]:8123/cb", "http:"),
            ("com.example.app:/cb", "com.example.app:"),
            (
                "https://app.example.com/cb;script-src,*",
                "https://app.example.com/cb%3Bscript-src%2C*",
            ),
        ] {
            assert_eq!(source_of(uri), source, "{uri}");
        }
    }

    #[test]
    fn only_an_origin_that_cannot_write_the_policy_is_named_in_it() {
        for (address, origin) in [
            (
                "https://app.example.com/logo.png?x=;y",
                "https://app.example.com",
            ),
            (
                "https://app.example.com:8443/",
                "https://app.example.com:8443",
            ),
            ("https://bücher.example/", "https://xn--bcher-kva.example"),
            ("https://[2001:db8::1]/", "https://[2001:db8::1]"),
            ("http://localhost:8000/bye", "http://localhost:8000"),
        ] {
            assert_eq!(Origin::of(address), Some(Origin(origin.to_owned())));
        }
        for address in [
            "http://app.example.com/logo.png",
            "https://a;script-src/logo.png",
            "https://a,b/",
            "https://a'b/",
            "https://*.example.com/",
            "https://user@app.example.com/",
            "data:image/png;base64,AA",
            "javascript:alert(1)",
            "//app.example.com/",
            "",
        ] {
            assert_eq!(Origin::of(address), None, "{address}");
        }
    }
}
