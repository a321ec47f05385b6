//! Refusals that every page door shares.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    form::FormRefused,
    frame::Frame,
    language::Language,
    page::Page,
    pages::{ErrorPage, WayOn},
    paths,
    request_id::RequestId,
    texts::Said,
};
use crate::foundation::{crypto::password::PasswordError, db};

/// Seconds after which to come again when the server is busy.
const COME_AGAIN: HeaderValue = HeaderValue::from_static("2");

/// An error page with its status. It becomes a page on the outside of all doors
/// (`shown_by`), where the reader's language is known.
#[derive(Clone, Debug)]
pub struct PageRefusal {
    status: StatusCode,
    code: &'static str,
    title: Said,
    sentence: Said,
    request_id: Option<RequestId>,
    way_on: (String, Said),
}

impl PageRefusal {
    /// A refusal in words of the catalogue: `Language::not_found`,
    /// `Language::not_found_sentence`.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, title: Said, sentence: Said) -> Self {
        Self {
            status,
            code,
            title,
            sentence,
            request_id: None,
            way_on: (paths::ACCOUNT.to_owned(), Language::account_title),
        }
    }

    /// With the request's id.
    #[must_use]
    pub fn of_request(mut self, request_id: Option<RequestId>) -> Self {
        self.request_id = request_id;
        self
    }

    /// With another way on than to the person's own account.
    #[must_use]
    pub fn way_on(mut self, path: &str, label: Said) -> Self {
        self.way_on = (path.to_owned(), label);
        self
    }

    pub(super) const fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) const fn code(&self) -> &'static str {
        self.code
    }

    pub(super) fn sentence(&self) -> &'static str {
        (self.sentence)(Language::English)
    }

    pub(super) fn cross_site(request_id: Option<RequestId>) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "cross_site_request",
            Language::cross_site,
            Language::cross_site_sentence,
        )
        .of_request(request_id)
    }

    pub(super) fn form(refused: &FormRefused, request_id: Option<RequestId>) -> Self {
        Self::new(
            refused.status(),
            "invalid_request",
            Language::unreadable_form,
            Language::unreadable_form_sentence,
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
            Language::busy,
            Language::busy_sentence,
        )
        .of_request(request_id)
    }

    /// The server failed.
    #[must_use]
    pub fn internal(request_id: Option<RequestId>) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server_error",
            Language::internal,
            Language::internal_sentence,
        )
        .of_request(request_id)
    }

    /// There is nothing at this address.
    #[must_use]
    pub fn not_found(request_id: Option<RequestId>) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            Language::not_found,
            Language::not_found_sentence,
        )
        .of_request(request_id)
    }

    pub(super) fn method(request_id: Option<RequestId>) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            Language::wrong_method,
            Language::wrong_method_sentence,
        )
        .of_request(request_id)
    }

    /// Makes a page of the refusal that an answer carries, if it carries one; cookies and
    /// other headers of the answer stay.
    pub(super) fn shown_by(mut response: Response, frame: impl FnOnce() -> Frame) -> Response {
        let Some(refusal) = response.extensions_mut().remove::<Self>() else {
            return response;
        };
        let mut page = Page::of(&refusal.page(frame()))
            .status(refusal.status)
            .into_response();
        let of_the_page = page.headers().clone();
        *page.headers_mut() = response.headers().clone();
        page.headers_mut().extend(of_the_page);
        page
    }

    fn page(&self, t: Frame) -> ErrorPage {
        ErrorPage {
            title: (self.title)(*t),
            sentence: (self.sentence)(*t),
            code: self.code,
            request_id: self.request_id.as_ref().map(RequestId::to_string),
            way_on: WayOn {
                path: self.way_on.0.clone(),
                label: self.way_on.1(*t),
            },
            t,
        }
    }
}

impl IntoResponse for PageRefusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, COME_AGAIN);
        }
        response.extensions_mut().insert(self);
        response
    }
}
