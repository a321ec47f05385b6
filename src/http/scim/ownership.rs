//! What a PUT leaves out and another connection owns stays as it is: RFC 7644, section 3.5.1
//! lets a server read what is omitted as not asserted, and a source that knows of half the
//! attributes must not clear the other half.

use std::collections::BTreeSet;

use serde_json::Value;

use super::asked::Asked;
use super::document::Document;
use super::schema::ENTERPRISE_USER;
use crate::domain::directory::Ownership;

/// Whether an attribute is another's than the asking connection's.
pub(super) fn is_foreign(asked: &Asked, ownership: &Ownership, attribute: &str) -> bool {
    ownership.is_foreign(asked.caller.connection.id, attribute)
}

/// Puts back what a whole resource left out and another connection owns. `given` are the
/// attributes that were in it.
pub(super) fn keep_foreign(
    asked: &Asked,
    ownership: &Ownership,
    given: &BTreeSet<String>,
    old: &Document,
    new: &mut Document,
) {
    if ownership.attributes.is_empty() {
        return;
    }
    for (name, value) in old {
        if !name.contains(':') {
            if !given.contains(name) && is_foreign(asked, ownership, name) {
                new.insert(name.clone(), value.clone());
            }
            continue;
        }
        let Value::Object(parts) = value else {
            continue;
        };
        for (part, value) in parts {
            let owned_as = if name == ENTERPRISE_USER.id && part == "manager" {
                part.clone()
            } else {
                format!("{name}:{part}")
            };
            let extension = new.get(name).and_then(Value::as_object);
            let is_given = extension.is_some_and(|extension| extension.contains_key(part));
            if !is_given && is_foreign(asked, ownership, &owned_as) {
                let extension = new
                    .entry(name.clone())
                    .or_insert_with(|| Value::Object(Document::new()));
                extension[part.as_str()] = value.clone();
            }
        }
    }
}
