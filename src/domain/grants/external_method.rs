//! This server as Entra's external authentication method: Entra hands over a person whom it has
//! asked for a first proof already, by an ID token of its own as the hint, and wants to hear of
//! one other proof. The answer bears Entra's name of the person and tells nothing of ours.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AuthorizationRequest, RequestedClaims, SignedIn, Vouched};
use crate::domain::clients::{Client, ExternalAuthentication, KeySets, KeySource};
use crate::domain::signin::{Acr, Method};
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
    /// The first of the `given` methods that is among the wanted ones and comes to a wanted class.
    /// Nothing when there is none: what was not proven is not said.
    pub fn of(
        request: &'a AuthorizationRequest,
        vouched: &'a Vouched,
        (signed_in, given): (&'a SignedIn, &[Method]),
    ) -> Option<Self> {
        let wanted = &request.terms.claims;
        let acr = class_of(wanted)?;
        let amr = given.iter().find_map(|method| name_of(*method, wanted))?;
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

/// The class of a sign-in with which a person can give one of the wanted proofs; none when no
/// proof that this server takes is wanted. The first proof is Entra's own, and what people know is
/// none that it takes from elsewhere: so it is always more than a password.
pub(super) fn class_for(wanted: &RequestedClaims) -> Option<Acr> {
    class_of(wanted)?;
    let will_do = |method: &Method| name_of(*method, wanted).is_some();
    let any = Method::ALL.iter().find(|method| will_do(method))?;
    Some(if will_do(&Method::Totp) {
        Acr::MultiFactor
    } else {
        Acr::of(&[Method::Password, *any])
    })
}

/// The wanted class that what a person has comes to. Entra's classes name the kinds that would do:
/// `possessionorinherence`.
fn class_of(wanted: &RequestedClaims) -> Option<&str> {
    let mut classes = wanted.values_of("acr").into_iter();
    classes.find(|class| class.split("or").any(|kind| kind == "possession"))
}

/// By which of the wanted names a method goes.
fn name_of(method: Method, wanted: &RequestedClaims) -> Option<&str> {
    let names: &[&str] = match method {
        // Not `hwk` nor `face`: what is behind the key is the authenticator's own affair.
        Method::Passkey | Method::SecurityKey => &["fido", "pop"],
        Method::Totp | Method::RecoveryCode => &["otp"],
        // A mailbox is opened by a password, too.
        Method::Password | Method::TemporaryPass | Method::MailedCode => &[],
    };
    let wanted = wanted.values_of("amr");
    let mut names = names.iter();
    names.find_map(|name| wanted.iter().find(|wanted| *wanted == name).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanting(acr: &[&str], amr: &[&str]) -> RequestedClaims {
        let asked = serde_json::json!({ "id_token": {
            "acr": { "essential": true, "values": acr },
            "amr": { "essential": true, "values": amr },
        } });
        serde_json::from_value(asked).unwrap()
    }

    #[test]
    fn a_class_names_the_kinds_that_would_do() {
        let class = |acr: &[&str]| class_of(&wanting(acr, &[])).map(str::to_owned);
        let both = "possessionorinherence";
        assert_eq!(class(&["knowledge", both]), Some(both.to_owned()));
        assert_eq!(
            class(&["knowledge", "inherence", "knowledgeorinherence", ""]),
            None
        );
    }

    #[test]
    fn what_people_know_is_no_proof_for_another_issuer() {
        let all = wanting(&["possessionorinherence"], &["pwd", "pin", "fido", "otp"]);
        assert_eq!(name_of(Method::Password, &all), None);
        // A pass is typed in the place of a password.
        assert_eq!(name_of(Method::TemporaryPass, &all), None);
        assert_eq!(name_of(Method::Totp, &all), Some("otp"));
        assert_eq!(name_of(Method::Passkey, &all), Some("fido"));
    }

    #[test]
    fn the_class_of_the_sign_in_is_one_in_which_a_wanted_proof_can_be_given() {
        let class = |amr: &[&str]| class_for(&wanting(&["possessionorinherence"], amr));
        assert_eq!(class(&["fido", "otp"]), Some(Acr::MultiFactor));
        assert_eq!(class(&["face", "fido"]), Some(Acr::PhishingResistant));
        assert_eq!(class(&["pwd", "face", "sms"]), None);
        assert_eq!(class(&[]), None);
        assert_eq!(class_for(&wanting(&["knowledge"], &["otp"])), None);
    }
}
