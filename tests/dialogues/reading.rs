//! A resource as provisioning clients read it: by the same paths that they write.

use serde_json::Value;

/// What stands at `name.givenName`, `emails[type eq "work"].value`,
/// `roles[primary eq "True"].display` or `urn:…:2.0:User:department`; null when nothing.
pub fn at(resource: &Value, path: &str) -> Value {
    if let Some((urn, rest)) = path.rsplit_once(':') {
        return at(&resource[urn], rest);
    }
    if let Some((list, rest)) = path.split_once('[') {
        let (filter, rest) = rest.split_once(']').unwrap();
        let (name, wanted) = filter.split_once(" eq ").unwrap();
        let wanted = wanted.trim_matches('"');
        let entry = resource[list].as_array().and_then(|entries| {
            entries
                .iter()
                .find(|entry| as_text(&entry[name]).eq_ignore_ascii_case(wanted))
        });
        return entry.map_or(Value::Null, |entry| at(entry, rest.trim_start_matches('.')));
    }
    path.split('.')
        .fold(resource, |value, name| &value[name])
        .clone()
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Asserts that everything that was sent is shown, at the path where it was sent. Text that
/// says a boolean comes back as the boolean.
#[track_caller]
pub fn assert_shown(resource: &Value, sent: &[(&str, Value)]) {
    for (path, value) in sent {
        let shown = at(resource, path);
        assert_eq!(
            as_text(&shown).to_lowercase(),
            as_text(value).to_lowercase(),
            "{path} in {resource:#}"
        );
        let says_boolean = value == "True" || value == "False" || value.is_boolean();
        assert_eq!(shown.is_boolean(), says_boolean, "{path}");
        if let Value::String(_) = shown {
            assert_eq!(&shown, value, "{path} keeps its case");
        }
    }
}
