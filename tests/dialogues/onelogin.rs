//! OneLogin: bodies from templates that administrators edit, often with the URNs of older
//! SCIM, in plain JSON.

use serde_json::{Value, json};

use crate::client::{ENTERPRISE, GROUP, USER, id};
use crate::on_both_engines;
use crate::vendor::{Vendor, id_in, may_sign_in};

const CORE_1: &str = "urn:scim:schemas:core:1.0";
const CORE_2: &str = "urn:scim:schemas:core:2.0";
const ENTERPRISE_1: &str = "urn:scim:schemas:extension:enterprise:1.0";
const LEGACY_ENTERPRISE: &str = "urn:scim:schemas:extension:enterprise:2.0";

/// The common template, filled in for someone with a leading space and no middle name.
fn template(schemas: &[&str], name: &str) -> Value {
    json!({
        "schemas": schemas, "userName": name, "externalId": "12345",
        "name": { "familyName": " Slater", "givenName": "Kelly", "middleName": null,
                  "formatted": "Kelly Slater" },
        "emails": [{ "value": format!("{name}@example.com"), "type": "work", "primary": true }],
        "title": null, "phoneNumbers": [{ "value": null, "type": "work" }],
    })
}

fn core(name: &str) -> Value {
    template(&[CORE_1], name)
}

on_both_engines! {
    async fn the_first_connection_asks_for_nobody(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let answer = onelogin.get("/Users?filter=userName+eq+%22onelogin.test%22&").await;
        assert_eq!(answer.header("content-type"), "application/json");
        let list = answer.ok(200);
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
    }

    async fn a_user_is_found_with_plus_for_space_and_a_trailing_ampersand(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let path = onelogin.made("/Users", core("kelly")).await;
        let list = onelogin.get("/Users?filter=userName+eq+%22kelly%22&").await.ok(200);
        assert_eq!(list["Resources"][0]["id"], json!(id_in(&path)));
    }

    async fn a_user_is_made_from_the_core_1_0_template(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let answer = onelogin.post("/Users", core("kelly")).await;
        assert_eq!(answer.header("content-type"), "application/json");
        let user = answer.ok(201);
        assert_eq!(user["schemas"], json!([USER]), "written back as it is called today");
        assert_eq!(user["name"], json!({ "familyName": " Slater", "givenName": "Kelly",
                                         "formatted": "Kelly Slater" }));
        assert_eq!((user.get("title"), user.get("phoneNumbers").map(|all| all[0].get("value"))),
                   (None, user.get("phoneNumbers").map(|_| None)));
    }

    async fn a_user_is_made_from_the_core_2_0_and_enterprise_template(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let mut body = template(&[CORE_2, LEGACY_ENTERPRISE], "kelly");
        body[LEGACY_ENTERPRISE] = json!({ "department": "Surf", "manager": { "value": "1" } });
        let user = onelogin.post("/Users", body).await.ok(201);
        assert_eq!(user["schemas"], json!([USER, ENTERPRISE]), "written back as they are called today");
        assert_eq!(user[ENTERPRISE], json!({ "department": "Surf", "manager": { "value": "1" } }));
        assert_eq!(user.get(LEGACY_ENTERPRISE), None);
    }

    async fn a_user_is_made_from_the_core_1_0_and_enterprise_template(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let mut body = template(&[CORE_1, ENTERPRISE_1], "kelly");
        body[ENTERPRISE_1] = json!({ "department": "Surf", "manager": { "managerId": "1", "displayName": "Boss" } });
        let path = onelogin.made("/Users", body.clone()).await;
        body[ENTERPRISE_1]["department"] = json!("Skate");
        let user = onelogin.put(&path, body).await.ok(200);
        assert_eq!(user["schemas"], json!([USER, ENTERPRISE]));
        assert_eq!(user[ENTERPRISE], json!({ "department": "Skate", "manager": { "value": "1" } }));
    }

    async fn a_user_is_made_from_the_template_of_today(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let user = onelogin.post("/Users", template(&[USER], "kelly")).await.ok(201);
        assert_eq!(user["externalId"], "12345");
    }

    async fn a_user_is_updated_by_put_with_a_trailing_question_mark(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let path = onelogin.made("/Users", core("kelly")).await;
        let mut body = core("kelly");
        body["title"] = json!("Surfer");
        let user = onelogin.put(&format!("{path}?"), body).await.ok(200);
        assert_eq!(user["title"], "Surfer");
    }

    async fn a_user_is_suspended_and_taken_back_by_put(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let path = onelogin.made("/Users", core("kelly")).await;
        for truth in [false, true] {
            let mut body = core("kelly");
            body["active"] = json!(truth);
            assert_eq!(onelogin.put(&format!("{path}?"), body).await.ok(200)["active"], truth);
            assert_eq!(may_sign_in(&world, &path).await, truth);
        }
    }

    async fn an_update_that_does_not_speak_of_activity_leaves_it(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let path = onelogin.made("/Users", core("kelly")).await;
        for truth in [true, false] {
            let mut body = core("kelly");
            body["active"] = json!(truth);
            onelogin.put(&path, body).await.ok(200);
            assert_eq!(onelogin.put(&path, core("kelly")).await.ok(200)["active"], truth);
        }
    }

    async fn a_user_is_deleted(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let path = onelogin.made("/Users", core("kelly")).await;
        assert_eq!(onelogin.delete(&format!("{path}?")).await.status, 204);
        assert_eq!(onelogin.get(&path).await.status, 404);
    }

    async fn an_error_is_plain_json_too(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        onelogin.made("/Users", core("kelly")).await;
        let answer = onelogin.post("/Users", core("kelly")).await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.ok(409)["scimType"], "uniqueness");
    }

    async fn a_role_becomes_a_group(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let list = onelogin.get("/Groups?").await.ok(200);
        assert_eq!(list["totalResults"], 0);
        let body = json!({ "schemas": [CORE_1], "displayName": "Admin Role" });
        let group = onelogin.post("/Groups", body).await.ok(201);
        assert_eq!(group["schemas"], json!([GROUP]));
        assert_eq!(onelogin.get("/Groups").await.ok(200)["Resources"][0]["id"], json!(id(&group)));
    }

    async fn members_of_a_role_come_and_go_in_the_form_of_scim_1_1(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let ann = onelogin.scim.user("ann").await;
        let ben = onelogin.scim.user("ben").await;
        let group = onelogin.scim.group("role", &[&ann]).await;
        let path = format!("/Groups/{group}");
        for (members, wanted) in [
            (json!([{ "value": ben }]), vec![ann.clone(), ben.clone()]),
            (json!([{ "value": ann, "operation": "delete" }]), vec![ben.clone()]),
            (json!([{ "value": ann, "operation": "DELETE" }]), vec![ben.clone()]),
            (json!([{ "value": ann }, { "value": ben, "operation": "delete" }]), vec![ann.clone()]),
        ] {
            let body = json!({ "schemas": [CORE_1], "members": members });
            onelogin.send(reqwest::Method::PATCH, &path, &body).await.ok(200);
            onelogin.has_members(&group, wanted).await;
        }
    }

    async fn members_of_a_role_come_and_go_in_the_form_of_scim_2_0(world: World) {
        let onelogin = Vendor::onelogin(&world).await;
        let ann = onelogin.scim.user("ann").await;
        let group = onelogin.scim.group("role", &[]).await;
        let path = format!("/Groups/{group}?");
        let ops = json!([{ "op": "add", "path": "members", "value": [{ "value": ann }] }]);
        onelogin.patch(&path, ops).await.ok(200);
        onelogin.has_members(&group, [ann.clone()]).await;
        let ops = json!([{ "op": "remove", "path": format!("members[value eq \"{ann}\"]") }]);
        onelogin.patch(&path, ops).await.ok(200);
        onelogin.has_members(&group, [""; 0]).await;
    }
}
