//! The tables as `/Schemas` and `/ResourceTypes` show them (RFC 7643, sections 6 and 7).
//! No characteristic is ever null: Entra's schema discovery does not take nulls.

use serde_json::{Map, Value, json};

use super::{Attribute, COMMON, Kind, RESOURCE_TYPES, ResourceType, Schema};

/// A schema, with `location` made from the SCIM base address.
pub fn schema_document(schema: &Schema, base: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": schema.id,
        "name": schema.name,
        "description": schema.description,
        "attributes": published(schema).map(attribute_document).collect::<Vec<_>>(),
        "meta": {
            "resourceType": "Schema",
            "location": format!("{base}/Schemas/{}", schema.id),
        },
    })
}

/// The schema's attributes, and `externalId` where the schema is that of a resource. RFC
/// 7643, section 3.1, allows common attributes to be listed like that, and the exam for
/// Entra's gallery wants to find every attribute that is mapped.
fn published(schema: &Schema) -> impl Iterator<Item = &'static Attribute> {
    let of_a_resource = RESOURCE_TYPES
        .iter()
        .any(|(known, _)| known.schema.id == schema.id);
    let external_id = COMMON
        .iter()
        .filter(move |common| of_a_resource && common.name == "externalId");
    external_id.chain(schema.attributes)
}

/// A resource type, with `location` made from the SCIM base address.
pub fn resource_type_document(resource_type: &ResourceType, base: &str) -> Value {
    let extensions: Vec<Value> = resource_type
        .extensions
        .iter()
        .map(|schema| json!({ "schema": schema.id, "required": false }))
        .collect();
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": resource_type.name,
        "name": resource_type.name,
        "endpoint": resource_type.endpoint,
        "description": resource_type.description,
        "schema": resource_type.schema.id,
        "schemaExtensions": extensions,
        "meta": {
            "resourceType": "ResourceType",
            "location": format!("{base}/ResourceTypes/{}", resource_type.name),
        },
    })
}

fn attribute_document(attribute: &Attribute) -> Value {
    let mut document = Map::new();
    let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
    put("name", json!(attribute.name));
    put("type", json!(attribute.kind.word()));
    put("multiValued", json!(attribute.multi_valued));
    put("description", json!(attribute.description));
    put("required", json!(attribute.required));
    if !attribute.canonical_values.is_empty() {
        put("canonicalValues", json!(attribute.canonical_values));
    }
    if attribute.kind != Kind::Complex && attribute.kind != Kind::Boolean {
        put("caseExact", json!(attribute.case_exact));
    }
    put("mutability", json!(attribute.mutability.word()));
    put("returned", json!(attribute.returned.word()));
    put("uniqueness", json!(attribute.uniqueness.word()));
    if !attribute.reference_types.is_empty() {
        put("referenceTypes", json!(attribute.reference_types));
    }
    if attribute.kind == Kind::Complex {
        let parts = attribute.sub_attributes.iter().map(attribute_document);
        put("subAttributes", Value::Array(parts.collect()));
    }
    Value::Object(document)
}
