//! A page as an answer, with the headers that every page has.

use askama::Template;
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

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

/// An HTML page.
#[derive(Debug)]
pub struct Page {
    status: StatusCode,
    html: Option<String>,
    form_action: FormAction,
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
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let Some(html) = self.html else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut response = (self.status, Html(html)).into_response();
        let headers = response.headers_mut();
        for (name, value) in PAGE_HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        // What cannot be a header's value leaves a page without a policy: then without a page.
        let Ok(policy) = HeaderValue::from_str(&policy(&self.form_action)) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        response
    }
}

/// No frame; never kept, never named to others.
const PAGE_HEADERS: [(HeaderName, &str); 3] = [
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

/// No script, no frame, no base, nothing from elsewhere.
fn policy(form_action: &FormAction) -> String {
    let more = match form_action {
        FormAction::Here => "; form-action 'self'".to_owned(),
        FormAction::ThenAnApplication => String::new(),
        FormAction::Application(uri) => {
            format!("; script-src 'self'; form-action {}", source_of(uri))
        }
    };
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:{more}; frame-ancestors 'none'; base-uri 'none'"
    )
}

/// An address as a policy names it: scheme, host, port and path. A policy knows no query, and
/// its own punctuation is escaped. What it cannot name so closely (an application's own scheme,
/// an IPv6 address) is named by its scheme.
fn source_of(uri: &str) -> String {
    let Ok(url) = url::Url::parse(uri) else {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_the_address_of_a_form_and_nothing_can_be_added_to_it() {
        for (uri, source) in [
            ("https://app.example.com/cb", "https://app.example.com/cb"),
            (
                "https://app.example.com/cb?tenant=1",
                "https://app.example.com/cb",
            ),
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
}
