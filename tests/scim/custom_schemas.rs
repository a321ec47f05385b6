//! Schema extensions that an administrator declares: what is accepted, and what `/Schemas`
//! and `/ResourceTypes` say then.

use doorward::domain::audit::{Actor, Change};
use doorward::domain::schemas::{self, Definition, Refusal, ResourceKind};
use serde_json::{Value, json};

use crate::client::{ENTERPRISE, Scim};
use crate::on_both_engines;
use crate::support::World;

pub const BADGE: &str = "urn:example:scim:schemas:extension:badge:2.0:User";
pub const SITE: &str = "urn:example:scim:schemas:extension:site:2.0:Group";

/// One attribute of each kind that tests need.
pub fn badge() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": BADGE, "name": "Badge", "description": "What the gate knows",
        "attributes": [
            { "name": "number", "type": "integer", "uniqueness": "server", "description": "On the card" },
            { "name": "alias", "uniqueness": "global" },
            { "name": "exact", "caseExact": true, "uniqueness": "server" },
            { "name": "weight", "type": "decimal" },
            { "name": "valid", "type": "boolean" },
            { "name": "since", "type": "dateTime", "mutability": "immutable" },
            { "name": "pin", "mutability": "writeOnly", "returned": "never" },
            { "name": "note", "returned": "request" },
            { "name": "colour", "canonicalValues": ["red", "green"], "returned": "always" },
            { "name": "photo", "type": "binary", "caseExact": true },
            { "name": "page", "type": "reference", "referenceTypes": ["external"], "caseExact": true },
            { "name": "labels", "multiValued": true },
            { "name": "office", "type": "complex", "subAttributes": [
                { "name": "building", "required": true }, { "name": "floor", "type": "integer" }] },
            { "name": "doors", "type": "complex", "multiValued": true, "subAttributes": [
                { "name": "value" }, { "name": "type", "canonicalValues": ["front", "back"] },
                { "name": "level", "type": "integer" }, { "name": "primary", "type": "boolean" }] },
        ],
    })
}

pub async fn declare(world: &World, kind: ResourceKind, definition: &Value) {
    let definition = Definition::read(&definition.to_string()).unwrap();
    let mut change = Change::begin(&world.db, Actor::CommandLine, world.now())
        .await
        .unwrap();
    schemas::declare(&mut change, kind, &definition)
        .await
        .unwrap();
    change.commit().await.unwrap();
    world.state.refresh().await.unwrap();
}

fn refused(definition: Value) -> String {
    match Definition::read(&definition.to_string()) {
        Err(refusal) => refusal.to_string(),
        Ok(_) => panic!("accepted: {definition}"),
    }
}

fn with_attribute(attribute: Value) -> Value {
    json!({ "id": BADGE, "name": "Badge", "attributes": [attribute] })
}

/// What is wrong with an attribute, and a word of the refusal.
fn bad_attributes() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "name": "a", "kind": "string" }), "kind"),
        (
            json!({ "name": "a", "type": "text" }),
            "a has the type `text`",
        ),
        (json!({ "name": "a", "type": "String" }), "type"),
        (
            json!({ "name": "a", "mutability": "readonly" }),
            "mutability",
        ),
        (
            json!({ "name": "a", "mutability": "readOnly" }),
            "a is readOnly",
        ),
        (json!({ "name": "a", "returned": "sometimes" }), "returned"),
        (json!({ "name": "a", "uniqueness": "yes" }), "uniqueness"),
        (json!({ "name": "a", "multiValued": "true" }), "boolean"),
        (json!({ "name": "a", "mutability": "writeOnly" }), "never"),
        (json!({ "name": "a", "type": "complex" }), "subAttributes"),
        (
            json!({ "name": "a", "subAttributes": [{ "name": "b" }] }),
            "not complex",
        ),
        (
            json!({ "name": "a", "type": "boolean", "uniqueness": "server" }),
            "unique",
        ),
        (
            json!({ "name": "a", "type": "reference" }),
            "referenceTypes",
        ),
        (
            json!({ "name": "a", "referenceTypes": ["User"] }),
            "no reference",
        ),
        (
            json!({ "name": "a", "type": "integer", "canonicalValues": ["1"] }),
            "canonicalValues",
        ),
        (
            json!({ "name": "a", "type": "complex", "subAttributes": [
            { "name": "b", "type": "complex", "subAttributes": [{ "name": "c" }] }] }),
            "a.b",
        ),
        (
            json!({ "name": "a", "type": "complex", "subAttributes": [{ "name": "b", "returned": "never" }] }),
            "a.b",
        ),
        (
            json!({ "name": "a", "type": "complex", "subAttributes": [{ "name": "b" }, { "name": "B" }] }),
            "twice",
        ),
        (json!({ "name": "1a" }), "`1a`"),
        (json!({ "name": "a.b" }), "`a.b`"),
        (json!({ "name": "" }), "``"),
        (json!({ "name": "a b" }), "`a b`"),
    ]
}

#[test]
fn a_definition_is_read_strictly_and_the_refusal_names_the_attribute() {
    for (attribute, named) in bad_attributes() {
        let refusal = refused(with_attribute(attribute.clone()));
        assert!(refusal.contains(named), "{attribute}: {refusal}");
    }
}

#[test]
fn a_urn_is_one_of_ones_own_and_a_definition_has_a_name_and_attributes() {
    let attributes = json!([{ "name": "a" }]);
    for id in [
        "badge",
        "urn:x",
        "urn:x:",
        "urn:a b:c",
        "urn:x:\"y",
        ENTERPRISE,
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "URN:IETF:params:scim:schemas:CORE:2.0:Badge",
        "urn:ietf:params:scim:api:messages:2.0:PatchOp",
    ] {
        let refusal = refused(json!({ "id": id, "name": "x", "attributes": attributes }));
        assert!(refusal.starts_with("id "), "{id}: {refusal}");
    }
    refused(json!({ "id": BADGE, "name": "x", "attributes": [] }));
    refused(json!({ "id": BADGE, "name": "", "attributes": attributes }));
    refused(json!({ "id": BADGE, "name": "x", "attributes": [{ "name": "a" }, { "name": "A" }] }));
    refused(json!([]));
    // The namespace that Entra ID uses for extensions of one's own.
    let id = "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User";
    Definition::read(&json!({ "id": id, "name": "x", "attributes": attributes }).to_string())
        .unwrap();
}

on_both_engines! {
    async fn a_declared_schema_is_published_with_its_characteristics(world: World) {
        let scim = Scim::new(&world).await;
        assert_eq!(scim.get("/Schemas").await.ok(200)["totalResults"], 3);
        declare(&world, ResourceKind::User, &badge()).await;
        let all = scim.get("/Schemas").await.ok(200);
        assert_eq!(all["totalResults"], 4);
        let schema = scim.get(&format!("/Schemas/{BADGE}")).await.ok(200);
        assert_eq!(schema["meta"]["location"], scim.url(&format!("/Schemas/{BADGE}")));
        assert_eq!(schema["attributes"][0], json!({
            "name": "number", "type": "integer", "multiValued": false, "description": "On the card",
            "required": false, "caseExact": false, "mutability": "readWrite", "returned": "default",
            "uniqueness": "server" }));
        assert_eq!(schema["attributes"][1]["uniqueness"], "global");
        assert_eq!(schema["attributes"][6]["mutability"], "writeOnly");
        assert_eq!(schema["attributes"][8]["canonicalValues"], json!(["red", "green"]));
        assert_eq!(schema["attributes"][10]["referenceTypes"], json!(["external"]));
        assert_eq!(schema["attributes"][13]["subAttributes"][1]["name"], "type");
        let user = scim.get("/ResourceTypes/User").await.ok(200);
        assert_eq!(user["schemaExtensions"], json!([
            { "schema": ENTERPRISE, "required": false }, { "schema": BADGE, "required": false }]));
        assert_eq!(scim.get("/ResourceTypes/Group").await.ok(200)["schemaExtensions"], json!([]));
    }

    async fn two_schemas_of_one_urn_or_of_urns_that_could_be_mistaken_are_refused(world: World) {
        declare(&world, ResourceKind::User, &badge()).await;
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        let definition = |id: &str, name: &str| {
            let text = json!({ "id": id, "name": "x", "attributes": [{ "name": name }] });
            Definition::read(&text.to_string()).unwrap()
        };
        for (id, name, exists) in [
            (BADGE.to_uppercase().replace("URN", "urn"), "a", true),
            (format!("{BADGE}:number"), "a", false),
            (BADGE.strip_suffix(":User").unwrap().to_owned(), "user", false),
        ] {
            let refusal = schemas::declare(&mut change, ResourceKind::Group, &definition(&id, name)).await.unwrap_err();
            assert_eq!(matches!(refusal, Refusal::Exists(_)), exists, "{id}: {refusal}");
            assert_eq!(matches!(refusal, Refusal::Ambiguous(_)), !exists, "{id}: {refusal}");
        }
        schemas::declare(&mut change, ResourceKind::User, &definition(&format!("{BADGE}:other"), "a")).await.unwrap();
    }

    async fn a_withdrawn_schema_is_gone_from_discovery_and_answers_within_a_refresh(world: World) {
        let scim = Scim::new(&world).await;
        declare(&world, ResourceKind::User, &badge()).await;
        let body = json!({ "userName": "ann", BADGE: { "number": 7 } });
        let ann = scim.post("/Users", body).await.ok(201);
        assert_eq!(ann[BADGE]["number"], 7);
        let path = format!("/Users/{}", ann["id"].as_str().unwrap());
        let mut change = Change::begin(&world.db, Actor::CommandLine, world.now()).await.unwrap();
        assert!(schemas::withdraw(&mut change, BADGE).await.unwrap());
        assert!(!schemas::withdraw(&mut change, BADGE).await.unwrap());
        change.commit().await.unwrap();
        assert!(world.state.schemas.refresh(&world.db).await.unwrap());
        assert!(!world.state.schemas.refresh(&world.db).await.unwrap());
        assert_eq!(scim.get("/Schemas").await.ok(200)["totalResults"], 3);
        assert_eq!(scim.get(&path).await.ok(200).get(BADGE), None);
        scim.patch(&path, json!([{ "op": "add", "path": format!("{BADGE}:number"), "value": 8 }]))
            .await.refused(400, Some("invalidPath"));
    }
}
