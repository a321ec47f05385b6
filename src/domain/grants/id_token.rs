//! ID tokens (OpenID Connect Core §2): what a client learns of the sign-in.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{Claims, Redeemed, subject_of};
use crate::domain::clients::{Client, SubjectType};
use crate::domain::directory::UserId;
use crate::domain::signin::SessionId;
use crate::domain::signing_keys::{self, KeyRing};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::digest::{sha256, sha512};
use crate::foundation::crypto::jose::Algorithm;
use crate::foundation::crypto::seal::MasterKey;

pub(super) const TYP: &str = "JWT";

/// What a sealed user in a token is bound to.
const HINT: &str = "user of an id_token";

#[derive(Serialize)]
struct Payload<'a> {
    iss: &'a str,
    sub: String,
    aud: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    acr: &'a str,
    amr: Vec<&'a str>,
    azp: &'a str,
    sid: SessionId,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    c_hash: Option<String>,
    /// Who it is, sealed: where `sub` does not tell. So the token can come back as a hint.
    #[serde(rename = "doorward_user", skip_serializing_if = "Option::is_none")]
    who: Option<String>,
    #[serde(flatten)]
    claims: &'a Claims,
}

/// What an ID token is made of.
pub struct IdToken<'a> {
    /// What was redeemed.
    pub redeemed: &'a Redeemed,
    /// The client, which says what to sign with.
    pub client: &'a Client,
    /// The access token that goes with it.
    pub access_token: Option<&'a str>,
    /// The code that goes with it, in the front channel.
    pub code: Option<&'a str>,
    /// What is said of the user.
    pub claims: &'a Claims,
    /// What pairwise names are made with.
    pub master: &'a MasterKey,
    /// How long the client may rely on it.
    pub lifetime: Duration,
}

impl IdToken<'_> {
    /// Mints it.
    pub fn mint(
        &self,
        issuer: &str,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<String, signing_keys::Error> {
        let signed_in = &self.redeemed.signed_in;
        let algorithm = self.client.metadata.id_token_signed_response_alg;
        let payload = Payload {
            iss: issuer,
            sub: subject_of(self.master, self.client, signed_in.user),
            aud: self.client.id.as_str(),
            exp: now.plus(self.lifetime).seconds(),
            iat: now.seconds(),
            auth_time: signed_in.auth_time.seconds(),
            nonce: self.redeemed.nonce.as_deref(),
            acr: self.redeemed.terms.claims.class_to_tell(&signed_in.acr),
            amr: signed_in.amr.split(' ').collect(),
            azp: self.client.id.as_str(),
            sid: signed_in.session,
            at_hash: self.access_token.map(|text| half_hash(algorithm, text)),
            c_hash: self.code.map(|text| half_hash(algorithm, text)),
            who: self.sealed_user()?,
            claims: self.claims,
        };
        keys.sign(algorithm, TYP, &payload, now)
    }

    fn sealed_user(&self) -> Result<Option<String>, signing_keys::Error> {
        let user = self.redeemed.signed_in.user.to_string();
        match self.client.metadata.subject_type {
            SubjectType::Public => Ok(None),
            SubjectType::Pairwise => Ok(Some(self.master.seal(user.as_bytes(), HINT)?)),
        }
    }
}

// The left half of the hash that belongs to the algorithm (Core §3.1.3.6, §3.3.2.11). That of Ed25519 is
// SHA-512, by which it signs.
fn half_hash(algorithm: Algorithm, text: &str) -> String {
    let bytes = text.as_bytes();
    match algorithm {
        Algorithm::EdDsa => URL_SAFE_NO_PAD.encode(&sha512(bytes)[..32]),
        _ => URL_SAFE_NO_PAD.encode(&sha256(bytes)[..16]),
    }
}

/// An ID token that a client sends back to say who it means. It may have expired; it must be
/// one of this server's.
#[derive(Debug)]
pub struct IdTokenHint {
    /// Whom it was about.
    pub user: UserId,
    /// Which client it was for.
    pub client: String,
    /// In which session.
    pub session: SessionId,
}

#[derive(Deserialize)]
struct HintPayload {
    iss: String,
    sub: String,
    #[serde(rename = "doorward_user")]
    who: Option<String>,
    aud: String,
    sid: SessionId,
}

impl IdTokenHint {
    /// Checks one.
    pub fn read(
        token: &str,
        issuer: &str,
        (keys, master): (&KeyRing, &MasterKey),
        now: Timestamp,
    ) -> Option<Self> {
        let payload: HintPayload = keys.verify(token, TYP, now)?;
        let user = match &payload.who {
            None => payload.sub.parse().ok()?,
            Some(sealed) => {
                let user = master.open(sealed, HINT).ok()?;
                std::str::from_utf8(&user).ok()?.parse().ok()?
            }
        };
        (payload.iss == issuer).then_some(Self {
            user,
            client: payload.aud,
            session: payload.sid,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_hash_is_the_left_half_in_base64url() {
        // The example of OpenID Connect Core, appendix A.3.
        assert_eq!(
            half_hash(
                Algorithm::Rs256,
                "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
            ),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }
}
