//! Access tokens of connections (RFC 9068): for the SCIM door alone, signed, and good for an
//! hour. No row stands behind one; what ends it before its time is the connection's or the
//! client's end, which every process has in memory.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Connection, scim_url};
use crate::domain::clients::{Client, Scope};
use crate::domain::signing_keys::{self, KeyRing};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::Algorithm;
use crate::foundation::id::new_uuid;

/// The scope of everything under `/scim/v2`.
pub const SCOPE: &str = "scim";
const TYP: &str = "at+jwt";
/// Entra ID asks for 60 minutes or more, and 6 hours or less.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    client_id: String,
    exp: i64,
    iat: i64,
    jti: String,
    scope: Scope,
}

/// A minted access token.
pub struct AccessToken {
    /// The token.
    pub text: String,
    /// How long it is good for.
    pub expires_in: Duration,
}

impl AccessToken {
    /// Mints one for the client of a connection.
    ///
    /// # Errors
    /// It cannot be signed.
    pub fn mint(
        (connection, client): (&Connection, &Client),
        scope: &Scope,
        issuer: &str,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<Self, signing_keys::Error> {
        let client_id = client.id.to_string();
        let claims = Claims {
            iss: issuer.to_owned(),
            sub: client_id.clone(),
            aud: scim_url(issuer),
            client_id,
            exp: now.plus(LIFETIME).seconds(),
            // One that is minted in the second in which all earlier ones ended is not earlier.
            iat: now.seconds().max(connection.tokens_since.seconds()),
            jti: new_uuid(now).hyphenated().to_string(),
            scope: scope.clone(),
        };
        Ok(Self {
            text: keys.sign(Algorithm::Es256, TYP, &claims, now)?,
            expires_in: LIFETIME,
        })
    }
}

/// An access token whose signature, type, issuer, audience and time are right. Whether its
/// client and connection still stand is for the caller to ask.
pub struct VerifiedAccessToken {
    /// The client that it was given to.
    pub client_id: String,
    /// What it is good for.
    pub scope: Scope,
    issued_at: i64,
}

impl VerifiedAccessToken {
    /// Checks a token that was presented at the SCIM door.
    pub fn read(token: &str, issuer: &str, keys: &KeyRing, now: Timestamp) -> Option<Self> {
        let claims: Claims = keys.verify_again(token, TYP, now)?;
        let is_ours = claims.iss == issuer && claims.aud == scim_url(issuer);
        let is_the_clients_own = claims.sub == claims.client_id;
        (is_ours && is_the_clients_own && now.seconds() < claims.exp).then_some(Self {
            client_id: claims.client_id,
            scope: claims.scope,
            issued_at: claims.iat,
        })
    }

    /// Whether the connection has not ended its tokens since.
    pub fn still_stands(&self, connection: &Connection) -> bool {
        self.issued_at >= connection.tokens_since.seconds()
    }
}
