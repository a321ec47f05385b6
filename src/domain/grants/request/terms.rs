//! The rules of what is asked for beyond the scope.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::{AuthorizationRequest, Broken, Sent};
use crate::domain::grants::{Confirmation, ErrorCode, RequestedClaim, RequestedClaims};

/// More of anything than this serves no application.
const MOST_RESOURCES: usize = 16;
const MOST_DETAILS: usize = 16;
const MOST_CLAIMS: usize = 64;
const MOST_CLASSES: usize = 16;
const LONGEST_RESOURCE: usize = 2048;
const LARGEST_DETAILS: usize = 16 * 1024;
const LARGEST_CLAIMS: usize = 16 * 1024;
const LONGEST_CLASS: usize = 256;
/// A SHA-256 thumbprint in base64url.
const THUMBPRINT_LENGTH: usize = 43;

type Checked = Result<(), Broken>;

fn invalid(text: &'static str) -> Checked {
    Err((ErrorCode::InvalidRequest, text))
}

// RFC 8707 §2. The server's own endpoints are nobody's to forbid; whatever else an access token
// may be carried to is registered.
pub(super) fn resource(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let mut wanted: Vec<String> = Vec::new();
    for resource in sent.parameters.all("resource") {
        if let Some(why) = objection(resource) {
            return Err((ErrorCode::InvalidTarget, why));
        }
        let registered = request.client.metadata.resources.iter();
        if resource != sent.issuer && !registered.into_iter().any(|own| own == resource) {
            let text = "the client may not ask for tokens for this resource";
            return Err((ErrorCode::InvalidTarget, text));
        }
        if !wanted.iter().any(|known| known == resource) {
            wanted.push(resource.to_owned());
        }
    }
    if wanted.len() > MOST_RESOURCES {
        return Err((ErrorCode::InvalidTarget, "there are too many resources"));
    }
    request.terms.resource = wanted;
    Ok(())
}

fn objection(resource: &str) -> Option<&'static str> {
    let absolute = resource.len() <= LONGEST_RESOURCE && Url::parse(resource).is_ok();
    match absolute {
        true if resource.contains('#') => Some("a resource has no fragment"),
        true => None,
        false => Some("a resource is an absolute URI"),
    }
}

// RFC 9396 §2 and §5: what is not understood to the last member must not be granted; the
// members of a type are its resource's to judge, those that all types share are judged here.
pub(super) fn authorization_details(
    sent: &Sent<'_>,
    request: &mut AuthorizationRequest,
) -> Checked {
    let Some(text) = sent.parameters.get("authorization_details") else {
        return Ok(());
    };
    let refused = |why| Err((ErrorCode::InvalidAuthorizationDetails, why));
    if text.len() > LARGEST_DETAILS {
        return refused("authorization_details is too large");
    }
    let Ok(details) = serde_json::from_str::<Vec<Map<String, Value>>>(text) else {
        return refused("authorization_details is not an array of objects");
    };
    if details.is_empty() || details.len() > MOST_DETAILS {
        return refused("authorization_details has none or too many elements");
    }
    let registered = &request.client.metadata.authorization_details_types;
    for detail in &details {
        let kind = detail.get("type").and_then(Value::as_str);
        if !kind.is_some_and(|kind| registered.iter().any(|own| own == kind)) {
            return refused("the client did not register this type of authorization_details");
        }
        if !has_common_members_right(detail) {
            return refused("a common member of authorization_details is of the wrong kind");
        }
    }
    request.terms.authorization_details = details;
    Ok(())
}

// RFC 9396 §2.2.
fn has_common_members_right(detail: &Map<String, Value>) -> bool {
    let texts = |value: &Value| {
        let all = value.as_array();
        all.is_some_and(|all| all.iter().all(Value::is_string))
    };
    let lists = ["locations", "actions", "datatypes", "privileges"];
    lists
        .into_iter()
        .all(|name| detail.get(name).is_none_or(texts))
        && detail.get("identifier").is_none_or(Value::is_string)
}

#[derive(Deserialize)]
struct ClaimsParameter {
    id_token: Option<BTreeMap<String, Option<ClaimAsked>>>,
    userinfo: Option<BTreeMap<String, Option<ClaimAsked>>>,
}

#[derive(Deserialize)]
struct ClaimAsked {
    #[serde(default)]
    essential: bool,
    value: Option<Value>,
    #[serde(default)]
    values: Vec<Value>,
}

// Core §5.5: members that are not understood are ignored.
pub(super) fn claims(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let Some(text) = sent.parameters.get("claims") else {
        return Ok(());
    };
    if text.len() > LARGEST_CLAIMS {
        return invalid("claims is too large");
    }
    let Ok(asked) = serde_json::from_str::<ClaimsParameter>(text) else {
        return invalid("claims is not an object of claims for id_token and userinfo");
    };
    let asked = RequestedClaims {
        id_token: read(asked.id_token),
        userinfo: read(asked.userinfo),
    };
    if asked.id_token.len() + asked.userinfo.len() > MOST_CLAIMS {
        return invalid("claims names too many of them");
    }
    request.terms.claims = asked;
    request.terms.claims.keep_within(&request.client.scope);
    Ok(())
}

fn read(
    asked: Option<BTreeMap<String, Option<ClaimAsked>>>,
) -> BTreeMap<String, Option<RequestedClaim>> {
    let of = |claim: ClaimAsked| RequestedClaim {
        essential: claim.essential,
        value: claim.value,
        values: claim.values,
    };
    let all = asked.unwrap_or_default().into_iter();
    all.map(|(name, claim)| (name, claim.map(of))).collect()
}

pub(super) fn classes(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let asked: Vec<String> = match sent.parameters.get("acr_values") {
        Some(text) => text
            .split(' ')
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect(),
        None => request.client.metadata.default_acr_values.clone(),
    };
    if asked.len() > MOST_CLASSES || asked.iter().any(|one| one.len() > LONGEST_CLASS) {
        return invalid("acr_values is too long");
    }
    request.terms.acr_values = asked;
    Ok(())
}

// RFC 9449 §10: the code is worth something with that key only.
pub(super) fn key_of_the_code(sent: &Sent<'_>, request: &mut AuthorizationRequest) -> Checked {
    let Some(thumbprint) = sent.parameters.get("dpop_jkt") else {
        return Ok(());
    };
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if thumbprint.len() != THUMBPRINT_LENGTH || !thumbprint.bytes().all(base64url) {
        return invalid("dpop_jkt is not a SHA-256 thumbprint in base64url");
    }
    request.terms.confirmation = Some(Confirmation::Key(thumbprint.to_owned()));
    Ok(())
}
