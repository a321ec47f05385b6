use axum::response::{IntoResponse, Response};

use crate::http::web::PageRefusal;

/// Why a page is not shown and a form not taken: an error page, or a way to somewhere else.
pub(super) struct Ended(Box<Response>);

impl Ended {
    /// With this answer.
    pub(super) fn with(answer: impl IntoResponse) -> Self {
        Self(Box::new(answer.into_response()))
    }
}

impl From<PageRefusal> for Ended {
    fn from(refusal: PageRefusal) -> Self {
        Self::with(refusal)
    }
}

impl IntoResponse for Ended {
    fn into_response(self) -> Response {
        *self.0
    }
}
