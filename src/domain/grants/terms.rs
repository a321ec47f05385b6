//! What was authorized beyond the scope. It is carried from the authorization request by the
//! code to the grant, and from there into every token.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::claims::scope_of;
use crate::domain::clients::Scope;
use crate::domain::signin::Acr;

/// The terms of a code or a grant, stored as one JSON text. What is empty is left out, so that
/// `{}` is a grant of scope alone.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct Terms {
    /// The resources that access tokens may be for (RFC 8707), as they were asked for. None:
    /// this server's own endpoints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resource: Vec<String>,
    /// The `authorization_details` that were allowed (RFC 9396): objects with a `type`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorization_details: Vec<Map<String, Value>>,
    /// The claims that were asked for one by one.
    #[serde(default, skip_serializing_if = "RequestedClaims::is_empty")]
    pub claims: RequestedClaims,
    /// The key that the code, and every token of the grant, is worth something with only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Confirmation>,
    /// The authentication classes that were asked for, the best first. What the sign-in came
    /// to is `SignedIn::acr`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acr_values: Vec<String>,
}

/// What a token is bound to: the member of `cnf` (RFC 7800).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Confirmation {
    /// The SHA-256 thumbprint of a `DPoP` key (RFC 9449 §6.1).
    #[serde(rename = "jkt")]
    Key(String),
    /// The SHA-256 thumbprint of a client certificate (RFC 8705 §3.1).
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

/// The `claims` parameter (OpenID Connect Core §5.5).
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct RequestedClaims {
    /// For the `id_token`, by the claim's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: BTreeMap<String, Option<RequestedClaim>>,
    /// For userinfo, by the claim's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: BTreeMap<String, Option<RequestedClaim>>,
}

/// How a claim was asked for (OpenID Connect Core §5.5.1).
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
pub struct RequestedClaim {
    /// The client cannot do without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub essential: bool,
    /// It should be this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// It should be one of these, the best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

impl RequestedClaims {
    /// Whether no claim was asked for by name.
    pub fn is_empty(&self) -> bool {
        self.id_token.is_empty() && self.userinfo.is_empty()
    }

    /// The authentication classes of which one has to be reached; none when that is not
    /// essential (OpenID Connect Core §5.5.1.1).
    pub fn essential_classes(&self) -> Vec<&str> {
        let asked = self.id_token.get("acr").and_then(Option::as_ref);
        if asked.is_some_and(|asked| asked.essential) {
            self.values_of("acr")
        } else {
            Vec::new()
        }
    }

    /// The class that the `id_token` names, of a sign-in that came to `reached`. An essential `acr`
    /// has to be one that was asked for (OpenID Connect Core §5.5.1.1): the best of them that was
    /// reached, for whoever has come further has come that far. Else it is the class itself.
    pub fn class_to_tell<'a>(&'a self, reached: &'a str) -> &'a str {
        let Ok(most) = reached.parse::<Acr>() else {
            return reached;
        };
        let essential = self.essential_classes().into_iter();
        let known = essential.filter_map(|name| name.parse::<Acr>().ok());
        let met = known.filter(|class| *class <= most);
        met.max().map_or(reached, |class| class.as_str())
    }

    /// The texts of which a claim of the `id_token` should be one, the best first.
    pub fn values_of(&self, claim: &str) -> Vec<&str> {
        let asked = self.id_token.get(claim).and_then(Option::as_ref);
        let all = asked
            .iter()
            .flat_map(|asked| asked.value.iter().chain(&asked.values));
        all.filter_map(Value::as_str).collect()
    }

    /// The scopes that those claims belong to.
    pub fn scopes_beyond(&self, scope: &Scope) -> Scope {
        let names = self.names_beyond(scope);
        Scope::of(names.iter().filter_map(|name| scope_of(name)))
    }

    /// Leaves out what belongs to a scope that the client may not ask for: asking by name is
    /// no way around what was registered.
    pub(super) fn keep_within(&mut self, registered: &Scope) {
        let may = |name: &str| scope_of(name).is_none_or(|of| registered.contains(of));
        self.id_token.retain(|name, _| may(name));
        self.userinfo.retain(|name, _| may(name));
    }

    /// The names of claims about the person that the scope does not contain anyhow.
    pub fn names_beyond(&self, scope: &Scope) -> BTreeSet<String> {
        let names = self.id_token.keys().chain(self.userinfo.keys());
        let beyond = names.filter(|name| {
            let of = scope_of(name);
            of.is_some_and(|of| !scope.contains(of))
        });
        beyond.cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn terms_of_nothing_are_an_empty_object() {
        assert_eq!(serde_json::to_value(Terms::default()).unwrap(), json!({}));
        assert_eq!(
            serde_json::from_str::<Terms>("{}").unwrap(),
            Terms::default()
        );
    }

    #[test]
    fn an_essential_class_that_is_told_is_one_that_was_asked_for_and_reached() {
        let [single, multi, bound] = Acr::ALL.map(Acr::as_str);
        let told = |essential: bool, values: &[&str], reached: &str| {
            let asked =
                json!({ "id_token": { "acr": { "essential": essential, "values": values } } });
            let claims: RequestedClaims = serde_json::from_value(asked).unwrap();
            claims.class_to_tell(reached).to_owned()
        };
        assert_eq!(told(true, &[multi], bound), multi);
        assert_eq!(told(true, &[bound, multi], bound), bound);
        assert_eq!(told(true, &[bound, single], multi), single);
        assert_eq!(told(true, &["urn:other", multi], bound), multi);
        // A wish is told the truth.
        assert_eq!(told(false, &[multi], bound), bound);
        assert_eq!(told(true, &[], bound), bound);
    }

    #[test]
    fn terms_survive_storage() {
        let text = json!({
            "resource": ["https://api.example.com"],
            "authorization_details": [{ "type": "payment", "amount": "12" }],
            "claims": {
                "id_token": { "acr": { "essential": true, "values": ["a", "b"] } },
                "userinfo": { "email": null },
            },
            "confirmation": { "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" },
            "acr_values": ["a"],
        });
        let terms: Terms = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(serde_json::to_value(terms).unwrap(), text);
    }
}
