//! The life of a user, as the provisioning service documents its requests.

use serde_json::{Value, json};

use super::sample_user;
use crate::client::{ENTERPRISE, USER, id};
use crate::on_both_engines;
use crate::vendor::{SCIM, Vendor, id_in, may_sign_in};

on_both_engines! {
    async fn create_user(world: World) {
        let entra = Vendor::entra(&world).await;
        let answer = entra.post("/Users", sample_user("Test_User_00aa")).await;
        assert_eq!(answer.header("content-type"), SCIM);
        assert!(answer.header("location").ends_with(answer.body["id"].as_str().unwrap()));
        let user = answer.ok(201);
        assert_eq!(user["schemas"], json!([USER]), "the extension has no data");
        assert_eq!(user["externalId"], "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef");
        assert_eq!(user["userName"], "Test_User_00aa");
        assert_eq!(user["active"], true);
        assert_eq!(user["emails"], json!([{ "primary": true, "type": "work",
                                            "value": "Test_User_00aa@testuser.com" }]));
        assert_eq!(user["name"]["formatted"], "givenName familyName");
        assert_eq!(user["meta"]["resourceType"], "User");
        assert_eq!(user["meta"]["created"], user["meta"]["lastModified"]);
    }

    async fn create_user_with_nulls_and_stray_attributes(world: World) {
        let entra = Vendor::entra(&world).await;
        let mut body = sample_user("a");
        for (name, value) in [("displayName", json!(null)), ("title", json!(null)),
                              ("addresses", json!(null)), ("phoneNumbers", json!([])),
                              ("department", json!("stray")), ("manager", json!("stray"))] {
            body[name] = value;
        }
        let user = entra.post("/Users", body).await.ok(201);
        for name in ["displayName", "title", "addresses", "phoneNumbers", "department", "manager"] {
            assert_eq!(user.get(name), None, "{name}");
        }
    }

    async fn create_user_with_the_misspelt_urn_of_the_sample(world: World) {
        let entra = Vendor::entra(&world).await;
        let misspelt = "urn:ietf:params:scim:schemas:extension:enterprise:2.0User";
        let mut body = sample_user("a");
        body["schemas"] = json!([USER, misspelt]);
        body[misspelt] = json!({ "department": "x" });
        let user = entra.post("/Users", body).await.ok(201);
        assert_eq!(user["schemas"], json!([USER, ENTERPRISE]), "what was meant is kept");
        assert_eq!(user[ENTERPRISE]["department"], "x");
        assert_eq!(user.get(misspelt), None);
    }

    async fn create_user_with_a_manager_as_text_and_as_an_object(world: World) {
        let entra = Vendor::entra(&world).await;
        let boss = entra.made("/Users", sample_user("boss")).await;
        for (number, manager) in [json!(id_in(&boss)), json!({ "value": id_in(&boss) }),
                                  json!([{ "$ref": null, "value": id_in(&boss) }])].iter().enumerate() {
            let mut body = sample_user(&format!("user{number}"));
            body[ENTERPRISE] = json!({ "manager": manager, "department": "Sales" });
            let user = entra.post("/Users", body).await.ok(201);
            assert_eq!(user[ENTERPRISE]["manager"]["value"], json!(id_in(&boss)));
            assert_eq!(user[ENTERPRISE]["department"], "Sales");
        }
    }

    async fn create_user_again_is_a_conflict_and_the_user_is_found_by_name(world: World) {
        let entra = Vendor::entra(&world).await;
        let first = id(&entra.post("/Users", sample_user("Ann@Contoso.com")).await.ok(201));
        let again = entra.post("/Users", sample_user("ann@contoso.com")).await;
        again.refused(409, Some("uniqueness"));
        let found = entra.find("/Users", "userName eq \"ann@CONTOSO.com\"").await.ok(200);
        assert_eq!(found["Resources"][0]["id"], json!(first));
        assert_eq!(found["Resources"][0]["userName"], "Ann@Contoso.com");
    }

    async fn get_user(world: World) {
        let entra = Vendor::entra(&world).await;
        let made = entra.post("/Users", sample_user("a")).await.ok(201);
        let answer = entra.get(&format!("/Users/{}", id(&made))).await;
        assert_eq!(answer.header("content-type"), SCIM);
        assert_eq!(answer.ok(200), made);
    }

    async fn get_user_that_is_not_there(world: World) {
        let entra = Vendor::entra(&world).await;
        for id in ["5171a35d82074e068ce2", "23B51B0E5D7AE9110A49411D@7cca31655d49f3640a494224"] {
            entra.get(&format!("/Users/{id}")).await.refused(404, None);
        }
    }

    async fn get_user_by_query(world: World) {
        let entra = Vendor::entra(&world).await;
        let mut body = sample_user("Test_User");
        body["emails"] = json!([{ "type": "work", "value": "Work@x" }, { "type": "home", "value": "h@x" }]);
        let made = entra.post("/Users", body).await.ok(201);
        entra.made("/Users", json!({ "schemas": [USER], "userName": "other" })).await;
        for filter in ["userName eq \"test_USER\"".to_owned(),
                       "externalId eq \"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef\"".to_owned(),
                       "emails[type eq \"work\"].value eq \"work@X\"".to_owned(),
                       "emails[type eq \"home\"].value eq \"h@x\"".to_owned(),
                       format!("id eq \"{}\"", id(&made)),
                       "userName eq \"Test_User\" and externalId eq \"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef\"".to_owned()] {
            let list = entra.find("/Users", &filter).await.ok(200);
            assert_eq!(list["totalResults"], 1, "{filter}");
            assert_eq!(list["Resources"], json!([made]), "{filter}");
        }
        let filter = "emails[type eq \"home\"].value eq \"work@x\"";
        assert_eq!(entra.find("/Users", filter).await.ok(200)["totalResults"], 0);
    }

    async fn get_user_by_query_zero_results(world: World) {
        let entra = Vendor::entra(&world).await;
        entra.made("/Users", sample_user("a")).await;
        let list = entra.find("/Users", "userName eq \"non-existent user\"").await.ok(200);
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
    }

    async fn the_manager_reference_is_checked(world: World) {
        let entra = Vendor::entra(&world).await;
        let boss = entra.made("/Users", sample_user("boss")).await;
        let ann = entra.made("/Users", sample_user("ann")).await;
        let manager = format!("{ENTERPRISE}:manager");
        let ops = json!([{ "op": "Add", "path": manager, "value": id_in(&boss) }]);
        entra.patch(&ann, ops).await.ok(200);
        for (who, whose, total) in [(&ann, &boss, 1), (&boss, &ann, 0), (&ann, &ann, 0)] {
            let filter = format!("id eq \"{}\" and manager eq \"{}\"", id_in(who), id_in(whose));
            let list = entra.get(&format!("/Users?filter={filter}&attributes=id")).await.ok(200);
            assert_eq!(list["totalResults"], total, "{filter}");
            for user in list["Resources"].as_array().unwrap() {
                let names: Vec<&String> = user.as_object().unwrap().keys().collect();
                assert_eq!(names, ["schemas", "id"]);
            }
        }
    }

    async fn update_user_multi_valued_properties(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", sample_user("a")).await;
        let ops = json!([
            { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "updatedEmail@microsoft.com" },
            { "op": "Replace", "path": "name.familyName", "value": "updatedFamilyName" }]);
        let user = entra.patch(&path, ops).await.ok(200);
        assert_eq!(user["emails"], json!([{ "primary": true, "type": "work",
                                            "value": "updatedEmail@microsoft.com" }]));
        assert_eq!(user["name"]["familyName"], "updatedFamilyName");
        assert_eq!(user["name"]["givenName"], "givenName");
    }

    async fn update_user_single_valued_properties(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", sample_user("a")).await;
        let ops = json!([{ "op": "Replace", "path": "userName",
                           "value": "5b50642d-79fc-4410-9e90-4c077cdd1a59@testuser.com" }]);
        let user = entra.patch(&path, ops).await.ok(200);
        assert_eq!(user["userName"], "5b50642d-79fc-4410-9e90-4c077cdd1a59@testuser.com");
        assert_eq!(user["id"], json!(id_in(&path)));
    }

    async fn disable_user_and_the_user_stays_visible(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", sample_user("a")).await;
        for (off, on) in [(json!(false), json!(true)), (json!("False"), json!("True"))] {
            let ops = json!([{ "op": "Replace", "path": "active", "value": off }]);
            assert_eq!(entra.patch(&path, ops).await.ok(200)["active"], false);
            assert!(!may_sign_in(&world, &path).await);
            assert_eq!(entra.get(&path).await.ok(200)["active"], false);
            let found = entra.find("/Users", "userName eq \"a\"").await.ok(200);
            assert_eq!(found["Resources"][0]["active"], false);
            let ops = json!([{ "op": "Replace", "path": "active", "value": on }]);
            assert_eq!(entra.patch(&path, ops).await.ok(200)["active"], true, "restored");
            assert!(may_sign_in(&world, &path).await);
        }
    }

    async fn delete_user_and_create_the_same_again(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", sample_user("a")).await;
        let answer = entra.delete(&path).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        entra.get(&path).await.refused(404, None);
        let found = entra.find("/Users", "userName eq \"a\"").await.ok(200);
        assert_eq!(found["totalResults"], 0);
        let again = entra.made("/Users", sample_user("a")).await;
        assert_ne!(again, path, "an id is never given twice");
    }

    async fn every_resource_of_every_answer_has_an_id(world: World) {
        let entra = Vendor::entra(&world).await;
        let path = entra.made("/Users", sample_user("a")).await;
        let ops = json!([{ "op": "Replace", "path": "title", "value": "t" }]);
        let narrow = format!("{path}?attributes=userName");
        for body in [entra.get(&path).await.ok(200), entra.patch(&path, ops).await.ok(200),
                     entra.get(&narrow).await.ok(200),
                     entra.get("/Users?attributes=userName").await.ok(200)["Resources"][0].clone()] {
            assert_eq!(body["id"], Value::from(id_in(&path)), "{body}");
        }
    }
}
