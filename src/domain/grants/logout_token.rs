//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4): this server's word to a client
//! that a session has ended.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::clients::Client;
use crate::domain::signin::SessionId;
use crate::domain::signing_keys::{self, KeyRing};
use crate::foundation::clock::Timestamp;
use crate::foundation::id::new_uuid;

/// The explicit type (§2.4): nothing that takes ID tokens takes one of these.
const TYP: &str = "logout+jwt";

/// "Preferably at most two minutes in the future" (§4).
const LIFETIME: Duration = Duration::from_secs(120);

/// The one event in it.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// There is never a `nonce` in it (§2.4): that is what keeps it from passing for an ID token
/// where types are not looked at.
#[derive(Serialize)]
struct Payload<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
    sid: SessionId,
    events: Value,
}

/// What a logout token says.
pub struct LogoutToken<'a> {
    /// Whom it is for.
    pub client: &'a Client,
    /// As whom the client knows the user.
    pub subject: &'a str,
    /// Which session: the `sid` of the client's ID tokens.
    pub session: SessionId,
}

impl LogoutToken<'_> {
    /// Mints it, with a name of its own each time: a client that has taken a token in and
    /// whose answer was lost would refuse the same one again.
    ///
    /// # Errors
    /// There is no key of the client's algorithm.
    pub fn mint(
        &self,
        issuer: &str,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<String, signing_keys::Error> {
        let payload = Payload {
            iss: issuer,
            sub: self.subject,
            aud: self.client.id.as_str(),
            iat: now.seconds(),
            exp: now.plus(LIFETIME).seconds(),
            jti: new_uuid(now).hyphenated().to_string(),
            sid: self.session,
            events: json!({ EVENT: {} }),
        };
        let algorithm = self.client.metadata.id_token_signed_response_alg;
        keys.sign(algorithm, TYP, &payload, now)
    }
}
