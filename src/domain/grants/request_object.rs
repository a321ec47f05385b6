//! Request objects: a request as a signed token (RFC 9101; OpenID Connect Core §6).

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{ErrorCode, Parameters};
use crate::domain::clients::{Client, Profile, assertion};
use crate::foundation::clock::Timestamp;
use crate::foundation::crypto::jose::SignatureAlgorithm;

/// How far two clocks may be apart.
const SKEW: i64 = 60;
/// FAPI 2.0 Message Signing §5.3.1: how old an object may be, and how long it may live.
const LONGEST: Duration = Duration::from_secs(3600);
/// Claims that say something of the token and nothing of the request.
const OF_THE_TOKEN: [&str; 7] = ["iss", "aud", "sub", "exp", "nbf", "iat", "jti"];

/// By which door an object came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Door {
    /// In a browser.
    Browser,
    /// From the authenticated client itself.
    Pushed,
}

type Broken = (ErrorCode, &'static str);

fn refused<T>(text: &'static str) -> Result<T, Broken> {
    Err((ErrorCode::InvalidRequestObject, text))
}

/// What an object is judged by.
pub(super) struct Judge<'a> {
    pub(super) client: &'a Client,
    pub(super) issuer: &'a str,
    pub(super) now: Timestamp,
    pub(super) door: Door,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
}

impl Judge<'_> {
    /// What the header says must suit the client; what it says of keys has no say.
    pub(super) fn header(&self, object: &str) -> Result<(), Broken> {
        let Some(header) = header(object) else {
            return refused("the request object is not a signed token");
        };
        let rules = self.client.rules();
        if header.alg.eq_ignore_ascii_case("none") {
            let plain = rules.profile == Profile::Oidc && !rules.signed_requests;
            let text = "a request object has to be signed";
            return match (plain, self.door) {
                (true, Door::Browser) => Err((ErrorCode::RequestNotSupported, text)),
                _ => refused(text),
            };
        }
        let known = header.alg.parse::<SignatureAlgorithm>();
        let registered = self.client.metadata.request_object_signing_alg;
        // A shared secret counts for a client that registered it and for nobody else: else a
        // public key could be taken for one.
        let of_the_client =
            |one: &SignatureAlgorithm| !one.is_symmetric() || registered == Some(*one);
        let Some(algorithm) = known.ok().filter(of_the_client) else {
            return refused("the request object is not signed with a key of the client's own");
        };
        if registered.is_some_and(|own| own != algorithm) {
            return refused("the request object is not signed with the registered algorithm");
        }
        if rules.fapi_algorithms && !algorithm.is_of_fapi() {
            return refused("the profile does not know this algorithm");
        }
        // RFC 9101 §10.8: a token that was made for something else is none of these.
        let typ = header.typ.unwrap_or_default().to_ascii_lowercase();
        match typ.strip_prefix("application/").unwrap_or(&typ) {
            "" | "jwt" | "oauth-authz-req+jwt" => Ok(()),
            _ => refused("the token is not of the type of a request object"),
        }
    }

    /// Whether the client signs its objects with its secret.
    pub(super) fn by_secret(&self) -> bool {
        let registered = self.client.metadata.request_object_signing_alg;
        registered.is_some_and(SignatureAlgorithm::is_symmetric)
    }

    /// The parameters of an object whose signature was checked; there are no claims where it
    /// was not right.
    pub(super) fn parameters(
        &self,
        verified: Option<Claims>,
        beside: &Parameters,
    ) -> Result<Parameters, Broken> {
        let Some(Claims(claims)) = verified else {
            return refused("the request object is not signed with a key of the client");
        };
        self.parties(&claims)?;
        self.times(&claims)?;
        if claims.contains_key("request") || claims.contains_key("request_uri") {
            return refused("a request object contains no other");
        }
        self.beside(&claims, beside)?;
        let within = Parameters::from_pairs(claims.into_iter().flat_map(pairs).collect());
        // RFC 9101 §6.3: nothing beside the object counts. OpenID Connect Core §6.1 lets it
        // complete the object; that is for clients that were not asked to sign their requests.
        if self.completes() {
            let beside = beside.without("request").without("request_uri");
            return Ok(within.completed_by(&beside));
        }
        Ok(within)
    }

    fn completes(&self) -> bool {
        let rules = self.client.rules();
        let plain = rules.profile == Profile::Oidc && !rules.signed_requests;
        plain && self.door == Door::Browser
    }

    fn parties(&self, claims: &Map<String, Value>) -> Result<(), Broken> {
        let own = self.client.id.as_str();
        let is_own = |name: &str| claims.get(name).map(|value| value == own);
        if is_own("client_id") == Some(false) || is_own("iss") == Some(false) {
            return refused("client_id or iss of the request object is another client");
        }
        if is_own("client_id").is_none() && !self.completes() {
            return refused("the request object does not name its client");
        }
        // RFC 9101 §10.8: an assertion that proves the client has this subject.
        if is_own("sub") == Some(true) {
            return refused("the token proves a client; it is not a request");
        }
        match claims.get("aud") {
            None if self.client.rules().profile == Profile::Fapi2 => {
                refused("the request object does not say whom it is for")
            }
            Some(audience) if !names(audience, self.issuer) => {
                refused("the request object is not for this server")
            }
            _ => Ok(()),
        }
    }

    fn times(&self, claims: &Map<String, Value>) -> Result<(), Broken> {
        let profile = self.client.rules().profile;
        let (end, begin, made) = (
            date(claims, "exp")?,
            date(claims, "nbf")?,
            date(claims, "iat")?,
        );
        let now = self.now.seconds();
        if end.is_some_and(|end| end <= now) {
            return refused("the request object has expired");
        }
        if end.is_none() && profile != Profile::Oidc {
            return refused("the request object does not say when it ends");
        }
        let early = |at: Option<i64>| at.is_some_and(|at| at > now + SKEW);
        if early(begin) || early(made) {
            return refused("the request object is of the future");
        }
        if profile != Profile::Fapi2 {
            return Ok(());
        }
        let longest = i64::try_from(LONGEST.as_secs()).unwrap_or(i64::MAX);
        match (begin, end) {
            (Some(begin), Some(end)) if begin >= now - longest && end <= begin + longest => Ok(()),
            (None, _) => refused("the request object does not say when it begins"),
            _ => refused("the request object is too old or lives too long"),
        }
    }

    // Core §6.1, RFC 9101 §5: what stands outside for the sake of OAuth is the same inside.
    fn beside(&self, claims: &Map<String, Value>, beside: &Parameters) -> Result<(), Broken> {
        if self.door == Door::Pushed || !self.completes() {
            return Ok(());
        }
        let differs = |name: &str| match (claims.get(name), beside.get(name)) {
            (Some(inside), Some(outside)) => inside != outside,
            _ => false,
        };
        if differs("response_type") || differs("client_id") {
            return refused("response_type is another one than beside the request object");
        }
        Ok(())
    }
}

fn header(object: &str) -> Option<Header> {
    let (first, _) = object.split_once('.')?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(first).ok()?).ok()
}

fn names(audience: &Value, issuer: &str) -> bool {
    match audience {
        Value::String(one) => one == issuer,
        Value::Array(several) => several.iter().any(|one| one == issuer),
        _ => false,
    }
}

// A time that is no number is no time that has not come or not passed yet (jsonwebtoken
// CVE-2026-25537).
fn date(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, Broken> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(date)) => match assertion::seconds(date) {
            Some(date) => Ok(Some(date)),
            None => refused("a time of the request object is out of bounds"),
        },
        Some(_) => refused("a time of the request object is not a number"),
    }
}

/// A claim as parameters: objects and arrays are written as the JSON that they would be in a
/// form, and a list of resources as several (RFC 9101 §4, RFC 8707 §2).
fn pairs((name, value): (String, Value)) -> Vec<(String, String)> {
    if OF_THE_TOKEN.contains(&name.as_str()) {
        return Vec::new();
    }
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![(name, text)],
        Value::Array(all) if name == "resource" => {
            let texts = all.into_iter().map(|one| match one {
                Value::String(text) => text,
                other => other.to_string(),
            });
            texts.map(|text| (name.clone(), text)).collect()
        }
        other => vec![(name, other.to_string())],
    }
}

/// Claims of which none stands there twice: two readers would each believe another one.
pub(super) struct Claims(Map<String, Value>);

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Once;
        impl<'de> Visitor<'de> for Once {
            type Value = Claims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Claims, A::Error> {
                let mut claims = Map::new();
                while let Some((name, value)) = from.next_entry::<String, Value>()? {
                    if claims.insert(name, value).is_some() {
                        return Err(A::Error::custom("a claim stands there twice"));
                    }
                }
                Ok(Claims(claims))
            }
        }
        deserializer.deserialize_map(Once)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_become_the_parameters_that_a_form_would_have() {
        let claims = json!({
            "iss": "c", "exp": 1, "client_id": "c", "max_age": 300, "state": "s", "nonce": null,
            "resource": ["https://a", "https://b"],
            "claims": { "userinfo": { "email": null } },
            "authorization_details": [{ "type": "t" }],
        });
        let Value::Object(claims) = claims else {
            panic!()
        };
        let all: Vec<_> = claims.into_iter().flat_map(pairs).collect();
        let all: Vec<_> = all.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(
            all,
            [
                ("client_id", "c"),
                ("max_age", "300"),
                ("state", "s"),
                ("resource", "https://a"),
                ("resource", "https://b"),
                ("claims", r#"{"userinfo":{"email":null}}"#),
                ("authorization_details", r#"[{"type":"t"}]"#),
            ]
        );
    }

    #[test]
    fn checklist_34_a_claim_that_stands_there_twice_is_refused() {
        let twice = r#"{"redirect_uri":"a","redirect_uri":"b"}"#;
        assert!(serde_json::from_str::<Claims>(twice).is_err());
        assert!(serde_json::from_str::<Claims>(r#"{"a":1}"#).is_ok());
    }
}
