//! What of a resource is kept. Secrets never are: they are taken out here, on the only way
//! into an entry.

use serde_json::{Map, Value};

/// A document beyond this is kept by the names of its attributes: the ledger shows what
/// happened, it is no backup.
const MOST_BYTES: usize = 32 * 1024;

/// A document without secrets. There is no other way to make one.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept(Map<String, Value>);

impl Kept {
    /// What may be kept of a document: without passwords wherever they stand, and without
    /// the attributes of these names (those that are never returned), which are names at
    /// the top or within an extension (`urn:…:pin`).
    pub fn of(mut document: Map<String, Value>, secret: &[String]) -> Self {
        for name in secret {
            remove(&mut document, name);
        }
        without_passwords(&mut document);
        Self(document)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Says something more, which is no attribute of a resource.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// Its text, for the row.
    pub(super) fn text(&self) -> String {
        let text = serde_json::to_string(&self.0).unwrap_or_default();
        if text.len() <= MOST_BYTES {
            return text;
        }
        let names: Vec<&String> = self.0.keys().take(200).collect();
        serde_json::json!({ "attributes": names, "bytes": text.len() }).to_string()
    }
}

/// What differs between two documents, as it was and as it is.
pub fn difference(before: Kept, after: Kept) -> (Kept, Kept) {
    let (Kept(mut before), Kept(mut after)) = (before, after);
    before.retain(|name, old| match after.get(name) {
        Some(new) if new == old => {
            after.shift_remove(name);
            false
        }
        _ => true,
    });
    (Kept(before), Kept(after))
}

fn remove(document: &mut Map<String, Value>, name: &str) {
    let known = |map: &Map<String, Value>, wanted: &str| {
        map.keys()
            .find(|key| key.eq_ignore_ascii_case(wanted))
            .cloned()
    };
    if let Some(key) = known(document, name) {
        document.shift_remove(&key);
        return;
    }
    let Some((extension, name)) = name.rsplit_once(':') else {
        return;
    };
    if let Some(key) = known(document, extension)
        && let Some(Value::Object(parts)) = document.get_mut(&key)
        && let Some(key) = known(parts, name)
    {
        parts.shift_remove(&key);
    }
}

fn without_passwords(document: &mut Map<String, Value>) {
    document.retain(|name, _| !name.to_ascii_lowercase().contains("password"));
    for value in document.values_mut() {
        descend(value);
    }
}

fn descend(value: &mut Value) {
    match value {
        Value::Object(map) => without_passwords(map),
        Value::Array(all) => all.iter_mut().for_each(descend),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kept(document: Value, secret: &[&str]) -> Kept {
        let document = document.as_object().unwrap().clone();
        let secret: Vec<String> = secret.iter().map(|name| (*name).to_owned()).collect();
        Kept::of(document, &secret)
    }

    #[test]
    fn a_password_is_taken_out_wherever_it_stands_and_however_it_is_written() {
        let document = json!({
            "userName": "a", "Password": "x", "urn:x:User:password": "x",
            "urn:x:User": { "PASSWORD": "x", "level": 1 },
            "list": [{ "password": "x", "value": 1 }],
        });
        assert_eq!(
            kept(document, &[]),
            kept(
                json!({
                    "userName": "a", "urn:x:User": { "level": 1 }, "list": [{ "value": 1 }],
                }),
                &[]
            )
        );
    }

    #[test]
    fn what_is_never_returned_is_never_kept() {
        let document = json!({ "a": 1, "secret": 2, "urn:ext:2.0:User": { "Pin": 3, "level": 4 } });
        assert_eq!(
            kept(document, &["secret", "urn:ext:2.0:User:pin"]),
            kept(json!({ "a": 1, "urn:ext:2.0:User": { "level": 4 } }), &[])
        );
    }

    #[test]
    fn a_difference_names_what_came_what_went_and_what_is_another() {
        let (before, after) = difference(
            kept(json!({ "same": 1, "other": 1, "went": 1 }), &[]),
            kept(json!({ "same": 1, "other": 2, "came": 1 }), &[]),
        );
        assert_eq!(before, kept(json!({ "other": 1, "went": 1 }), &[]));
        assert_eq!(after, kept(json!({ "other": 2, "came": 1 }), &[]));
    }

    #[test]
    fn a_document_that_is_too_long_is_kept_by_its_names() {
        let text = kept(json!({ "nickName": "x".repeat(MOST_BYTES) }), &[]).text();
        assert!(text.len() < 200, "{text}");
        assert!(text.contains("nickName"));
    }
}
