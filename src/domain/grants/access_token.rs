//! Access tokens (RFC 9068): signed, short-lived, and named after their grant, so that what
//! accepts them can ask whether the grant still stands.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{GrantId, Redeemed};
use crate::domain::clients::Scope;
use crate::domain::directory::UserId;
use crate::domain::signing_keys::{self, KeyRing};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::Algorithm;
use crate::foundation::id::new_uuid;

/// The explicit type (RFC 9068 §2.1): an `id_token` cannot pass for one of these.
const TYP: &str = "at+jwt";

/// How long one is good for.
pub(super) const LIFETIME: Duration = Duration::from_secs(10 * 60);

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: UserId,
    aud: String,
    client_id: String,
    exp: i64,
    iat: i64,
    jti: String,
    scope: Scope,
    auth_time: i64,
    acr: String,
    sid: String,
    /// The grant: a claim of ours.
    grant: GrantId,
}

/// A minted access token.
pub struct AccessToken {
    /// The token.
    pub text: String,
    /// How long it is good for.
    pub expires_in: Duration,
}

impl AccessToken {
    /// Mints one for what was redeemed.
    pub fn mint(
        redeemed: &Redeemed,
        issuer: &str,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<Self, signing_keys::Error> {
        let claims = Claims {
            iss: issuer.to_owned(),
            sub: redeemed.signed_in.user,
            // No other resource was asked for: the token is for this server's own endpoints.
            aud: issuer.to_owned(),
            client_id: redeemed.client.to_string(),
            exp: now.plus(LIFETIME).seconds(),
            iat: now.seconds(),
            jti: new_uuid(now).hyphenated().to_string(),
            scope: redeemed.scope.clone(),
            auth_time: redeemed.signed_in.auth_time.seconds(),
            acr: redeemed.signed_in.acr.clone(),
            sid: redeemed.signed_in.session.to_string(),
            grant: redeemed.grant,
        };
        Ok(Self {
            text: keys.sign(Algorithm::Es256, TYP, &claims, now)?,
            expires_in: LIFETIME,
        })
    }
}

/// An access token whose signature, type, issuer, audience and time are right. Whether its
/// grant still stands is a question for the database.
pub struct VerifiedAccessToken {
    /// The grant.
    pub grant: GrantId,
    /// Whose it is.
    pub user: UserId,
    /// What it is good for.
    pub scope: Scope,
}

impl VerifiedAccessToken {
    /// Checks a token that was presented to this server.
    pub fn read(token: &str, issuer: &str, keys: &KeyRing, now: Timestamp) -> Option<Self> {
        let claims: Claims = keys.verify_again(token, TYP, now)?;
        let current = now.seconds() < claims.exp;
        (claims.iss == issuer && claims.aud == issuer && current).then_some(Self {
            grant: claims.grant,
            user: claims.sub,
            scope: claims.scope,
        })
    }
}
