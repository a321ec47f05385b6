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
//! | T8 | unknown attributes and schema URNs in whole resources | `document` |
//! | T9 | readOnly attributes in an operation without a path | `patch::pathless` |
//! | T10 | empty `Operations`, missing `schemas` | `patch::request` |
//! | T11 | `application/json` in and out | `media` |
//! | T12 | adding a member that is there, removing one that is not | `domain::directory` |
//! | T13 | trailing `&` and `?`, unknown parameters, `+` for a space | `query` |
//! | T14 | a list of one for a single value | [`only_element`] |
//! | T15 | SCIM 1.1 group changes (`members[].operation`) | `patch::request` |

use serde_json::{Map, Value};

use super::schema::{Attribute, Kind};

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
    use crate::http::scim::schema::ENTERPRISE_USER;
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
    fn t14_a_list_of_one_is_its_element() {
        assert_eq!(only_element(json!(["x"])), json!("x"));
        assert_eq!(only_element(json!(["x", "y"])), json!(["x", "y"]));
    }
}
