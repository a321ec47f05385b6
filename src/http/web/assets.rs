//! The style sheet and the icon. They are part of the program; their address holds
//! their digest, so that browsers keep them for a year and never show an old one.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::state::State;
use crate::foundation::crypto::digest::Digest;

const STYLE: &str = include_str!("assets/style.css");
const ICON: &str = include_str!("assets/icon.svg");

static STYLE_NAME: LazyLock<String> = LazyLock::new(|| name(STYLE, "css"));
static ICON_NAME: LazyLock<String> = LazyLock::new(|| name(ICON, "svg"));

fn name(content: &str, ending: &str) -> String {
    let digest = Digest::of(content.as_bytes());
    format!("doorward-{}.{ending}", &digest.as_str()[..16])
}

/// Where the style sheet is.
#[must_use]
pub(super) fn style_path() -> String {
    format!("/assets/{}", *STYLE_NAME)
}

/// Where the icon is.
#[must_use]
pub(super) fn icon_path() -> String {
    format!("/assets/{}", *ICON_NAME)
}

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route("/assets/{name}", get(asset))
        .route("/favicon.ico", get(icon))
}

async fn asset(Path(name): Path<String>) -> Response {
    if name == *STYLE_NAME {
        kept("text/css; charset=utf-8", STYLE)
    } else if name == *ICON_NAME {
        kept("image/svg+xml", ICON)
    } else {
        // An old name in a page that is still open: better no style than another one.
        StatusCode::NOT_FOUND.into_response()
    }
}

async fn icon() -> Response {
    let mut response = kept("image/svg+xml", ICON);
    let day = HeaderValue::from_static("public, max-age=86400");
    response.headers_mut().insert(header::CACHE_CONTROL, day);
    response
}

fn kept(kind: &'static str, content: &'static str) -> Response {
    let year = "public, max-age=31536000, immutable";
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, year)];
    (headers, content).into_response()
}
