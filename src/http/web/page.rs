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
    pub const fn form_action(mut self, form_action: FormAction) -> Self {
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
        for (name, value) in page_headers(&self.form_action) {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// No script, no frame, no base, nothing from elsewhere; never kept, never named to
/// others.
const fn page_headers(form_action: &FormAction) -> [(HeaderName, &'static str); 4] {
    let policy = match form_action {
        FormAction::Here => {
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        }
        FormAction::ThenAnApplication => {
            "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
        }
    };
    [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ]
}
