//! This server as Entra's external authentication method: Entra hands over a person whom it has
//! asked for a first proof already, by an ID token of its own as the hint, and wants to hear of
//! one other proof. The answer bears Entra's name of the person and tells nothing of ours.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AuthorizationRequest, SignedIn, Vouched};
use crate::domain::clients::{Client, ExternalAuthentication, KeySets, KeySource};
use crate::domain::signing_keys::{self, KeyRing};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::{Audience, ForeignKeys, Unverified};
use crate::foundation::outbound::Outbound;

const TYP: &str = "JWT";
/// Entra reads the answer at once.
const LIFETIME: Duration = Duration::from_secs(300);

/// What reading a foreign hint needs.
pub struct ForeignHint<'a> {
    /// Asks the issuer for its keys.
    pub outbound: &'a Outbound,
    /// The keys of issuers.
    pub key_sets: &'a KeySets,
    /// The client that brings the hint.
    pub client: &'a Client,
    /// The moment.
    pub now: Timestamp,
}

/// A person whom a trusted issuer hands over.
#[derive(Debug)]
pub struct HandedOver {
    /// What the issuer says.
    pub vouched: Vouched,
    /// The person's user name here.
    pub user_name: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    tid: String,
    oid: String,
    #[serde(flatten)]
    others: serde_json::Map<String, Value>,
}

impl ForeignHint<'_> {
    /// Checks a hint: signed with a key of the issuer that the client was set up with, for this
    /// server, about a person of the tenant. It is usually over: it was made when the person
    /// signed in at the issuer, and is a name here, not a proof. Nothing when it is not right;
    /// why stands in the log.
    pub async fn read(&self, trust: &ExternalAuthentication, hint: &str) -> Option<HandedOver> {
        let token = Unverified::parse(hint)?;
        let source = KeySource::Issuer(trust.issuer.clone());
        let suffices = |keys: &ForeignKeys| keys.may_verify(&token);
        let keys = self.key_sets;
        let keys = keys.of(self.outbound, &source, suffices, self.now);
        let keys = match keys.await {
            Ok(keys) => keys,
            Err(error) => {
                tracing::warn!(client = %self.client.id, %error, "a foreign hint cannot be checked");
                return None;
            }
        };
        let claims: Claims = keys.verify(&token)?;
        let user_name = claims.others.get(&trust.user_name_claim)?.as_str()?;
        let right = claims.iss == trust.issuer
            && claims.aud.is_only(&trust.audience)
            && claims.tid == trust.tenant
            && ![&claims.sub, &claims.oid]
                .iter()
                .any(|text| text.is_empty());
        right.then(|| HandedOver {
            user_name: user_name.to_owned(),
            vouched: Vouched {
                subject: claims.sub.clone(),
            },
        })
    }
}

#[derive(Serialize)]
struct Payload<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    acr: &'a str,
    amr: [&'a str; 1],
}

/// The answer: which of the wanted proofs the person has given.
pub struct ExternalAnswer<'a> {
    request: &'a AuthorizationRequest,
    vouched: &'a Vouched,
    signed_in: &'a SignedIn,
    acr: &'a str,
    amr: &'a str,
}

impl<'a> ExternalAnswer<'a> {
    /// The first of the person's methods that is among the wanted ones and comes to a wanted
    /// class. Nothing when there is none: what was not proven is not said.
    pub fn of(
        request: &'a AuthorizationRequest,
        vouched: &'a Vouched,
        signed_in: &'a SignedIn,
    ) -> Option<Self> {
        let wanted = &request.terms.claims;
        let (methods, classes) = (wanted.values_of("amr"), wanted.values_of("acr"));
        let mut given = signed_in.amr.split(' ');
        let (acr, amr) = given.find_map(|method| {
            let kind = kind_of(method)?;
            let amr = methods.iter().find(|wanted| **wanted == method)?;
            let acr = classes.iter().find(|class| has_kind(class, kind))?;
            Some((*acr, *amr))
        })?;
        Some(Self {
            request,
            vouched,
            signed_in,
            acr,
            amr,
        })
    }

    /// Mints it.
    ///
    /// # Errors
    /// It cannot be signed.
    pub fn mint(
        &self,
        issuer: &str,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<String, signing_keys::Error> {
        let client = &self.request.client;
        let payload = Payload {
            iss: issuer,
            sub: &self.vouched.subject,
            aud: client.id.as_str(),
            exp: now.plus(LIFETIME).seconds(),
            iat: now.seconds(),
            auth_time: self.signed_in.auth_time.seconds(),
            nonce: self.request.nonce.as_deref(),
            acr: self.acr,
            amr: [self.amr],
        };
        let algorithm = client.metadata.id_token_signed_response_alg;
        keys.sign(algorithm, TYP, &payload, now)
    }
}

/// What a method of RFC 8176 is: something that the person knows, has or is.
fn kind_of(method: &str) -> Option<&'static str> {
    Some(match method {
        "pwd" | "pin" | "kba" => "knowledge",
        "otp" | "sms" | "tel" | "hwk" | "swk" | "pop" | "sc" | "fido" => "possession",
        "face" | "fpt" | "iris" | "retina" | "vbm" => "inherence",
        _ => return None,
    })
}

// Entra's classes name the kinds that would do: `possessionorinherence`.
fn has_kind(class: &str, kind: &str) -> bool {
    class.split("or").any(|part| part == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_names_the_kinds_that_would_do() {
        assert!(has_kind("possessionorinherence", "possession"));
        assert!(has_kind("possessionorinherence", "inherence"));
        assert!(!has_kind("possessionorinherence", "knowledge"));
        assert!(has_kind("knowledge", "knowledge"));
        assert!(!has_kind("", "knowledge"));
    }
}
