//! The twelve steps of Okta's *SCIM 2.0 SPEC Test*, with its 51 assertions, numbered as they
//! come. (A 52nd, that `/Groups` answers in 600 ms, is for the benchmarks.)

use serde_json::{Value, json};

use crate::client::{Answer, USER, administrator};
use crate::on_both_engines;
use crate::support::World;
use crate::vendor::{Vendor, id_in};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const RANDOM: &str = "Runscope300Hfluaklab151@example.com";

/// A server that has one user already, as the test asks for, and an administrator, who must
/// not be the first on `/Users`.
async fn okta_and_a_user(world: &World) -> (Vendor, String) {
    administrator(world, "admin").await;
    let okta = Vendor::okta(world).await;
    let path = okta.made("/Users", random("bjensen@example.com")).await;
    (okta, path)
}

fn random(name: &str) -> Value {
    json!({ "schemas": [USER], "userName": name,
            "name": { "givenName": "Runscope300", "familyName": "Hfluaklab151" },
            "emails": [{ "primary": true, "value": name, "type": "work" }],
            "displayName": "Runscope300 Hfluaklab151", "active": true })
}

async fn post_as_json(okta: &Vendor, body: &Value) -> Answer {
    let request = okta
        .scim
        .request(reqwest::Method::POST, "/Users")
        .header("content-type", "application/json")
        .header("accept", "application/scim+json; charset=utf-8");
    okta.scim.send(request.body(body.to_string())).await
}

#[track_caller]
fn assert_filled(value: &Value) {
    assert!(
        value.as_str().is_some_and(|text| !text.is_empty()),
        "{value}"
    );
}

#[track_caller]
fn assert_integer(value: &Value) {
    assert!(value.is_i64(), "{value}");
}

on_both_engines! {
    async fn step_1_test_users_endpoint(world: World) {
        let (okta, _) = okta_and_a_user(&world).await;
        let list = okta.get("/Users?count=1&startIndex=1").await.ok(200); // 1
        assert!(!list["Resources"].as_array().unwrap().is_empty()); // 2
        assert_eq!(list["schemas"], json!([LIST])); // 3
        assert_integer(&list["itemsPerPage"]); // 4
        assert_integer(&list["startIndex"]); // 5
        assert_integer(&list["totalResults"]); // 6
        let user = &list["Resources"][0];
        assert_filled(&user["id"]); // 7
        assert_filled(&user["name"]["familyName"]); // 8
        assert_filled(&user["name"]["givenName"]); // 9
        assert_filled(&user["userName"]); // 10
        assert!(user["active"].is_boolean()); // 11
        assert_filled(&user["emails"][0]["value"]); // 12
    }

    async fn step_2_get_users_id(world: World) {
        let (okta, path) = okta_and_a_user(&world).await;
        let user = okta.get(&path).await.ok(200); // 13
        assert_filled(&user["id"]); // 14
        assert_filled(&user["name"]["familyName"]); // 15
        assert_filled(&user["name"]["givenName"]); // 16
        assert_filled(&user["userName"]); // 17
        assert!(user["active"].is_boolean()); // 18
        assert_filled(&user["emails"][0]["value"]); // 19
        assert_eq!(user["id"], json!(id_in(&path))); // 20
    }

    async fn step_3_test_invalid_user_by_username(world: World) {
        let (okta, _) = okta_and_a_user(&world).await;
        let list = okta.get("/Users?filter=userName eq \"abcdefgh@atko.com\"").await.ok(200); // 21
        assert_eq!(list["schemas"], json!([LIST])); // 22
        assert_eq!(list["totalResults"], 0); // 23
    }

    async fn step_4_test_invalid_user_by_id(world: World) {
        let (okta, _) = okta_and_a_user(&world).await;
        let error = okta.get("/Users/010101001010101011001010101011").await.ok(404); // 24
        assert_filled(&error["detail"]); // 25
        assert_eq!(error["schemas"], json!([ERROR])); // 26
    }

    async fn step_5_make_sure_random_user_does_not_exist(world: World) {
        let (okta, _) = okta_and_a_user(&world).await;
        let list = okta.get(&format!("/Users?filter=userName eq \"{RANDOM}\"")).await.ok(200); // 27
        assert_eq!(list["totalResults"], 0); // 28
        assert_eq!(list["schemas"], json!([LIST])); // 29
    }

    async fn step_6_create_okta_user_with_realistic_values(world: World) {
        let (okta, _) = okta_and_a_user(&world).await;
        let user = post_as_json(&okta, &random(RANDOM)).await.ok(201); // 30
        assert_eq!(user["active"], true); // 31
        assert_filled(&user["id"]); // 32
        assert_eq!(user["name"]["familyName"], "Hfluaklab151"); // 33
        assert_eq!(user["name"]["givenName"], "Runscope300"); // 34
        assert_eq!(user["schemas"], json!([USER])); // 35
        assert_eq!(user["userName"], RANDOM); // 36
        assert_eq!(user["emails"][0]["value"], RANDOM);
    }

    async fn step_7_verify_that_user_was_created(world: World) {
        let (okta, _) = okta_and_a_user(&world).await;
        let path = okta.made("/Users", random(RANDOM)).await;
        let user = okta.get(&path).await.ok(200); // 37
        assert_eq!(user["userName"], RANDOM); // 38
        assert_eq!(user["name"]["familyName"], "Hfluaklab151"); // 39
        assert_eq!(user["name"]["givenName"], "Runscope300"); // 40
    }

    async fn step_8_expect_failure_when_recreating_user_with_same_values(world: World) {
        let (okta, _) = okta_and_a_user(&world).await;
        okta.made("/Users", random(RANDOM)).await;
        post_as_json(&okta, &random(RANDOM)).await.refused(409, Some("uniqueness")); // 41
    }

    async fn step_9_username_case_sensitivity_check(world: World) {
        let (okta, _) = okta_and_a_user(&world).await;
        okta.made("/Users", random(RANDOM)).await;
        let path = format!("/Users?filter=userName eq \"{}\"", RANDOM.to_uppercase());
        let list = okta.get(&path).await.ok(200); // 42
        assert_eq!(list["Resources"][0]["userName"], RANDOM);
    }

    async fn step_10_verify_groups_endpoint(world: World) {
        let (okta, _) = okta_and_a_user(&world).await;
        let list = okta.get("/Groups").await.ok(200); // 43
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
        okta.scim.group("g", &[]).await;
        assert_eq!(okta.get("/Groups").await.ok(200)["Resources"].as_array().unwrap().len(), 1);
    }

    async fn step_11_check_status_401(world: World) {
        let (okta, _) = okta_and_a_user(&world).await;
        let path = format!("/Users?filter=userName eq \"{RANDOM}\"");
        let request = okta.scim.server.http.get(okta.scim.url(&path))
            .header("authorization", "non-token").header("accept", "application/scim+json");
        let error = okta.scim.send(request).await.ok(401); // 44
        assert_filled(&error["detail"]); // 45
        assert_eq!(error["status"], "401"); // 46
        assert_eq!(error["schemas"], json!([ERROR])); // 47
    }

    async fn step_12_check_status_404(world: World) {
        let (okta, _) = okta_and_a_user(&world).await;
        let error = okta.get("/Users/00919288221112222").await.ok(404); // 48
        assert_filled(&error["detail"]); // 49
        assert_eq!(error["status"], "404"); // 50
        assert_eq!(error["schemas"], json!([ERROR])); // 51
    }
}
