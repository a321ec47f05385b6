//! From a filter to the directory's search. What is not offered is refused, and never
//! answered with everyone: a client would go on to change the wrong person.

use super::error::ScimError;
use super::grammar::{AttributePath, Filter, Literal, Operator, Test, parse_filter};
use super::schema::{GROUPS, ResourceType, Target, USERS};
use crate::domain::directory::search::{GroupTerm, UserTerm};

/// The conditions of a filter on users; no filter has none.
pub fn user_terms(filter: Option<&str>) -> Result<Vec<UserTerm>, ScimError> {
    terms(filter, user_term)
}

/// The conditions of a filter on groups.
pub fn group_terms(filter: Option<&str>) -> Result<Vec<GroupTerm>, ScimError> {
    terms(filter, group_term)
}

fn terms<T>(
    filter: Option<&str>,
    term: fn(&Filter<'_>) -> Result<T, ScimError>,
) -> Result<Vec<T>, ScimError> {
    let Some(text) = filter else {
        return Ok(Vec::new());
    };
    let filter = parse_filter(text).map_err(|error| {
        ScimError::InvalidFilter(format!("The filter does not parse: {error}."))
    })?;
    match &filter {
        Filter::And(all) => all.iter().map(term).collect(),
        one => Ok(vec![term(one)?]),
    }
}

fn user_term(filter: &Filter<'_>) -> Result<UserTerm, ScimError> {
    match filter {
        Filter::Attribute(path, test) => {
            let text = equal_text(filter, test)?;
            match attribute(&USERS, path) {
                Some(("id", None)) => Ok(UserTerm::Id(text)),
                Some(("userName", None)) => Ok(UserTerm::UserName(text)),
                Some(("externalId", None)) => Ok(UserTerm::ExternalId(text)),
                Some(("manager", None | Some("value"))) => Ok(UserTerm::Manager(text)),
                Some(("emails", None | Some("value"))) => Ok(UserTerm::Email {
                    kind: None,
                    address: text,
                }),
                _ => Err(not_offered(filter)),
            }
        }
        Filter::Element(path, inner, then)
            if matches!(attribute(&USERS, path), Some(("emails", None))) =>
        {
            email_term(inner, then.as_ref()).ok_or_else(|| not_offered(filter))
        }
        _ => Err(not_offered(filter)),
    }
}

/// `emails[type eq "work"].value eq "x"`, or the same within the brackets.
fn email_term(inner: &Filter<'_>, then: Option<&(&str, Test<'_>)>) -> Option<UserTerm> {
    let mut kind = None;
    let mut address = None;
    let parts = match inner {
        Filter::And(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    for part in parts {
        let Filter::Attribute(path, test) = part else {
            return None;
        };
        let text = equal_text(inner, test).ok()?;
        let slot = match path.text.to_ascii_lowercase().as_str() {
            "type" => &mut kind,
            "value" => &mut address,
            _ => return None,
        };
        if slot.replace(text).is_some() {
            return None;
        }
    }
    if let Some((sub, test)) = then {
        let text = equal_text(inner, test).ok()?;
        if !sub.eq_ignore_ascii_case("value") || address.replace(text).is_some() {
            return None;
        }
    }
    Some(UserTerm::Email {
        kind,
        address: address?,
    })
}

fn group_term(filter: &Filter<'_>) -> Result<GroupTerm, ScimError> {
    match filter {
        Filter::Attribute(path, test) => {
            let text = equal_text(filter, test)?;
            match attribute(&GROUPS, path) {
                Some(("id", None)) => Ok(GroupTerm::Id(text)),
                Some(("displayName", None)) => Ok(GroupTerm::DisplayName(text)),
                Some(("externalId", None)) => Ok(GroupTerm::ExternalId(text)),
                Some(("members", None | Some("value"))) => Ok(GroupTerm::Member(text)),
                _ => Err(not_offered(filter)),
            }
        }
        Filter::Element(path, inner, None)
            if matches!(attribute(&GROUPS, path), Some(("members", None))) =>
        {
            match inner.as_ref() {
                Filter::Attribute(part, test) if part.text.eq_ignore_ascii_case("value") => {
                    Ok(GroupTerm::Member(equal_text(filter, test)?))
                }
                _ => Err(not_offered(filter)),
            }
        }
        _ => Err(not_offered(filter)),
    }
}

/// The attribute and the part that a path names, in the spelling of the schema. Entra ID
/// asks for `manager` without the URN of the extension.
fn attribute(
    resource_type: &ResourceType,
    path: &AttributePath<'_>,
) -> Option<(&'static str, Option<&'static str>)> {
    match resource_type.resolve(path) {
        Some(Target::Attribute { attribute, sub, .. }) => {
            Some((attribute.name, sub.map(|sub| sub.name)))
        }
        Some(Target::Extension(_)) => None,
        None if path.urn.is_none() => {
            let found = resource_type
                .extensions
                .iter()
                .find_map(|schema| schema.attribute(path.name))?;
            match path.sub {
                None => Some((found.name, None)),
                Some(sub) => Some((found.name, Some(found.sub(sub)?.name))),
            }
        }
        None => None,
    }
}

/// The text in `eq "text"`.
fn equal_text(filter: &Filter<'_>, test: &Test<'_>) -> Result<String, ScimError> {
    match test {
        Test::Compare(Operator::Eq, Literal::String(text)) => Ok(text.clone().into_owned()),
        _ => Err(not_offered(filter)),
    }
}

fn not_offered(filter: &Filter<'_>) -> ScimError {
    ScimError::InvalidFilter(format!(
        "`{filter}` is not offered here. Users are found by `eq` on userName, externalId, id, \
         emails.value and manager, groups by `eq` on displayName, externalId, id and members, \
         joined by `and`."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(filter: &str) -> Result<Vec<UserTerm>, ScimError> {
        user_terms(Some(filter))
    }

    #[test]
    fn the_filters_that_entra_sends_are_understood() {
        let work = UserTerm::Email {
            kind: Some("work".into()),
            address: "a@x".into(),
        };
        for text in [
            "emails[type eq \"work\"].value eq \"a@x\"",
            "emails[value eq \"a@x\" and type eq \"work\"]",
            "Emails[Type EQ \"work\"].Value eq \"a@x\"",
        ] {
            assert_eq!(users(text).unwrap(), std::slice::from_ref(&work), "{text}");
        }
        assert_eq!(
            users("id eq \"U\" and manager eq \"M\"").unwrap(),
            [UserTerm::Id("U".into()), UserTerm::Manager("M".into())]
        );
        assert_eq!(
            group_terms(Some("id eq \"G\" and members eq \"U\"")).unwrap(),
            [GroupTerm::Id("G".into()), GroupTerm::Member("U".into())]
        );
        assert_eq!(
            group_terms(Some("members[value eq \"U\"]")).unwrap(),
            [GroupTerm::Member("U".into())]
        );
    }

    #[test]
    fn names_are_taken_with_the_urn_of_their_schema() {
        assert_eq!(
            users("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"x\"").unwrap(),
            [UserTerm::UserName("x".into())]
        );
        assert_eq!(
            users(
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"x\""
            )
            .unwrap(),
            [UserTerm::Manager("x".into())]
        );
    }

    #[test]
    fn what_is_not_offered_is_refused_and_never_everyone() {
        for text in [
            "userName co \"x\"",
            "userName eq \"x\" or userName eq \"y\"",
            "not (userName eq \"x\")",
            "userName pr",
            "userName eq 5",
            "userName eq null",
            "password eq \"x\"",
            "nickName eq \"x\"",
            "unheardOf eq \"x\"",
            "emails[type eq \"work\"]",
            "emails[value co \"x\"]",
            "emails[primary eq true].value eq \"x\"",
            "userName eq x",
            "",
        ] {
            assert!(
                matches!(users(text), Err(ScimError::InvalidFilter(_))),
                "{text}"
            );
        }
    }
}
