//! Pages of applications that end their own sessions when the browser loads them (OpenID Connect
//! Front-Channel Logout 1.0).

use super::redirect;
use crate::domain::grants::SignedInTo;
use crate::foundation::clock::Timestamp;
use crate::foundation::db;
use crate::http::web::{Origin, State};

/// No person is signed in to more in one session; a page of a thousand frames helps nobody.
const MOST_FRAMES: usize = 20;

/// A page of an application.
pub(super) struct LogoutFrame {
    /// Its address, with the issuer and the session that ended (§2).
    pub(super) address: String,
    /// What the policy of our page allows.
    pub(super) origin: Origin,
}

/// Those of the applications that registered one.
pub(super) async fn frames(
    state: &State,
    told: &[SignedInTo],
    now: Timestamp,
) -> Result<Vec<LogoutFrame>, db::Error> {
    let mut frames = Vec::new();
    for application in told.iter().take(MOST_FRAMES) {
        let id = application.client.as_str();
        let Some(client) = state.clients.find(&state.db, id, now).await? else {
            continue;
        };
        let uri = client.metadata.frontchannel_logout_uri.as_deref();
        let Some(uri) = uri.filter(|_| client.is_enabled()) else {
            continue;
        };
        let Some(origin) = Origin::of(uri) else {
            continue;
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        let query = query
            .append_pair("iss", &state.issuer)
            .append_pair("sid", &application.session.to_string())
            .finish();
        frames.push(LogoutFrame {
            address: redirect::with_query(uri, &query),
            origin,
        });
    }
    Ok(frames)
}
