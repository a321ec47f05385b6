//! Pages for a sign-in that cannot go on: what happened, and a way on.

use axum::http::StatusCode;

use crate::{
    domain::signin::Found,
    http::web::{PageRefusal, RequestId, paths},
};

/// The page for what became of a handle.
pub(super) fn page(found: &Found, request_id: Option<RequestId>) -> PageRefusal {
    match found {
        Found::Completed(destination) => PageRefusal::new(
            StatusCode::CONFLICT,
            "sign_in_completed",
            "You have been here before",
            "This sign-in was completed already, and each counts once. Go on to where it led.",
        )
        .way_on(&paths::destination(destination), "Continue")
        .of_request(request_id),
        Found::Expired => PageRefusal::new(
            StatusCode::GONE,
            "sign_in_expired",
            "That took too long",
            "This sign-in has expired. Go back to the application and sign in there once more.",
        )
        .way_on("/login", "Where to start")
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
        "This sign-in is not known here",
        "It was begun in another browser, or this one does not keep cookies. Go back to the application and sign in there once more.",
    )
    .way_on("/login", "Where to start")
    .of_request(request_id)
}
