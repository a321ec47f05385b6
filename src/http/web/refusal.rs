//! Refusals that every page door shares.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    form::FormRefused,
    page::Page,
    pages::{ErrorPage, WayOn},
    request_id::RequestId,
};
use crate::foundation::{crypto::password::PasswordError, db};

/// Seconds after which to come again when the server is busy.
const COME_AGAIN: HeaderValue = HeaderValue::from_static("2");

/// An error page with its status.
#[derive(Debug)]
pub struct PageRefusal {
    status: StatusCode,
    page: Box<ErrorPage>,
}

impl PageRefusal {
    /// A refusal in words.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, title: &str, sentence: &str) -> Self {
        Self {
            status,
            page: Box::new(ErrorPage {
                title: title.to_owned(),
                sentence: sentence.to_owned(),
                code: code.to_owned(),
                request_id: None,
                way_on: None,
            }),
        }
    }

    /// With the request's id.
    #[must_use]
    pub fn of_request(mut self, request_id: Option<RequestId>) -> Self {
        self.page.request_id = request_id.map(|id| id.to_string());
        self
    }

    /// With a way on.
    #[must_use]
    pub fn way_on(mut self, path: &str, label: &str) -> Self {
        self.page.way_on = Some(WayOn {
            path: path.to_owned(),
            label: label.to_owned(),
        });
        self
    }

    pub(super) const fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn code(&self) -> String {
        self.page.code.clone()
    }

    pub(super) fn sentence(&self) -> &str {
        &self.page.sentence
    }

    pub(super) fn cross_site(request_id: Option<RequestId>) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "cross_site_request",
            "That came from another site",
            "The form was sent by a page that is not ours, so nothing was done. Go back to the application and start again from there.",
        )
        .of_request(request_id)
    }

    pub(super) fn form(refused: &FormRefused, request_id: Option<RequestId>) -> Self {
        Self::new(
            refused.status(),
            "invalid_request",
            "The form could not be read",
            "What the browser sent is not a form of this page. Go back and try again.",
        )
        .of_request(request_id)
    }

    /// The database could not answer. What it said goes to the log only.
    #[must_use]
    pub fn database(error: &db::Error, request_id: Option<RequestId>) -> Self {
        if matches!(error, db::Error::Busy) {
            return Self::busy(request_id);
        }
        tracing::error!(%error, "the database could not answer");
        Self::internal(request_id)
    }

    /// A hash could not be computed.
    #[must_use]
    pub fn password(error: PasswordError, request_id: Option<RequestId>) -> Self {
        match error {
            PasswordError::Busy => Self::busy(request_id),
            PasswordError::Failed => {
                tracing::error!(%error, "a password could not be verified");
                Self::internal(request_id)
            }
        }
    }

    fn busy(request_id: Option<RequestId>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            "Too much at once",
            "The server is very busy. Wait a few seconds and try again.",
        )
        .of_request(request_id)
    }

    pub(super) fn internal(request_id: Option<RequestId>) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            "Something went wrong",
            "This is our fault, not yours. Try again; if it stays, tell your administrator the request below.",
        )
        .of_request(request_id)
    }

    pub(super) fn not_found(request_id: Option<RequestId>) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing here",
            "The address is mistyped, or what was here is gone.",
        )
        .of_request(request_id)
    }

    pub(super) fn method(request_id: Option<RequestId>) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "That cannot be done here",
            "The address is right, but it does not take this kind of request.",
        )
        .of_request(request_id)
    }
}

impl IntoResponse for PageRefusal {
    fn into_response(self) -> Response {
        let mut response = Page::of(&*self.page).status(self.status).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, COME_AGAIN);
        }
        response
    }
}
