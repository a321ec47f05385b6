//! Pages for a sign-in that cannot go on: what happened, and a way on.

use axum::http::StatusCode;

use crate::{
    domain::signin::Found,
    http::web::{Language, PageRefusal, RequestId, paths},
};

/// The page for what became of a handle.
pub(super) fn page(found: &Found, request_id: Option<RequestId>) -> PageRefusal {
    match found {
        Found::Completed(destination) => PageRefusal::new(
            StatusCode::CONFLICT,
            "sign_in_completed",
            Language::sign_in_completed,
            Language::sign_in_completed_sentence,
        )
        .way_on(&paths::destination(destination), Language::go_on)
        .of_request(request_id),
        Found::Expired => PageRefusal::new(
            StatusCode::GONE,
            "sign_in_expired",
            Language::sign_in_expired,
            Language::sign_in_expired_sentence,
        )
        .way_on("/login", Language::where_to_start)
        .of_request(request_id),
        Found::Open(_) | Found::Unknown => unknown(request_id),
    }
}

/// The page for a handle that this browser has not begun. It does not say whether
/// another one has.
pub(super) fn unknown(request_id: Option<RequestId>) -> PageRefusal {
    PageRefusal::new(
        StatusCode::NOT_FOUND,
        "sign_in_unknown",
        Language::sign_in_unknown,
        Language::sign_in_unknown_sentence,
    )
    .way_on("/login", Language::where_to_start)
    .of_request(request_id)
}
