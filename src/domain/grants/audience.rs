//! For whom an access token is (RFC 8707): one resource must not be able to use at another what
//! it was given.

use super::NotRedeemed;
use crate::domain::clients::{Client, Scope, scope};

/// The audience of a token that is `asked` for by name, out of what was granted; of all that
/// was granted when none is named. This server's own endpoints are granted with `openid`, and
/// are in no audience but alone: what a resource server is given must open nothing here.
pub(super) fn of_granted(
    granted: &[String],
    scope: &Scope,
    asked: &[String],
    issuer: &str,
) -> Result<Vec<String>, NotRedeemed> {
    let asked = if asked.is_empty() { granted } else { asked };
    if asked.iter().all(|resource| resource == issuer) {
        let may = granted.is_empty()
            || scope.contains(scope::OPENID)
            || granted.iter().any(|resource| resource == issuer);
        return match may {
            true => Ok(vec![issuer.to_owned()]),
            false => Err(NotRedeemed::Resource),
        };
    }
    if asked.iter().all(|resource| granted.contains(resource)) {
        let foreign = asked.iter().filter(|resource| *resource != issuer);
        let foreign: Vec<String> = foreign.cloned().collect();
        // Both were asked for by name: that cannot be one token.
        match foreign.len() == asked.len() || std::ptr::eq(asked, granted) {
            true => Ok(without_repeats(foreign)),
            false => Err(NotRedeemed::Resource),
        }
    } else {
        Err(NotRedeemed::Resource)
    }
}

/// The audience of a token that a client gets for itself: what it registered, or the part of it
/// that it names.
///
/// # Errors
/// It names a resource that it did not register.
pub fn of_client(
    client: &Client,
    asked: &[String],
    issuer: &str,
) -> Result<Vec<String>, NotRedeemed> {
    let registered = &client.metadata.resources;
    if !asked.iter().all(|resource| registered.contains(resource)) {
        return Err(NotRedeemed::Resource);
    }
    let asked = if asked.is_empty() { registered } else { asked };
    Ok(match asked {
        [] => vec![issuer.to_owned()],
        some => without_repeats(some.to_vec()),
    })
}

fn without_repeats(mut all: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    all.retain(|one| seen.insert(one.clone()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://id.example";

    fn audience(granted: &[&str], scope: &str, asked: &[&str]) -> Option<Vec<String>> {
        let owned = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        let scope = scope.parse().unwrap();
        of_granted(&owned(granted), &scope, &owned(asked), OWN).ok()
    }

    fn some(all: &[&str]) -> Option<Vec<String>> {
        Some(all.iter().map(|&one| one.to_owned()).collect())
    }

    #[test]
    fn without_resources_a_token_is_for_this_server() {
        let own = some(&["https://id.example"]);
        assert_eq!(audience(&[], "openid", &[]), own);
        assert_eq!(audience(&[], "email", &[]), own);
        assert_eq!(audience(&[], "openid", &["https://id.example"]), own);
        assert_eq!(audience(&[], "openid", &["https://a.example"]), None);
    }

    #[test]
    fn rfc_8707_a_token_is_for_what_was_granted_or_a_part_of_it() {
        let granted = ["https://a.example", "https://b.example"];
        assert_eq!(audience(&granted, "openid", &[]), some(&granted));
        assert_eq!(
            audience(&granted, "openid", &["https://b.example"]),
            some(&["https://b.example"])
        );
        for wider in [
            &["https://c.example"][..],
            &["https://a.example", "https://c.example"],
            &["https://a.example/"],
            &["https://A.example"],
        ] {
            assert_eq!(audience(&granted, "openid", wider), None, "{wider:?}");
        }
    }

    #[test]
    fn this_server_is_in_no_audience_but_alone() {
        let granted = ["https://a.example"];
        let own = some(&["https://id.example"]);
        assert_eq!(audience(&granted, "openid", &[OWN]), own);
        assert_eq!(audience(&granted, "orders", &[OWN]), None, "no openid");
        let both = ["https://a.example", OWN];
        assert_eq!(audience(&granted, "openid", &both), None);
        assert_eq!(
            audience(&both, "openid", &[]),
            some(&["https://a.example"]),
            "what was granted together comes apart"
        );
    }
}
