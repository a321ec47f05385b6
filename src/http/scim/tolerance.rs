//! Where values are taken in forms that RFC 7643 does not have, because provisioning
//! clients send them. Everything that is not listed here is refused.
//!
//! | number | what | where |
//! |---|---|---|
//! | T1 | `op` in any case | [`operation_word`] |
//! | T2 | `"True"` and `"False"` for booleans | [`boolean_text`] |
//! | T3 | dotted, URN and filtered keys in an operation without a path | `patch::pathless` |
//! | T4 | a filtered path without a match creates the entry | `patch::elements` |
//! | T5 | `remove` of a list with values removes those only | `patch::lists`, `patch::rows` |
//! | T6 | `""` means unassigned | [`is_unassigned`] |
//! | T7 | a manager as its bare id | [`bare_id`] |
//! | T8 | unknown attributes and schema URNs in whole resources; older names of ours | `document`, [`todays_urn`], [`older_part`] |
//! | T9 | readOnly attributes in an operation without a path | `patch::pathless` |
//! | T10 | empty `Operations`, missing `schemas` | `patch::request` |
//! | T11 | `application/json` in and out | `media` |
//! | T12 | adding a member that is there, removing one that is not | `domain::directory` |
//! | T13 | trailing `&` and `?`, unknown parameters, `+` for a space | `query` |
//! | T14 | a list of one for a single value | [`only_element`] |
//! | T15 | SCIM 1.1 group changes (`members[].operation`) | `patch::request` |

use serde_json::{Map, Value};

use super::schema::{Attribute, ENTERPRISE_USER, Kind};

/// What a PATCH operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `add`.
    Add,
    /// `remove`.
    Remove,
    /// `replace`.
    Replace,
}

/// T1. Entra ID writes `Add`, `Replace`, `Remove`.
pub fn operation_word(word: &str) -> Option<Verb> {
    [
        ("add", Verb::Add),
        ("remove", Verb::Remove),
        ("replace", Verb::Replace),
    ]
    .into_iter()
    .find_map(|(name, verb)| word.eq_ignore_ascii_case(name).then_some(verb))
}

/// T2. Entra ID writes booleans as text; `"False"` taken as a truthy string would keep
/// somebody signed in who was dismissed.
pub fn boolean_text(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case("false").then_some(false)
}

/// T6, and RFC 7643, section 2.5: null and an empty list are no value, and neither are an
/// empty text or an empty object.
pub fn is_unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// T7. `"manager": "26118915"` for `"manager": {"value": "26118915"}`.
pub fn bare_id(attribute: &Attribute, value: Value) -> Value {
    match value {
        Value::String(id)
            if attribute.kind == Kind::Complex
                && !attribute.multi_valued
                && !id.is_empty()
                && attribute.sub("value").is_some() =>
        {
            let mut parts = Map::new();
            parts.insert("value".to_owned(), Value::String(id));
            Value::Object(parts)
        }
        other => other,
    }
}

/// T8. The URNs that the enterprise extension had in SCIM 1.1 and in drafts of SCIM 2.0, which
/// templates of OneLogin hold to this day, and the one that Entra ID's sample has without its
/// colon. What is written under them is meant, and passing it over would lose it.
const OLDER_ENTERPRISE: [&str; 4] = [
    "urn:scim:schemas:extension:enterprise:1.0",
    "urn:scim:schemas:extension:enterprise:2.0",
    "urn:scim:schemas:extension:enterprise:2.0:User",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0User",
];

/// T8. What the schemas of users and groups were called then.
const OLDER_CORE: [&str; 4] = [
    "urn:scim:schemas:core:1.0",
    "urn:scim:schemas:core:2.0",
    "urn:scim:schemas:core:2.0:User",
    "urn:scim:schemas:core:2.0:Group",
];

/// T8. What an extension of ours is called today, by one of its older URNs.
pub fn todays_urn(urn: &str) -> Option<&'static str> {
    let is_older = OLDER_ENTERPRISE
        .iter()
        .any(|older| older.eq_ignore_ascii_case(urn));
    is_older.then_some(ENTERPRISE_USER.id)
}

/// T8. Whether a URN was that of the attributes at the top of a resource.
pub fn is_older_core(urn: &str) -> bool {
    OLDER_CORE
        .iter()
        .any(|older| older.eq_ignore_ascii_case(urn))
}

/// T8. `managerId`, which is the manager's `value` since SCIM 2.0.
pub fn older_part(attribute: &Attribute, name: &str) -> Option<&'static Attribute> {
    (attribute.name == "manager" && name.eq_ignore_ascii_case("managerId"))
        .then(|| attribute.sub("value"))
        .flatten()
}

/// T14. `["x"]` for `"x"` where one value is wanted.
pub fn only_element(value: Value) -> Value {
    match value {
        Value::Array(mut all) if all.len() == 1 => all.pop().unwrap_or_default(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn t1_operation_words_are_taken_in_any_case() {
        assert_eq!(operation_word("Replace"), Some(Verb::Replace));
        assert_eq!(operation_word("ADD"), Some(Verb::Add));
        assert_eq!(operation_word("move"), None);
    }

    #[test]
    fn t2_true_and_false_are_taken_as_text() {
        assert_eq!(boolean_text("False"), Some(false));
        assert_eq!(boolean_text("TRUE"), Some(true));
        assert_eq!(boolean_text("0"), None);
        assert_eq!(boolean_text("yes"), None);
    }

    #[test]
    fn t6_an_empty_text_is_no_value() {
        for value in [json!(null), json!(""), json!([]), json!({})] {
            assert!(is_unassigned(&value), "{value}");
        }
        for value in [json!(false), json!(0), json!(" ")] {
            assert!(!is_unassigned(&value), "{value}");
        }
    }

    #[test]
    fn t7_a_bare_id_is_taken_for_a_manager_and_for_nothing_simple() {
        let manager = ENTERPRISE_USER.attribute("manager").unwrap();
        let department = ENTERPRISE_USER.attribute("department").unwrap();
        assert_eq!(bare_id(manager, json!("7")), json!({ "value": "7" }));
        assert_eq!(bare_id(department, json!("7")), json!("7"));
    }

    #[test]
    fn t8_older_names_are_those_of_today() {
        for older in OLDER_ENTERPRISE {
            assert_eq!(todays_urn(&older.to_uppercase()), Some(ENTERPRISE_USER.id));
        }
        assert_eq!(
            todays_urn("urn:scim:schemas:extension:enterprise:3.0"),
            None
        );
        assert_eq!(todays_urn("urn:scim:schemas:core:1.0"), None);
        assert!(is_older_core("urn:SCIM:schemas:core:1.0"));
        let manager = ENTERPRISE_USER.attribute("manager").unwrap();
        let part = older_part(manager, "managerID").map(|part| part.name);
        assert_eq!(part, Some("value"));
        assert!(older_part(manager, "id").is_none());
    }

    #[test]
    fn t14_a_list_of_one_is_its_element() {
        assert_eq!(only_element(json!(["x"])), json!("x"));
        assert_eq!(only_element(json!(["x", "y"])), json!(["x", "y"]));
    }
}
