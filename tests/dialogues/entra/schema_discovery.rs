//! How the provisioning service reads `/Schemas`, and the gallery's
//! `Schema_Discoverability_Test`: each attribute that is mapped must be found there.

use serde_json::{Value, json};

use crate::client::{ENTERPRISE, GROUP, USER};
use crate::on_both_engines;
use crate::vendor::{SCIM, Vendor};

/// The target attributes of the default mapping of users.
const USER_ATTRIBUTES: [&str; 24] = [
    "userName",
    "active",
    "externalId",
    "displayName",
    "title",
    "preferredLanguage",
    "locale",
    "timezone",
    "nickName",
    "userType",
    "name.givenName",
    "name.familyName",
    "name.formatted",
    "emails[type eq \"work\"].value",
    "addresses[type eq \"work\"].formatted",
    "addresses[type eq \"work\"].streetAddress",
    "addresses[type eq \"work\"].locality",
    "addresses[type eq \"work\"].region",
    "addresses[type eq \"work\"].postalCode",
    "addresses[type eq \"work\"].country",
    "phoneNumbers[type eq \"work\"].value",
    "phoneNumbers[type eq \"mobile\"].value",
    "phoneNumbers[type eq \"fax\"].value",
    "roles[primary eq \"True\"].value",
];

const ENTERPRISE_ATTRIBUTES: [&str; 6] = [
    "employeeNumber",
    "costCenter",
    "organization",
    "division",
    "department",
    "manager",
];

fn schema<'a>(list: &'a Value, urn: &str) -> &'a Value {
    let all = list["Resources"].as_array().unwrap();
    all.iter().find(|schema| schema["id"] == urn).unwrap()
}

/// Attribute names in the form of the mapping: a list with customary types by type, one
/// without by the primary value; simple references are passed over.
fn flattened(schema: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for attribute in schema["attributes"].as_array().unwrap() {
        let name = attribute["name"].as_str().unwrap();
        let parts: Vec<&Value> = attribute["subAttributes"]
            .as_array()
            .map(|all| all.iter().collect())
            .unwrap_or_default();
        let named = |part: &&Value| part["name"].as_str().unwrap().to_owned();
        if ["manager", "members"].contains(&name) {
            names.push(name.to_owned());
        } else if attribute["multiValued"] == true && attribute["type"] == "complex" {
            let types = parts.iter().find(|part| part["name"] == "type");
            let types = types.and_then(|part| part["canonicalValues"].as_array());
            let selectors: Vec<String> = match types {
                Some(types) => types.iter().map(|kind| format!("type eq {kind}")).collect(),
                None => vec!["primary eq \"True\"".to_owned()],
            };
            for selector in selectors {
                names.extend(
                    parts
                        .iter()
                        .map(|part| format!("{name}[{selector}].{}", named(part))),
                );
            }
        } else if attribute["type"] == "complex" {
            let simple = parts.iter().filter(|part| part["type"] != "reference");
            names.extend(simple.map(|part| format!("{name}.{}", named(part))));
        } else if attribute["type"] != "reference" {
            names.push(name.to_owned());
        }
    }
    names
}

#[track_caller]
fn assert_camel_case_without_null(value: &Value) {
    match value {
        Value::Null => panic!("there is a null"),
        Value::Array(all) => all.iter().for_each(assert_camel_case_without_null),
        Value::Object(parts) => {
            for (name, words) in [
                (
                    "mutability",
                    &["readOnly", "readWrite", "immutable", "writeOnly"][..],
                ),
                ("returned", &["always", "never", "default", "request"]),
                ("uniqueness", &["none", "server", "global"]),
            ] {
                if let Some(word) = parts.get(name).and_then(Value::as_str) {
                    assert!(words.contains(&word), "{name}: {word}");
                }
            }
            parts.values().for_each(assert_camel_case_without_null);
        }
        _ => {}
    }
}

on_both_engines! {
    async fn discover_schema(world: World) {
        let entra = Vendor::entra(&world).await;
        let answer = entra.get("/Schemas").await;
        assert_eq!(answer.header("content-type"), SCIM);
        let list = answer.ok(200);
        assert_eq!(list["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
        let all = list["Resources"].as_array().unwrap();
        assert_eq!(list["totalResults"], json!(all.len()));
        assert_eq!(list["itemsPerPage"], json!(all.len()), "one page");
        all.iter().for_each(assert_camel_case_without_null);
    }

    async fn schema_discoverability_test_for_users(world: World) {
        let entra = Vendor::entra(&world).await;
        let list = entra.get("/Schemas").await.ok(200);
        let found = flattened(schema(&list, USER));
        for name in USER_ATTRIBUTES {
            assert!(found.iter().any(|known| known.eq_ignore_ascii_case(name)), "{name}");
        }
        let extension = schema(&list, ENTERPRISE)["attributes"].as_array().unwrap();
        for name in ENTERPRISE_ATTRIBUTES {
            assert!(extension.iter().any(|known| known["name"] == name), "{name}");
        }
    }

    async fn schema_discoverability_test_for_groups(world: World) {
        let entra = Vendor::entra(&world).await;
        let list = entra.get("/Schemas").await.ok(200);
        let found = flattened(schema(&list, GROUP));
        for name in ["displayName", "externalId", "members"] {
            assert!(found.iter().any(|known| known == name), "{name}");
        }
    }

    async fn custom_types_are_published_where_the_mapping_needs_them(world: World) {
        let entra = Vendor::entra(&world).await;
        let list = entra.get("/Schemas").await.ok(200);
        let types = |name: &str| {
            let attributes = schema(&list, USER)["attributes"].as_array().unwrap();
            let attribute = attributes.iter().find(|known| known["name"] == name).unwrap();
            let parts = attribute["subAttributes"].as_array().unwrap();
            parts.iter().find(|part| part["name"] == "type").unwrap()["canonicalValues"].clone()
        };
        assert_eq!(types("emails"), json!(["work", "home", "other"]));
        assert_eq!(types("addresses"), json!(["work", "home", "other"]));
        assert_eq!(types("phoneNumbers"), json!(["work", "home", "mobile", "fax", "pager", "other"]));
        assert_eq!(types("roles"), Value::Null);
    }

    async fn the_group_schema_is_there_or_the_exam_ends(world: World) {
        let entra = Vendor::entra(&world).await;
        let list = entra.get("/Schemas").await.ok(200);
        assert_eq!(schema(&list, GROUP)["name"], "Group");
        let types = entra.get("/ResourceTypes").await.ok(200);
        let names: Vec<&Value> = types["Resources"].as_array().unwrap().iter().map(|t| &t["id"]).collect();
        assert!(names.contains(&&json!("User")) && names.contains(&&json!("Group")), "{names:?}");
    }
}
