//! Items 1 to 6: what the server says that it offers.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{ENTERPRISE, GROUP, Scim, USER};
use crate::on_both_engines;

fn attribute<'a>(schema: &'a Value, name: &str) -> &'a Value {
    let all = schema["attributes"].as_array().unwrap();
    all.iter().find(|a| a["name"] == name).unwrap()
}

fn part<'a>(attribute: &'a Value, name: &str) -> &'a Value {
    let all = attribute["subAttributes"].as_array().unwrap();
    all.iter().find(|a| a["name"] == name).unwrap()
}

fn no_null(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(all) => all.iter().all(no_null),
        Value::Object(parts) => parts.values().all(no_null),
        _ => true,
    }
}

on_both_engines! {
    async fn item_1_discovery_answers_get_and_nothing_else(world: World) {
        let scim = Scim::new(&world).await;
        let paths = [
            "/ServiceProviderConfig".to_owned(), "/ResourceTypes".to_owned(), "/Schemas".to_owned(),
            "/ResourceTypes/User".to_owned(), "/ResourceTypes/Group".to_owned(),
            format!("/Schemas/{USER}"), format!("/Schemas/{GROUP}"), format!("/Schemas/{ENTERPRISE}"),
        ];
        for path in &paths {
            scim.get(path).await.ok(200);
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let answer = scim.send(scim.request(method, path)).await;
                assert_eq!(answer.header("allow"), "GET, HEAD");
                answer.refused(405, None);
            }
        }
    }

    async fn item_3_the_configuration_advertises_what_works_and_needs_no_token(world: World) {
        let scim = Scim::new(&world).await;
        let url = scim.url("/ServiceProviderConfig");
        let config = scim.send(scim.server.http.get(url)).await.ok(200);
        for (feature, supported) in [
            ("patch", true), ("bulk", true), ("filter", true), ("changePassword", true),
            ("sort", true), ("etag", true),
        ] {
            assert_eq!(config[feature]["supported"], supported, "{feature}");
        }
        assert_eq!(config["filter"]["maxResults"], 500);
        assert_eq!(config["authenticationSchemes"][0]["type"], "oauthbearertoken");
        assert_eq!(config["meta"]["location"], scim.url("/ServiceProviderConfig"));
        assert_eq!(config["pagination"], json!({ "cursor": true, "index": true,
            "defaultPaginationMethod": "index", "defaultPageSize": 100, "maxPageSize": 500,
            "cursorTimeout": 3600 }));
        for path in ["/Me"] {
            scim.post(path, json!({})).await.refused(501, None);
        }
    }
}

on_both_engines! {
    async fn item_2_lists_of_schemas_are_whole_and_refuse_a_filter(world: World) {
        let scim = Scim::new(&world).await;
        for (path, total) in [("/Schemas", 3), ("/ResourceTypes", 2)] {
            let list = scim.get(&format!("{path}?startIndex=2&count=1&attributes=id")).await.ok(200);
            assert_eq!(list["totalResults"], total);
            assert_eq!(list["Resources"].as_array().unwrap().len(), total);
            assert_eq!(list["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
            scim.find(path, "id eq \"x\"").await.refused(403, None);
        }
    }

    async fn item_4_attributes_carry_their_characteristics_and_no_null(world: World) {
        let scim = Scim::new(&world).await;
        let schemas = scim.get("/Schemas").await.ok(200);
        assert!(no_null(&schemas));
        for schema in schemas["Resources"].as_array().unwrap() {
            for attribute in schema["attributes"].as_array().unwrap() {
                for name in ["name", "type", "multiValued", "description", "required", "mutability",
                             "returned", "uniqueness"] {
                    assert!(attribute.get(name).is_some(), "{name} of {attribute}");
                }
            }
        }
        let user = scim.get(&format!("/Schemas/{USER}")).await.ok(200);
        let name = attribute(&user, "userName");
        assert_eq!((&name["required"], &name["uniqueness"], &name["caseExact"]),
                   (&json!(true), &json!("server"), &json!(false)));
        let password = attribute(&user, "password");
        assert_eq!((&password["mutability"], &password["returned"]),
                   (&json!("writeOnly"), &json!("never")));
        let groups = attribute(&user, "groups");
        assert_eq!(groups["mutability"], "readOnly");
        assert_eq!(part(groups, "$ref")["referenceTypes"], json!(["Group"]), "erratum 8471");
        let group = scim.get(&format!("/Schemas/{GROUP}")).await.ok(200);
        assert_eq!(attribute(&group, "displayName")["required"], true, "erratum 5368");
        let extension = scim.get(&format!("/Schemas/{ENTERPRISE}")).await.ok(200);
        let manager = attribute(&extension, "manager");
        assert_eq!(part(manager, "value")["caseExact"], true, "erratum 8472");
    }

    async fn entra_finds_canonical_values_where_types_are_customary(world: World) {
        let scim = Scim::new(&world).await;
        let user = scim.get(&format!("/Schemas/{USER}")).await.ok(200);
        for (name, values) in [
            ("emails", json!(["work", "home", "other"])),
            ("phoneNumbers", json!(["work", "home", "mobile", "fax", "pager", "other"])),
            ("addresses", json!(["work", "home", "other"])),
        ] {
            assert_eq!(part(attribute(&user, name), "type")["canonicalValues"], values);
        }
        let roles = part(attribute(&user, "roles"), "type");
        assert_eq!(roles.get("canonicalValues"), None);
    }

    async fn item_5_messages_are_no_schemas_and_extensions_are_named(world: World) {
        let scim = Scim::new(&world).await;
        let schemas = scim.get("/Schemas").await;
        assert!(!schemas.text.contains("urn:ietf:params:scim:api:messages:2.0:PatchOp"));
        let user = scim.get("/ResourceTypes/User").await.ok(200);
        assert_eq!(user["schemaExtensions"], json!([{ "schema": ENTERPRISE, "required": false }]));
        assert_eq!((&user["endpoint"], &user["schema"]), (&json!("/Users"), &json!(USER)));
        assert_eq!(user["meta"]["location"], scim.url("/ResourceTypes/User"));
    }

    async fn item_6_an_unknown_id_is_a_scim_404(world: World) {
        let scim = Scim::new(&world).await;
        for path in ["/ResourceTypes/Nope", "/Schemas/urn:nope", "/Nope", "/Users/x/y"] {
            scim.get(path).await.refused(404, None);
        }
    }
}
