//! The style sheet, the mark of the brand and the scripts. Their address holds their digest, so that browsers
//! keep them for a year and never show an old one.

use std::sync::LazyLock;

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State as Shared},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{brand::Asset, state::State};

const A_YEAR: &str = "public, max-age=31536000, immutable";
const A_DAY: &str = "public, max-age=86400";

/// An SVG that is opened by itself could run the script in it: here it cannot.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Sends the form of its page.
static SEND_FORM: LazyLock<Asset> = LazyLock::new(|| {
    let script = include_bytes!("assets/send_form.js");
    let kind = "text/javascript; charset=utf-8";
    Asset::of(kind, "js", Bytes::from_static(script))
});

/// Goes on when the frames of its page have loaded.
static GO_ON: LazyLock<Asset> = LazyLock::new(|| {
    let script = include_bytes!("assets/go_on.js");
    let kind = "text/javascript; charset=utf-8";
    Asset::of(kind, "js", Bytes::from_static(script))
});

/// Asks authenticators.
static WEBAUTHN: LazyLock<Asset> = LazyLock::new(|| {
    let script = include_bytes!("assets/webauthn.js");
    let kind = "text/javascript; charset=utf-8";
    Asset::of(kind, "js", Bytes::from_static(script))
});

/// Where the script is that asks for passkeys and security keys.
#[must_use]
pub fn webauthn_path() -> String {
    WEBAUTHN.path.clone()
}

/// Where the script is that sends the form of its page.
#[must_use]
pub fn send_form_path() -> String {
    SEND_FORM.path.clone()
}

/// Where the script is that goes on when the frames of its page have loaded.
#[must_use]
pub fn go_on_path() -> String {
    GO_ON.path.clone()
}

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route("/assets/{name}", get(asset))
        .route("/favicon.ico", get(icon))
}

async fn asset(Shared(state): Shared<State>, Path(name): Path<String>) -> Response {
    let path = format!("/assets/{name}");
    let scripts = [&SEND_FORM, &GO_ON, &WEBAUTHN];
    if let Some(script) = scripts.into_iter().find(|script| script.path == path) {
        return kept(script, A_YEAR);
    }
    match state.brand.asset(&path) {
        Some(asset) => kept(asset, A_YEAR),
        // An old name in a page that is still open: better no style than another one.
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn icon(Shared(state): Shared<State>) -> Response {
    kept(state.brand.mark(), A_DAY)
}

fn kept(asset: &Asset, how_long: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, how_long),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, asset.body.clone()).into_response()
}
