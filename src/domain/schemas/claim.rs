//! An attribute of an extension as something that can be told to an application.

use serde_json::{Map, Value};

use super::{Mutability, Returned, Schema};

/// The value at `urn:…:attribute` or `urn:…:attribute.part` of a resource's document; the
/// parts of a list are a list. Only attributes that may be shown have one: what is never
/// returned over SCIM is no claim either.
pub fn value_at(
    schemas: &[&'static Schema],
    document: &Map<String, Value>,
    path: &str,
) -> Option<Value> {
    let (schema, rest) = schemas.iter().find_map(|schema| {
        let (start, rest) = path.split_at_checked(schema.id.len())?;
        let rest = rest.strip_prefix(':')?;
        start
            .eq_ignore_ascii_case(schema.id)
            .then_some((schema, rest))
    })?;
    let (name, part) = match rest.split_once('.') {
        Some((name, part)) => (name, Some(part)),
        None => (rest, None),
    };
    let attribute = schema.attribute(name)?;
    if attribute.returned == Returned::Never || attribute.mutability == Mutability::WriteOnly {
        return None;
    }
    let value = document.get(schema.id)?.get(attribute.name)?;
    let Some(part) = part else {
        return Some(value.clone());
    };
    let part = attribute.sub(part)?;
    match value {
        Value::Array(all) => {
            let parts: Vec<Value> = all
                .iter()
                .filter_map(|entry| entry.get(part.name).cloned())
                .collect();
            (!parts.is_empty()).then_some(Value::Array(parts))
        }
        one => one.get(part.name).cloned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Definition, interned};
    use super::*;

    const URN: &str = "urn:example:badge:2.0:User";

    fn schemas() -> Vec<&'static Schema> {
        let text = json!({
            "id": URN, "name": "Badge", "attributes": [
                { "name": "number", "type": "integer" },
                { "name": "pin", "mutability": "writeOnly", "returned": "never" },
                { "name": "doors", "type": "complex", "multiValued": true, "subAttributes": [
                    { "name": "value" }, { "name": "floor", "type": "integer" }] },
            ]
        });
        vec![interned::table(
            &Definition::read(&text.to_string()).unwrap(),
        )]
    }

    #[test]
    fn a_claim_is_found_by_urn_and_name_and_a_secret_is_none() {
        let document = json!({ URN: { "number": 7, "pin": "1234", "doors": [
            { "value": "a", "floor": 1 }, { "value": "b" }] } });
        let document = document.as_object().unwrap();
        let at = |path: &str| value_at(&schemas(), document, path);
        assert_eq!(at("urn:example:badge:2.0:User:number"), Some(json!(7)));
        assert_eq!(at("URN:EXAMPLE:BADGE:2.0:USER:Number"), Some(json!(7)));
        assert_eq!(
            at("urn:example:badge:2.0:User:doors.value"),
            Some(json!(["a", "b"]))
        );
        assert_eq!(
            at("urn:example:badge:2.0:User:doors.floor"),
            Some(json!([1]))
        );
        for nothing in [
            "urn:example:badge:2.0:User:pin",
            "urn:example:badge:2.0:User:nope",
            "urn:example:badge:2.0:User",
            "urn:example:other:number",
            "number",
            "",
        ] {
            assert_eq!(at(nothing), None, "{nothing}");
        }
    }
}
