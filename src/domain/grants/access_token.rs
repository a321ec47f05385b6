//! Access tokens (RFC 9068): signed, short-lived, and named after their grant, so that what
//! accepts them can ask whether the grant still stands.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Confirmation, GrantId, Party, Redeemed, SignedIn};
use crate::domain::clients::{ClientId, Scope};
use crate::domain::signin::SessionId;
use crate::domain::signing_keys::{self, KeyRing};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{Algorithm, Audience};
use crate::foundation::id::new_uuid;

/// The explicit type (RFC 9068 §2.1): an `id_token` cannot pass for one of these.
const TYP: &str = "at+jwt";

/// What a token says. A time that is no number, or a claim that is there twice, is no token.
#[derive(Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) aud: Audience,
    pub(super) client_id: String,
    pub(super) exp: i64,
    pub(super) iat: i64,
    pub(super) jti: String,
    pub(super) scope: Scope,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) auth_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) acr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sid: Option<SessionId>,
    /// The grant: a claim of ours. A client's own token has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) grant: Option<GrantId>,
    /// What its holder has to prove to hold (RFC 7800).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cnf: Option<Confirmation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) authorization_details: Vec<Map<String, Value>>,
    /// Who acts for the subject (RFC 8693 §4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) act: Option<Party>,
    /// Who may (RFC 8693 §4.4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) may_act: Option<Party>,
    /// The client that the grant is of, where that is another than the token's: the token came
    /// of an exchange. A claim of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) granted_to: Option<String>,
}

/// What a token says, and what the client's mapping adds.
#[derive(Serialize)]
struct Said<'a> {
    #[serde(flatten)]
    claims: &'a Claims,
    #[serde(flatten)]
    mapped: &'a super::Claims,
}

impl Claims {
    /// How the token is to be presented. One that is bound to a certificate is a bearer token
    /// in all but that (RFC 8705 §3).
    pub(super) fn token_type(&self) -> &'static str {
        match self.cnf {
            Some(Confirmation::Key(_)) => "DPoP",
            Some(Confirmation::Certificate(_)) | None => "Bearer",
        }
    }
}

/// An access token that is to be minted.
pub struct NewAccessToken<'a> {
    /// Whom it is about: a user, or the client itself.
    pub subject: String,
    /// The client that gets it.
    pub client: &'a ClientId,
    /// For whom it is: for this server's own endpoints, when it names nobody.
    pub audience: Vec<String>,
    /// What it is good for.
    pub scope: &'a Scope,
    /// The grant that it stands on and the sign-in behind that; nothing when the client acts
    /// for itself.
    pub grant: Option<(GrantId, &'a SignedIn)>,
    /// What its holder has to prove to hold.
    pub confirmation: Option<Confirmation>,
    /// What was allowed beyond the scope (RFC 9396 §9.1).
    pub authorization_details: Vec<Map<String, Value>>,
    /// How long it is good for.
    pub lifetime: Duration,
}

/// A minted access token.
pub struct AccessToken {
    /// The token.
    pub text: String,
    /// How it is to be presented: `Bearer`, or `DPoP` with a proof.
    pub token_type: &'static str,
    /// How long it is good for.
    pub expires_in: Duration,
}

impl<'a> NewAccessToken<'a> {
    /// The token for what was redeemed, about the user as the client knows them.
    pub fn of(redeemed: &'a Redeemed, subject: String, lifetime: Duration) -> Self {
        Self {
            subject,
            client: &redeemed.client,
            audience: redeemed.audience.clone(),
            scope: &redeemed.scope,
            grant: Some((redeemed.grant, &redeemed.signed_in)),
            confirmation: redeemed.terms.confirmation.clone(),
            authorization_details: redeemed.terms.authorization_details.clone(),
            lifetime,
        }
    }

    /// Mints it.
    ///
    /// # Errors
    /// It cannot be signed.
    pub fn mint(
        self,
        issuer: &str,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<AccessToken, signing_keys::Error> {
        self.mint_saying(&super::Claims::default(), issuer, keys, now)
    }

    /// Mints it with what the client's mapping says of the user. None of these names is one of
    /// the token's own.
    ///
    /// # Errors
    /// It cannot be signed.
    pub fn mint_saying(
        mut self,
        mapped: &super::Claims,
        issuer: &str,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<AccessToken, signing_keys::Error> {
        if self.audience.is_empty() {
            self.audience.push(issuer.to_owned());
        }
        let (grant, signed_in) = self.grant.unzip();
        let claims = Claims {
            iss: issuer.to_owned(),
            sub: self.subject,
            aud: self.audience.into(),
            client_id: self.client.to_string(),
            exp: now.plus(self.lifetime).seconds(),
            iat: now.seconds(),
            jti: new_uuid(now).hyphenated().to_string(),
            scope: self.scope.clone(),
            auth_time: signed_in.map(|signed_in| signed_in.auth_time.seconds()),
            acr: signed_in.map(|signed_in| signed_in.acr.clone()),
            sid: signed_in.map(|signed_in| signed_in.session),
            grant,
            cnf: self.confirmation,
            authorization_details: self.authorization_details,
            act: None,
            may_act: None,
            granted_to: None,
        };
        let token_type = claims.token_type();
        let said = Said {
            claims: &claims,
            mapped,
        };
        Ok(AccessToken {
            text: keys.sign(Algorithm::Es256, TYP, &said, now)?,
            token_type,
            expires_in: self.lifetime,
        })
    }
}

/// An access token whose signature, type, issuer and time are right. Whom it is for, and
/// whether what it stands on still stands, is for the caller to ask.
pub struct VerifiedAccessToken(pub(super) Claims);

impl VerifiedAccessToken {
    /// Checks a token that was presented to this server.
    pub fn read(token: &str, issuer: &str, keys: &KeyRing, now: Timestamp) -> Option<Self> {
        let claims: Claims = keys.verify_again(token, TYP, now)?;
        let current = now.seconds() < claims.exp;
        (claims.iss == issuer && current).then_some(Self(claims))
    }

    /// Whether it is for `audience` and nobody else.
    pub fn is_only_for(&self, audience: &str) -> bool {
        self.0.aud.is_only(audience)
    }

    /// Whether `audience` is one of those that it is for.
    pub fn is_for(&self, audience: &str) -> bool {
        self.0.aud.contains(audience)
    }

    /// For whom it is.
    pub(super) fn audience(&self) -> &[String] {
        self.0.aud.all()
    }

    /// Whom it is about.
    pub(super) fn subject(&self) -> &str {
        &self.0.sub
    }

    /// Who acts for its subject.
    pub(super) fn act(&self) -> Option<&Party> {
        self.0.act.as_ref()
    }

    /// Who may act for its subject.
    pub(super) fn may_act(&self) -> Option<&Party> {
        self.0.may_act.as_ref()
    }

    /// What the sign-in came to.
    pub fn acr(&self) -> Option<&str> {
        self.0.acr.as_deref()
    }

    /// What its holder has to prove to hold.
    pub fn confirmation(&self) -> Option<&Confirmation> {
        self.0.cnf.as_ref()
    }

    /// The client that it was given to.
    pub fn client(&self) -> &str {
        &self.0.client_id
    }

    /// What it is good for, as far as the grant still goes as far.
    pub fn scope(&self) -> &Scope {
        &self.0.scope
    }
}

/// What an exchange changes in a token.
pub(super) struct Change<'a> {
    /// The user as the client knows them that gets the token.
    pub(super) subject: String,
    pub(super) client: &'a ClientId,
    pub(super) audience: Vec<String>,
    pub(super) scope: &'a Scope,
    pub(super) act: Option<Party>,
    pub(super) confirmation: Option<Confirmation>,
    /// How long it is good for, as long as the old one is.
    pub(super) lifetime: Duration,
}

/// A token out of another: all that is not changed stays as it is, above all the grant that it
/// stands on. It ends with the old one at the latest.
pub(super) fn exchanged(
    subject: &VerifiedAccessToken,
    change: Change<'_>,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<AccessToken, signing_keys::Error> {
    let old = &subject.0;
    let exp = now.plus(change.lifetime).seconds().min(old.exp);
    let granted_to = old.granted_to.as_ref().unwrap_or(&old.client_id);
    let claims = Claims {
        iss: old.iss.clone(),
        sub: change.subject,
        aud: change.audience.into(),
        client_id: change.client.to_string(),
        exp,
        iat: now.seconds(),
        jti: new_uuid(now).hyphenated().to_string(),
        scope: change.scope.clone(),
        auth_time: old.auth_time,
        acr: old.acr.clone(),
        sid: old.sid,
        grant: old.grant,
        cnf: change.confirmation,
        authorization_details: old.authorization_details.clone(),
        act: change.act,
        may_act: old.may_act.clone(),
        granted_to: (granted_to != change.client.as_str()).then(|| granted_to.clone()),
    };
    let seconds = u64::try_from(exp - now.seconds()).unwrap_or_default();
    Ok(AccessToken {
        text: keys.sign(Algorithm::Es256, TYP, &claims, now)?,
        token_type: claims.token_type(),
        expires_in: Duration::from_secs(seconds),
    })
}
